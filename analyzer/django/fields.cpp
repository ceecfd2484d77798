#include "analyzer/django/fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "analyzer/base/overloaded.h"
#include "analyzer/django/field_classes.h"
#include "analyzer/django/swapper.h"

namespace mlint::django {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::optional<bool> boolean(const py::Value& value) {
  if (const auto* b = value.as<py::Boolean>()) return b->value;
  if (value.is<py::None>()) return false;
  if (const auto* n = value.as<py::Integer>()) return n->digits != "0";
  if (const auto* text = value.as<py::String>()) return !text->text.empty();  // null="True"
  return std::nullopt;
}

std::optional<int> integer(const py::Value& value) {
  const auto* number = value.as<py::Integer>();
  if (number == nullptr) return std::nullopt;
  int result = 0;
  const auto [end, error] =
      std::from_chars(number->digits.data(), number->digits.data() + number->digits.size(), result);
  if (error != std::errc{} || end != number->digits.data() + number->digits.size()) return std::nullopt;
  return result;
}

// One field under construction, with what an unreadable argument leaves behind.
struct Builder {
  Field field;
  const FieldContext& context;

  void unread(std::string_view argument) {
    field.read = false;
    if (field.unread_reason.empty()) {
      field.unread_reason = "`" + std::string(argument) + "` of field `" + field.name + "` could not be evaluated";
    }
  }
  void take(bool& target, const py::Value& value, std::string_view name) {
    if (const auto read = boolean(value)) {
      target = *read;
    } else {
      unread(name);
    }
  }
  void take(int& target, const py::Value& value, std::string_view name) {
    if (value.is<py::None>()) {
      target = -1;
    } else if (const auto read = integer(value)) {
      target = *read;
    } else {
      unread(name);
    }
  }
  void take(std::string& target, const py::Value& value, std::string_view name) {
    if (const auto* text = value.as<py::String>()) {
      target = text->text;
    } else if (!value.is<py::None>()) {
      unread(name);
    }
  }
  void argument(std::string_view name, const py::Value& value);
  void common_argument(std::string_view name, const py::Value& value);
  bool relation_argument(std::string_view name, const py::Value& value);
  bool structured_argument(std::string_view name, const py::Value& value);
  bool sorted_argument(std::string_view name, const py::Value& value);
};

bool Builder::relation_argument(std::string_view name, const py::Value& value) {
  if (!field.relation) return false;
  if (name == "to") {
    field.to = model_reference(value, context);
    if (field.to.empty()) unread(name);
  } else if (name == "to_field") {
    take(field.to_field, value, name);
  } else if (name == "db_constraint") {
    take(field.db_constraint, value, name);
  } else if (name == "related_name") {
    if (const auto* text = value.as<py::String>()) field.related_name = text->text;
  } else if (name == "related_query_name") {
    if (const auto* text = value.as<py::String>()) field.related_query_name = text->text;
  } else if (name == "parent_link") {
    take(field.parent_link, value, name);
  } else if (name == "through") {
    if (value.is<py::None>()) return true;
    field.through = model_reference(value, context);
    if (field.through.empty()) unread(name);
  } else if (name == "db_table") {
    take(field.m2m_table, value, name);
  } else if (!field.sort_column.empty() && sorted_argument(name, value)) {
  } else {
    return false;
  }
  return true;
}

// sortedm2m.fields.SortedManyToManyField
bool Builder::sorted_argument(std::string_view name, const py::Value& value) {
  if (name == "sorted") {
    bool sorted = true;
    take(sorted, value, name);
    if (!sorted) field.sort_column.clear();
  } else if (name == "sort_value_field_name") {
    take(field.sort_column, value, name);
  } else if (name == "base_class" && !value.is<py::None>()) {
    unread(name);
  } else {
    return false;
  }
  return true;
}

bool Builder::structured_argument(std::string_view name, const py::Value& value) {
  const FieldContext& outer = context;
  if ((name == "base_field" && field.internal == Internal::array) ||
      (name == "output_field" && field.internal == Internal::generated)) {
    field.base = make_field(field.name, value, outer);
    if (!field.base->read) unread(name);
  } else if (name == "size" && field.internal == Internal::array) {
    if (const auto size = integer(value)) {
      field.size = size;
    } else if (!value.is<py::None>()) {
      unread(name);
    }
  } else if (name == "expression" && field.internal == Internal::generated) {
    field.expression = &value;
  } else if (name == "db_persist") {
    take(field.db_persist, value, name);
  } else if (name == "srid") {
    take(field.srid, value, name);
  } else if (name == "dim") {
    take(field.dimension, value, name);
  } else if (name == "geography") {
    take(field.geography, value, name);
  } else if (name == "spatial_index") {
    take(field.spatial_index, value, name);
  } else {
    return false;
  }
  return true;
}

void Builder::common_argument(std::string_view name, const py::Value& value) {
  if (name == "null") return take(field.null, value, name);
  if (name == "blank") {
    // It only decides whether an empty string is the default.
    if (!boolean(value) && !field.empty_strings_allowed) return;
    return take(field.blank, value, name);
  }
  if (name == "unique") return take(field.unique_declared, value, name);
  if (name == "primary_key") return take(field.primary_key, value, name);
  if (name == "db_index") return take(field.db_index, value, name);
  if (name == "auto_created") return take(field.auto_created, value, name);
  if (name == "auto_now") return take(field.auto_now, value, name);
  if (name == "auto_now_add") return take(field.auto_now_add, value, name);
  if (name == "db_column") return take(field.db_column, value, name);
  if (name == "db_tablespace") return take(field.db_tablespace, value, name);
  if (name == "db_collation") return take(field.collation, value, name);
  if (name == "max_length") return take(field.max_length, value, name);
  if (name == "max_digits") return take(field.max_digits, value, name);
  if (name == "decimal_places") return take(field.decimal_places, value, name);
  if (name == "default") {
    if (value.is<py::Name>() && value.as<py::Name>()->dotted.ends_with("NOT_PROVIDED")) return;
    const ProjectFunction* function = find_project_function(context.names, py::dotted_name(value));
    field.default_value = function != nullptr && value.is<py::Name>() ? &function->returned : &value;
  } else if (name == "db_default") {
    if (value.is<py::Name>() && value.as<py::Name>()->dotted.ends_with("NOT_PROVIDED")) return;
    field.db_default = &value;
  } else if (name == "db_comment") {
    if (const auto* text = value.as<py::String>()) {
      field.comment = text->text;
    } else if (!value.is<py::None>()) {
      unread(name);
    }
  }
}

void Builder::argument(std::string_view name, const py::Value& value) {
  if (!relation_argument(name, value) && !structured_argument(name, value)) common_argument(name, value);
}

void apply_class(Field& field, const FieldClass& known) {
  field.internal = known.internal;
  field.type_text = std::string(known.type);
  field.max_length = known.max_length;
  field.max_digits = known.max_digits;
  field.decimal_places = known.decimal_places;
  field.db_index = known.db_index;
  field.unique_declared = known.unique;
  field.empty_strings_allowed = known.empty_strings;
  field.json_none = known.json_none;
  field.null = known.null;
  field.geometry_type = std::string(known.geometry);
  field.relation = known.internal == Internal::foreign_key || known.internal == Internal::one_to_one ||
                   known.internal == Internal::many_to_many;
  if (known.path == "SortedManyToManyField") field.sort_column = "sort_value";
}

// What a class of the project makes of the one that it extends.
void apply_own(Field& field, const ProjectClass& own) {
  field.converter = own.converter;
  field.of_none = own.of_none;
  field.adds_columns = own.adds_columns;
  if (!own.db_type.empty()) {
    field.internal = Internal::other;
    field.type_text = own.db_type;
  } else if (!own.reason.empty()) {
    field.internal = Internal::unknown;
    field.read = false;
    field.unread_reason = own.reason;
  }
}

std::string_view parameter_name(const Field& field, const ProjectClass* own, std::size_t index) {
  if (own == nullptr || own->parameters.empty()) return positional_name(field, index);
  return index < own->parameters.size() ? std::string_view(own->parameters[index]) : std::string_view();
}

// Whether what the call says reaches the known class.
bool handed_on(const ProjectClass* own, std::string_view name) {
  if (own == nullptr) return true;
  return !own->closed && std::find(own->kept.begin(), own->kept.end(), name) == own->kept.end();
}

void read_composite(Field& field, const py::Call& call) {
  for (const py::Value& item : call.arguments) {
    if (const auto* text = item.as<py::String>()) field.composite.push_back(text->text);
  }
}

// vector(1536): pgvector's `dimensions`, of a bit string its `length`.
void add_dimensions(Builder& builder, const py::Call& call) {
  for (const py::Keyword& keyword : call.keywords) {
    if ((keyword.name != "dimensions" && keyword.name != "length") || keyword.value->is<py::None>()) continue;
    const auto size = integer(*keyword.value);
    if (!size) return builder.unread(keyword.name);
    builder.field.type_text += "(" + std::to_string(*size) + ")";
  }
}

void finish(Builder& builder) {
  Field& field = builder.field;
  const auto* call = field.call->as<py::Call>();
  const bool sized = field.internal == Internal::other && field.type_text.find('(') == std::string::npos;
  if (call != nullptr && sized && field.path.starts_with("pgvector.")) add_dimensions(builder, *call);
  if (field.internal == Internal::other && field.path.ends_with("VectorField")) field.empty_strings_allowed = false;
  if (field.relation && field.to.empty() && field.read) builder.unread("to");
  if (field.internal == Internal::generated && field.base) {
    field.empty_strings_allowed = field.base->empty_strings_allowed;
    field.collation = field.base->collation;
  }
}

// ForeignKey.deconstruct() writes both, and no field of Django that is no foreign key has `on_delete` (3.2 to 6.0);
// where a class keeps away from the index or the constraint that is written too. That a class is one of OneToOneField
// is said nowhere but in its name.
std::optional<FieldClass> class_of_relation(const py::Call& call, std::string_view path) {
  const auto says = [&](std::string_view name) {
    return std::any_of(call.keywords.begin(), call.keywords.end(),
                       [&](const py::Keyword& keyword) { return keyword.name == name; });
  };
  if (!says("to") || !says("on_delete")) return std::nullopt;
  const bool one = path.find("OneToOne") != std::string_view::npos;
  return field_class(one ? "django.db.models.OneToOneField" : "django.db.models.ForeignKey", Version{});
}

// import_string(settings.DEFAULT_AUTO_FIELD)(…) where no settings module says what that is.
bool names_default_key(const py::Call& call) {
  const auto* import = call.callee->as<py::Call>();
  return import != nullptr && import->arguments.size() == 1 &&
         py::dotted_name(*call.callee) == "django.utils.module_loading.import_string" &&
         py::dotted_name(import->arguments[0]) == "django.conf.settings.DEFAULT_AUTO_FIELD";
}

}  // namespace

