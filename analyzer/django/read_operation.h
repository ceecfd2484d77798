#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/migration.h"
#include "analyzer/django/read.h"

namespace mlint::django {

// What reading one migration may look at.
struct ReadContext {
  const py::Module& module;
  FileId file;
  std::string_view path;    // of the migration, relative to the root
  std::string_view source;  // its text
  const ProjectFiles& files;
};

struct ReadOperations {
  std::vector<ModelOperation> operations;
  std::string reason;  // why the list is not all known; empty: it is
};

// The operations of a list, concatenation of lists, name of a list elsewhere in the project.
ReadOperations read_operations(const py::Value& value, const ReadContext& context, int depth = 0);

// SQL of RunSQL's `sql` or `reverse_sql`. Returns why it could not be read, or nothing.
std::string read_sql(const py::Value& value, std::string_view name, const ReadContext& context,
                     std::vector<SqlText>& out, bool& noop);

// A constant of another module of the project that `value` names, else `value` itself.
const py::Value& follow(const py::Value& value, const ReadContext& context);

}  // namespace mlint::django
