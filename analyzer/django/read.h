#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "analyzer/django/migration.h"
#include "parsers/python/module.h"

namespace mlint::django {

// Modules and text files of the project, by need: helpers that a migration imports, SQL files it reads. Pure functions
// of the project's files; may be asked from any thread. Null: outside the repository, absent or unreadable.
struct ProjectFiles {
  // `dotted` may be relative ("..helpers"); `from` is the path of the asking file, relative to the root.
  std::function<const py::Module*(std::string_view dotted, std::string_view from)> module;
  std::function<std::optional<std::pair<FileId, std::string>>(std::string_view path, std::string_view from)> text;
  // The value behind a dotted name, `django.conf.settings.NAME` included; null: not a constant of the project.
  std::function<const py::Value*(std::string_view dotted, std::string_view from)> constant;
  // The text that a module was parsed from.
  std::function<std::optional<std::pair<FileId, std::string>>(std::string_view dotted, std::string_view from)>
      module_text = nullptr;
};

// Whether `from module import *` of Django or of a known package brings a name: for py::ParseOptions::has_name.
bool exports_name(std::string_view dotted);

struct NotAMigration {};  // no Migration class: a helper, skipped in silence
struct Unreadable {       // read, not understood
  Location location;
  std::string message;
};

using ReadResult = std::variant<Migration, NotAMigration, Unreadable>;

// From the evaluated module of migrations/NAME.py of the app `label`. Parses the SQL of literals too (phase 1).
ReadResult read_migration(py::Module module, FileId file, std::string_view path, std::string_view label,
                          std::string_view source, const ProjectFiles& files);

// From the text of the file: checked, parsed with the constants of other modules of the project in place, and read.
ReadResult read_migration_text(std::string_view source, FileId file, std::string_view path, std::string_view label,
                               const ProjectFiles& files);

}  // namespace mlint::django
