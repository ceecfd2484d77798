#include "analyzer/django/lower.h"

#include "analyzer/django/naming.h"
#include "analyzer/django/python_body.h"
#include "analyzer/django/runner.h"

// What operations ask the schema editor for (database_forwards and database_backwards).
namespace mlint::django {

bool is_false(const py::Value* value) {
  const auto* flag = value == nullptr ? nullptr : value->as<py::Boolean>();
  return flag != nullptr && !flag->value;
}

void Runner::unknown(std::string reason) {
  editor_.note_unknown(reason);
  editor_.execute(opaque(std::move(reason)));
}

bool Runner::models(const ModelOperation& operation, const Model& from, const Model& to, const Model& asked) {
  if (!from || !to) {
    std::string_view name = operation.text("model_name");
    if (name.empty()) name = operation.text("name");
    unknown("model `" + app_ + "." + std::string(name) + "` is not known here");
    return false;
  }
  if (!asked.can_migrate()) return false;
  for (const std::string& reason : to.state().unread) editor_.note_unknown(reason);
  return true;
}

Bound Runner::field(const Model& owner, std::string_view name) {
  const FieldPtr found = owner.field(name);
  if (!found) {
    unknown("field `" + std::string(name) + "` of model `" + owner.state().label() + "` is not known here");
    return {};
  }
  return bind(owner, found);
}

namespace {

constexpr int depth_limit = 50;  // of SeparateDatabaseAndState in itself

// RunSQL says itself what is not read of it; of RunPython it matters which function runs, and what that does to tables.
bool hides_effects(const ModelOperation& asked) {
  if (asked.unknown_reason.empty()) return false;
  if (!asked.note.empty()) return !asked.evaluated;
  if (asked.known_as == "RunSQL") return false;
  if (asked.known_as != "RunPython") return !asked.evaluated;
  const py::Value* code = asked.argument("code");
  return code != nullptr && !asked.python && python_target(*code).name.empty() && !code->is<py::Lambda>();
}

}  // namespace

void Runner::forwards(const ModelOperation& asked, const ProjectState& from, const ProjectState& to,
                      const Origin& origin, int depth) {
  editor_.at(origin);
  const std::string& type = asked.known_as;
  if (type.empty() || depth > depth_limit) {
    return unknown(asked.unknown_reason.empty() ? "operation `" + asked.type + "` is not known" : asked.unknown_reason);
  }
  if (hides_effects(asked)) editor_.note_unknown(asked.unknown_reason);
  if (type == "CreateModel") return create(asked, to);
  if (type == "DeleteModel") return drop(asked, from);
  if (type == "RenameModel") return rename_model(from, to, asked.text("old_name"), asked.text("new_name"));
  if (type == "AddField") return add_field(asked, from, to, true);
  if (type == "RemoveField") return remove_field(asked, from);
  if (type == "AlterSortedManyToManyField") return alter_sorted(asked, from, to);
  if (type == "AlterField") return alter_field(asked, from, to, asked.text("name"), asked.text("name"), true);
  if (type == "RenameField") {
    return alter_field(asked, from, to, asked.text("old_name"), asked.text("new_name"), false);
  }
  if (type == "SeparateDatabaseAndState") {
    ProjectState before = from;
    for (std::size_t i = 0; i < asked.database_operations.size(); ++i) {
      const ModelOperation& inner = asked.database_operations[i];
      ProjectState after = state_forwards(inner, app_, before, settings_);
      const Origin place{origin.operation, origin.path + ".database_operations." + std::to_string(i), inner.location};
      forwards(inner, before, after, place, depth + 1);
      before = std::move(after);
    }
    return;
  }
  if (option_operation(asked, from, to, false) || other_operation(asked, origin, false)) return;
  unknown("operation `" + asked.type + "` is not known");
}

void Runner::backwards(const ModelOperation& asked, const ProjectState& from, const ProjectState& to,
                       const Origin& origin, int depth) {
  editor_.at(origin);
  const std::string& type = asked.known_as;
  if (type.empty() || depth > depth_limit) return unknown("operation `" + asked.type + "` is not known");
  if (type == "CreateModel") return drop(asked, from);
  if (type == "DeleteModel") return create(asked, to);
  if (type == "RenameModel") return rename_model(from, to, asked.text("new_name"), asked.text("old_name"));
  if (type == "AddField") return remove_field(asked, from);
  if (type == "AlterSortedManyToManyField") return alter_sorted(asked, from, to);
  if (type == "RemoveField") return add_field(asked, from, to, false);
  if (type == "AlterField") return alter_field(asked, from, to, asked.text("name"), asked.text("name"), true);
  if (type == "RenameField") {
    return alter_field(asked, from, to, asked.text("new_name"), asked.text("old_name"), false);
  }
  if (type == "SeparateDatabaseAndState") {
    if (!asked.undone_reason.empty()) return unknown(asked.undone_reason);
    std::vector<ProjectState> states = {to};
    for (const ModelOperation& inner : asked.database_operations) {
      states.push_back(state_forwards(inner, app_, states.back(), settings_));
    }
    for (std::size_t i = asked.database_operations.size(); i-- > 0;) {
      const ModelOperation& inner = asked.database_operations[i];
      const Origin place{origin.operation, origin.path + ".database_operations." + std::to_string(i), inner.location};
      if (inner.reversible && !*inner.reversible) {
        editor_.fail("NotImplementedError: an operation inside SeparateDatabaseAndState cannot be reversed");
      }
      backwards(inner, states[i + 1], states[i], place, depth + 1);
    }
    return;
  }
  if (option_operation(asked, from, to, true) || other_operation(asked, origin, true)) return;
  unknown("operation `" + asked.type + "` is not known");
}

namespace {

// The tables that an operation of which not all is known may have changed; none: any.
std::vector<QualifiedName> tables_of(const ModelOperation& asked, const std::string& app, const ProjectState& from,
                                     const ProjectState& to) {
  std::vector<QualifiedName> tables;
  if (asked.known_as.empty()) return tables;
  for (const std::string_view parameter : {"model_name", "name", "old_name", "new_name"}) {
    const std::string name = lower_case(asked.text(parameter));
    for (const ProjectState* state : {&from, &to}) {
      const ModelPtr found = name.empty() ? nullptr : state->find(app, name);
      if (found) tables.push_back(qualified(found->table));
    }
    if (!tables.empty() && parameter != "old_name") break;
  }
  return tables;
}

Origin origin_of(const Migration& migration, std::size_t operation) {
  return {operation, std::to_string(operation), migration.operations[operation].location};
}

}  // namespace

void run_forwards(const Migration& migration, ProjectState& models, Editor& editor, const ReadSettings& given,
                  const BeforeOperation& before) {
  ReadSettings settings = given;
  settings.state.names = &migration.names;
  Runner runner(migration.key.app, editor, settings, migration.atomic);
  for (std::size_t i = 0; i < migration.operations.size(); ++i) {
    if (before) before(i, models);
    ProjectState after = state_forwards(migration.operations[i], migration.key.app, models, settings);
    const std::size_t known_so_far = editor.unknown().size();
    runner.forwards(migration.operations[i], models, after, origin_of(migration, i), 0);
    if (editor.unknown().size() > known_so_far) {
      editor.leave_open(tables_of(migration.operations[i], migration.key.app, models, after));
    }
    models = std::move(after);
  }
  editor.close();
}

void run_backwards(const Migration& migration, const ProjectState& models, Editor& editor, const ReadSettings& given) {
  ReadSettings settings = given;
  settings.state.names = &migration.names;
  std::vector<ProjectState> states = {models};
  for (const ModelOperation& operation : migration.operations) {
    // SeparateDatabaseAndState always says that it can be reversed
    if (operation.known_as != "SeparateDatabaseAndState" && operation.reversible && !*operation.reversible) {
      editor.fail("IrreversibleError: operation " + std::to_string(states.size()) + " (" + operation.type +
                  ") cannot be reversed");
    }
    states.push_back(state_forwards(operation, migration.key.app, states.back(), settings));
  }
  if (editor.failure()) return;
  editor.undo();
  Runner runner(migration.key.app, editor, settings, migration.atomic);
  for (std::size_t i = migration.operations.size(); i-- > 0;) {
    runner.backwards(migration.operations[i], states[i + 1], states[i], origin_of(migration, i), 0);
  }
  editor.close();
}

}  // namespace mlint::django
