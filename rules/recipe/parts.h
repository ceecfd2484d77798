#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/recipe.h"

// Pieces of which recipes are made: names and statements as they are printed.
namespace mlint::rules {

std::string list_of(const std::vector<std::string>& columns);
std::string alter_table(const std::string& table, const std::string& action);
std::string drop_constraint(const std::string& table, const std::string& name);
std::string index_sql(const CreateIndex& index);
Step concurrently(const std::string& statement, const std::string& index);
const Constraint* of_kind(const Column& column, Constraint::Kind kind);
void erase_kind(Column& column, Constraint::Kind kind);
std::string add_column(const std::string& table, const Column& column);
std::string drop_column(const std::string& table, const std::string& column);
// The rows of one batch; ctid serves where no key of one column is known.
std::string batch_key(const Relation* relation);
Step in_batches(const std::string& change, const std::string& table, const std::string& condition,
                const Relation* relation);
Step fill(const std::string& table, const std::string& column, const std::string& value, const std::string& condition,
          const Relation* relation);
void append(Recipe& recipe, Recipe more);
std::string bare(const std::string& table);
std::string unquoted(std::string name);
bool mentions(const SharedExpr& expression, const std::string& column);
// The operation under another name: AddIndex(…) as AddIndexConcurrently(…).
std::string called(const OperationView& view, const std::string& name);

// Of the migration's own language, in steps.cpp.
std::string quoted_python(const std::string& text);
// What Django's models learn; empty for SQL that somebody wrote, which has its state elsewhere.
std::string state_of(const OperationView& view);

}  // namespace mlint::rules
