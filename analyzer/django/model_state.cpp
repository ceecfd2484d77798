#include "analyzer/django/model_state.h"

#include <algorithm>

#include "analyzer/django/naming.h"

namespace mlint::django {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

FieldPtr ModelState::own_field(std::string_view field) const {
  for (const FieldPtr& candidate : fields) {
    if (candidate->name == field) return candidate;
  }
  return nullptr;
}

ModelPtr ProjectState::find(std::string_view app, std::string_view model_lower) const {
  if (!apps_) return nullptr;
  for (const App& candidate : *apps_) {
    if (*candidate.label != app) continue;
    for (const ModelPtr& model : *candidate.models) {
      if (model->name_lower == model_lower) return model;
    }
  }
  return nullptr;
}

ModelPtr ProjectState::find(std::string_view label) const {
  const auto dot = label.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  return find(label.substr(0, dot), label.substr(dot + 1));
}

void ProjectState::put(ModelPtr model) {
  auto apps = apps_ ? std::make_shared<std::vector<App>>(*apps_) : std::make_shared<std::vector<App>>();
  auto app = std::find_if(apps->begin(), apps->end(), [&](const App& a) { return *a.label >= model->app; });
  if (app == apps->end() || *app->label != model->app) {
    app = apps->insert(
        app, App{std::make_shared<const std::string>(model->app), std::make_shared<const std::vector<ModelPtr>>()});
  }
  auto models = std::make_shared<std::vector<ModelPtr>>(*app->models);
  const auto place = std::find_if(models->begin(), models->end(),
                                  [&](const ModelPtr& m) { return m->name_lower == model->name_lower; });
  if (place == models->end()) {
    models->push_back(std::move(model));
  } else {
    *place = std::move(model);
  }
  app->models = std::move(models);
  apps_ = std::move(apps);
}

void ProjectState::remove(std::string_view app_label, std::string_view model_lower) {
  if (!apps_) return;
  auto apps = std::make_shared<std::vector<App>>(*apps_);
  for (App& app : *apps) {
    if (*app.label != app_label) continue;
    auto models = std::make_shared<std::vector<ModelPtr>>(*app.models);
    std::erase_if(*models, [&](const ModelPtr& m) { return m->name_lower == model_lower; });
    app.models = std::move(models);
  }
  apps_ = std::move(apps);
}

std::size_t ProjectState::size() const {
  std::size_t count = 0;
  each([&](const ModelPtr&) { ++count; });
  return count;
}

std::string default_table(std::string_view app, std::string_view model_lower) {
  std::string name(app);
  name.append("_").append(model_lower);
  return truncate_name(name);
}

void set_table(ModelState& model) {
  const auto& given = model.options.db_table;
  model.table = given && !given->empty() ? *given : default_table(model.app, model.name_lower);
}

bool Model::swapped() const {
  const std::string& setting = model_->options.swappable;
  if (setting == "AUTH_USER_MODEL") return lower_case(settings_->auth_user_model) != lower_case(model_->label());
  if (!settings_->swapped_models) return false;
  const auto known = settings_->swapped_models->find(setting);
  return known != settings_->swapped_models->end() && lower_case(known->second) != lower_case(model_->label());
}

Model Model::other(std::string_view label) const { return {*project_, project_->find(label), *settings_}; }

Model Model::concrete() const {
  Model model = *this;
  for (int steps = 0; model && model.model_->options.proxy && steps < 20; ++steps) {
    const auto& bases = model.model_->bases;
    const auto base = std::find_if(bases.begin(), bases.end(), [&](const std::string& b) { return bool(other(b)); });
    if (base == bases.end()) break;
    model = other(*base);
  }
  return model;
}

FieldPtr Model::implied_key() const {
  if (model_->options.proxy) return nullptr;
  for (const FieldPtr& field : model_->fields) {
    if (field->primary_key) return nullptr;
  }
  for (const std::string& base : model_->bases) {
    const Model parent = other(base);
    if (!parent) continue;
    auto pointer = std::make_shared<Field>();
    pointer->name = parent.state().name_lower + "_ptr";
    for (const FieldPtr& field : model_->fields) {
      if (field->internal == Internal::one_to_one && field->parent_link) return nullptr;
    }
    pointer->path = "django.db.models.OneToOneField";
    pointer->internal = Internal::one_to_one;
    pointer->relation = pointer->db_index = pointer->primary_key = pointer->unique_declared = pointer->auto_created =
        true;
    pointer->parent_link = true;
    pointer->empty_strings_allowed = false;
    pointer->to = base;
    return pointer;
  }
  auto key = std::make_shared<Field>();
  key->name = "id";
  key->path = settings_->default_auto_field;
  key->internal = key->path.ends_with("BigAutoField")     ? Internal::big_auto
                  : key->path.ends_with("SmallAutoField") ? Internal::small_auto
                                                          : Internal::auto_;
  key->primary_key = key->auto_created = true;
  key->empty_strings_allowed = false;
  return key;
}

std::vector<FieldPtr> Model::local_fields() const {
  // Fields sort by creation counter, and automatic ones count downwards (django/db/models/fields/__init__.py).
  std::vector<FieldPtr> automatic, declared;
  if (FieldPtr key = implied_key()) automatic.push_back(std::move(key));
  for (const FieldPtr& field : model_->fields) {
    if (field->many_to_many() || field->internal == Internal::none) continue;
    if (field->auto_created) {
      automatic.insert(automatic.begin(), field);
    } else {
      declared.push_back(field);
    }
  }
  automatic.insert(automatic.end(), declared.begin(), declared.end());
  if (model_->options.order_with_respect_to && !model_->own_field("_order")) automatic.push_back(field("_order"));
  return automatic;
}

std::vector<FieldPtr> Model::local_many_to_many() const {
  std::vector<FieldPtr> result;
  for (const FieldPtr& field : model_->fields) {
    if (field->many_to_many()) result.push_back(field);
  }
  return result;
}

FieldPtr Model::field(std::string_view name) const {
  if (name == "pk") return primary_key();
  if (FieldPtr own = model_->own_field(name)) return own;
  if (name == "_order" && model_->options.order_with_respect_to) {
    auto order = std::make_shared<Field>();
    order->name = "_order";
    order->path = "django.db.models.OrderWrt";
    order->internal = Internal::order_wrt;
    order->empty_strings_allowed = false;
    return order;
  }
  if (FieldPtr key = implied_key(); key && key->name == name) return key;
  for (const std::string& base : model_->bases) {
    const Model parent = other(base);
    if (!parent || parent.state().label() == model_->label()) continue;
    if (FieldPtr inherited = parent.field(name)) return inherited;
  }
  // "owner_id" is accepted where "owner" is meant (Options.get_field has attnames only through _meta.fields_map of
  // F()).
  for (const FieldPtr& candidate : model_->fields) {
    if (candidate->foreign_key() && candidate->name + "_id" == name) return candidate;
  }
  return nullptr;
}

FieldPtr Model::primary_key() const {
  for (const FieldPtr& field : model_->fields) {
    if (field->primary_key) return field;
  }
  if (FieldPtr key = implied_key()) return key;
  for (const FieldPtr& field : model_->fields) {
    if (field->internal == Internal::one_to_one && field->parent_link) return field;
  }
  for (const std::string& base : model_->bases) {
    const Model parent = other(base);
    if (parent && parent.state().label() != model_->label()) return parent.primary_key();
  }
  return nullptr;
}

std::pair<std::string, std::string> through_field_names(const Model& owner, const Field& field) {
  const std::string own = owner.state().name_lower;
  const auto dot = field.to.rfind('.');
  const std::string other = dot == std::string::npos ? field.to : field.to.substr(dot + 1);
  if (own == other) return {"from_" + own, "to_" + other};
  return {own, other};
}

namespace {

FieldPtr through_key(const std::string& name, const std::string& to, const Field& many, const std::string& through) {
  auto key = std::make_shared<Field>();
  key->name = name;
  key->path = "django.db.models.ForeignKey";
  key->internal = Internal::foreign_key;
  key->relation = key->db_index = true;
  key->empty_strings_allowed = false;
  key->to = to;
  key->db_constraint = many.db_constraint;
  key->db_tablespace = many.db_tablespace;
  key->related_name = through + "+";
  return key;
}

}  // namespace

ModelPtr through_model(const Model& owner, const Field& field, const StateSettings& settings) {
  if (!field.through.empty() || field.to.empty()) return nullptr;
  auto through = std::make_shared<ModelState>();
  through->app = owner.state().app;
  through->name = owner.state().name + "_" + field.name;
  through->name_lower = lower_case(through->name);
  through->auto_created = true;
  auto id = std::make_shared<Field>();
  id->name = "id";
  id->path = settings.default_auto_field;
  id->internal = id->path.ends_with("BigAutoField")     ? Internal::big_auto
                 : id->path.ends_with("SmallAutoField") ? Internal::small_auto
                                                        : Internal::auto_;
  id->primary_key = id->auto_created = true;
  id->empty_strings_allowed = false;
  through->fields.push_back(std::move(id));
  if (!field.sort_column.empty()) {
    auto place = std::make_shared<Field>();
    place->name = field.sort_column;
    place->path = "django.db.models.IntegerField";
    place->internal = Internal::integer;
    place->empty_strings_allowed = false;
    through->fields.push_back(std::move(place));
  }
  const auto [own, other] = through_field_names(owner, field);
  through->fields.push_back(through_key(own, owner.state().label(), field, through->name));
  through->fields.push_back(through_key(other, field.to, field, through->name));
  through->options.unique_together = {{own, other}};
  through->options.db_tablespace = owner.state().options.db_tablespace;
  through->table =
      field.m2m_table.empty() ? truncate_name(strip_quotes(owner.table()) + "_" + field.name) : field.m2m_table;
  return through;
}

}  // namespace mlint::django
