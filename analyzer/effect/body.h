#pragma once

#include <vector>

#include "analyzer/effect/effect.h"
#include "parsers/sql/parse.h"

// Statements that hold others.
namespace mlint {

// The schema along the statements of a body. An arm that may run begins with what was before its structure. Behind the
// structure it is taken at its worst: what it makes is there and is not new, what it removes is there still but proves
// nothing, and its table may have more than is known.
class BodySchema {
 public:
  explicit BodySchema(Schema before) : schema_(std::move(before)) {}

  const Schema& before(const sql::ParsedStatement& statement);  // in the order of the body
  void apply(const Operation& operation);                       // of that statement, which outlives this
  Schema behind();                                              // the whole body

 private:
  struct OpenArm {
    sql::Arm arm;
    Schema before;  // its structure
    std::vector<const Operation*> applied;
  };

  void close();

  Schema schema_;
  std::vector<OpenArm> open_;  // outermost first
};

// As Schema::apply, and what the body of a DO block leaves behind.
void apply_with_body(Schema& schema, const Operation& operation);

// What a further operation of one statement does (CREATE SCHEMA has elements), but not to what an earlier one made.
void add_effects(Effects& into, const Effects& more, const Schema& before, const Schema& after);

}  // namespace mlint
