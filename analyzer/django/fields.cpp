#include "analyzer/django/fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "analyzer/base/overloaded.h"
#include "analyzer/django/field_classes.h"

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
  if (name == "blank") return take(field.blank, value, name);
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

// Parameters in the order of the class's signature, for the few that files write by position.
std::string_view positional_name(const Field& field, std::size_t index) {
  static constexpr std::array<std::string_view, 3> relation = {"to", "on_delete", "related_name"};
  static constexpr std::array<std::string_view, 2> many = {"to", "related_name"};
  static constexpr std::array<std::string_view, 2> array = {"base_field", "size"};
  static constexpr std::array<std::string_view, 6> common = {"verbose_name", "name",   "primary_key",
                                                             "max_length",   "unique", "blank"};
  if (field.internal == Internal::many_to_many) return index < many.size() ? many[index] : std::string_view{};
  if (field.relation) return index < relation.size() ? relation[index] : std::string_view{};
  if (field.internal == Internal::array) return index < array.size() ? array[index] : std::string_view{};
  return index < common.size() ? common[index] : std::string_view{};
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
  field.null = known.null;
  field.geometry_type = std::string(known.geometry);
  field.relation = known.internal == Internal::foreign_key || known.internal == Internal::one_to_one ||
                   known.internal == Internal::many_to_many;
}

// What a class of the project makes of the one that it extends.
void apply_own(Field& field, const ProjectClass& own) {
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

void read_composite(Field& field, const py::Call& call) {
  for (const py::Value& item : call.arguments) {
    if (const auto* text = item.as<py::String>()) field.composite.push_back(text->text);
  }
}

void finish(Builder& builder) {
  Field& field = builder.field;
  if (field.internal == Internal::other && field.path.ends_with("VectorField")) field.empty_strings_allowed = false;
  if (field.relation && field.to.empty() && field.read) builder.unread("to");
  if (field.internal == Internal::generated && field.base) {
    field.empty_strings_allowed = field.base->empty_strings_allowed;
    field.collation = field.base->collation;
  }
}

// import_string(settings.DEFAULT_AUTO_FIELD)(…) where no settings module says what that is.
bool names_default_key(const py::Call& call) {
  const auto* import = call.callee->as<py::Call>();
  return import != nullptr && import->arguments.size() == 1 &&
         py::dotted_name(*call.callee) == "django.utils.module_loading.import_string" &&
         py::dotted_name(import->arguments[0]) == "django.conf.settings.DEFAULT_AUTO_FIELD";
}

}  // namespace

std::string Field::column() const {
  if (!db_column.empty()) return db_column;
  return foreign_key() ? name + "_id" : name;
}

