#include <algorithm>

#include "analyzer/django/lower.h"
#include "analyzer/django/swapper.h"

// What operations do to the model state (state_forwards of django/db/migrations/operations, ProjectState's methods).
namespace mlint::django {
FieldContext field_context(const ReadSettings& settings, const std::string& app, const std::string& model) {
  return {settings.state.version,
          app,
          model,
          settings.state.auth_user_model,
          settings.field_types,
          settings.state.names,
          settings.state.default_auto_field,
          settings.state.use_tz.value_or(true),
          settings.state.swapped_models};
}

namespace {

const py::Values* items_of(const py::Value* value) {
  if (value == nullptr) return nullptr;
  if (const auto* list = value->as<py::List>()) return &list->items;
  if (const auto* tuple = value->as<py::Tuple>()) return &tuple->items;
  if (const auto* set = value->as<py::Set>()) return &set->items;
  // set([...]) and tuple(...) where the reader left them as they are
  const auto* call = value->as<py::Call>();
  if (call != nullptr && call->arguments.size() == 1) return items_of(&call->arguments.front());
  return nullptr;
}

// normalize_together(): a flat list of names is one set.
std::vector<std::vector<std::string>> together(const py::Value* value) {
  std::vector<std::vector<std::string>> sets;
  const py::Values* items = items_of(value);
  if (items == nullptr) return sets;
  std::vector<std::string> flat;
  for (const py::Value& item : *items) {
    if (const auto* name = item.as<py::String>()) {
      flat.push_back(name->text);
      continue;
    }
    std::vector<std::string> names;
    const py::Values* inner = items_of(&item);
    for (std::size_t i = 0; inner != nullptr && i < inner->size(); ++i) {
      if (const auto* name = (*inner)[i].as<py::String>()) names.push_back(name->text);
    }
    if (!names.empty()) sets.push_back(std::move(names));
  }
  if (!flat.empty()) sets.push_back(std::move(flat));
  return sets;
}

std::optional<std::string> text_option(const py::Value& value) {
  if (const auto* text = value.as<py::String>()) return text->text;
  return std::nullopt;
}

std::string swappable_option(const py::Value& value) {
  if (const auto model = swapper_model(value, "swappable_setting")) return swapper_setting(*model);
  return text_option(value).value_or("");
}

std::string call_name(const py::Value& value) {
  const auto* call = value.as<py::Call>();
  if (call == nullptr) return {};
  for (const py::Keyword& keyword : call->keywords) {
    if (keyword.name != "name") continue;
    if (const auto* text = keyword.value->as<py::String>()) return text->text;
  }
  return {};
}

std::vector<NamedCall> named_calls(const py::Value& value) {
  std::vector<NamedCall> calls;
  const py::Values* items = items_of(&value);
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    calls.push_back({call_name((*items)[i]), &(*items)[i], {}});
  }
  return calls;
}

void take_option(ModelState& model, std::string_view name, const py::Value& value) {
  ModelOptions& options = model.options;
  const auto* flag = value.as<py::Boolean>();
  if (name == "db_table") options.db_table = text_option(value);
  if (name == "db_tablespace") options.db_tablespace = text_option(value);
  if (name == "db_table_comment") options.db_table_comment = text_option(value);
  if (name == "order_with_respect_to") options.order_with_respect_to = text_option(value);
  if (name == "swappable") options.swappable = swappable_option(value);
  if (name == "default_related_name") options.default_related_name = text_option(value).value_or("");
  if (name == "managed" && flag != nullptr) options.managed = flag->value;
  if (name == "proxy" && flag != nullptr) options.proxy = flag->value;
  if (name == "unique_together") options.unique_together = together(&value);
  if (name == "index_together") options.index_together = together(&value);
  if (name == "indexes") options.indexes = named_calls(value);
  if (name == "constraints") options.constraints = named_calls(value);
}

void read_bases(ModelState& model, const py::Value* bases) {
  const py::Values* items = items_of(bases);
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    if (const auto* text = (*items)[i].as<py::String>()) {
      std::string label = text->text;
      if (label.find('.') == std::string::npos) label = model.app + "." + label;
      const auto dot = label.rfind('.');
      model.bases.push_back(label.substr(0, dot + 1) + lower_case(label.substr(dot + 1)));
    } else {
      model.bases.emplace_back(py::dotted_name((*items)[i]));
    }
  }
}

