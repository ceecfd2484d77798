#include <algorithm>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_filtered_update_of_large_table {

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonCall& call : body->calls) {
    if (call.last() != "update" || call.in_while || call.loop != django::PythonCall::no_loop) continue;
    const std::vector<std::string>& path = call.from;
    const auto has = [&](std::string_view name) { return std::find(path.begin(), path.end(), name) != path.end(); };
    if (path.size() < 3 || (!has("filter") && !has("exclude")) || body->model(path.front()) == nullptr) continue;
    const QualifiedName table = table_of(view, *body, path.front());
    const TableSize size = size_of(view.migration, table);
    if (size != TableSize::large && size != TableSize::hot) continue;
    report_python(view, reporter, call.location,
                  "the matching rows of the large table " + ticked(table) + " are updated in one statement",
                  "work in batches by primary key, each in its own transaction, in a migration with `atomic = False`",
                  "filtered." + path.front());
  }
}

}  // namespace of_filtered_update_of_large_table

constexpr Rule filtered_update_of_large_table{
    .info = {.code = "ML625",
             .name = "filtered-update-of-large-table",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration updates the filtered rows of a large table in one statement.",
             .effect = "The rows that match are locked until the transaction ends.",
             .instead = "Work in batches by primary key, each in its own transaction.",
             .silent_when = "The table is not known to be large or hot."},
    .on_operation = of_filtered_update_of_large_table::check,
};

}  // namespace mlint::rules
