#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_short_timeout_over_concurrent_build {

static void check(const StatementView& view, Reporter& reporter) {
  const Effects& effects = view.statement.effects;
  if (!effects.waits_for_older_snapshots) return;
  constexpr std::int64_t long_enough = 300000;  // ms
  const std::int64_t lock = view.statement.timeouts.lock.value_or(0);
  const std::int64_t statement = view.statement.timeouts.statement.value_or(0);
  const bool lock_is_short = lock > 0 && lock < long_enough;
  if (!lock_is_short && (statement <= 0 || statement >= long_enough)) return;
  const bool index = view.statement.operation.as<CreateIndex>() != nullptr;
  Finding finding;
  finding.message = std::string(lock_is_short ? "lock_timeout" : "statement_timeout") + " of " +
                    std::to_string(lock_is_short ? lock : statement) +
                    " ms cancels this statement while it waits for older transactions" +
                    (index ? ", and leaves an INVALID index" : "");
  if (lock_is_short && !view.statement.timeouts.lock_origin.empty())
    finding.notes.push_back("set by " + view.statement.timeouts.lock_origin);
  finding.help =
      view.migration.language == Language::django
          ? "RunSQL(\"SET lock_timeout = 0\") before it in the same non-atomic migration, and set it back behind it"
          : "SET lock_timeout = 0 before it, and set it back behind it";
  finding.subject = "timeout." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

}  // namespace of_short_timeout_over_concurrent_build

constexpr Rule short_timeout_over_concurrent_build{
    .info =
        {.code = "ML502",
         .name = "short-timeout-over-concurrent-build",
         .group = RuleGroup::transactions,
         .severity = Severity::error,
         .summary = "A short lock_timeout or statement_timeout is in force over CONCURRENTLY.",
         .effect = "The statement waits for every older transaction in the database, is cancelled, and "
                   "leaves an INVALID index that IF NOT EXISTS then keeps.",
         .instead = "Set the timeout to 0 for that statement only.",
         .silent_when =
             "No timeout is in force, or it is 0 or at least five minutes. VALIDATE CONSTRAINT does not wait for older "
             "snapshots, and a short lock_timeout over it is right (measured on PostgreSQL 15)."},
    .on_statement = of_short_timeout_over_concurrent_build::check,
};

}  // namespace mlint::rules
