#pragma once

#include <string>
#include <vector>

#include "analyzer/lint/rule.h"

// How to do it safely, as steps that somebody can paste. tests/recipes takes them from the printed help, runs them on
// a server while an old snapshot is open, and asks mlint about them: no recipe is written down twice.
namespace mlint::rules {

// One migration, or one file: its statements are sent in one transaction, or alone outside of any.
struct Step {
  std::vector<std::string> sql = {};   // without semicolons
  std::vector<std::string> undo = {};  // what unapplies them; empty: nothing needs to be undone
  bool alone = false;
  bool changes_state = false;  // Django's models change here
  std::string django = {};     // an operation of Django that does the whole step, state included
};
using Recipe = std::vector<Step>;

// "why:" and the steps, in the words of the migration's language and runner. `why` alone where no recipe is known.
std::string with_steps(const std::string& why, const Recipe& recipe, const OperationView& view);

// Every recipe, by what it makes. `table` is written as it is printed.
std::string sql_name(const QualifiedName& name);        // public is left out
std::string plain_sql(const std::string& printed);      // "book" ("pages") -> book (pages)
std::string source_of(const OperationView& operation);  // the Django operation as it is written; empty for .sql

Recipe concurrent_indexes(const OperationView& view);  // of all that the operation does
Recipe index_by_partition(const CreateIndex& index, const Schema& before);
Recipe concurrent_index_drop(const OperationView& view, const Drop& drop, const Schema& before);
Recipe index_anew(const CreateIndex& index);  // what a cancelled build left goes first
Recipe unique_by_index(const std::string& table, Constraint unique);
Recipe unique_in_steps(const Statement& statement);  // ADD CONSTRAINT … UNIQUE, or ADD COLUMN … UNIQUE
Recipe primary_key_by_index(const std::string& table, Constraint key, const Relation* relation);
Recipe validated_later(const OperationView& view, const std::string& table, Constraint constraint);
Recipe key_by_partition(Constraint key, const QualifiedName& parent, const Schema& before);
Recipe column_then_check(const std::string& table, Column column, const std::string& name, const TypeState* domain);
Recipe not_null_by_check(const std::string& table, const std::string& column);
// As Django's AlterField does it: rows that are NULL get the default first.
Recipe not_null_with_fill(const OperationView& view, const QualifiedName& table, const std::string& column);
Recipe default_then_fill(const std::string& table, Column column, const Relation* relation);
Recipe sequence_then_fill(const std::string& table, Column column, const Relation* relation);
Recipe trigger_then_fill(const std::string& table, Column column, const Relation* relation);
Recipe new_column_then_swap(const std::string& table, const alter::SetType& change, const Relation* relation);
Recipe index_aside(const std::string& table, const alter::SetType& change, const Relation& relation);
Recipe check_aside(const std::string& table, const alter::SetType& change, const ConstraintState& check);
Recipe column_in_step(const std::string& table, const Rename& column, const Relation* relation);
Recipe nullable_with_state(const std::string& table, const std::string& column, const OperationView& view);
Recipe table_then_attach(const CreateTable& partition, const std::string& parent);
Recipe bound_by_check(const Schema& before, const QualifiedName& parent, const alter::AttachPartition& attach);
Recipe batched_update(const std::string& table, const std::string& assignments, const Relation* relation);
Recipe batched_delete(const std::string& table, const Relation* relation);
Recipe value_beside(const Rename& value, const Schema& before);  // of an enum
Recipe renamed_behind_view(const std::string& table, const std::string& new_name);

}  // namespace mlint::rules
