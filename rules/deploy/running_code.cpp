#include "rules/deploy/running_code.h"

#include <algorithm>
#include <cctype>

#include "rules/subject.h"

namespace mlint::rules {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

bool runs_after_deploy(const MigrationView& migration) {
  if (migration.migration == nullptr) return false;
  const std::vector<py::Class>& classes = migration.migration->module.classes;
  const auto own =
      std::find_if(classes.begin(), classes.end(), [](const py::Class& it) { return it.name == "Migration"; });
  const py::Binding* safe = own == classes.end() ? nullptr : own->binding("safe");
  if (safe == nullptr || safe->conditional) return false;
  const auto* call = safe->value.as<py::Call>();  // from 4.0 on; a plain attribute before
  const std::string_view dotted =
      call != nullptr && call->callee ? py::dotted_name(*call->callee) : py::dotted_name(safe->value);
  return dotted == "django_safemigrate.Safe.after_deploy" || dotted == "django_safemigrate.enums.Safe.after_deploy";
}

bool is_read_by_name(ObjectKind kind) {
  return kind == ObjectKind::table || kind == ObjectKind::view || kind == ObjectKind::materialized_view ||
         kind == ObjectKind::foreign_table;
}

static bool removes(const django::ModelOperation& operation, const std::string& name) {
  if (operation.in_earlier_state) return false;
  if (operation.known_as == "RemoveField") {
    const std::string field = lower(operation.text("name"));
    return name == field || name == field + "_id";
  }
  if (operation.known_as == "DeleteModel") return lower(name).ends_with(lower(operation.text("name")));
  for (const django::ModelOperation& state : operation.state_operations)
    if (removes(state, name)) return true;
  return false;
}

bool state_goes_with(const OperationView& operation, const std::string& name) {
  if (operation.model == nullptr) return true;
  const std::string_view kind = operation.model->known_as;
  const bool apart = operation.model->in_earlier_state || kind == "SeparateDatabaseAndState" || kind == "RunSQL";
  if (!apart) return true;
  if (removes(*operation.model, name)) return true;
  const auto one_removes = [&](const django::Migration& migration) {
    return std::any_of(migration.operations.begin(), migration.operations.end(),
                       [&](const django::ModelOperation& other) { return removes(other, name); });
  };
  const django::Migration* here = operation.migration.migration;
  if (here != nullptr && one_removes(*here)) return true;
  const ProjectView& project = operation.migration.project;
  if (project.changed.size() == project.migrations.size()) return false;  // all of history is no branch
  for (const django::MigrationKey& key : project.changed)
    for (const django::Migration& migration : project.migrations)
      if (migration.key == key && one_removes(migration)) return true;
  return false;
}

void add_deploy_note(const MigrationView& migration, Finding& finding) {
  const ProjectView& project = migration.project;
  if (project.deploy == DeployModel::unknown) return;
  std::string note = project.deploy == DeployModel::rolling ? "both releases run at the same time during a deploy"
                                                            : "the site is stopped during a deploy";
  if (!project.deploy_origin.empty()) note += ", as " + project.deploy_origin + " says";
  finding.notes.push_back(std::move(note));
}

const Schema* schema_before(const MigrationView& migration, std::size_t operation) {
  const Schema* last = nullptr;
  for (std::size_t i = 0; i < migration.before_statement.size(); ++i) {
    last = &migration.before_statement[i];
    if (migration.operation_of[i] >= operation) return last;
  }
  if (last == nullptr && migration.judged != nullptr) last = &migration.judged->before;
  return last;
}

static bool relieves(const AlterAction& action, const std::string& column) {
  if (const auto* drop = action.as<alter::DropColumn>()) return drop->name == column;
  if (const auto* drop = action.as<alter::DropNotNull>()) return drop->column == column;
  if (const auto* set = action.as<alter::SetDefault>()) return set->column == column;
  return false;
}

bool relieved(const MigrationView& migration, const QualifiedName& table, const std::string& column) {
  for (std::size_t i = 0; i < migration.statements.size(); ++i) {
    const auto* alter = migration.statements[i].operation.as<AlterTable>();
    if (alter == nullptr || migration.before_statement[i].resolve(alter->name) != table) continue;
    for (const AlterAction& action : alter->actions)
      if (relieves(action, column)) return true;
  }
  return false;
}

}  // namespace mlint::rules
