#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_outside_world_in_migration {

static std::string_view outside(const django::PythonCall& call) {
  const std::string& root = call.path.front();
  if (root == "urllib" && call.has("request")) return "the network";  // urllib.parse reads text alone
  if (root == "requests" || root == "httpx" || root == "boto3" || root == "smtplib" || root == "socket" ||
      root == "aiohttp" || root == "redis")
    return "the network";
  if (root == "subprocess") return "another process";
  if (root == "os" && call.path.size() > 1 && (call.has("getenv") || call.has("environ"))) return "the environment";
  if (root == "os" && call.has("system")) return "another process";
  if (root == "decouple" || root == "environ") return "the environment";
  if (call.last() == "send_mail") return "the network";
  return {};
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonCall& call : body->calls) {
    if (call.path.empty()) continue;
    const std::string_view what = outside(call);
    if (what.empty()) continue;
    report_python(view, reporter, call.location, "this migration depends on " + std::string(what),
                  "do it in a management command, and keep the migration to the database",
                  "outside." + std::string(what));
  }
}

}  // namespace of_outside_world_in_migration

constexpr Rule outside_world_in_migration{
    .info = {.code = "ML627",
             .name = "outside-world-in-migration",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration depends on the environment, the network or another process.",
             .effect = "It does something else, or fails, where the migration runs next: a test database, a "
                       "new installation, a rebuild in a year.",
             .instead = "Do it in a management command that is run once.",
             .silent_when = "The function reads and writes the database only."},
    .on_operation = of_outside_world_in_migration::check,
};

}  // namespace mlint::rules
