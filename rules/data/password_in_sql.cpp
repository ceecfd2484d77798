#include <cctype>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_password_in_sql {

static bool has_password(const std::string& text) {
  std::string upper;
  for (const char c : text) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (std::size_t at = upper.find("PASSWORD"); at != std::string::npos; at = upper.find("PASSWORD", at + 1)) {
    const std::size_t next = upper.find_first_not_of(" \t\r\n=", at + 8);
    if (next != std::string::npos && upper[next] == '\'' && next + 1 < upper.size() && upper[next + 1] != '\'')
      return true;
  }
  return false;
}

static void check(const StatementView& view, Reporter& reporter) {
  const auto* made = view.statement.operation.as<CreateObject>();
  const auto* altered = view.statement.operation.as<AlterObject>();
  const ObjectKind kind = made != nullptr ? made->kind : altered != nullptr ? altered->kind : ObjectKind::other;
  if (kind != ObjectKind::role && kind != ObjectKind::user_mapping && kind != ObjectKind::subscription) return;
  if (!has_password(view.statement.text)) return;
  Finding finding;
  finding.message = "a literal password stands in this statement";
  finding.help = "set the password outside of migrations, and change this one: it is in the repository's history";
  finding.subject = "password." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

}  // namespace of_password_in_sql

constexpr Rule password_in_sql{
    .info = {.code = "ML606",
             .name = "password-in-sql",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A password stands in a migration.",
             .effect = "It is in the history of the repository for good, and in the logs of the server.",
             .instead = "Give roles their passwords outside of migrations.",
             .silent_when = "The role has no password, or PASSWORD NULL."},
    .on_statement = of_password_in_sql::check,
};

}  // namespace mlint::rules
