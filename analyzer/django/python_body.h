#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/migration.h"
#include "analyzer/django/python_target.h"

// What the function of a RunPython does, as far as its text says: calls with the loops and blocks around them, model
// variables, SQL strings. Functions of the same module that it calls are followed.
namespace mlint::django {

struct PythonCall {
  std::vector<std::string> path;       // "Order", "objects", "filter", "update": names along the chain, the root dotted
  std::vector<std::string> from;       // the same, a leading variable replaced by what it stood for at that place
  std::vector<const py::Call*> calls;  // the call behind each name, null where there is none; as long as `path`
  Location location;
  std::size_t loop = no_loop;       // innermost loop around it
  std::size_t loops = 0;            // how many
  std::size_t condition = no_loop;  // innermost condition that decides whether it runs: of an `if` around it, or of one
                                    // before it that returns
  bool in_while = false;
  bool in_condition = false, in_try = false, in_atomic = false;  // of a `try`: what fails in it may be caught
  bool lookup_caught = false;                                    // a LookupError, as of get_model, is caught
  bool is_iterable = false;                                      // of a for statement

  static constexpr std::size_t no_loop = static_cast<std::size_t>(-1);
  std::string_view last() const { return path.empty() ? std::string_view() : std::string_view(path.back()); }
  bool has(std::string_view name) const;
  const py::Call* outermost() const { return calls.empty() ? nullptr : calls.back(); }
};

struct PythonLoop {
  bool is_while = false;
  std::vector<std::string> targets;
  std::size_t outer = PythonCall::no_loop;
  std::string iterable;           // dotted name, when it is one
  std::vector<std::string> path;  // of the iterable's chain
  std::vector<std::string> from;  // the same, as of a call
  bool sliced = false;            // the iterable, or a query in the loop, is sliced
  bool commits = false;           // has `with transaction.atomic()` inside
  Location location;
};

// What an `if` asks: the calls first to end.
struct PythonCondition {
  std::size_t first = 0, end = 0;
  std::size_t outer = PythonCall::no_loop;
};

// An attribute or an item that is read and not called: row.total, os.environ["X"].
struct PythonRead {
  std::vector<std::string> path, from;  // as of a call
  Location location;
  std::size_t loop = PythonCall::no_loop;
};

struct PythonModel {
  std::string variable;
  std::string app, model;
  Location location;
};

// Stands for the variable of a model that is used in place and whose name is not constant.
constexpr std::string_view unnamed_model = "(model)";

struct PythonSql {
  std::string text;  // empty when it is not constant
  bool constant = true;
  bool formatted = false;  // built by %, format or an f-string
  Location location;
};

struct PythonBody {
  std::string function;
  std::string apps = "apps", schema_editor = "schema_editor";  // parameter names
  Location location;
  std::deque<py::Body> bodies;  // keeps what `calls` points into
  std::vector<PythonCall> calls;
  std::vector<PythonLoop> loops;
  std::vector<PythonCondition> conditions;
  std::vector<PythonRead> reads;
  std::vector<std::string> assigned;  // attributes that are set: "total" of `row.total = 1`
  std::vector<PythonModel> models;    // by apps.get_model
  std::vector<PythonSql> sql;
  std::vector<py::Import> imports;  // made inside
  std::vector<Location>
      atomic_blocks;  // `with atomic():` and `@atomic`, but those in a `try`, which go on after a failure

  const PythonModel* model(std::string_view variable) const;
};

// What `execute(…)` and its like are given to execute; null: nothing.
const py::Value* sql_argument(const py::Call& call);

// `source` is the text of the module's file. An unknown function gives an empty body.
PythonBody read_python_body(const py::Module& module, FileId file, std::string_view source, const PythonTarget& target);
// The same of any function, one that stands in another or in a class among them: `bound` parameters come before those
// that Django gives, and `enclosing` are names of the function around it.
PythonBody read_inner_body(const py::Module& module, FileId file, std::string_view source, const py::Function& function,
                           std::size_t bound, const std::vector<py::Bound>& enclosing);
// The same of a lambda that stands where the function does.
PythonBody read_python_lambda(const py::Module& module, FileId file, std::string_view source, Span lambda);

}  // namespace mlint::django
