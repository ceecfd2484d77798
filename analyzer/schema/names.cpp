#include "analyzer/schema/names.h"

#include <algorithm>
#include <cctype>

#include "analyzer/base/clip.h"

namespace mlint::names {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

struct Figured {
  std::string name;
  int strength = 0;  // 0 none, 1 weak (a type's name, "case"), 2 strong
};

std::string subquery_name(const Expr& expression) {
  if (expression.name == "EXISTS") return "exists";
  if (expression.name == "ARRAY") return "array";
  return {};
}

// FigureColnameInternal.
Figured figure(const Expr& e, int depth) {
  if (depth > 200) return {};
  using Kind = Expr::Kind;
  switch (e.kind) {
    case Kind::column:
      return e.name == "*" ? Figured{} : Figured{e.name, 2};
    case Kind::field:
      if (!e.name.empty()) return {e.name, 2};
      return e.arguments.empty() ? Figured{} : figure(e.arguments[0], depth + 1);
    case Kind::subscript:
    case Kind::collate:
      return e.arguments.empty() ? Figured{} : figure(e.arguments[0], depth + 1);
    case Kind::call:
      return {e.name, 2};
    case Kind::nullif:
      return {"nullif", 2};
    case Kind::cast: {
      Figured inner = e.arguments.empty() ? Figured{} : figure(e.arguments[0], depth + 1);
      if (inner.strength <= 1 && !e.type.name.name.empty()) return {e.type.name.name, 1};
      return inner;
    }
    case Kind::constant:
      return e.type.name.name == "bool" ? Figured{"bool", 1} : Figured{};  // the grammar casts TRUE and FALSE
    case Kind::case_: {
      Figured inner = e.arguments.empty() ? Figured{} : figure(e.arguments.back(), depth + 1);
      return inner.strength <= 1 ? Figured{"case", 1} : inner;
    }
    case Kind::array:
      return {"array", 2};
    case Kind::row:
      return {"row", 2};
    case Kind::coalesce:
      return {"coalesce", 2};
    case Kind::min_max:
      return {e.name.empty() ? "greatest" : lower(e.name), 2};
    case Kind::keyword:
      return {lower(e.name), 2};
    case Kind::subquery: {
      std::string name = subquery_name(e);
      return {name, name.empty() ? 0 : 2};
    }
    default:
      return {};
  }
}

}  // namespace

std::string truncate(std::string_view identifier) { return std::string(clip(identifier, max_identifier_bytes)); }

std::string make_object_name(std::string_view name1, std::string_view name2, std::string_view label) {
  std::size_t overhead = 0;
  if (!name2.empty()) ++overhead;
  if (!label.empty()) overhead += label.size() + 1;
  const std::size_t available = max_identifier_bytes > overhead ? max_identifier_bytes - overhead : 0;
  std::size_t length1 = name1.size(), length2 = name2.size();
  while (length1 + length2 > available) (length1 > length2 ? length1 : length2)--;
  std::string name(clip(name1, length1));
  if (!name2.empty()) name.append("_").append(clip(name2, length2));
  if (!label.empty()) name.append("_").append(label);
  return name;
}

std::string choose_name(std::string_view name1, std::string_view name2, std::string_view label,
                        const std::function<bool(const std::string&)>& taken) {
  std::string name = make_object_name(name1, name2, label);
  for (int pass = 1; taken(name); ++pass)
    name = make_object_name(name1, name2, std::string(label) + std::to_string(pass));
  return name;
}

std::string join_columns(const std::vector<std::string>& columns) {
  std::string joined;
  for (const std::string& column : columns) {
    if (!joined.empty()) joined += '_';
    joined += truncate(column);
    if (joined.size() > max_identifier_bytes) break;  // the server stops at NAMEDATALEN bytes
  }
  return joined;
}

std::string expression_name(const Expr& expression) { return figure(expression, 0).name; }

std::vector<std::string> index_column_names(const std::vector<IndexElement>& elements,
                                            const std::vector<std::string>& include) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& original) {
    std::string name = original;
    for (int i = 1; std::find(names.begin(), names.end(), name) != names.end(); ++i) {
      const std::string number = std::to_string(i);
      name = std::string(clip(original, max_identifier_bytes - number.size())) + number;
    }
    names.push_back(std::move(name));
  };
  for (const IndexElement& element : elements) {
    std::string name = element.column;
    if (name.empty() && element.expression) name = expression_name(*element.expression);
    add(name.empty() ? "expr" : name);
  }
  for (const std::string& column : include) add(column);
  return names;
}

}  // namespace mlint::names
