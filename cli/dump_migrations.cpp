#include "cli/dump_migrations.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "analyzer/base/overloaded.h"

// Written by hand: integers may have any size, and the order of keys is part of the contract.
namespace mlint {

namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result.push_back('\\');
      result.push_back(c);
    } else if (c == '\n') {
      result += "\\n";
    } else if (byte < 0x20) {
      constexpr std::string_view hex = "0123456789abcdef";
      result.append("\\u00").append(1, hex[byte >> 4U]).append(1, hex[byte & 15U]);
    } else {
      result.push_back(c);
    }
  }
  return result + "\"";
}

std::string base64(std::string_view data) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t at = 0; at < data.size(); at += 3) {
    std::uint32_t bits = 0;
    const auto count = std::min<std::size_t>(3, data.size() - at);
    for (std::size_t i = 0; i < 3; ++i)
      bits = (bits << 8U) | (i < count ? static_cast<unsigned char>(data[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) result.push_back(i <= count ? digits[(bits >> (18 - 6 * i)) & 63U] : '=');
  }
  return result;
}

std::string joined(const std::vector<std::string>& parts, char open, char close) {
  std::string result(1, open);
  for (const auto& part : parts) {
    if (result.size() > 1) result += ",";
    result += part;
  }
  result.push_back(close);
  return result;
}

class Printer {
 public:
  explicit Printer(const FileLookup& file_of) : file_of_(file_of) {}

  // Clears `known` when something inside could not be evaluated.
  std::string value(const py::Value& value, bool& known) const {
    return std::visit(overloaded{
                          [](const py::None&) -> std::string { return "null"; },
                          [](const py::Boolean& v) -> std::string { return v.value ? "true" : "false"; },
                          [](const py::Integer& v) { return v.digits; },
                          [&](const py::Float& v) { return number(v, value, known); },
                          [](const py::String& v) { return quoted(v.text); },
                          [](const py::Bytes& v) { return "{\"bytes\":" + quoted(base64(v.data)) + "}"; },
                          [](const py::Name& v) { return "{\"name\":" + quoted(v.dotted) + "}"; },
                          [&](const py::Call& v) { return call(v, value, known); },
                          [&](const py::List& v) { return joined(each(v.items, known), '[', ']'); },
                          [&](const py::Tuple& v) { return joined(each(v.items, known), '[', ']'); },
                          [&](const py::Set& v) {
                            auto items = each(v.items, known);
                            std::sort(items.begin(), items.end());
                            return "{\"set\":" + joined(items, '[', ']') + "}";
                          },
                          [&](const py::Dict& v) { return dict(v, known); },
                          [&](const py::Unary& v) { return operators(v.op, {v.operand.get()}, known); },
                          [&](const py::Binary& v) {
                            return operators(v.op, {v.left.get(), v.right.get()}, known);
                          },
                          [&](const auto&) { return expression(value, known); },
                      },
                      value.kind);
  }

  std::string operation(const django::ModelOperation& operation) const {
    bool known = operation.evaluated;
    std::vector<std::string> arguments;
    for (const auto* list : {&operation.arguments, &operation.unknown_arguments})
      for (const auto& argument : *list)
        arguments.push_back(quoted(argument.name) + ":" + this->argument(operation, argument, known));
    return "{\"type\":" + quoted(operation.type) + ",\"args\":" + joined(arguments, '{', '}') +
           ",\"range\":" + range(operation.location) + ",\"evaluated\":" + (known ? "true" : "false") + "}";
  }

  std::string range(Location location) const {
    const auto* source = file_of_(location.file);
    if (source == nullptr) return "{}";
    return "{\"start\":" + position(source->position(location.span.begin)) +
           ",\"end\":" + position(source->position(location.span.end)) + "}";
  }

 private:
  static std::string position(const Position& at) {
    return "{\"line\":" + std::to_string(at.line) + ",\"column\":" + std::to_string(at.column) +
           ",\"offset\":" + std::to_string(at.offset) + "}";
  }

  std::string expression(const py::Value& value, bool& known) const {
    known = false;
    const auto* source = file_of_(value.source.file);
    return "{\"expr\":" + quoted(source != nullptr ? source->text(value.source.span) : std::string_view()) + "}";
  }

  std::string number(const py::Float& number, const py::Value& value, bool& known) const {
    if (!std::isfinite(number.value)) return expression(value, known);
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number.value).ptr;
    std::string text(buffer.data(), end);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
  }

  // Operators over values that stay symbolic: `Q(a=1) | Q(b=2)`.
  std::string operators(std::string_view op, std::initializer_list<const py::Value*> operands, bool& known) const {
    std::vector<std::string> items;
    for (const auto* operand : operands) items.push_back(value(*operand, known));
    return "{\"op\":" + quoted(op) + ",\"args\":" + joined(items, '[', ']') + "}";
  }

  std::vector<std::string> each(const py::Values& values, bool& known) const {
    std::vector<std::string> result;
    result.reserve(values.size());
    for (const auto& item : values) result.push_back(value(item, known));
    return result;
  }

  std::string call(const py::Call& call, const py::Value& whole, bool& known) const {
    const auto* callee = call.callee->as<py::Name>();
    if (callee == nullptr) return expression(whole, known);
    std::vector<std::string> keywords;
    for (const auto& keyword : call.keywords) {
      if (keyword.name.empty()) return expression(whole, known);
      keywords.push_back(quoted(keyword.name) + ":" + value(*keyword.value, known));
    }
    return "{\"class\":" + quoted(callee->dotted) + ",\"args\":" + joined(each(call.arguments, known), '[', ']') +
           ",\"kwargs\":" + joined(keywords, '{', '}') + "}";
  }

  std::string dict(const py::Dict& dict, bool& known) const {
    std::vector<std::string> items;
    const bool plain = std::all_of(dict.items.begin(), dict.items.end(),
                                   [](const auto& item) { return item.first.template is<py::String>(); });
    for (const auto& [key, item] : dict.items) {
      const auto first = value(key, known);
      const auto second = value(item, known);
      items.push_back(plain ? first + ":" + second : "[" + first + "," + second + "]");
    }
    return plain ? joined(items, '{', '}') : "{\"dict\":" + joined(items, '[', ']') + "}";
  }

  // Lists of operations print as operations, whatever expression made them.
  std::string argument(const django::ModelOperation& operation, const django::Argument& argument, bool& known) const {
    const bool nested = operation.known_as == "SeparateDatabaseAndState" || operation.known_as == "RunSQL";
    const std::vector<django::ModelOperation>* operations = nullptr;
    if (nested && argument.name == "database_operations") operations = &operation.database_operations;
    if (nested && argument.name == "state_operations") operations = &operation.state_operations;
    if (operations == nullptr || argument.value.is<py::None>()) return value(argument.value, known);
    std::vector<std::string> items;
    items.reserve(operations->size());
    for (const auto& inner : *operations) items.push_back(this->operation(inner));
    return joined(items, '[', ']');
  }

  const FileLookup& file_of_;
};

