#include <algorithm>
#include <array>

#include "analyzer/django/editor.h"
#include "analyzer/django/naming.h"

// Indexes and constraints as Meta and operations declare them.
namespace mlint::django {
namespace {

std::string_view last_part(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

// A class of the project may have the name of one of Django's.
bool is_django(std::string_view dotted) { return dotted.starts_with("django."); }

const py::Value* keyword_argument(const py::Value& value, std::string_view name) {
  const auto* call = value.as<py::Call>();
  if (call == nullptr) return nullptr;
  for (const py::Keyword& keyword : call->keywords) {
    if (keyword.name == name && !keyword.value->is<py::None>()) return keyword.value.get();
  }
  return nullptr;
}

std::optional<std::vector<std::string>> strings(const py::Value* value) {
  std::vector<std::string> result;
  if (value == nullptr) return result;
  const py::Values* items = nullptr;
  if (const auto* list = value->as<py::List>()) items = &list->items;
  if (const auto* tuple = value->as<py::Tuple>()) items = &tuple->items;
  if (const auto* set = value->as<py::Set>()) items = &set->items;
  if (items == nullptr) return std::nullopt;
  for (const py::Value& item : *items) {
    const auto* text = item.as<py::String>();
    if (text == nullptr) return std::nullopt;
    result.push_back(text->text);
  }
  return result;
}

std::string_view without_minus(std::string_view name) { return name.starts_with('-') ? name.substr(1) : name; }

// Field names to columns; a leading dash is descending.
template <class Reading>
bool take_columns(const Model& model, const std::vector<std::string>& fields, std::vector<std::string>& columns,
                  std::vector<bool>* descending, Reading& reading) {
  for (std::string_view name : fields) {
    const bool dash = descending != nullptr && name.starts_with('-');
    if (dash) name.remove_prefix(1);
    const FieldPtr field = model.field(name);
    if (!field) {
      reading.reason = unknown_field(name, model);
      reading.no_such_field = true;
      return false;
    }
    columns.push_back(field->column());
    if (descending != nullptr) descending->push_back(dash);
  }
  return true;
}

std::string parameter_text(const py::Value& value) {
  if (const auto* flag = value.as<py::Boolean>()) return flag->value ? "on" : "off";
  if (const auto* number = value.as<py::Integer>()) return number->digits;
  if (const auto* text = value.as<py::String>()) return text->text;
  return {};
}

struct Method {
  std::string_view class_name, method;
  std::array<std::string_view, 2> parameters;
};
constexpr std::array methods = {
    Method{"GinIndex", "gin", {"gin_pending_list_limit", "fastupdate"}},
    Method{"GistIndex", "gist", {"buffering", "fillfactor"}},
    Method{"BrinIndex", "brin", {"autosummarize", "pages_per_range"}},
    Method{"BTreeIndex", "btree", {"fillfactor", "deduplicate_items"}},
    Method{"HashIndex", "hash", {"fillfactor", ""}},
    Method{"SpGistIndex", "spgist", {"fillfactor", ""}},
    Method{"BloomIndex", "bloom", {"length", "columns"}},
    Method{"HnswIndex", "hnsw", {"m", "ef_construction"}},  // of pgvector
    Method{"IvfflatIndex", "ivfflat", {"lists", ""}},
};

// The class of an index, of one of the project's own the class that it extends; empty: not known.
std::string_view class_of(const Model& model, const py::Value& call) {
  std::string_view dotted = py::dotted_name(call);
  if (const ProjectClass* own = find_project_class(model.settings().names, dotted)) {
    dotted = own->own_index ? std::string_view() : std::string_view(own->base);
  }
  return is_django(dotted) || dotted.starts_with("pgvector.") ? last_part(dotted) : std::string_view();
}

void take_method(const py::Value& call, std::string_view name, IndexSpec& spec) {
  for (const Method& method : methods) {
    if (method.class_name != name) continue;
    spec.method = std::string(method.method);
    for (const std::string_view parameter : method.parameters) {
      const py::Value* value = parameter.empty() ? nullptr : keyword_argument(call, parameter);
      if (value == nullptr) continue;
      if (parameter == "columns") {
        const py::Values* items = nullptr;
        if (const auto* list = value->as<py::List>()) items = &list->items;
        if (const auto* tuple = value->as<py::Tuple>()) items = &tuple->items;
        for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
          spec.with.emplace_back("col" + std::to_string(i + 1), parameter_text((*items)[i]));
        }
        continue;
      }
      const bool limit = parameter == "gin_pending_list_limit";
      spec.with.emplace_back(limit ? std::string("gin_pending_list_limit") : std::string(parameter),
                             parameter_text(*value));
    }
  }
}

template <class Reading>
bool take(const RenderedSql& sql, Reading& reading) {
  reading.reason = sql.reason;
  reading.no_such_field = sql.no_such_field;
  return reading.reason.empty();
}

template <class Reading>
bool take_expressions(const Model& model, const py::Call& call, const Version& version, IndexSpec& spec,
                      Reading& reading) {
  for (const py::Value& expression : call.arguments) {
    RenderedElement element = render_element(model, expression, version);
    if (!take(element.sql, reading)) return false;
    spec.elements.push_back(std::move(element));
  }
  return true;
}

std::string deferrable_text(const py::Value* value) {
  if (value == nullptr) return {};
  const std::string_view name = py::dotted_name(*value);
  const auto* text = value->as<py::String>();
  if (name.ends_with("DEFERRED") || (text != nullptr && text->text == "deferred")) {
    return " DEFERRABLE INITIALLY DEFERRED";
  }
  if (name.ends_with("IMMEDIATE") || (text != nullptr && text->text == "immediate")) {
    return " DEFERRABLE INITIALLY IMMEDIATE";
  }
  return {};
}

template <class Reading>
bool take_condition(const Model& model, const py::Value& call, const Version& version, std::string& text,
                    Reading& reading) {
  const py::Value* condition = keyword_argument(call, "condition");
  if (condition == nullptr) return true;
  RenderedSql rendered = render_condition(model, *condition, version);
  text = rendered.text;
  return take(rendered, reading);
}

void read_unique(const Model& model, const NamedCall& named, const Version& version, ConstraintReading& reading) {
  const py::Value& call = *named.call;
  const auto fields = strings(keyword_argument(call, "fields")), include = strings(keyword_argument(call, "include"));
  const auto opclasses = strings(keyword_argument(call, "opclasses"));
  if (!fields || !include || !opclasses) {
    reading.reason = "constraint `" + named.name + "` could not be evaluated";
    return;
  }
  IndexSpec index;
  index.table = model.table();
  index.name = named.name;
  index.unique = true;
  index.opclasses = *opclasses;
  const py::Value* nulls = keyword_argument(call, "nulls_distinct");
  if (nulls != nullptr && nulls->is<py::Boolean>()) index.nulls_distinct = nulls->as<py::Boolean>()->value;
  if (!take_columns(model, *fields, index.columns, nullptr, reading) ||
      !take_columns(model, *include, index.include, nullptr, reading) ||
      !take_condition(model, call, version, index.condition, reading) ||
      !take_expressions(model, *call.as<py::Call>(), version, index, reading)) {
    return;
  }
  if (!index.condition.empty() || !index.include.empty() || !index.opclasses.empty() || !index.elements.empty()) {
    reading.spec = std::move(index);
    return;
  }
  ConstraintSpec constraint;
  constraint.table = index.table;
  constraint.name = named.name;
  constraint.columns = index.columns;
  constraint.nulls_distinct = index.nulls_distinct;
  constraint.deferrable = deferrable_text(keyword_argument(call, "deferrable"));
  reading.spec = std::move(constraint);
}

void read_check(const Model& model, const NamedCall& named, const Version& version, ConstraintReading& reading) {
  const py::Value* condition = keyword_argument(*named.call, "condition");
  if (condition == nullptr) condition = keyword_argument(*named.call, "check");
  if (condition == nullptr) {
    reading.reason = "the condition of `" + named.name + "` could not be evaluated";
    return;
  }
  RenderedSql rendered = render_condition(model, *condition, version);
  ConstraintSpec spec;
  spec.kind = ConstraintSpec::Kind::check;
  spec.table = model.table();
  spec.name = named.name;
  spec.expression = rendered.text;
  take(rendered, reading);
  reading.spec = std::move(spec);
}

void read_exclusion(const Model& model, const NamedCall& named, const Version& version, ConstraintReading& reading) {
  const py::Value& call = *named.call;
  ConstraintSpec spec;
  spec.kind = ConstraintSpec::Kind::exclusion;
  spec.table = model.table();
  spec.name = named.name;
  const py::Value* method = keyword_argument(call, "index_type");
  spec.method = method != nullptr && method->is<py::String>() ? method->as<py::String>()->text : "GIST";
  const auto include = strings(keyword_argument(call, "include"));
  const py::Value* expressions = keyword_argument(call, "expressions");
  const py::Values* items = nullptr;
  if (expressions != nullptr && expressions->is<py::List>()) items = &expressions->as<py::List>()->items;
  if (expressions != nullptr && expressions->is<py::Tuple>()) items = &expressions->as<py::Tuple>()->items;
  if (items == nullptr || !include || !take_columns(model, *include, spec.include, nullptr, reading) ||
      !take_condition(model, call, version, spec.expression, reading)) {
    if (reading.reason.empty()) reading.reason = "constraint `" + named.name + "` could not be evaluated";
    return;
  }
  for (const py::Value& item : *items) {
    const py::Values* pair = nullptr;
    if (const auto* tuple = item.as<py::Tuple>()) pair = &tuple->items;
    if (const auto* list = item.as<py::List>()) pair = &list->items;
    std::string op;
    if (pair != nullptr && pair->size() == 2) {
      const py::Value& written = (*pair)[1];
      if (const auto* text = written.as<py::String>()) op = text->text;
      const std::string_view name = last_part(py::dotted_name(written));
      if (name == "OVERLAPS") op = "&&";
      if (name == "EQUAL") op = "=";
      if (name == "NOT_EQUAL") op = "<>";
      if (name == "CONTAINS") op = "@>";
      if (name == "ADJACENT_TO") op = "-|-";
    }
    if (op.empty()) {
      reading.reason = "an operator of `" + named.name + "` could not be evaluated";
      return;
    }
    RenderedElement element = render_element(model, (*pair)[0], version);
    if (!take(element.sql, reading)) return;
    // Before 4.1 no IndexExpression put an expression in parentheses.
    if (version < Version{4, 0} && element.column.empty() && element.opclass.empty()) element.sql.text = element.root;
    spec.exclusion.emplace_back(std::move(element), op);
  }
  spec.deferrable = deferrable_text(keyword_argument(call, "deferrable"));
  reading.spec = std::move(spec);
}

}  // namespace

std::optional<IndexSpec> spatial_index(const Model& model, const Field& field) {
  if (field.internal != Internal::geometry && field.internal != Internal::raster) return std::nullopt;
  IndexSpec index;
  index.table = model.table();
  index.columns = {field.column()};
  index.method = "GIST";
  if (field.internal == Internal::raster) {
    RenderedElement hull;
    hull.root = hull.sql.text = "ST_ConvexHull(" + quote_name(field.column()) + ")";
    index.elements.push_back(std::move(hull));
  } else if (field.dimension > 2 && !field.geography) {
    index.opclasses = {"GIST_GEOMETRY_OPS_ND"};
  }
  return index;
}

IndexReading read_index(const Model& model, const NamedCall& named, const Version& version) {
  IndexReading reading;
  IndexSpec& spec = reading.spec;
  spec.table = model.table();
  spec.name = named.name;
  if (named.call == nullptr) {
    take_columns(model, named.fields, spec.columns, &spec.descending, reading);
    return reading;
  }
  const auto* call = named.call->as<py::Call>();
  const auto fields = strings(keyword_argument(*named.call, "fields"));
  const auto include = strings(keyword_argument(*named.call, "include"));
  const auto opclasses = strings(keyword_argument(*named.call, "opclasses"));
  if (call == nullptr || !fields || !include || !opclasses) {
    reading.reason = "index `" + named.name + "` could not be evaluated";
    return reading;
  }
  const std::string_view class_name = class_of(model, *named.call);
  take_method(*named.call, class_name, spec);
  if (spec.method.empty() && class_name != "Index") {
    reading.reason = "index class `" + std::string(last_part(py::dotted_name(*named.call))) + "` is not known";
    return reading;
  }
  spec.opclasses = *opclasses;
  if (const py::Value* tablespace = keyword_argument(*named.call, "db_tablespace");
      tablespace != nullptr && tablespace->is<py::String>()) {
    spec.tablespace = tablespace->as<py::String>()->text;
  }
  if (!take_columns(model, *fields, spec.columns, &spec.descending, reading) ||
      !take_columns(model, *include, spec.include, nullptr, reading) ||
      !take_condition(model, *named.call, version, spec.condition, reading)) {
    return reading;
  }
  take_expressions(model, *call, version, spec, reading);
  const FieldPtr only = fields->size() == 1 ? model.field(without_minus(fields->front())) : nullptr;
  if (auto spatial = only ? spatial_index(model, *only) : std::nullopt) {
    // Of what the index says besides only its name and its parameters count.
    spatial->name = named.name;
    spatial->with = std::move(spec.with);
    spec = *std::move(spatial);
  }
  return reading;
}

ConstraintReading read_constraint(const Model& model, const NamedCall& named, const Version& version) {
  ConstraintReading reading;
  if (named.call == nullptr || !named.call->is<py::Call>()) {
    reading.reason = "constraint `" + named.name + "` could not be evaluated";
    return reading;
  }
  const std::string_view dotted = py::dotted_name(*named.call), class_name = last_part(dotted);
  if (!is_django(dotted)) {
    reading.reason = "constraint class `" + std::string(class_name) + "` is not known";
  } else if (class_name == "UniqueConstraint") {
    read_unique(model, named, version, reading);
  } else if (class_name == "CheckConstraint") {
    read_check(model, named, version, reading);
  } else if (class_name == "ExclusionConstraint") {
    read_exclusion(model, named, version, reading);
  } else {
    reading.reason = "constraint class `" + std::string(class_name) + "` is not known";
  }
  return reading;
}

}  // namespace mlint::django
