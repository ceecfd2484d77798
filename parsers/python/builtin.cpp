#include <algorithm>
#include <cctype>

#include "parsers/python/constant.h"
#include "parsers/python/format.h"

// Pure built-ins and methods on constants.
namespace mlint::py {

namespace {

constexpr long long max_range = 10000;

bool has_starred(const Values& values) {
  return std::any_of(values.begin(), values.end(), [](const Value& value) { return value.is<Starred>(); });
}

// The items that iterating a constant gives.
std::optional<Values> iterated(Value& value) {
  if (auto* list = std::get_if<List>(&value.kind)) return std::move(list->items);
  if (auto* tuple = std::get_if<Tuple>(&value.kind)) return std::move(tuple->items);
  if (auto* set = std::get_if<Set>(&value.kind)) return std::move(set->items);
  if (auto* dict = std::get_if<Dict>(&value.kind)) {
    if (!is_constant(value)) return std::nullopt;
    Values keys;
    for (auto& item : dict->items) keys.push_back(std::move(item.first));
    return keys;
  }
  return std::nullopt;
}

Kind make_set(Values items) {
  Set result;
  for (auto& item : items) {
    const bool known = std::any_of(result.items.begin(), result.items.end(),
                                   [&](const Value& other) { return equal(other, item).value_or(false); });
    if (!known) result.items.push_back(std::move(item));
  }
  return result;
}

std::optional<Kind> make_dict(Values& arguments, std::vector<Keyword>& keywords) {
  Dict result;
  if (arguments.size() > 1) return std::nullopt;
  if (std::any_of(keywords.begin(), keywords.end(), [](const Keyword& keyword) { return keyword.name.empty(); }))
    return std::nullopt;
  if (arguments.size() == 1) {
    if (auto* dict = std::get_if<Dict>(&arguments[0].kind)) {
      result = std::move(*dict);
    } else {
      const auto pairs = items_of(arguments[0]);
      if (!pairs) return std::nullopt;
      for (const auto& item : *pairs) {
        const auto pair = items_of(item);
        if (!pair || pair->size() != 2) return std::nullopt;
        result.items.emplace_back((*pair)[0].clone(), (*pair)[1].clone());
      }
    }
  }
  for (auto& keyword : keywords) {
    String name{keyword.name, {}};
    name.map.append(static_cast<std::uint32_t>(keyword.name.size()), keyword.value->source, false);
    result.items.emplace_back(Value{std::move(name), keyword.value->source, keyword.value->use},
                              std::move(*keyword.value));
  }
  keep_last(result);
  return result;
}

std::optional<Kind> make_range(const Values& arguments) {
  long long bounds[3] = {0, 0, 1};
  if (arguments.empty() || arguments.size() > 3) return std::nullopt;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto bound = to_int(arguments[i]);
    if (!bound || *bound > INT32_MAX || *bound < INT32_MIN) return std::nullopt;
    bounds[arguments.size() == 1 ? 1 : i] = *bound;
  }
  if (bounds[2] == 0) return std::nullopt;
  List result;
  for (auto i = bounds[0]; bounds[2] > 0 ? i < bounds[1] : i > bounds[1]; i += bounds[2]) {
    if (result.items.size() > max_range) return std::nullopt;
    result.items.push_back({Integer{std::to_string(i)}, arguments[0].source, arguments[0].use});
  }
  return result;
}

bool sortable(const Value& value) {
  const auto items = items_of(value);
  return items && std::all_of(items->begin(), items->end(), [](const Value& item) { return item.is<String>(); });
}

Kind make_sorted(Values items) {
  std::stable_sort(items.begin(), items.end(),
                   [](const Value& a, const Value& b) { return a.as<String>()->text < b.as<String>()->text; });
  return List{std::move(items)};
}

std::optional<Kind> length(const Value& value) {
  if (const auto* string = value.as<String>()) {
    const auto points = std::count_if(string->text.begin(), string->text.end(),
                                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return Integer{std::to_string(points)};
  }
  const auto items = items_of(value);
  if (!items || !is_constant(value)) return std::nullopt;
  return Integer{std::to_string(items->size())};
}

std::optional<Kind> join(const String& separator, const Value& argument, Budget& budget) {
  const auto items = items_of(argument);
  if (!items || argument.is<Set>()) return std::nullopt;
  String result;
  for (const auto& item : *items) {
    const auto* part = item.as<String>();
    if (part == nullptr || !budget.take(part->text.size() + separator.text.size() + 32)) return std::nullopt;
    if (&item != items->data()) append_slice(result, separator, 0, separator.text.size());
    append_slice(result, *part, 0, part->text.size());
  }
  return result;
}

std::optional<Kind> strip(const String& string, const Values& arguments, bool left, bool right) {
  std::string characters = " \t\n\r\f\v";
  if (arguments.size() == 1 && arguments[0].is<String>()) characters = arguments[0].as<String>()->text;
  if (arguments.size() > 1 || (arguments.size() == 1 && !arguments[0].is<String>())) return std::nullopt;
  if (std::any_of(characters.begin(), characters.end(), [](char c) { return static_cast<unsigned char>(c) > 127; }))
    return std::nullopt;
  const std::string_view text = string.text;
  const auto begin = left ? std::min(text.find_first_not_of(characters), text.size()) : 0;
  const auto last = right ? text.find_last_not_of(characters) : text.size() - 1;
  const auto end = last == std::string_view::npos ? 0 : last + 1;
  String result;
  if (begin < end) append_slice(result, string, begin, end);
  return result;
}

std::optional<Kind> change_case(const String& string, bool upper) {
  String result = string;
  for (auto& c : result.text) {
    if (static_cast<unsigned char>(c) > 127) return std::nullopt;
    c = static_cast<char>(upper ? std::toupper(static_cast<unsigned char>(c))
                                : std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

std::optional<Kind> replace(const String& string, const Values& arguments, Budget& budget) {
  if (arguments.size() != 2 || !arguments[0].is<String>() || !arguments[1].is<String>()) return std::nullopt;
  const auto& from = arguments[0].as<String>()->text;
  const auto& with = *arguments[1].as<String>();
  if (from.empty()) return std::nullopt;
  String result;
  std::size_t at = 0;
  while (true) {
    const auto found = string.text.find(from, at);
    if (found == std::string::npos) break;
    if (!budget.take(with.text.size() + 64)) return std::nullopt;
    append_slice(result, string, at, found);
    append_slice(result, with, 0, with.text.size());
    at = found + from.size();
  }
  append_slice(result, string, at, string.text.size());
  return result;
}

std::optional<Kind> split(const String& string, const Values& arguments) {
  if (arguments.size() > 1 || (arguments.size() == 1 && !arguments[0].is<String>())) return std::nullopt;
  const std::string separator = arguments.empty() ? std::string() : arguments[0].as<String>()->text;
  List result;
  const auto add = [&](std::size_t begin, std::size_t end) {
    String part;
    append_slice(part, string, begin, end);
    const auto source = string.map.map({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    result.items.push_back({std::move(part), source, source.span});
  };
  const std::string_view text = string.text;
  std::size_t at = 0;
  if (separator.empty()) {
    constexpr std::string_view blanks = " \t\n\r\f\v";
    while ((at = text.find_first_not_of(blanks, at)) != std::string_view::npos) {
      const auto end = std::min(text.find_first_of(blanks, at), text.size());
      add(at, end);
      at = end;
    }
    return result;
  }
  while (true) {
    const auto found = text.find(separator, at);
    add(at, found == std::string_view::npos ? text.size() : found);
    if (found == std::string_view::npos) return result;
    at = found + separator.size();
  }
}

// find, startswith and endswith of one string
std::optional<Kind> search(const String& string, std::string_view how, const Values& arguments) {
  const auto* wanted = arguments.size() == 1 ? arguments[0].as<String>() : nullptr;
  if (wanted == nullptr) return std::nullopt;
  const std::string_view text = string.text;
  if (how == "startswith") return Boolean{text.starts_with(wanted->text)};
  if (how == "endswith") return Boolean{text.ends_with(wanted->text)};
  // The place is counted in characters; behind text beyond ASCII it is not known.
  const auto at = text.find(wanted->text);
  if (at == std::string_view::npos) return Integer{"-1"};
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), ascii)) return std::nullopt;
  return Integer{std::to_string(at)};
}

std::optional<Kind> string_method(const String& string, std::string_view name, Values& arguments,
                                  std::vector<Keyword>& keywords, Budget& budget) {
  if (has_starred(arguments)) return std::nullopt;
  if (name == "format") return brace_format(string, arguments, keywords, budget);
  if (!keywords.empty()) return std::nullopt;
  if (name == "join" && arguments.size() == 1) return join(string, arguments[0], budget);
  if (name == "strip") return strip(string, arguments, true, true);
  if (name == "lstrip") return strip(string, arguments, true, false);
  if (name == "rstrip") return strip(string, arguments, false, true);
  if (name == "lower" && arguments.empty()) return change_case(string, false);
  if (name == "upper" && arguments.empty()) return change_case(string, true);
  if (name == "replace") return replace(string, arguments, budget);
  if (name == "split") return split(string, arguments);
  if (name == "find" || name == "startswith" || name == "endswith") return search(string, name, arguments);
  return std::nullopt;
}

std::optional<Kind> dict_method(const Dict& dict, std::string_view name, const Values& arguments, Budget& budget) {
  if (name == "get" && !arguments.empty() && arguments.size() <= 2) {
    const Value* found = nullptr;
    for (const auto& [key, value] : dict.items) {
      const auto same = equal(key, arguments[0]);
      if (!same) return std::nullopt;
      if (*same) found = &value;
    }
    if (found != nullptr) return found->clone().kind;
    if (arguments.size() == 2) return arguments[1].clone().kind;
    return None{};
  }
  if (!arguments.empty() || (name != "items" && name != "keys" && name != "values" && name != "copy"))
    return std::nullopt;
  if (name == "copy") {
    Dict result;
    for (const auto& [key, value] : dict.items) result.items.emplace_back(key.clone(), value.clone());
    return result;
  }
  List result;
  for (const auto& [key, value] : dict.items) {
    if (key.is<Unknown>() || !budget.take(64)) return std::nullopt;
    if (name == "keys") {
      result.items.push_back(key.clone());
    } else if (name == "values") {
      result.items.push_back(value.clone());
    } else {
      Tuple pair;
      pair.items.push_back(key.clone());
      pair.items.push_back(value.clone());
      result.items.push_back({std::move(pair), key.source, key.use});
    }
  }
  return result;
}

// swapper names models that settings may swap for others; mlint takes them as not swapped.
std::optional<Kind> call_swapper(std::string_view name, const Values& arguments) {
  if (name == "is_swapped" && arguments.size() == 2) return Boolean{false};
  if (name != "split" || arguments.size() != 1 || dotted_name(arguments[0]) != "swapper.get_model_name")
    return std::nullopt;
  const auto* model = arguments[0].as<Call>();
  if (model == nullptr || model->arguments.size() != 2 || !model->arguments[0].is<String>() ||
      !model->arguments[1].is<String>())
    return std::nullopt;
  Tuple parts;
  for (const auto& argument : model->arguments) parts.items.push_back(argument.clone());
  return parts;
}

}  // namespace

std::optional<Kind> call_builtin(std::string_view name, Values& arguments, std::vector<Keyword>& keywords, Budget&) {
  if (has_starred(arguments)) return std::nullopt;
  if (name == "dict") return make_dict(arguments, keywords);
  if (!keywords.empty()) return std::nullopt;
  if (name == "range") return make_range(arguments);
  if (arguments.empty()) {
    if (name == "list") return List{};
    if (name == "tuple") return Tuple{};
    if (name == "set" || name == "frozenset") return Set{};
    if (name == "str") return String{};
    return std::nullopt;
  }
  if (name.starts_with("swapper.")) return call_swapper(name.substr(8), arguments);
  if (arguments.size() != 1) return std::nullopt;
  auto& argument = arguments[0];
  // "package.module.Class" as one name, as if it had been imported
  if (name == "django.utils.module_loading.import_string" && argument.is<String>() &&
      !argument.as<String>()->text.empty())
    return Name{argument.as<String>()->text};
  if (name == "textwrap.dedent" && argument.is<String>()) return dedent(*argument.as<String>());
  if (name == "len") return length(argument);
  if (name == "str") {
    if (auto text = plain_text(argument)) return std::move(*text);
    return std::nullopt;
  }
  if (name == "int") {
    if (argument.is<Integer>()) return *argument.as<Integer>();
    return std::nullopt;
  }
  if (name != "list" && name != "tuple" && name != "set" && name != "frozenset" && name != "sorted")
    return std::nullopt;
  if (name == "sorted" && !sortable(argument)) return std::nullopt;
  auto items = iterated(argument);
  if (!items) return std::nullopt;
  if (name == "list") return List{std::move(*items)};
  if (name == "tuple") return Tuple{std::move(*items)};
  if (name == "sorted") return make_sorted(std::move(*items));
  return make_set(std::move(*items));
}

std::optional<Kind> call_method(const Value& base, std::string_view name, Values& arguments,
                                std::vector<Keyword>& keywords, Budget& budget) {
  if (const auto* string = base.as<String>()) return string_method(*string, name, arguments, keywords, budget);
  if (!keywords.empty() || has_starred(arguments)) return std::nullopt;
  if (const auto* dict = base.as<Dict>()) return dict_method(*dict, name, arguments, budget);
  if (base.is<List>() && name == "copy" && arguments.empty()) return base.clone().kind;
  return std::nullopt;
}

}  // namespace mlint::py
