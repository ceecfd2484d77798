#include <algorithm>
#include <array>

#include "analyzer/base/overloaded.h"
#include "analyzer/django/editor.h"
#include "analyzer/django/fields.h"

// Whether two fields differ: what deconstruct() would say of each.
namespace mlint::django {
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

bool Editor::should_be_altered(const Bound& old_bound, const Bound& new_bound, bool ignore_comment) {
  const Field& old_field = *old_bound.field;
  const Field& new_field = *new_bound.field;
  const Version& v = version();
  if (v >= Version{5, 0} && !(old_field.concrete() || old_field.many_to_many()) &&
      !(new_field.concrete() || new_field.many_to_many())) {
    return false;
  }
  // The column of a many-to-many field was its name up to 5.2; in 6.0.0 it has none and a change of the name was not
  // seen.
  const bool many = old_field.many_to_many() || new_field.many_to_many();
  const bool columns = v < Version{5, 0} || many || (old_field.concrete() && new_field.concrete());
  const bool unseen = many && v >= Version{6, 0, 0} && v < Version{6, 0, 1};
  if (columns && !unseen && old_field.column() != new_field.column()) return true;
  if (!old_field.relation || !new_field.relation) {
    // Only a foreign key is changed by passing the gate alone; for other columns every difference is looked at below.
    return true;
  }
  bool same_target = false;
  if (v >= Version{5, 0} && !new_field.many_to_many()) {
    const Model from = old_bound.model.other(old_field.to), to = new_bound.model.other(new_field.to);
    same_target = from && to && from.table() == to.table();
  }
  bool same_default = false;
  if (old_field.db_default != nullptr && new_field.db_default != nullptr) {
    same_default = db_default_sql(old_bound).text == db_default_sql(new_bound).text;
  }
  std::string old_text = comparable(old_field, v, same_target, ignore_comment, same_default);
  std::string new_text = comparable(new_field, v, same_target, ignore_comment, same_default);
  return old_text != new_text;
}

}  // namespace mlint::django
