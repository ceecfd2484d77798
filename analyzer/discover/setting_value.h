#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parsers/python/module.h"

// What a value in a settings module stands for.
namespace mlint {

// Of a dotted name.
constexpr bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}
// What is called, as text: "environ.Env().db", "dj_database_url.config".
std::string callee_text(const py::Value& value, int depth = 0);
// Null: the call has no such keyword.
const py::Value* keyword(const py::Call& call, std::string_view name);
// The default in a call that asks the environment; null: it is no such call, or has none.
const py::Value* environment_default(const py::Value& value);
// The default of a value that the environment gives; any other value is itself.
const py::Value& settled(const py::Value& value);
// Of a string; of null: nothing.
std::optional<std::string> text_of(const py::Value* value);
// Of a dictionary, written out or by `dict(…)`; null: not there.
const py::Value* entry(const py::Value& dictionary, std::string_view key);

}  // namespace mlint
