#include <algorithm>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_short_timeout_over_concurrent_build {

// VALIDATE CONSTRAINT that has rows to read.
static bool validates(const StatementView& view) {
  if (actions<alter::ValidateConstraint>(view.statement.operation).empty()) return false;
  const std::vector<Work>& work = view.statement.effects.work;
  return std::any_of(work.begin(), work.end(), [](const Work& one) { return !one.new_in_unit; });
}

static std::string what_happens(const StatementView& view, bool lock_is_short) {
  if (validates(view))
    return lock_is_short
               ? " cancels VALIDATE CONSTRAINT when VACUUM, ANALYZE or another change holds the table longer, "
                 "and the constraint stays NOT VALID"
               : " cancels VALIDATE CONSTRAINT while it reads the rows, and the constraint stays NOT VALID";
  const bool index = view.statement.operation.as<CreateIndex>() != nullptr;
  const auto* drop = view.statement.operation.as<Drop>();
  const bool detach = !actions<alter::DetachPartition>(view.statement.operation).empty();
  if (drop != nullptr)
    return " cancels this statement while it waits for whoever uses the table, and leaves an INVALID index";
  if (detach)
    return " cancels this statement while it waits for whoever uses the table, and leaves the partition half detached "
           "(FINALIZE)";
  return std::string(" cancels this statement while it waits for older transactions") +
         (index ? ", and leaves an INVALID index" : "");
}

static void check(const StatementView& view, Reporter& reporter) {
  const Effects& effects = view.statement.effects;
  if (!effects.waits_for_older_snapshots && !effects.waits_for_all_users && !validates(view)) return;
  constexpr std::int64_t long_enough = 300000;  // ms
  const std::int64_t lock = view.statement.timeouts.lock.value_or(0);
  const std::int64_t statement = view.statement.timeouts.statement.value_or(0);
  const bool lock_is_short = lock > 0 && lock < long_enough;
  if (!lock_is_short && (statement <= 0 || statement >= long_enough)) return;
  const std::string timeout = lock_is_short ? "lock_timeout" : "statement_timeout";
  Finding finding;
  finding.message =
      timeout + " of " + std::to_string(lock_is_short ? lock : statement) + " ms" + what_happens(view, lock_is_short);
  if (lock_is_short && !view.statement.timeouts.lock_origin.empty())
    finding.notes.push_back("set by " + view.statement.timeouts.lock_origin);
  const std::string set = "SET " + timeout + " = 0";
  finding.help = view.migration.language == Language::django
                     ? "RunSQL(\"" + set + "\") before it in the same migration, and set it back behind it"
                     : set + " before it, and set it back behind it";
  finding.subject = "timeout." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

}  // namespace of_short_timeout_over_concurrent_build

constexpr Rule short_timeout_over_concurrent_build{
    .info = {.code = "ML502",
             .name = "short-timeout-over-concurrent-build",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary =
                 "A short lock_timeout or statement_timeout is in force over CONCURRENTLY or VALIDATE CONSTRAINT.",
             .effect =
                 "A concurrent build waits for every older transaction in the database, is cancelled, and leaves an "
                 "INVALID index that IF NOT EXISTS then keeps; DROP INDEX CONCURRENTLY waits for whoever uses the "
                 "table and leaves one too. VALIDATE CONSTRAINT waits only for whoever holds its "
                 "table: beside an old snapshot on another table it succeeded (measured on PostgreSQL 15), beside a "
                 "VACUUM of its table it is cancelled, and so is a statement behind it.",
             .instead = "Set the timeout to 0 for that statement only.",
             .silent_when =
                 "No timeout is in force, or it is 0 or at least five minutes; VALIDATE of a table that the same "
                 "migration makes."},
    .on_statement = of_short_timeout_over_concurrent_build::check,
};

}  // namespace mlint::rules
