#pragma once

#include <utility>
#include <vector>

#include "analyzer/effect/doubt.h"
#include "analyzer/effect/effect.h"
#include "parsers/sql/parse.h"

// Statements that hold others.
namespace mlint {

// The schema along the statements of a body. An arm that may run begins with what was before its structure. Behind the
// structure it is taken at its worst: what it makes is there and is not new, what it removes is there still but proves
// nothing, and its table may have more than is known.
class BodySchema {
 public:
  BodySchema(Schema before, int version) : schema_(std::move(before)), version_(version) {}

  const Schema& before(const sql::ParsedStatement& statement);  // in the order of the body
  // One of its operations; it outlives this.
  void apply(const Operation& operation, const sql::ParsedStatement& statement, const RunVisitor& visit = {});
  Schema behind();  // the whole body

 private:
  using Statements = std::vector<const sql::ParsedStatement*>;
  struct OpenArm {
    sql::Arm arm;
    Schema before;  // its structure
    Statements dynamic_before;
    std::vector<std::pair<const Operation*, const sql::ParsedStatement*>> applied;
  };

  void close();
  void apply_dynamic();

  Schema schema_;
  int version_;                // of the server
  Statements dynamic_;         // whose doubts schema_ has not got yet: they cost a look at every table
  std::vector<OpenArm> open_;  // outermost first
};

// As Schema::apply, and what the body of a DO block and those of the functions that it calls leave behind.
void apply_with_body(Schema& schema, const Operation& operation, int version, const RunVisitor& visit = {});

// What a further operation of one statement does (CREATE SCHEMA has elements), but not to what an earlier one made.
void add_effects(Effects& into, const Effects& more, const Schema& before, const Schema& after);

}  // namespace mlint