std::string_view positional_name(const Field& field, std::size_t index) {
  static constexpr std::array<std::string_view, 3> relation = {"to", "on_delete", "related_name"};
  static constexpr std::array<std::string_view, 2> many = {"to", "related_name"};
  static constexpr std::array<std::string_view, 3> sorted = {"to", "sorted", "base_class"};
  static constexpr std::array<std::string_view, 2> array = {"base_field", "size"};
  static constexpr std::array<std::string_view, 6> common = {"verbose_name", "name",   "primary_key",
                                                             "max_length",   "unique", "blank"};
  if (!field.sort_column.empty()) return index < sorted.size() ? sorted[index] : std::string_view{};
  if (field.internal == Internal::many_to_many) return index < many.size() ? many[index] : std::string_view{};
  if (field.relation) return index < relation.size() ? relation[index] : std::string_view{};
  if (field.internal == Internal::array) return index < array.size() ? array[index] : std::string_view{};
  return index < common.size() ? common[index] : std::string_view{};
}

std::string Field::column() const {
  if (!db_column.empty()) return db_column;
  return foreign_key() ? name + "_id" : name;
}

namespace {

std::string model_named_by(const std::string& setting, const FieldContext& context) {
  if (setting == "AUTH_USER_MODEL") return context.auth_user_model;
  if (!context.swapped_models) return {};
  const auto known = context.swapped_models->find(setting);
  return known == context.swapped_models->end() ? std::string() : known->second;
}

// settings.AUTH_USER_MODEL and its like: "app.Model"; empty: no setting, or not known.
std::string model_of_setting(std::string_view dotted, const FieldContext& context) {
  constexpr std::string_view settings = "settings.";
  const std::size_t at = dotted.rfind(settings);
  if (at == std::string_view::npos) return {};
  return model_named_by(std::string(dotted.substr(at + settings.size())), context);
}

}  // namespace

