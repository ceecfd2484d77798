#include <algorithm>
#include <array>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_privileged_statement {

// Extensions marked trusted in their control files: whoever may CREATE in the database may create them (13+).
static bool is_trusted(std::string_view name) {
  constexpr std::array trusted = {std::string_view("btree_gin"),
                                  std::string_view("btree_gist"),
                                  std::string_view("citext"),
                                  std::string_view("cube"),
                                  std::string_view("dict_int"),
                                  std::string_view("fuzzystrmatch"),
                                  std::string_view("hstore"),
                                  std::string_view("intarray"),
                                  std::string_view("isn"),
                                  std::string_view("lo"),
                                  std::string_view("ltree"),
                                  std::string_view("pg_trgm"),
                                  std::string_view("pgcrypto"),
                                  std::string_view("plpgsql"),
                                  std::string_view("seg"),
                                  std::string_view("tablefunc"),
                                  std::string_view("tcn"),
                                  std::string_view("tsm_system_rows"),
                                  std::string_view("tsm_system_time"),
                                  std::string_view("unaccent"),
                                  std::string_view("uuid-ossp")};
  return std::find(trusted.begin(), trusted.end(), name) != trusted.end();
}

static std::string what_needs_rights(const StatementView& view) {
  const Operation& operation = view.statement.operation;
  if (const auto* extension = operation.as<CreateExtension>()) {
    if (is_trusted(extension->name) && view.migration.project.server.version >= 13) return {};
    return "CREATE EXTENSION " + ticked(extension->name) + " needs a superuser: it is not a trusted extension";
  }
  if (const auto* object = operation.as<CreateObject>()) {
    if (object->kind == ObjectKind::role) return "CREATE ROLE needs CREATEROLE";
    if (object->kind == ObjectKind::event_trigger) return "CREATE EVENT TRIGGER needs a superuser";
    if (object->kind == ObjectKind::tablespace) return "CREATE TABLESPACE needs a superuser";
  }
  for (const auto* owner : actions<alter::SetOwner>(operation))
    return "OWNER TO " + ticked(owner->role) + " needs membership in that role";
  if (const auto* owner = operation.as<SetOwner>())
    return "OWNER TO " + ticked(owner->role) + " needs membership in that role";
  return {};
}

static void check(const StatementView& view, Reporter& reporter) {
  std::string what = what_needs_rights(view);
  if (what.empty()) return;
  Finding finding;
  finding.message = std::move(what);
  finding.help = "check the role that migrates, or do it once by hand";
  finding.subject = "rights." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

}  // namespace of_privileged_statement

constexpr Rule privileged_statement{
    .info = {.code = "ML608",
             .name = "privileged-statement",
             .group = RuleGroup::data,
             .severity = Severity::info,
             .summary = "A statement needs more rights than a migrating role usually has.",
             .effect = "On a managed database it fails with \"permission denied\" where it passed on the "
                       "developer's machine.",
             .instead = "Run it once by hand as a superuser, and guard it with IF NOT EXISTS.",
             .silent_when = "The extension is trusted (PostgreSQL 13).",
             .postgresql = "trusted extensions from 13"},
    .on_statement = of_privileged_statement::check,
};

}  // namespace mlint::rules
