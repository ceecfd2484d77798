#include <algorithm>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_unbatched_bulk_write {

// What a loop left over: the same list is sent inside of it, a batch at a time.
static bool is_last_batch(const OperationView& view, const django::PythonBody& body, const django::PythonCall& call) {
  const auto list_of = [&](const django::PythonCall& one) {
    const py::Call* made = one.outermost();
    return made == nullptr || made->arguments.empty() ? std::string_view()
                                                      : variable_at(view, body, made->arguments.front());
  };
  const std::string_view list = list_of(call);
  return !list.empty() && std::any_of(body.calls.begin(), body.calls.end(), [&](const django::PythonCall& other) {
    return other.last() == call.last() && other.loop != django::PythonCall::no_loop && list_of(other) == list;
  });
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonCall& call : body->calls) {
    const bool creates = call.last() == "bulk_create";
    if (!creates && call.last() != "bulk_update") continue;
    const py::Call* made = call.outermost();
    if (made == nullptr || made->arguments.size() > (creates ? 1U : 2U) || call.in_while) continue;
    bool batched = call.loop != django::PythonCall::no_loop;
    for (const py::Keyword& keyword : made->keywords) batched = batched || keyword.name == "batch_size";
    if (batched || is_last_batch(view, *body, call)) continue;
    const bool written_out = !made->arguments.empty() && made->arguments.front().is<py::List>() &&
                             variable_at(view, *body, made->arguments.front()).empty();
    if (written_out) continue;  // a few rows
    report_python(view, reporter, call.location,
                  call.path.back() + " without batch_size sends every row in one statement", "give batch_size", "bulk");
  }
}

}  // namespace of_unbatched_bulk_write

constexpr Rule unbatched_bulk_write{
    .info = {.code = "ML632",
             .name = "unbatched-bulk-write",
             .group = RuleGroup::data,
             .severity = Severity::info,
             .summary = "bulk_create or bulk_update has no batch_size.",
             .effect = "One statement carries every row: it may pass the server's memory or the limit of "
                       "parameters.",
             .instead = "Give `batch_size`.",
             .silent_when = "batch_size is given, the rows are written out, or it sends the last batch of a loop."},
    .on_operation = of_unbatched_bulk_write::check,
};

}  // namespace mlint::rules
