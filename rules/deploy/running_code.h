#pragma once

#include <string>
#include <string_view>

#include "analyzer/lint/rule.h"

// What the release that runs while the migration is applied still uses.
namespace mlint::rules {

std::string lower(std::string_view text);

// The field or model leaves the state here or elsewhere on this branch, so that the running release still has it.
// `name` is of the column or table. SQL outside Django has no state: always.
bool state_goes_with(const OperationView& operation, const std::string& name);

// django-safemigrate's `safe = Safe.after_deploy()`: it waits until the new release runs everywhere.
bool runs_after_deploy(const MigrationView& migration);

// Code reads it by its name: tables and views of all kinds.
bool is_read_by_name(ObjectKind kind);

// "deployed rolling, as Procfile says"
void add_deploy_note(const MigrationView& migration, Finding& finding);

// The schema before the first statement of that operation, or the last one known; null without any.
const Schema* schema_before(const MigrationView& migration, std::size_t operation);

// The same migration drops the column, makes it nullable or gives it a default.
bool relieved(const MigrationView& migration, const QualifiedName& table, const std::string& column);

}  // namespace mlint::rules
