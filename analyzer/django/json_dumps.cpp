#include "analyzer/django/json_dumps.h"

#include <fmt/format.h>

namespace mlint::django {

std::string float_repr(double value) {
  std::string text = fmt::format("{}", value);  // shortest digits, an exponent from 1e16 on: as Python's repr
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

namespace {

void json_string(std::string_view text, std::string& out) {
  out += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c < 0x20) {
      out += fmt::format("\\u{:04x}", c);
    } else if (c < 0x80) {
      out += static_cast<char>(c);
    } else {
      const int extra = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
      unsigned code = c & (0x3FU >> extra);
      for (int k = 0; k < extra && i + 1 < text.size(); ++k) {
        code = code << 6U | (static_cast<unsigned char>(text[++i]) & 0x3FU);
      }
      if (code >= 0x10000) {
        code -= 0x10000;
        out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (code >> 10U), 0xDC00 + (code & 0x3FFU));
      } else {
        out += fmt::format("\\u{:04x}", code);
      }
    }
  }
  out += '"';
}

bool json_into(const py::Value& value, std::string& out, int depth);

bool json_items(const py::Values& items, std::string& out, int depth) {
  out += '[';
  bool first = true;
  for (const py::Value& item : items) {
    if (!first) out += ", ";
    first = false;
    if (!json_into(item, out, depth)) return false;
  }
  out += ']';
  return true;
}

bool json_into(const py::Value& value, std::string& out, int depth) {
  if (depth > 100) return false;
  if (value.is<py::None>()) {
    out += "null";
  } else if (const auto* b = value.as<py::Boolean>()) {
    out += b->value ? "true" : "false";
  } else if (const auto* n = value.as<py::Integer>()) {
    out += n->digits;
  } else if (const auto* f = value.as<py::Float>()) {
    out += float_repr(f->value);
  } else if (const auto* s = value.as<py::String>()) {
    json_string(s->text, out);
  } else if (const auto* list = value.as<py::List>()) {
    return json_items(list->items, out, depth + 1);
  } else if (const auto* tuple = value.as<py::Tuple>()) {
    return json_items(tuple->items, out, depth + 1);
  } else if (const auto* dict = value.as<py::Dict>()) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : dict->items) {
      if (!first) out += ", ";
      first = false;
      const auto* name = key.as<py::String>();
      if (name == nullptr) return false;
      json_string(name->text, out);
      out += ": ";
      if (!json_into(item, out, depth + 1)) return false;
    }
    out += '}';
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> json_dumps(const py::Value& value) {
  std::string text;
  if (!json_into(value, text, 0)) return std::nullopt;
  return text;
}

}  // namespace mlint::django
