#pragma once

#include "analyzer/effect/effect.h"

// Statements that hold others.
namespace mlint {

// As Schema::apply, and what the body of a DO block leaves behind. What may not have run is taken at its worst: what it
// makes is there and is not new, what it removes is there still, and its table may have more than is known.
void apply_with_body(Schema& schema, const Operation& operation);

// What a further operation of one statement does (CREATE SCHEMA has elements), but not to what an earlier one made.
void add_effects(Effects& into, const Effects& more, const Schema& before, const Schema& after);

}  // namespace mlint