std::string model_reference(const py::Value& value, const FieldContext& context) {
  std::string text;
  if (const auto* string = value.as<py::String>()) {
    text = string->text;
  } else if (const auto* name = value.as<py::Name>()) {
    if (!name->dotted.ends_with("settings.AUTH_USER_MODEL")) return {};
    text = context.auth_user_model;
  } else if (const auto* call = value.as<py::Call>()) {
    // swapper's defaults stand unless a setting says otherwise: get_model_name("wagtailcore", "Page")
    const bool swapper = py::dotted_name(value).ends_with("get_model_name");
    if (!swapper || call->arguments.size() != 2) return {};
    const auto* app = call->arguments[0].as<py::String>();
    const auto* model = call->arguments[1].as<py::String>();
    if (app == nullptr || model == nullptr) return {};
    text = app->text + "." + model->text;
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
  const ProjectClass* own = find_project_class(context.names, py::dotted_name(value));
  if (field.internal == Internal::unknown) {
    if (const auto known = field_class(own != nullptr ? own->base : field.path, context.version)) {
      apply_class(field, *known);
    }
    if (own != nullptr) apply_own(field, *own);
  }
  if (field.path == "django.db.models.CompositePrimaryKey") {
    read_composite(field, *call);
    field.primary_key = true;
  } else {
    for (std::size_t i = 0; i < call->arguments.size(); ++i) {
      if (call->arguments[i].is<py::Starred>()) builder.unread("*");
      builder.argument(parameter_name(field, own, i), call->arguments[i]);
    }
  }
  for (std::size_t i = 0; own != nullptr && i < own->defaults.size(); ++i) {
    builder.argument(own->defaults[i].first, own->defaults[i].second);
  }
  for (const py::Keyword& keyword : call->keywords) {
    if (keyword.name.empty()) {
      builder.unread("**");
    } else {
      builder.argument(keyword.name, *keyword.value);
    }
  }
  for (std::size_t i = 0; own != nullptr && i < own->given.size(); ++i) {
    builder.argument(own->given[i].first, own->given[i].second);
  }
  finish(builder);
  return std::make_shared<const Field>(std::move(field));
}

namespace {

void repr_into(const py::Value& value, std::string& out, int depth);

void repr_items(const py::Values& items, std::string& out, int depth) {
  for (const py::Value& item : items) {
    repr_into(item, out, depth);
    out += ", ";
  }
}

void repr_call(const py::Call& call, std::string& out, int depth) {
  repr_into(*call.callee, out, depth);
  out += '(';
  repr_items(call.arguments, out, depth);
  std::vector<const py::Keyword*> keywords;
  for (const py::Keyword& keyword : call.keywords) keywords.push_back(&keyword);
  std::stable_sort(keywords.begin(), keywords.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const py::Keyword* keyword : keywords) {
    out += keyword->name + "=";
    repr_into(*keyword->value, out, depth);
    out += ", ";
  }
  out += ')';
}

void repr_into(const py::Value& value, std::string& out, int depth) {
  if (depth > 200) {
    out += "…";
    return;
  }
  ++depth;
  std::visit(overloaded{
                 [&](const py::None&) { out += "None"; },
                 [&](const py::Boolean& v) { out += v.value ? "True" : "False"; },
                 [&](const py::Integer& v) { out += v.digits; },
                 [&](const py::Float& v) { out += std::to_string(v.value); },
                 [&](const py::String& v) { out.append("'").append(v.text).append("'"); },
                 [&](const py::Bytes& v) { out.append("b'").append(v.data).append("'"); },
                 [&](const py::Name& v) { out += v.dotted; },
                 [&](const py::Call& v) { repr_call(v, out, depth); },
                 [&](const py::List& v) {
                   out += '[';
                   repr_items(v.items, out, depth);
                   out += ']';
                 },
                 [&](const py::Tuple& v) {
                   out += '(';
                   repr_items(v.items, out, depth);
                   out += ')';
                 },
                 [&](const py::Set& v) {
                   out += '{';
                   repr_items(v.items, out, depth);
                   out += '}';
                 },
                 [&](const py::Dict& v) {
                   out += '{';
                   for (const auto& [key, item] : v.items) {
                     repr_into(key, out, depth);
                     out += ": ";
                     repr_into(item, out, depth);
                     out += ", ";
                   }
                   out += '}';
                 },
                 [&](const py::Starred& v) {
                   out += '*';
                   repr_into(*v.value, out, depth);
                 },
                 [&](const py::Attribute& v) {
                   repr_into(*v.base, out, depth);
                   out.append(".").append(v.name);
                 },
                 [&](const py::Subscript& v) {
                   repr_into(*v.base, out, depth);
                   out += '[';
                   repr_into(*v.index, out, depth);
                   out += ']';
                 },
                 [&](const py::Unary& v) {
                   out += v.op + " ";
                   repr_into(*v.operand, out, depth);
                 },
                 [&](const py::Binary& v) {
                   out += '(';
                   repr_into(*v.left, out, depth);
                   out += " " + v.op + " ";
                   repr_into(*v.right, out, depth);
                   out += ')';
                 },
                 [&](const py::Lambda&) { out += "lambda"; },
                 [&](const py::Unknown&) { out += "?"; },
             },
             value.kind);
}

bool is_default_argument(const Field& field, std::string_view name, const py::Value& value) {
  const auto is = [&](bool wanted) {
    const auto* b = value.as<py::Boolean>();
    return b != nullptr && b->value == wanted;
  };
  if (name == "unique" && field.internal == Internal::one_to_one) return true;
  if (value.is<py::None>()) return name != "default" && name != "db_default";
  if (name == "null" || name == "unique" || name == "primary_key" || name == "auto_created" || name == "auto_now" ||
      name == "auto_now_add" || name == "geography" || name == "parent_link") {
    return is(false);
  }
  if (name == "serialize" || name == "db_constraint" || name == "spatial_index") return is(true);
  if (name == "db_index") {
    return is(field.relation || field.internal == Internal::slug);
  }
  return false;
}

constexpr std::array non_db_arguments = {
    std::string_view("blank"), std::string_view("choices"), std::string_view("db_column"), std::string_view("editable"),
    std::string_view("error_messages"), std::string_view("help_text"), std::string_view("limit_choices_to"),
    std::string_view("on_delete"), std::string_view("related_name"), std::string_view("related_query_name"),
    std::string_view("validators"), std::string_view("verbose_name"),
    // state only, and of third-party fields: no schema
    std::string_view("name")};

bool is_non_db(std::string_view name, const Version& version) {
  if (name == "choices") return version >= Version{4, 1};
  return std::find(non_db_arguments.begin(), non_db_arguments.end(), name) != non_db_arguments.end();
}

}  // namespace

std::string repr(const py::Value& value) {
  std::string out;
  repr_into(value, out, 0);
  return out;
}

std::string comparable(const Field& field, const Version& version, bool without_target, bool without_comment,
                       bool without_db_default) {
  std::vector<std::string> parts;
  // These are compared as decoded: by position or by keyword, given or left to the class's default.
  const bool target = field.relation && !without_target;
  if (target) parts.push_back("to=" + field.to);
  if (!field.through.empty()) parts.push_back("through=" + field.through);
  if (field.max_length >= 0) parts.push_back("max_length=" + std::to_string(field.max_length));
  if (field.default_value != nullptr) parts.push_back("default=" + repr(*field.default_value));
  if (field.call == nullptr && field.foreign_key() && !field.db_constraint) parts.push_back("db_constraint=False");
  const auto add = [&](std::string_view name, const py::Value& value) {
    if (name.empty() || is_non_db(name, version) || name == "to" || name == "through" || name == "max_length" ||
        name == "default" || (name == "db_comment" && without_comment) ||
        (name == "db_default" && without_db_default) || is_default_argument(field, name, value)) {
      return;
    }
    if (name == "base_field" || name == "output_field") {
      // Only the element's own class and arguments, all of them: deconstruct() compares the field objects by identity,
      // which two states never share; Field.__eq__ is by creation counter, so that arrays compare by deconstruction.
      parts.push_back(std::string(name) + "=" + comparable(*field.base, version, false, false, false));
      return;
    }
    parts.push_back(std::string(name) + "=" + repr(value));
  };
  if (const auto* call = field.call == nullptr ? nullptr : field.call->as<py::Call>()) {
    for (std::size_t i = 0; i < call->arguments.size(); ++i) add(positional_name(field, i), call->arguments[i]);
    for (const py::Keyword& keyword : call->keywords) add(keyword.name, *keyword.value);
  }
  std::sort(parts.begin(), parts.end());
  std::string text = field.path;
  for (const std::string& part : parts) text.append("\n").append(part);
  return text;
}

}  // namespace mlint::django