void read_fields(ModelState& model, const py::Value* fields, const FieldContext& context) {
  const py::Values* items = items_of(fields);
  if (items == nullptr) {
    model.unread.push_back("the fields of model `" + model.name + "` could not be evaluated");
    return;
  }
  for (const py::Value& item : *items) {
    const py::Values* pair = items_of(&item);
    const auto* name = pair != nullptr && pair->size() == 2 ? (*pair)[0].as<py::String>() : nullptr;
    if (name == nullptr) {
      model.unread.push_back("a field of model `" + model.name + "` could not be evaluated");
      continue;
    }
    model.fields.push_back(make_field(name->text, (*pair)[1], context));
  }
}

ModelState create_model(const ModelOperation& operation, const std::string& app, const ReadSettings& settings) {
  ModelState model;
  model.app = app;
  model.name = std::string(operation.text("name"));
  model.name_lower = lower_case(model.name);
  if (const py::Value* options = operation.argument("options")) {
    if (const auto* dict = options->as<py::Dict>()) {
      for (const auto& [key, value] : dict->items) {
        if (const auto* name = key.as<py::String>()) {
          take_option(model, name->text, value);
        } else {
          model.unread.push_back("an option of model `" + model.name + "` could not be evaluated");
        }
      }
    } else if (!options->is<py::None>()) {
      model.unread.push_back("the options of model `" + model.name + "` could not be evaluated");
    }
  }
  read_bases(model, operation.argument("bases"));
  read_fields(model, operation.argument("fields"), field_context(settings, app, model.name_lower));
  model.managers = operation.argument("managers");
  set_table(model);
  return model;
}

// Copies a model, lets `change` have it and puts it back.
template <class Change>
void with_model(ProjectState& state, std::string_view app, std::string_view model, Change change) {
  const ModelPtr found = state.find(app, lower_case(model));
  if (!found) return;
  auto copy = std::make_shared<ModelState>(*found);
  change(*copy);
  state.put(std::move(copy));
}

// Copies every field for which `changed` gives another one.
template <class Changed>
void with_fields(ProjectState& state, Changed changed) {
  std::vector<ModelPtr> replaced;
  state.each([&](const ModelPtr& model) {
    std::shared_ptr<ModelState> copy;
    for (std::size_t i = 0; i < model->fields.size(); ++i) {
      FieldPtr field = changed(*model, *model->fields[i]);
      if (!field) continue;
      if (!copy) copy = std::make_shared<ModelState>(*model);
      copy->fields[i] = std::move(field);
    }
    if (copy) replaced.push_back(std::move(copy));
  });
  for (ModelPtr& model : replaced) state.put(std::move(model));
}

void rename_model(ProjectState& state, const std::string& app, std::string_view old_name, std::string_view new_name) {
  const ModelPtr found = state.find(app, lower_case(old_name));
  if (!found) return;
  const std::string old_label = found->label();
  auto renamed = std::make_shared<ModelState>(*found);
  renamed->name = std::string(new_name);
  renamed->name_lower = lower_case(new_name);
  set_table(*renamed);
  const std::string new_label = renamed->label();
  if (new_label != old_label) state.remove(app, found->name_lower);
  state.put(std::move(renamed));
  with_fields(state, [&](const ModelState&, const Field& field) -> FieldPtr {
    if (field.to != old_label && field.through != old_label) return nullptr;
    auto copy = std::make_shared<Field>(field);
    if (copy->to == old_label) copy->to = new_label;
    if (copy->through == old_label) copy->through = new_label;
    return copy;
  });
}

bool is_false(const py::Value* value) {
  const auto* flag = value == nullptr ? nullptr : value->as<py::Boolean>();
  return flag != nullptr && !flag->value;
}

// preserve_default=False: the default is for the statement only and not kept.
FieldPtr kept(FieldPtr field, const ModelOperation& operation) {
  if (!is_false(operation.argument("preserve_default")) || field->default_value == nullptr) return field;
  auto copy = std::make_shared<Field>(*field);
  copy->default_value = nullptr;
  return copy;
}

