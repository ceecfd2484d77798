#include <algorithm>
#include <array>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_data_migration_writes_nothing {

static bool writes(const django::PythonCall& call) {
  constexpr std::array others = {std::string_view("delete"),      std::string_view("remove"),
                                 std::string_view("clear"),       std::string_view("execute"),
                                 std::string_view("executemany"), std::string_view("call_command")};
  return stores_rows(call) || std::find(others.begin(), others.end(), call.last()) != others.end();
}

// Only functions of which every call is known by name can be said to write nothing.
static bool may_write(const django::PythonBody& body, const django::PythonCall& call) {
  if (writes(call)) return true;
  if (call.path.size() == 1) {
    constexpr std::array harmless = {
        std::string_view("print"),     std::string_view("len"), std::string_view("str"),   std::string_view("int"),
        std::string_view("list"),      std::string_view("set"), std::string_view("dict"),  std::string_view("range"),
        std::string_view("enumerate"), std::string_view("zip"), std::string_view("sorted")};
    return std::find(harmless.begin(), harmless.end(), call.path.front()) == harmless.end();
  }
  const std::string& root = call.path.front();
  if (root == body.apps || body.model(root) != nullptr || call.from != call.path) return false;
  for (const django::PythonLoop& loop : body.loops)
    for (const std::string& target : loop.targets)
      if (root == target) return call.path.size() == 2;  // a method of the row, unknown here
  return true;
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr || body->models.empty()) return;
  for (const django::PythonCall& call : body->calls)
    if (may_write(*body, call)) return;
  for (const django::PythonLoop& loop : body->loops) {
    if (whole_table(loop.from).empty() && (loop.path.empty() || body->model(loop.from.front()) == nullptr)) continue;
    report_python(view, reporter, loop.location, "this data migration reads rows in a loop and writes none",
                  "save the rows, or remove the migration", "nothing");
    return;
  }
}

}  // namespace of_data_migration_writes_nothing

constexpr Rule data_migration_writes_nothing{
    .info = {.code = "ML633",
             .name = "data-migration-writes-nothing",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "The loop of a data migration changes objects and saves none.",
             .effect = "The migration does nothing, and a later step may rely on it.",
             .instead = "Save the objects, or remove the migration.",
             .silent_when = "Something is saved, or a function is called that is not known here."},
    .on_operation = of_data_migration_writes_nothing::check,
};

}  // namespace mlint::rules
