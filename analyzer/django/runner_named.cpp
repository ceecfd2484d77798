#include <algorithm>

#include "analyzer/django/package_operations.h"
#include "analyzer/django/runner.h"

// Operations on what has a name of its own: indexes and constraints.
namespace mlint::django {
namespace {

const NamedCall* find_named(const std::vector<NamedCall>& calls, std::string_view name) {
  const auto found = std::find_if(calls.begin(), calls.end(), [&](const NamedCall& call) { return call.name == name; });
  return found == calls.end() ? nullptr : &*found;
}

std::string name_of_call(const py::Value* value) {
  const auto* call = value == nullptr ? nullptr : value->as<py::Call>();
  if (call == nullptr) return {};
  for (const py::Keyword& keyword : call->keywords) {
    if (keyword.name != "name") continue;
    if (const auto* text = keyword.value->as<py::String>()) return text->text;
  }
  return {};
}

std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

}  // namespace

std::optional<Runner::Named> Runner::named_by(const ModelOperation& operation, const ProjectState& state) {
  const Model owner = model(state, operation.text("model_name"));
  if (!models(operation, owner, owner, owner)) return std::nullopt;
  const bool concurrently = operation.known_as.ends_with("Concurrently");
  if (concurrently && atomic_) {
    editor_.fail("NotSupportedError: " + operation.known_as +
                 " cannot be executed inside a transaction (set atomic = False on the migration)");
  }
  const bool index = without_suffix(operation.known_as, "Concurrently").ends_with("Index");
  return Named{owner, index, concurrently};
}

void Runner::add_named(const ModelOperation& operation, const ProjectState& state, std::string_view name) {
  const std::optional<Named> named = named_by(operation, state);
  if (!named) return;
  const auto& [owner, index, concurrently] = *named;
  const NamedCall* call = find_named(index ? owner.state().options.indexes : owner.state().options.constraints, name);
  if (call == nullptr) {
    return unknown((index ? "index `" : "constraint `") + std::string(name) + "` could not be evaluated");
  }
  if (index) {
    editor_.add_index(owner, *call, concurrently);
  } else {
    editor_.add_constraint(owner, *call, operation.known_as == "AddConstraintNotValid");
  }
}

void Runner::remove_named(const ModelOperation& operation, const ProjectState& state, std::string_view name) {
  const std::optional<Named> named = named_by(operation, state);
  if (!named) return;
  const auto& [owner, index, concurrently] = *named;
  if (index) {
    if (find_named(owner.state().options.indexes, name) == nullptr) {
      editor_.fail("ValueError: no index named `" + std::string(name) + "` on model " + owner.state().name);
    }
    return editor_.remove_index(owner, std::string(name), concurrently);
  }
  const NamedCall* call = find_named(owner.state().options.constraints, name);
  if (call == nullptr) {
    editor_.fail("ValueError: no constraint named `" + std::string(name) + "` on model " + owner.state().name);
    return unknown("constraint `" + std::string(name) + "` is not in the model's state");
  }
  editor_.remove_constraint(owner, *call);
}

void Runner::rename_index(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                          bool back) {
  const Model old_model = model(from, operation.text("model_name")),
              new_model = model(to, operation.text("model_name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  const std::string old_name(operation.text("old_name")), new_name(operation.text("new_name"));
  if (old_name.empty()) {
    if (back) return;
    const NamedCall* made = find_named(new_model.state().options.indexes, new_name);
    if (made != nullptr) editor_.rename_index_by_fields(old_model, made->fields, new_name);
    return;
  }
  if (old_name == new_name) return;
  editor_.execute(back ? django::rename_index(new_model.table(), new_name, old_name)
                       : django::rename_index(new_model.table(), old_name, new_name));
}

void Runner::validate(const ModelOperation& operation, const ProjectState& state) {
  const Model owner = model(state, operation.text("model_name"));
  if (!models(operation, owner, owner, owner)) return;
  editor_.execute(validate_constraint(owner.table(), operation.text("name")));
}

bool Runner::option_operation(const ModelOperation& asked, const ProjectState& from, const ProjectState& to,
                              bool back) {
  const std::string& type = asked.known_as;
  if (type == "AlterModelTable") {
    alter_table(asked, from, to);
  } else if (type == "AlterModelTableComment") {
    comment(asked, from, to);
  } else if (type == "AlterUniqueTogether" || type == "AlterIndexTogether") {
    together(asked, from, to);
  } else if (type == "AlterOrderWithRespectTo") {
    order(asked, from, to);
  } else if (type == "RenameIndex") {
    rename_index(asked, from, to, back);
  } else if (type == "AddIndex" || type == "AddIndexConcurrently" || type == "AddConstraint" ||
             type == "AddConstraintNotValid") {
    const py::Value* value = asked.argument("index");
    if (value == nullptr) value = asked.argument("constraint");
    const std::string name = name_of_call(value);
    if (back) {
      remove_named(asked, from, name);
    } else {
      add_named(asked, to, name);
    }
  } else if (type == "RemoveIndex" || type == "RemoveIndexConcurrently" || type == "RemoveConstraint") {
    if (back) {
      add_named(asked, to, asked.text("name"));
    } else {
      remove_named(asked, from, asked.text("name"));
    }
  } else if (type == "ValidateConstraint") {
    if (!back) validate(asked, from);
  } else if (is_package_operation(asked)) {
    package_operation(asked, from, back);
  } else {
    return type == "AlterModelOptions" || type == "AlterModelManagers" || type == "AlterConstraint";
  }
  return true;
}

}  // namespace mlint::django