void add_field(ProjectState& state, const ModelOperation& operation, const std::string& app,
               const ReadSettings& settings) {
  const std::string model_name = lower_case(operation.text("model_name"));
  const py::Value* value = operation.argument("field");
  with_model(state, app, model_name, [&](ModelState& model) {
    if (value == nullptr) {
      model.unread.emplace_back("a field could not be evaluated");
      return;
    }
    std::string name(operation.text("name"));
    FieldPtr field = kept(make_field(name, *value, field_context(settings, app, model_name)), operation);
    const auto place = std::find_if(model.fields.begin(), model.fields.end(),
                                    [&](const FieldPtr& candidate) { return candidate->name == name; });
    if (place != model.fields.end()) {
      *place = std::move(field);
    } else {
      model.fields.push_back(std::move(field));
    }
  });
}

void rename_in_sets(std::vector<std::vector<std::string>>& sets, std::string_view from, std::string_view to) {
  for (auto& set : sets) std::replace(set.begin(), set.end(), std::string(from), std::string(to));
}

void rename_field(ProjectState& state, const std::string& app, std::string_view model_name, std::string_view from,
                  std::string_view to) {
  std::string label;
  with_model(state, app, model_name, [&](ModelState& model) {
    label = model.label();
    const auto place = std::find_if(model.fields.begin(), model.fields.end(),
                                    [&](const FieldPtr& candidate) { return candidate->name == from; });
    if (place == model.fields.end()) return;
    auto copy = std::make_shared<Field>(**place);
    copy->name = std::string(to);
    // fields[new_name] = fields.pop(old_name)
    model.fields.erase(place);
    model.fields.push_back(std::move(copy));
    for (FieldPtr& field : model.fields) {
      if (std::find(field->composite.begin(), field->composite.end(), from) == field->composite.end()) continue;
      auto key = std::make_shared<Field>(*field);
      std::replace(key->composite.begin(), key->composite.end(), std::string(from), std::string(to));
      field = std::move(key);
    }
    rename_in_sets(model.options.unique_together, from, to);
    rename_in_sets(model.options.index_together, from, to);
  });
  with_fields(state, [&](const ModelState&, const Field& field) -> FieldPtr {
    if (field.to != label || field.to_field != from) return nullptr;
    auto copy = std::make_shared<Field>(field);
    copy->to_field = std::string(to);
    return copy;
  });
}

void alter_options(ModelState& model, const ModelOperation& operation) {
  // Keys that are not given go back to their defaults.
  model.options.managed = true;
  model.options.default_related_name.clear();
  const py::Value* options = operation.argument("options");
  const auto* dict = options == nullptr ? nullptr : options->as<py::Dict>();
  if (dict == nullptr) return;
  for (const auto& [key, value] : dict->items) {
    const auto* name = key.as<py::String>();
    if (name != nullptr && (name->text == "managed" || name->text == "default_related_name")) {
      take_option(model, name->text, value);
    }
  }
}

bool erase_named(std::vector<NamedCall>& calls, std::string_view name) {
  return std::erase_if(calls, [&](const NamedCall& call) { return call.name == name; }) > 0;
}

void rename_index(ModelState& model, const ModelOperation& operation) {
  const std::string new_name(operation.text("new_name"));
  const py::Values* old_fields = items_of(operation.argument("old_fields"));
  if (old_fields == nullptr) {
    for (NamedCall& call : model.options.indexes) {
      if (call.name == operation.text("old_name")) call.name = new_name;
    }
    return;
  }
  NamedCall added;
  added.name = new_name;
  for (const py::Value& item : *old_fields) {
    if (const auto* name = item.as<py::String>()) added.fields.push_back(name->text);
  }
  std::erase(model.options.index_together, added.fields);
  model.options.indexes.push_back(std::move(added));
}

