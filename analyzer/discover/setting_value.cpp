#include "analyzer/discover/setting_value.h"

#include <algorithm>
#include <array>

namespace mlint {

std::string callee_text(const py::Value& value, int depth) {
  if (depth > 8) return {};
  if (const auto* name = value.as<py::Name>()) return name->dotted;
  if (const auto* call = value.as<py::Call>()) return callee_text(*call->callee, depth + 1) + "()";
  if (const auto* attribute = value.as<py::Attribute>()) {
    return callee_text(*attribute->base, depth + 1) + "." + attribute->name;
  }
  if (const auto* subscript = value.as<py::Subscript>()) return callee_text(*subscript->base, depth + 1) + "[]";
  return {};
}

const py::Value* keyword(const py::Call& call, std::string_view name) {
  for (const py::Keyword& it : call.keywords) {
    if (it.name == name) return it.value.get();
  }
  return nullptr;
}

// os.environ.get("X", default), os.getenv, environ's env(…), decouple's config(…), getattr(module, "X", default).
const py::Value* environment_default(const py::Value& value) {
  const auto* call = value.as<py::Call>();
  if (call == nullptr) return nullptr;
  const std::string callee = callee_text(*call->callee);
  if (callee == "getattr") return call->arguments.size() > 2 ? &call->arguments[2] : nullptr;
  static constexpr std::array<std::string_view, 11> readers = {
      "os.environ.get", "os.getenv", "env",         "decouple.config",      "config", "environ.Env()", "Env()",
      "getenv",         "get_env",   "environ.get", "os.environ.setdefault"};
  static constexpr std::array<std::string_view, 8> typed = {"str",   "get",  "bool",  "int",
                                                            "float", "list", "tuple", "json"};
  const std::size_t dot = callee.rfind('.');
  const std::string_view object = std::string_view(callee).substr(0, dot == std::string::npos ? 0 : dot);
  // environ's env.bool("X", default); of env("X", …) itself the second argument is a cast.
  const bool of_environ =
      (object == "env" || object.ends_with("Env()")) &&
      std::find(typed.begin(), typed.end(), std::string_view(callee).substr(dot + 1)) != typed.end();
  if (!of_environ && std::find(readers.begin(), readers.end(), callee) == readers.end()) return nullptr;
  if (const py::Value* given = keyword(*call, "default")) return given;
  const bool cast = callee.ends_with("Env()");
  return call->arguments.size() > 1 && !cast ? &call->arguments[1] : nullptr;
}

const py::Value& settled(const py::Value& value) {
  const py::Value* at = &value;
  for (int depth = 0; depth < 8; ++depth) {
    const py::Value* given = environment_default(*at);
    if (given == nullptr) break;
    at = given;
  }
  return *at;
}

std::optional<std::string> text_of(const py::Value* value) {
  if (value == nullptr) return std::nullopt;
  const auto* text = settled(*value).as<py::String>();
  return text == nullptr ? std::nullopt : std::optional(text->text);
}

const py::Value* entry(const py::Value& dictionary, std::string_view key) {
  if (const auto* dict = dictionary.as<py::Dict>()) {
    for (auto at = dict->items.rbegin(); at != dict->items.rend(); ++at) {
      const auto* name = at->first.as<py::String>();
      if (name != nullptr && name->text == key) return &at->second;
    }
  }
  if (const auto* call = dictionary.as<py::Call>(); call != nullptr && callee_text(*call->callee) == "dict") {
    return keyword(*call, key);
  }
  return nullptr;
}

}  // namespace mlint
