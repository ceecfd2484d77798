#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/django/fields.h"

// Django's ProjectState (django/db/migrations/state.py) as a value that shares structure.
namespace mlint::django {

// Meta.indexes and Meta.constraints: the call as written, and its name.
struct NamedCall {
  std::string name;
  const py::Value* call = nullptr;
  std::vector<std::string> fields;  // of an Index that RenameIndex(old_fields) made; then `call` is null
};

struct ModelOptions {
  std::optional<std::string> db_table, db_tablespace, db_table_comment, order_with_respect_to;
  std::string swappable, default_related_name;
  bool managed = true, proxy = false;
  std::vector<std::vector<std::string>> unique_together, index_together;
  std::vector<NamedCall> indexes, constraints;
};

struct ModelState {
  std::string app, name, name_lower;
  std::vector<FieldPtr> fields;   // Django's dict order
  std::vector<FieldPtr> removed;  // that were, for operations of the project that look at an earlier state
  ModelOptions options;
  std::vector<std::string> bases;  // models as "app.model" in lower case; others dotted
  const py::Value* managers = nullptr;
  bool auto_created = false;        // a through table that Django made
  std::vector<std::string> unread;  // why something about this model is not known
  std::string table;                // db_table as it applies
  std::string label() const { return app + "." + name_lower; }
  FieldPtr own_field(std::string_view field) const;
};
using ModelPtr = std::shared_ptr<const ModelState>;

struct ProjectState {
  ModelPtr find(std::string_view app, std::string_view model_lower) const;
  ModelPtr find(std::string_view label) const;  // "app.model"
  void put(ModelPtr model);                     // adds, or replaces in its place
  void remove(std::string_view app, std::string_view model_lower);
  // In the order models were made, apps by name.
  template <class Visit>
  void each(Visit visit) const {
    if (!apps_) return;
    for (const App& app : *apps_) {
      for (const ModelPtr& model : *app.models) visit(model);
    }
  }
  std::size_t size() const;
  bool same(const ProjectState& other) const { return apps_ == other.apps_; }

  // Made by CreateCollation(deterministic=False); no state of Django's, but what it asks the server for.
  std::shared_ptr<const std::set<std::string>> nondeterministic_collations;

 private:
  struct App {
    std::shared_ptr<const std::string> label;
    std::shared_ptr<const std::vector<ModelPtr>> models;
  };
  std::shared_ptr<const std::vector<App>> apps_;
};

std::string lower_case(std::string_view text);
std::string default_table(std::string_view app, std::string_view model_lower);
// `table` follows from the options.
void set_table(ModelState& model);

// What the questions about a rendered model need beside the state.
struct StateSettings {
  Version version;
  std::string auth_user_model = "auth.User";
  std::string default_auto_field;       // dotted
  const ProjectNames* names = nullptr;  // of the migration at hand
  std::string time_zone = {};           // empty: not known
  std::optional<bool> use_tz = true;    // nothing: not known
  std::shared_ptr<const std::map<std::string, std::string>> swapped_models =
      {};  // by setting; AUTH_USER_MODEL is above
};

// A model in a state, as Django's rendered class answers: `_meta`.
class Model {
 public:
  Model() = default;
  Model(const ProjectState& project, ModelPtr model, const StateSettings& settings)
      : project_(&project), model_(std::move(model)), settings_(&settings) {}

  explicit operator bool() const { return model_ != nullptr; }
  const ModelState& state() const { return *model_; }
  const ModelPtr& pointer() const { return model_; }
  const ProjectState& project() const { return *project_; }
  const StateSettings& settings() const { return *settings_; }
  const std::string& table() const { return model_->table; }
  bool swapped() const;
  bool can_migrate() const { return !model_->options.proxy && model_->options.managed && !swapped(); }

  // Concrete and other fields with a column of their own table, in `local_fields` order; implied keys included.
  std::vector<FieldPtr> local_fields() const;
  std::vector<FieldPtr> local_many_to_many() const;
  // Own or inherited; "pk" is the primary key.
  FieldPtr field(std::string_view name) const;
  FieldPtr primary_key() const;
  Model other(std::string_view label) const;
  // Of a proxy the model whose table it shares; else the model itself.
  Model concrete() const;

 private:
  FieldPtr implied_key() const;
  const ProjectState* project_ = nullptr;
  ModelPtr model_;
  const StateSettings* settings_ = nullptr;
};

// The through model of an automatic many-to-many field; null for one with an explicit `through`.
ModelPtr through_model(const Model& owner, const Field& field, const StateSettings& settings);
std::pair<std::string, std::string> through_field_names(const Model& owner, const Field& field);  // own side, other

}  // namespace mlint::django
