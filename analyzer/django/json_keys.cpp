#include <algorithm>

#include "analyzer/django/columns.h"
#include "analyzer/django/naming.h"
#include "analyzer/django/renderer.h"

// Keys of a JSONField: F("metadata__owner__name"), KeyTransform("owner", "metadata").
namespace mlint::django::compiler {
namespace {

bool is_number(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

// Django from 3.2 on reads a key of a field's name; nothing: the name is none.
std::optional<Renderer::Out> Renderer::json_key(std::string_view path) {
  const std::size_t first = path.find("__");
  if (first == std::string_view::npos || version_ < Version{3, 2}) return std::nullopt;
  const FieldPtr field = model_.field(path.substr(0, first));
  if (!field || field->internal != Internal::json) return std::nullopt;
  std::vector<std::string> keys;
  for (std::string_view rest = path.substr(first + 2); !rest.empty();) {
    const std::size_t end = std::min(rest.find("__"), rest.size());
    keys.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return key_of(quote_name(field->column()), keys, false);
}

Renderer::Out Renderer::key_of(const std::string& json, const std::vector<std::string>& keys, bool as_text) {
  const std::string arrow = as_text ? ">" : "";
  if (keys.size() == 1) {
    const std::string key = is_number(keys[0]) ? keys[0] : text_literal(keys[0]);
    return {"(" + json + " ->" + arrow + " " + key + ")", nullptr, false, false};
  }
  if (keys.empty()) {
    fail("a key of a JSONField could not be evaluated");
    return {};
  }
  // As psycopg2 writes a list; psycopg 3 writes the same as one string.
  std::string path;
  for (const std::string& key : keys) path += (path.empty() ? "ARRAY[" : ",") + text_literal(key);
  return {"(" + json + " #>" + arrow + " " + path + "])", nullptr, false, false};
}

Renderer::Out Renderer::key_transform(const py::Call& call, bool as_text, int depth) {
  const auto* key = call.arguments.size() == 2 ? call.arguments[0].as<py::String>() : nullptr;
  const Out json = key != nullptr ? argument(call.arguments[1], depth) : Out{};
  if (!json.column || !json.field || json.field->internal != Internal::json) {
    fail("a key of a JSONField could not be evaluated");
    return {};
  }
  return key_of(json.sql, {key->text}, as_text);
}

}  // namespace mlint::django::compiler