std::string model_reference(const py::Value& value, const FieldContext& context) {
  std::string text;
  if (const auto* string = value.as<py::String>()) {
    text = string->text;
  } else if (const auto* name = value.as<py::Name>()) {
    text = model_of_setting(name->dotted, context);
    if (text.empty()) return {};
  } else if (value.is<py::Call>()) {
    const auto model = swapper_model(value, "get_model_name");
    if (!model) return {};
    text = model_named_by(swapper_setting(*model), context);
    if (text.empty()) text = *model;
  } else {
    return {};
  }
  if (text == "self") return context.app + "." + context.model;
  const auto dot = text.rfind('.');
  if (dot == std::string::npos) return context.app + "." + lower(text);
  return text.substr(0, dot) + "." + lower(std::string_view(text).substr(dot + 1));
}

FieldPtr make_field(std::string name, const py::Value& value, const FieldContext& context) {
  Builder builder{{}, context};
  Field& field = builder.field;
  field.name = std::move(name);
  field.naive = !context.use_tz;
  field.call = &value;
  const auto* call = value.as<py::Call>();
  if (call == nullptr) {
    field.read = false;
    field.unread_reason = "field `" + field.name + "` could not be evaluated";
    return std::make_shared<const Field>(std::move(field));
  }
  field.path = canonical_field_path(names_default_key(*call) ? context.default_auto_field : py::dotted_name(value));
  if (context.field_types != nullptr) {
    const auto configured = context.field_types->find(field.path);
    if (configured != context.field_types->end()) {
      field.internal = Internal::other;
      field.type_text = configured->second;
    }
  }
  const ProjectClass* own = find_called_class(context.names, value);
  if (field.internal == Internal::unknown) {
    if (const auto known = field_class(own != nullptr ? own->base : field.path, context.version)) {
      apply_class(field, *known);
    } else if (own == nullptr) {
      if (const auto key = class_of_relation(*call, field.path)) apply_class(field, *key);
    }
    if (own != nullptr) apply_own(field, *own);
  }
  if (field.path == "django.db.models.CompositePrimaryKey") {
    read_composite(field, *call);
    field.primary_key = true;
  } else {
    for (std::size_t i = 0; i < call->arguments.size(); ++i) {
      if (call->arguments[i].is<py::Starred>()) builder.unread("*");
      const std::string_view given = parameter_name(field, own, i);
      if (handed_on(own, given)) builder.argument(given, call->arguments[i]);
    }
  }
  for (std::size_t i = 0; own != nullptr && i < own->defaults.size(); ++i) {
    const std::string& unsaid = own->defaults[i].first;
    const bool said = std::any_of(call->keywords.begin(), call->keywords.end(),
                                  [&](const py::Keyword& keyword) { return keyword.name == unsaid; });
    if (!said) builder.argument(unsaid, own->defaults[i].second);
  }
  for (const py::Keyword& keyword : call->keywords) {
    if (keyword.name.empty()) {
      builder.unread("**");
    } else if (handed_on(own, keyword.name)) {
      builder.argument(keyword.name, *keyword.value);
    }
  }
  for (std::size_t i = 0; own != nullptr && i < own->given.size(); ++i) {
    builder.argument(own->given[i].first, own->given[i].second);
  }
  finish(builder);
  return std::make_shared<const Field>(std::move(field));
}

}  // namespace mlint::django
