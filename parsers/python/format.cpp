#include "parsers/python/format.h"

#include <algorithm>
#include <charconv>

namespace mlint::py {

namespace {

std::uint32_t narrow(std::size_t value) { return static_cast<std::uint32_t>(value); }

// One hole of a pattern: the decoded bytes [begin, end) are replaced by `with`.
bool fill(String& out, const std::optional<String>& with, Budget& budget) {
  if (!with || !budget.take(with->text.size() + 32)) return false;
  out.text += with->text;
  out.map.append(with->map);
  return true;
}

const Value* dict_item(const Value& dict, std::string_view key) {
  const auto* items = dict.as<Dict>();
  if (items == nullptr) return nullptr;
  const Value* found = nullptr;
  for (const auto& [name, value] : items->items)
    if (const auto* text = name.as<String>(); text != nullptr && text->text == key) found = &value;
  return found;
}

const Value* keyword_value(const std::vector<Keyword>& keywords, std::string_view name) {
  for (const auto& keyword : keywords)
    if (keyword.name == name) return keyword.value.get();
  return nullptr;
}

std::string_view line_indent(std::string_view line) { return line.substr(0, line.find_first_not_of(" \t")); }

bool blank(std::string_view line) { return line.find_first_not_of(" \t\n") == std::string_view::npos; }

std::string_view common_prefix(std::string_view a, std::string_view b) {
  const auto length = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  return a.substr(0, length);
}

}  // namespace

void append_slice(String& out, const String& text, std::size_t begin, std::size_t end) {
  out.text.append(text.text, begin, end - begin);
  out.map.append(text.map.slice({narrow(begin), narrow(end)}));
}

std::optional<String> plain_text(const Value& value) {
  if (const auto* string = value.as<String>()) return *string;
  String result;
  if (const auto* integer = value.as<Integer>()) {
    result.text = integer->digits;
  } else if (const auto* boolean = value.as<Boolean>()) {
    result.text = boolean->value ? "True" : "False";
  } else if (value.is<None>()) {
    result.text = "None";
  } else {
    return std::nullopt;
  }
  result.map.append(narrow(result.text.size()), value.source, false);
  return result;
}

std::optional<Kind> percent_format(const String& pattern, const Value& value, Budget& budget) {
  const std::string_view text = pattern.text;
  const auto* tuple = value.as<Tuple>();
  std::size_t used = 0;
  String result;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto percent = text.find('%', at);
    append_slice(result, pattern, at, percent == std::string_view::npos ? text.size() : percent);
    if (percent == std::string_view::npos) break;
    at = percent + 1;
    if (at < text.size() && text[at] == '%') {
      append_slice(result, pattern, at, at + 1);
      ++at;
      continue;
    }
    const Value* argument = nullptr;
    if (at < text.size() && text[at] == '(') {
      const auto close = text.find(')', at);
      if (close == std::string_view::npos) return std::nullopt;
      argument = dict_item(value, text.substr(at + 1, close - at - 1));
      at = close + 1;
    } else if (tuple != nullptr) {
      argument = used < tuple->items.size() ? &tuple->items[used++] : nullptr;
    } else {
      argument = used++ == 0 ? &value : nullptr;
    }
    if (argument == nullptr || at >= text.size()) return std::nullopt;
    const char conversion = text[at++];
    if (conversion != 's' && !((conversion == 'd' || conversion == 'i') && argument->is<Integer>()))
      return std::nullopt;
    if (!fill(result, plain_text(*argument), budget)) return std::nullopt;
  }
  // Python refuses arguments left over, except a dict.
  if (!value.is<Dict>() && used != (tuple != nullptr ? tuple->items.size() : 1)) return std::nullopt;
  return result;
}

std::optional<Kind> brace_format(const String& pattern, const Values& arguments, const std::vector<Keyword>& keywords,
                                 Budget& budget) {
  const std::string_view text = pattern.text;
  String result;
  std::size_t next = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto brace = text.find_first_of("{}", at);
    append_slice(result, pattern, at, brace == std::string_view::npos ? text.size() : brace);
    if (brace == std::string_view::npos) break;
    if (brace + 1 < text.size() && text[brace + 1] == text[brace]) {
      append_slice(result, pattern, brace, brace + 1);
      at = brace + 2;
      continue;
    }
    const auto close = text.find('}', brace);
    if (text[brace] == '}' || close == std::string_view::npos) return std::nullopt;
    const auto name = text.substr(brace + 1, close - brace - 1);
    const Value* argument = nullptr;
    if (name.empty()) {
      argument = next < arguments.size() ? &arguments[next++] : nullptr;
    } else if (name.find_first_not_of("0123456789") == std::string_view::npos) {
      std::size_t index = arguments.size();
      std::from_chars(name.data(), name.data() + name.size(), index);
      argument = index < arguments.size() ? &arguments[index] : nullptr;
    } else {
      argument = keyword_value(keywords, name);
    }
    if (argument == nullptr || !fill(result, plain_text(*argument), budget)) return std::nullopt;
    at = close + 1;
  }
  return result;
}

std::optional<Kind> dedent(const String& text) {
  const std::string_view all = text.text;
  std::optional<std::string_view> margin;
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < all.size();) {
    const auto newline = all.find('\n', at);
    const auto end = newline == std::string_view::npos ? all.size() : newline + 1;
    lines.push_back(all.substr(at, end - at));
    at = end;
    if (blank(lines.back())) continue;
    const auto indent = line_indent(lines.back());
    margin = margin ? common_prefix(*margin, indent) : indent;
  }
  const auto cut = margin ? margin->size() : 0;
  String result;
  for (const auto line : lines) {
    const auto begin = static_cast<std::size_t>(line.data() - all.data());
    const bool ends = line.back() == '\n';
    if (blank(line)) {  // dedent normalises blank lines to their newline
      if (ends) append_slice(result, text, begin + line.size() - 1, begin + line.size());
    } else {
      append_slice(result, text, begin + cut, begin + line.size());
    }
  }
  return result;
}

}  // namespace mlint::py