std::string pair(const django::MigrationKey& key) { return "[" + quoted(key.app) + "," + quoted(key.name) + "]"; }

std::string links(const std::vector<django::Dependency>& dependencies) {
  std::vector<std::string> items;
  for (const auto& dependency : dependencies) {
    const bool named = !dependency.key.name.empty() && dependency.key.name != "__first__";  // also where swapper asks
    items.push_back(dependency.swappable.empty() || named ? pair(dependency.key)
                                                          : "{\"swappable\":" + quoted(dependency.swappable) + "}");
  }
  return joined(items, '[', ']');
}

std::string migration_json(const django::Migration& migration, const FileLookup& file_of) {
  const Printer printer(file_of);
  const auto* source = file_of(migration.file);
  std::vector<std::string> replaced;
  for (const auto& key : migration.replaces) replaced.push_back(pair(key));
  std::vector<std::string> operations;
  for (const auto& operation : migration.operations) operations.push_back(printer.operation(operation));
  std::string result = "{\"app\":" + quoted(migration.key.app) + ",\"name\":" + quoted(migration.key.name);
  result += ",\"file\":" + quoted(source != nullptr ? std::string_view(source->path()) : std::string_view());
  result += ",\"dependencies\":" + links(migration.dependencies) + ",\"run_before\":" + links(migration.run_before);
  result += ",\"replaces\":" + joined(replaced, '[', ']');
  if (migration.initial) result += std::string(",\"initial\":") + (*migration.initial ? "true" : "false");
  result += std::string(",\"atomic\":") + (migration.atomic ? "true" : "false");
  return result + ",\"operations\":" + joined(operations, '[', ']') + "}";
}

}  // namespace

void print_migrations_json(std::ostream& out, std::span<const django::Migration* const> migrations,
                           const FileLookup& file_of) {
  out << "[";
  bool first = true;
  for (const auto* migration : migrations) {
    out << (first ? "\n" : ",\n") << migration_json(*migration, file_of);
    first = false;
  }
  out << "\n]\n";
}

void print_migrations_text(std::ostream& out, std::span<const django::Migration* const> migrations,
                           const FileLookup& file_of) {
  const Printer printer(file_of);
  for (const auto* migration : migrations) {
    const auto* source = file_of(migration->file);
    out << migration->key.app << "." << migration->key.name << "  " << (source ? source->path() : "")
        << (migration->atomic ? "" : "  not atomic") << "\n";
    for (const auto& dependency : migration->dependencies) {
      const auto& key = dependency.key;
      out << "  after " << (dependency.swappable.empty() ? key.app + "." + key.name : dependency.swappable) << "\n";
    }
    for (const auto& key : migration->replaces) out << "  replaces " << key.app << "." << key.name << "\n";
    for (const auto& operation : migration->operations) {
      bool known = operation.evaluated;
      out << "  " << operation.type << "(";
      std::string_view comma;
      for (const auto* list : {&operation.arguments, &operation.unknown_arguments}) {
        for (const auto& argument : *list) {
          out << comma << argument.name << "=" << printer.value(argument.value, known);
          comma = ", ";
        }
      }
      out << ")" << (known ? "" : "  not evaluated") << "\n";
    }
  }
}

}  // namespace mlint
