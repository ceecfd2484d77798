#include <algorithm>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_lossy_reverse {

// DELETE or TRUNCATE of a RunSQL whose reverse writes no rows.
static bool deletes_for_good(const django::ModelOperation& operation) {
  const auto any = [](const std::vector<django::SqlText>& texts, const auto& matches) {
    for (const django::SqlText& text : texts)
      for (const sql::ParsedStatement& statement : text.parsed.statements)
        if (std::any_of(statement.operations.begin(), statement.operations.end(), matches)) return true;
    return false;
  };
  const auto deletes = [](const Operation& one) {
    const auto* dml = one.as<Dml>();
    return one.as<Truncate>() != nullptr || (dml != nullptr && dml->query && dml->query->kind == Query::Kind::delete_);
  };
  const auto writes = [](const Operation& one) {
    const auto* dml = one.as<Dml>();
    return one.as<Copy>() != nullptr || (dml != nullptr && dml->query && dml->query->kind != Query::Kind::select);
  };
  return operation.known_as == "RunSQL" && operation.reversible.value_or(false) && any(operation.sql, deletes) &&
         !operation.reverse_sql_unread && !any(operation.reverse_sql, writes);
}

static void check(const OperationView& view, Reporter& reporter) {
  if (view.model != nullptr && deletes_for_good(*view.model)) {
    Finding finding;
    finding.message = "the rows deleted here do not come back when the migration is unapplied";
    finding.help = "keep a copy of the rows, or leave `reverse_sql` out, so that Django refuses to unapply it";
    finding.subject = "reverse." + std::to_string(view.index);
    reporter.add(std::move(finding));
    return;
  }
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  const py::Value* reverse = view.model->argument("reverse_code");
  if (reverse == nullptr || reverse->is<py::None>()) return;
  for (const django::PythonCall& call : body->calls) {
    if (call.last() != "delete" || !call.has("objects")) continue;
    Finding finding;
    finding.message = "the rows deleted here do not come back when the migration is unapplied";
    finding.labels.push_back({call.location, {}, "deleted here"});
    finding.help = "keep a copy of the rows, or leave `reverse_code` out, so that Django refuses to unapply it";
    finding.subject = "reverse." + std::to_string(view.index);
    reporter.add(std::move(finding));
    return;
  }
}

}  // namespace of_lossy_reverse

constexpr Rule lossy_reverse{
    .info = {.code = "ML402",
             .name = "lossy-reverse",
             .group = RuleGroup::reversibility,
             .severity = Severity::info,
             .summary = "A RunPython or RunSQL deletes rows, and its reverse cannot bring them back.",
             .effect = "Rolling back succeeds and the rows stay gone.",
             .instead = "Keep a copy of the rows, or leave the reverse out so that Django refuses.",
             .silent_when = "Nothing is deleted, or there is no reverse."},
    .on_operation = of_lossy_reverse::check,
};

}  // namespace mlint::rules
