#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/django/project_class.h"
#include "parsers/python/module.h"
#include "parsers/sql/parse.h"

// A Django migration as its file says it (the model level): made by read_migration() from a py::Module, lowered to
// operations (what the server is asked) by lower.h.
namespace mlint::django {

struct MigrationKey {
  std::string app;   // label
  std::string name;  // file stem
  friend auto operator<=>(const MigrationKey&, const MigrationKey&) = default;
};

struct Dependency {
  MigrationKey key;  // name may be "__first__" or "__latest__"; of swapper what it is unless a setting swaps the model
  std::string
      swappable;  // of swappable_dependency(X): X as written ("settings.AUTH_USER_MODEL" or "app.Model"); else empty
  Location location;
};

// SQL text inside a migration: a string of RunSQL, or a file it reads. Parsed once, in phase 1.
struct SqlText {
  std::string text;
  TextMap map;  // to the Python string, or to the .sql file
  sql::ParsedSql parsed;
  bool has_params = false;  // (sql, params): '%' is a format character
  std::string path;         // within the operation: "sql", "sql[1]", "reverse_sql[0]"
};

struct Argument {
  std::string name;  // parameter name of Django's signature
  py::Value value;
};

struct PythonBody;  // python_body.h

struct ModelOperation {
  std::string type;      // "AddField": the last part of the class as written
  std::string dotted;    // "django.db.migrations.operations.fields.AddField" is spelled "django.db.migrations.AddField"
  std::string known_as;  // the known operation it is or extends: "AddField", "RunSQL" …; empty: unknown
  std::string unknown_reason;               // why known_as is empty, or which part could not be read
  std::vector<Argument> arguments;          // by parameter; of unknown operations positional ones by "0", "1" …
  std::vector<Argument> unknown_arguments;  // that the known operation does not have: Django raises TypeError
  std::string extension;                    // of CREATE EXTENSION, whatever class says it
  std::string undone_reason;                // why it is not known what undoing it does to the database
  std::string note;  // what the operation does beyond `known_as`: a package's, or an override of the project's
  std::vector<ModelOperation> database_operations,
      state_operations;                   // of SeparateDatabaseAndState; state_operations of RunSQL too
  std::vector<SqlText> sql, reverse_sql;  // of RunSQL; reverse_sql empty with `reversible` for noop
  // A class of the project runs it on a state before this one, and leaves this one alone.
  bool in_earlier_state = false;
  bool sql_unread = false, reverse_sql_unread = false;  // not a constant; unknown_reason says why
  std::shared_ptr<const PythonBody> python;  // of RunPython: what its function does; null: it is not in the file
  std::optional<bool> reversible;            // of RunSQL, RunPython and subclasses that say so; absent: by its kind
  Location location;                         // of the call
  Location name_location;                    // of the callee
  bool evaluated = true;                     // nothing Unknown inside

  const py::Value* argument(std::string_view name) const;
  std::string_view text(std::string_view name) const;  // of a String argument, else empty
};

struct Migration {
  MigrationKey key;
  FileId file = FileId::none;
  std::vector<Dependency> dependencies, run_before;
  std::string dependencies_reason;  // why some dependencies could not be read; empty: all are known
  std::vector<MigrationKey> replaces;
  std::optional<bool> initial;
  bool atomic = true;
  bool atomic_known = true;  // false: not a constant; judged as atomic
  std::vector<ModelOperation> operations;
  bool operations_known = true;  // false: the list itself could not be evaluated
  std::string operations_reason;
  Location class_location, operations_location, dependencies_location, atomic_location;
  ProjectNames names;  // what fields and indexes are made of
  py::Module module;   // for functions of RunPython and for comments
};

}  // namespace mlint::django
