#include <optional>

#include "analyzer/django/helper_result.h"
#include "analyzer/django/read_operation.h"
#include "parsers/python/constant.h"

// SQL that a migration carries: strings, lists, pairs with parameters, and files that it reads.
namespace mlint::django {

namespace {

// With parameters '%' is a format character: a placeholder becomes one that PostgreSQL's grammar knows, at the same
// length, so that positions stay.
std::string without_placeholders(std::string_view text) {
  std::string result(text);
  for (std::size_t at = 0; at + 1 < result.size(); ++at) {
    if (result[at] != '%') continue;
    if (result[at + 1] == '%') {
      result[at] = ' ';
      result[++at] = '%';
    } else if (result[at + 1] == 's') {
      result.replace(at, 2, "$1");
    } else if (result[at + 1] == '(') {
      const auto close = result.find(")s", at);
      if (close == std::string::npos) return result;
      const auto length = close + 2 - at;
      result.replace(at, length, "$1" + std::string(length - 2, ' '));
    }
  }
  return result;
}

void add_text(const py::String& string, std::string path, bool has_params, std::vector<SqlText>& out) {
  SqlText sql;
  sql.text = string.text;
  sql.map = string.map;
  sql.has_params = has_params;
  sql.path = std::move(path);
  sql.parsed = has_params ? sql::parse(without_placeholders(sql.text)) : sql::parse(sql.text);
  out.push_back(std::move(sql));
}

std::string directory_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

std::string joined(const std::string& base, std::string_view part) {
  if (part.starts_with('/')) return std::string(part);
  return base.empty() ? std::string(part) : base + "/" + std::string(part);
}

const py::Value* only_argument(const py::Call& call) {
  return call.arguments.size() == 1 ? call.arguments.data() : nullptr;
}

std::optional<std::string> path_of(const py::Value& value, const ReadContext& context);

std::optional<std::string> join_arguments(const py::Call& call, const ReadContext& context) {
  std::optional<std::string> result;
  for (const auto& argument : call.arguments) {
    const auto part = path_of(argument, context);
    if (!part) return std::nullopt;
    result = result ? joined(*result, *part) : *part;
  }
  return result;
}

// `Path(…).parent`, `.parents[n]`, `.joinpath()`, `.resolve()`.
std::optional<std::string> path_of_call(const py::Call& call, const ReadContext& context) {
  if (const auto* callee = call.callee->as<py::Name>()) {
    const auto& name = callee->dotted;
    const auto* argument = only_argument(call);
    if (name == "os.path.join" || name == "pathlib.Path" || name == "pathlib.PurePath")
      return join_arguments(call, context);
    if (argument == nullptr) return std::nullopt;
    const auto path = path_of(*argument, context);
    if (!path) return std::nullopt;
    if (name == "os.path.dirname") return directory_of(*path);
    if (name == "os.path.abspath" || name == "os.path.realpath" || name == "os.path.normpath" || name == "str" ||
        name == "os.fspath")
      return path;
    return std::nullopt;
  }
  const auto* method = call.callee->as<py::Attribute>();
  if (method == nullptr) return std::nullopt;
  const auto base = path_of(*method->base, context);
  if (!base) return std::nullopt;
  if (method->name == "resolve" || method->name == "absolute") return base;
  if (method->name != "joinpath") return std::nullopt;
  const auto tail = join_arguments(call, context);
  if (!tail) return std::nullopt;
  return joined(*base, *tail);
}

// A constant path, relative to the project's root where it begins at `__file__`.
std::optional<std::string> path_of(const py::Value& value, const ReadContext& context) {
  if (const auto* string = value.as<py::String>()) return string->text;
  if (const auto* name = value.as<py::Name>()) {
    if (name->dotted == "__file__") return std::string(context.path);
    return std::nullopt;
  }
  if (const auto* call = value.as<py::Call>()) return path_of_call(*call, context);
  if (const auto* attribute = value.as<py::Attribute>()) {
    if (attribute->name != "parent") return std::nullopt;
    const auto base = path_of(*attribute->base, context);
    if (!base) return std::nullopt;
    return directory_of(*base);
  }
  if (const auto* item = value.as<py::Subscript>()) {
    const auto* parents = item->base->as<py::Attribute>();
    const auto* index = item->index->as<py::Integer>();
    if (parents == nullptr || parents->name != "parents" || index == nullptr || index->digits.size() != 1)
      return std::nullopt;
    auto base = path_of(*parents->base, context);
    for (int i = 0; base && i <= index->digits[0] - '0'; ++i) base = directory_of(*base);
    return base;
  }
  const auto* binary = value.as<py::Binary>();
  if (binary == nullptr || (binary->op != "/" && binary->op != "+")) return std::nullopt;
  const auto left = path_of(*binary->left, context);
  const auto right = path_of(*binary->right, context);
  if (!left || !right) return std::nullopt;
  return binary->op == "/" ? joined(*left, *right) : *left + *right;
}

// `open(path).read()`, `Path(path).read_text()`, `Path(path).open().read()`.
std::optional<std::string> path_read_by(const py::Value& value, const ReadContext& context) {
  const auto* call = value.as<py::Call>();
  const auto* method = call != nullptr ? call->callee->as<py::Attribute>() : nullptr;
  if (method == nullptr) return std::nullopt;
  if (method->name == "read_text") return path_of(*method->base, context);
  const auto* opened = method->base->as<py::Call>();
  if (method->name != "read" || opened == nullptr) return std::nullopt;
  const auto* function = opened->callee->as<py::Name>();
  if (function != nullptr &&
      (function->dotted == "open" || function->dotted == "io.open" || function->dotted == "codecs.open") &&
      !opened->arguments.empty())
    return path_of(opened->arguments[0], context);
  const auto* opener = opened->callee->as<py::Attribute>();
  if (opener == nullptr || opener->name != "open") return std::nullopt;
  return path_of(*opener->base, context);
}

bool add_file(const py::Value& value, const std::string& place, const ReadContext& context, std::vector<SqlText>& out) {
  const auto path = path_read_by(value, context);
  if (!path || !context.files.text) return false;
  auto text = context.files.text(*path, context.path);
  if (!text) return false;
  py::String string{std::move(text->second), {}};
  const auto length = static_cast<std::uint32_t>(string.text.size());
  string.map.append(length, {text->first, {0, length}}, true);
  add_text(string, place, false, out);
  return true;
}

// Text that helpers of the project return, put together.
std::optional<py::Value> made_text(const py::Value& written, const ReadContext& context, int depth = 0) {
  constexpr int deepest = 20;
  if (depth > deepest) return std::nullopt;
  const auto& value = follow(written, context);
  if (value.is<py::String>()) return value.clone();
  if (const auto* call = value.as<py::Call>()) {
    const auto result = returned(*call, context);
    return result ? made_text(*result, context, depth + 1) : std::nullopt;
  }
  const auto* sum = value.as<py::Binary>();
  if (sum == nullptr || sum->op != "+") return std::nullopt;
  auto left = made_text(*sum->left, context, depth + 1);
  auto right = left ? made_text(*sum->right, context, depth + 1) : std::nullopt;
  py::Budget budget;
  auto made = right ? py::binary("+", *left, *right, budget) : std::nullopt;
  if (!made) return std::nullopt;
  py::Value text;
  text.kind = *std::move(made);
  return text;
}

std::string why_not_constant(const py::Value& value) {
  if (const auto* unknown = py::first_unknown(value)) return unknown->as<py::Unknown>()->reason;
  return "SQL that is not a constant";
}

// One element of a list: a string, or a pair of it with its parameters.
std::string read_element(const py::Value& written, const std::string& path, const ReadContext& context,
                         std::vector<SqlText>& out) {
  const auto& value = follow(written, context);
  if (const auto* string = value.as<py::String>()) {
    add_text(*string, path, false, out);
    return {};
  }
  const auto* tuple = value.as<py::Tuple>();
  const auto* list = value.as<py::List>();
  if (tuple == nullptr && list == nullptr) {
    const auto made = made_text(value, context);
    if (made) add_text(*made->as<py::String>(), path, false, out);
    return made || add_file(value, path, context, out) ? std::string() : why_not_constant(value);
  }
  const auto& items = tuple != nullptr ? tuple->items : list->items;
  if (items.size() != 2) return "a pair of SQL and parameters of another length";
  const auto& text = follow(items[0], context);
  if (!text.is<py::String>()) return why_not_constant(text);
  add_text(*text.as<py::String>(), path, !items[1].is<py::None>(), out);
  return {};
}

}  // namespace

std::string read_sql(const py::Value& written, std::string_view name, const ReadContext& context,
                     std::vector<SqlText>& out, bool& noop) {
  const auto& value = follow(written, context);
  if (value.is<py::None>()) return {};
  if (const auto* symbol = value.as<py::Name>(); symbol != nullptr && symbol->dotted.ends_with("RunSQL.noop")) {
    noop = true;
    return {};
  }
  const std::string path(name);
  if (const auto* string = value.as<py::String>()) {
    noop = string->text.empty();
    if (!noop) add_text(*string, path, false, out);
    return {};
  }
  const auto* list = value.as<py::List>();
  const auto* tuple = value.as<py::Tuple>();
  if (list == nullptr && tuple == nullptr) {
    if (const auto made = made_text(value, context)) return read_sql(*made, name, context, out, noop);
    return add_file(value, path, context, out) ? std::string() : why_not_constant(value);
  }
  std::string reason;
  const auto& items = list != nullptr ? list->items : tuple->items;
  noop = items.empty();
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto problem = read_element(items[i], path + "[" + std::to_string(i) + "]", context, out);
    if (reason.empty()) reason = std::move(problem);
  }
  return reason;
}

}  // namespace mlint::django