void change_model(const ModelOperation& operation, ModelState& model) {
  const std::string& type = operation.known_as;
  const auto add_call = [&](std::vector<NamedCall>& calls, std::string_view argument) {
    if (const py::Value* value = operation.argument(argument)) calls.push_back({call_name(*value), value, {}});
  };
  if (type == "AlterModelTable") {
    const py::Value* table = operation.argument("table");
    model.options.db_table = table == nullptr ? std::nullopt : text_option(*table);
    set_table(model);
  } else if (type == "AlterModelTableComment") {
    const py::Value* comment = operation.argument("table_comment");
    model.options.db_table_comment = comment == nullptr ? std::nullopt : text_option(*comment);
  } else if (type == "AlterUniqueTogether") {
    model.options.unique_together = together(operation.argument("unique_together"));
  } else if (type == "AlterIndexTogether") {
    model.options.index_together = together(operation.argument("index_together"));
  } else if (type == "AlterOrderWithRespectTo") {
    const py::Value* value = operation.argument("order_with_respect_to");
    model.options.order_with_respect_to = value == nullptr ? std::nullopt : text_option(*value);
  } else if (type == "AlterModelOptions") {
    alter_options(model, operation);
  } else if (type == "AlterModelManagers") {
    model.managers = operation.argument("managers");
  } else if (type == "AddIndex" || type == "AddIndexConcurrently") {
    add_call(model.options.indexes, "index");
  } else if (type == "RemoveIndex" || type == "RemoveIndexConcurrently") {
    erase_named(model.options.indexes, operation.text("name"));
  } else if (type == "RenameIndex") {
    rename_index(model, operation);
  } else if (type == "AddConstraint" || type == "AddConstraintNotValid") {
    add_call(model.options.constraints, "constraint");
  } else if (type == "RemoveConstraint") {
    erase_named(model.options.constraints, operation.text("name"));
  } else if (type == "AlterConstraint") {
    if (const py::Value* value = operation.argument("constraint")) {
      for (NamedCall& call : model.options.constraints) {
        if (call.name == operation.text("name")) call.call = value;
      }
    }
  }
}

void change_collations(const ModelOperation& operation, ProjectState& state) {
  auto names = state.nondeterministic_collations
                   ? std::make_shared<std::set<std::string>>(*state.nondeterministic_collations)
                   : std::make_shared<std::set<std::string>>();
  const std::string name(operation.text("name"));
  if (operation.known_as == "CreateCollation" && is_false(operation.argument("deterministic"))) {
    names->insert(name);
  } else {
    names->erase(name);
  }
  state.nondeterministic_collations = std::move(names);
}

}  // namespace

ProjectState state_forwards(const ModelOperation& operation, const std::string& app, ProjectState state,
                            const ReadSettings& settings) {
  if (operation.in_earlier_state) return state;
  const std::string& type = operation.known_as;
  if (type == "CreateModel") {
    state.put(std::make_shared<ModelState>(create_model(operation, app, settings)));
  } else if (type == "DeleteModel") {
    state.remove(app, lower_case(operation.text("name")));
  } else if (type == "RenameModel") {
    rename_model(state, app, operation.text("old_name"), operation.text("new_name"));
  } else if (type == "AddField" || type == "AlterField" || type == "AlterSortedManyToManyField") {
    add_field(state, operation, app, settings);
  } else if (type == "RemoveField") {
    with_model(state, app, operation.text("model_name"), [&](ModelState& model) {
      std::erase_if(model.fields, [&](const FieldPtr& field) {
        const bool gone = field->name == operation.text("name");
        if (gone) model.removed.push_back(field);
        return gone;
      });
    });
  } else if (type == "RenameField") {
    rename_field(state, app, lower_case(operation.text("model_name")), operation.text("old_name"),
                 operation.text("new_name"));
  } else if (type == "SeparateDatabaseAndState" || type == "RunSQL") {
    for (const ModelOperation& inner : operation.state_operations) {
      state = state_forwards(inner, app, std::move(state), settings);
    }
  } else if (type == "CreateCollation" || type == "RemoveCollation") {
    change_collations(operation, state);
  } else {
    std::string_view model = operation.text("model_name");
    if (model.empty()) model = operation.text("name");
    if (!model.empty()) {
      with_model(state, app, model, [&](ModelState& copy) { change_model(operation, copy); });
    }
  }
  return state;
}

}  // namespace mlint::django
