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

// connect(password="…"), Client(aws_secret_access_key="…"); a query by such a column holds none.
static bool holds_credential(const django::PythonCall& call) {
  const py::Call* made = call.outermost();
  if (made == nullptr || call.last() == "filter" || call.last() == "exclude" || call.last() == "get") return false;
  for (const py::Keyword& keyword : made->keywords) {
    const auto* text = keyword.value == nullptr ? nullptr : keyword.value->as<py::String>();
    const std::string& name = keyword.name;
    const bool secret = name.ends_with("password") || name == "passwd" || name.ends_with("secret") ||
                        name.ends_with("secret_key") || name.ends_with("access_key") || name.ends_with("api_key") ||
                        name == "token" || name.ends_with("_token");
    if (secret && text != nullptr && text->text.size() > 3 && text->text.find(' ') == std::string::npos) return true;
  }
  return false;
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  const auto say = [&](Location location, const std::string& what) {
    report_python(view, reporter, location, "this migration depends on " + what,
                  "do it in a management command, and keep the migration to the database", "outside." + what);
  };
  for (const django::PythonCall& call : body->calls) {
    if (call.path.empty()) continue;
    if (const std::string_view what = outside(call); !what.empty()) say(call.location, std::string(what));
    if (holds_credential(call)) say(call.location, "a credential that is written here");
  }
  for (const django::PythonRead& read : body->reads)
    if (read.path[0] == "os" && read.path[1] == "environ") say(read.location, "the environment");
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
