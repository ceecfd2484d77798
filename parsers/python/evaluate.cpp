#include "parsers/python/evaluate.h"

#include <algorithm>

#include "parsers/python/format.h"
#include "parsers/python/literal.h"

namespace mlint::py {

namespace {

constexpr std::size_t max_items = 100000;  // of one comprehension

// Names whose value is settled by what mlint is for: PostgreSQL, and a program that runs.
struct Assumed {
  std::string_view dotted;
  std::string_view text;  // empty: False
};
constexpr Assumed assumed[] = {
    {"django.db.connection.vendor", "postgresql"},
    {"typing.TYPE_CHECKING", ""},
    {"TYPE_CHECKING", ""},
};

std::optional<Kind> assumed_value(std::string_view dotted) {
  for (const auto& entry : assumed) {
    if (entry.dotted != dotted) continue;
    if (entry.text.empty()) return Boolean{false};
    return String{std::string(entry.text), {}};
  }
  return std::nullopt;
}

std::unique_ptr<Value> boxed(Value value) { return std::make_unique<Value>(std::move(value)); }

}  // namespace

Value Evaluator::make(NodeId id, Kind kind) const {
  const auto span = tree_[id].span;
  return {std::move(kind), {options_.file, span}, span};
}

Value Evaluator::unknown(NodeId id, std::string_view reason) const { return make(id, Unknown{std::string(reason)}); }

Value Evaluator::place(Value value, Span use) const {
  value.use = use;
  return value;
}

const Scope::Reference* Evaluator::lookup(std::string_view name, const Scope** found) const {
  for (const auto* scope : scopes) {
    const auto entry = scope->names.find(name);
    if (entry == scope->names.end()) continue;
    *found = scope;
    return &entry->second;
  }
  return nullptr;
}

Value Evaluator::resolved(std::string dotted, Span use) {
  if (options_.resolve != nullptr)
    if (const auto* value = options_.resolve(options_.resolve_context, dotted))
      return place(copy(*value, budget_, options_.max_depth), use);
  if (auto value = assumed_value(dotted)) return {std::move(*value), {options_.file, use}, use};
  return {Name{std::move(dotted)}, {options_.file, use}, use};
}

Value Evaluator::named(std::string_view name, Span use) {
  for (auto local = locals.rbegin(); local != locals.rend(); ++local) {
    if (local->first != name) continue;
    if (local->second == nullptr) return {Name{std::string(name)}, {options_.file, use}, use};
    return place(copy(*local->second, budget_, options_.max_depth), use);
  }
  const Scope* scope = nullptr;
  const auto* reference = lookup(name, &scope);
  if (reference == nullptr) {
    for (auto star = star_imports.rbegin(); star != star_imports.rend(); ++star) {
      std::string dotted = *star + "." + std::string(name);
      if (options_.resolve != nullptr)
        if (const auto* value = options_.resolve(options_.resolve_context, dotted))
          return place(copy(*value, budget_, options_.max_depth), use);
      if (options_.has_name != nullptr && options_.has_name(dotted))
        return {Name{std::move(dotted)}, {options_.file, use}, use};
    }
    return {Name{std::string(name)}, {options_.file, use}, use};
  }
  switch (reference->entry) {
    case Scope::Entry::binding:
      return place(copy((*scope->bindings)[reference->index].value, budget_, options_.max_depth), use);
    case Scope::Entry::import:
      return resolved((*imports)[reference->index].dotted, use);
    default:
      return {Name{std::string(name)}, {options_.file, use}, use};
  }
}

Value Evaluator::eval(NodeId id) {
  if (id == no_node) return {Unknown{"a part is missing"}, {}, {}};
  if (tree_[id].truncated) return unknown(id, "nested too deep");
  if (!budget_.take(16)) return unknown(id, "too much to evaluate");
  return eval_kind(id);
}

Value Evaluator::eval_kind(NodeId id) {
  const auto& node = tree_[id];
  switch (node.kind) {
    case NodeKind::none:
      return make(id, None{});
    case NodeKind::true_:
      return make(id, Boolean{true});
    case NodeKind::false_:
      return make(id, Boolean{false});
    case NodeKind::integer:
      return make(id, read_integer(text(id)));
    case NodeKind::float_:
      return make(id, read_float(text(id)));
    case NodeKind::ellipsis:
      return make(id, Name{"..."});
    case NodeKind::string:
      return eval_string(id);
    case NodeKind::concatenated_string:
      return eval_concatenated(id);
    case NodeKind::identifier:
      return named(text(id), node.span);
    case NodeKind::attribute:
      return eval_attribute(id);
    case NodeKind::call:
      return eval_call(id);
    case NodeKind::list:
      return make(id, List{eval_items(id)});
    case NodeKind::tuple:
    case NodeKind::expression_list:
    case NodeKind::pattern_list:
      return make(id, Tuple{eval_items(id)});
    case NodeKind::set:
      return make(id, Set{eval_items(id)});
    case NodeKind::dictionary:
      return eval_dictionary(id);
    case NodeKind::parenthesized_expression:
      return eval(node.first_child);
    case NodeKind::named_expression:
      return eval(tree_[node.first_child].next);
    case NodeKind::subscript:
      return eval_subscript(id);
    case NodeKind::binary_operator:
      return eval_binary(id);
    case NodeKind::unary_operator:
      return eval_unary(id);
    case NodeKind::not_operator:
      return eval_not(id);
    case NodeKind::boolean_operator:
      return eval_boolean(id);
    case NodeKind::comparison_operator:
      return eval_comparison(id);
    case NodeKind::conditional_expression:
      return eval_conditional(id);
    case NodeKind::lambda:
      return make(id, Lambda{tree_[tree_.child(id, Field::body)].span});
    case NodeKind::list_comprehension:
    case NodeKind::set_comprehension:
    case NodeKind::generator_expression:
    case NodeKind::dictionary_comprehension:
      return eval_comprehension(id);
    case NodeKind::await:
      return eval(node.first_child);
    case NodeKind::error:
      return unknown(id, "the syntax is not understood");
    default:
      return unknown(id, "an expression of a kind that is not evaluated");
  }
}

std::size_t Evaluator::count_children(NodeId id) const {
  std::size_t count = 0;
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) ++count;
  return count;
}

Value Evaluator::eval_plain_string(NodeId id) {
  const auto whole = text(id);
  const auto quote = whole.find_first_of("'\"");
  if (quote == std::string_view::npos) return unknown(id, "the syntax is not understood");
  const auto prefix = read_prefix(whole.substr(0, quote));
  const char mark = whole[quote];
  const bool triple = whole.size() >= quote + 6 && whole[quote + 1] == mark && whole[quote + 2] == mark;
  const std::size_t length = triple ? 3 : 1;
  if (whole.size() < quote + 2 * length) return unknown(id, "the syntax is not understood");
  const auto content = whole.substr(quote + length, whole.size() - quote - 2 * length);
  if (prefix.bytes) {
    Bytes bytes;
    const auto problem = decode_bytes(content, prefix.raw, bytes.data);
    return problem.empty() ? make(id, std::move(bytes)) : unknown(id, problem);
  }
  String string;
  const auto begin = tree_[id].span.begin + static_cast<std::uint32_t>(quote + length);
  const auto problem = decode_string(content, begin, options_.file, prefix, string);
  return problem.empty() ? make(id, std::move(string)) : unknown(id, problem);
}

Value Evaluator::eval_string(NodeId id) {
  const auto start = tree_[id].first_child;
  if (start == no_node) return eval_plain_string(id);
  if (start == no_node || tree_[start].kind != NodeKind::string_start)
    return unknown(id, "the syntax is not understood");
  const auto prefix = read_prefix(text(start));
  String string;
  auto at = tree_[start].span.end;
  for (auto part = tree_[start].next; part != no_node; part = tree_[part].next) {
    const auto& node = tree_[part];
    if (node.kind == NodeKind::error) return unknown(id, "the syntax is not understood");
    if (node.kind != NodeKind::interpolation && node.kind != NodeKind::string_end) continue;
    const auto content = text(Span{at, node.span.begin});
    if (prefix.bytes) {
      Bytes bytes;
      const auto problem = decode_bytes(content, prefix.raw, bytes.data);
      if (!problem.empty()) return unknown(id, problem);
      return make(id, std::move(bytes));
    }
    const auto problem = decode_string(content, at, options_.file, prefix, string);
    if (!problem.empty()) return unknown(id, problem);
    at = node.span.end;
    if (node.kind == NodeKind::string_end) return make(id, std::move(string));
    const auto hole = eval(tree_.child(part, Field::expression));
    const bool shaped = tree_.child(part, Field::format_specifier) != no_node ||
                        tree_.child(part, Field::type_conversion) != no_node ||
                        text(part).substr(0, text(part).size() - 1).ends_with('=');
    auto filled = shaped ? std::nullopt : plain_text(hole);
    if (!filled || !budget_.take(filled->text.size()))
      return unknown(id, "a format string with a value that is not constant");
    string.text += filled->text;
    string.map.append(filled->map);
  }
  return unknown(id, "the syntax is not understood");
}

Value Evaluator::eval_concatenated(NodeId id) {
  auto first = tree_[id].first_child;
  auto result = eval(first);
  for (auto part = tree_[first].next; part != no_node; part = tree_[part].next) {
    auto next = eval(part);
    if (next.is<Unknown>()) return unknown(id, next.as<Unknown>()->reason);
    auto joined = binary("+", result, next, budget_);
    if (!joined)
      return unknown(id, result.is<Unknown>() ? result.as<Unknown>()->reason : "strings that cannot be joined");
    result.kind = std::move(*joined);
  }
  result.source = {options_.file, tree_[id].span};
  return place(std::move(result), tree_[id].span);
}

Values Evaluator::eval_items(NodeId id) {
  Values items;
  items.reserve(count_children(id));
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    const auto& node = tree_[child];
    if (node.kind != NodeKind::list_splat && node.kind != NodeKind::parenthesized_list_splat) {
      items.push_back(eval(child));
      continue;
    }
    auto inner = child;
    while (tree_[inner].kind == NodeKind::list_splat || tree_[inner].kind == NodeKind::parenthesized_list_splat)
      inner = tree_[inner].first_child;
    auto value = eval(inner);
    auto* list = std::get_if<List>(&value.kind);
    auto* tuple = std::get_if<Tuple>(&value.kind);
    if (list != nullptr || tuple != nullptr) {
      for (auto& item : list != nullptr ? list->items : tuple->items) items.push_back(std::move(item));
    } else {
      items.push_back(make(child, Starred{boxed(std::move(value))}));
    }
  }
  return items;
}

Values Evaluator::eval_each(NodeId id) {
  const auto kind = tree_[id].kind;
  if (kind == NodeKind::expression_list || kind == NodeKind::pattern_list) return eval_items(id);
  Values result;
  result.push_back(eval(id));
  return result;
}

Value Evaluator::eval_dictionary(NodeId id) {
  Dict dict;
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    const auto& node = tree_[child];
    if (node.kind == NodeKind::pair && !node.truncated) {
      auto key = eval(node.first_child);
      dict.items.emplace_back(std::move(key), eval(tree_[node.first_child].next));
      continue;
    }
    auto value = node.kind == NodeKind::dictionary_splat ? eval(node.first_child) : unknown(child, "nested too deep");
    if (auto* inner = std::get_if<Dict>(&value.kind)) {
      for (auto& item : inner->items) dict.items.push_back(std::move(item));
    } else {
      dict.items.emplace_back(unknown(child, "unpacked from a value that is not constant"), std::move(value));
    }
  }
  return make(id, std::move(dict));
}

Value Evaluator::class_attribute(const Class& from, std::string_view name, NodeId id) {
  // A base may change what the attribute is: members of an Enum are no plain values.
  const bool plain = from.bases.empty() || (from.bases.size() == 1 && dotted_name(from.bases[0]) == "object");
  const auto* value = plain && from.keywords.empty() ? from.find(name) : nullptr;
  if (value != nullptr) return place(copy(*value, budget_, options_.max_depth), tree_[id].span);
  return make(id, Name{from.name + "." + std::string(name)});
}

Value Evaluator::eval_attribute(NodeId id) {
  const auto object = tree_[id].first_child;
  const auto attribute = object == no_node ? no_node : tree_[object].next;
  if (attribute == no_node || tree_[attribute].kind != NodeKind::identifier)
    return unknown(id, "the syntax is not understood");
  const auto name = text(attribute);
  if (tree_[object].kind == NodeKind::identifier) {
    const Scope* scope = nullptr;
    const auto* reference = lookup(text(object), &scope);
    if (reference != nullptr && reference->entry == Scope::Entry::class_)
      return class_attribute((*scope->classes)[reference->index], name, id);
  }
  auto base = eval(object);
  if (auto* dotted = std::get_if<Name>(&base.kind)) {
    auto path = std::move(dotted->dotted);
    path.append(".").append(name);
    return resolved(std::move(path), tree_[id].span);
  }
  return make(id, Attribute{boxed(std::move(base)), std::string(name)});
}

void Evaluator::eval_arguments(NodeId id, Values& arguments, std::vector<Keyword>& keywords) {
  for (auto child = tree_[id].first_child; child != no_node; child = tree_[child].next) {
    const auto& node = tree_[child];
    if (node.truncated) {
      arguments.push_back(unknown(child, "nested too deep"));
    } else if (node.kind == NodeKind::keyword_argument) {
      auto value = eval(tree_[node.first_child].next);
      keywords.push_back({std::string(text(node.first_child)), boxed(std::move(value))});
    } else if (node.kind == NodeKind::dictionary_splat) {
      auto value = eval(node.first_child);
      auto* dict = std::get_if<Dict>(&value.kind);
      const bool named_items =
          dict != nullptr && std::all_of(dict->items.begin(), dict->items.end(),
                                         [](const auto& item) { return item.first.template is<String>(); });
      if (named_items) {
        for (auto& [key, item] : dict->items) keywords.push_back({key.as<String>()->text, boxed(std::move(item))});
      } else {
        keywords.push_back({"", boxed(std::move(value))});
      }
    } else if (node.kind == NodeKind::list_splat) {
      auto value = eval(node.first_child);
      auto* list = std::get_if<List>(&value.kind);
      auto* tuple = std::get_if<Tuple>(&value.kind);
      if (list != nullptr || tuple != nullptr) {
        for (auto& item : list != nullptr ? list->items : tuple->items) arguments.push_back(std::move(item));
      } else {
        arguments.push_back(make(child, Starred{boxed(std::move(value))}));
      }
    } else {
      arguments.push_back(eval(child));
    }
  }
}

Value Evaluator::eval_call(NodeId id) {
  const auto function = tree_[id].first_child;
  const auto list = function == no_node ? no_node : tree_[function].next;
  if (list == no_node || tree_[list].kind == NodeKind::error) return unknown(id, "the syntax is not understood");
  auto callee = eval(function);
  Values arguments;
  std::vector<Keyword> keywords;
  if (tree_[list].kind == NodeKind::argument_list) {
    if (tree_[list].truncated) return unknown(id, "nested too deep");
    keywords.reserve(count_children(list));
    eval_arguments(list, arguments, keywords);
  } else {
    arguments.push_back(eval(list));
  }
  if (const auto* name = callee.as<Name>()) {
    const Scope* scope = nullptr;
    const auto* reference = tree_[function].kind == NodeKind::identifier ? lookup(text(function), &scope) : nullptr;
    const bool own = reference != nullptr && reference->entry != Scope::Entry::import;
    if (!own)
      if (auto result = call_builtin(name->dotted, arguments, keywords, budget_)) return make(id, std::move(*result));
  } else if (const auto* attribute = callee.as<Attribute>()) {
    if (auto result = call_method(*attribute->base, attribute->name, arguments, keywords, budget_))
      return make(id, std::move(*result));
  }
  return make(id, Call{boxed(std::move(callee)), std::move(arguments), std::move(keywords)});
}

Value Evaluator::eval_slice(NodeId id, Value base, NodeId bounds) {
  // Tokens are the colons; expressions between them are the bounds.
  std::optional<Value> limits[3];
  std::size_t at = 0;
  for (auto child = tree_[bounds].first_child; child != no_node; child = tree_[child].next) {
    if (tree_[child].kind == NodeKind::token) {
      if (++at > 2) return unknown(id, "the syntax is not understood");
    } else {
      limits[at] = eval(child);
    }
  }
  if (limits[2]) return unknown(id, "a slice with a step");
  auto result = slice(base, limits[0] ? &*limits[0] : nullptr, limits[1] ? &*limits[1] : nullptr);
  if (!result) return unknown(id, "a slice of a value that is not constant");
  return make(id, std::move(*result));
}

// settings.DATABASES["default"]["ENGINE"], whatever a development setting says: who asks is told of PostgreSQL.
bool Evaluator::names_engine(NodeId object, const Value& key) const {
  const auto* text = key.as<String>();
  if (text == nullptr || text->text != "ENGINE" || tree_[object].kind != NodeKind::subscript) return false;
  return Evaluator::text(tree_[object].first_child).ends_with("settings.DATABASES");
}

Value Evaluator::eval_subscript(NodeId id) {
  const auto object = tree_[id].first_child;
  const auto index = object == no_node ? no_node : tree_[object].next;
  if (index == no_node) return unknown(id, "the syntax is not understood");
  auto base = eval(object);
  if (tree_[index].next != no_node) return unknown(id, "a subscript with several parts");
  if (tree_[index].kind == NodeKind::slice) return eval_slice(id, std::move(base), index);
  auto key = eval(index);
  auto result = subscript(base, key);
  if (names_engine(object, key)) {
    const auto* engine = result ? std::get_if<String>(&*result) : nullptr;
    if (engine == nullptr || engine->text.find("postg") == std::string::npos) {
      return make(id, String{"django.db.backends.postgresql", {}});
    }
  }
  if (result) return make(id, std::move(*result));
  return make(id, Subscript{boxed(std::move(base)), boxed(std::move(key))});
}

Value Evaluator::eval_binary(NodeId id) {
  const auto left = tree_[id].first_child;
  const auto op = left == no_node ? no_node : tree_[left].next;
  const auto right = op == no_node ? no_node : tree_[op].next;
  if (right == no_node || tree_[op].kind != NodeKind::token) return unknown(id, "the syntax is not understood");
  auto first = eval(left);
  auto second = eval(right);
  if (auto result = binary(text(op), first, second, budget_)) return make(id, std::move(*result));
  return make(id, Binary{std::string(text(op)), boxed(std::move(first)), boxed(std::move(second))});
}

Value Evaluator::eval_unary(NodeId id) {
  const auto op = tree_[id].first_child;
  const auto operand = op == no_node ? no_node : tree_[op].next;
  if (operand == no_node) return unknown(id, "the syntax is not understood");
  auto value = eval(operand);
  if (auto result = unary(text(op), value)) return make(id, std::move(*result));
  return make(id, Unary{std::string(text(op)), boxed(std::move(value))});
}

Value Evaluator::eval_not(NodeId id) {
  auto value = eval(tree_[id].first_child);
  if (auto result = unary("not", value)) return make(id, std::move(*result));
  return make(id, Unary{"not", boxed(std::move(value))});
}

Value Evaluator::eval_boolean(NodeId id) {
  const auto left = tree_[id].first_child;
  const auto op = left == no_node ? no_node : tree_[left].next;
  const auto right = op == no_node ? no_node : tree_[op].next;
  if (right == no_node) return unknown(id, "the syntax is not understood");
  auto first = eval(left);
  const bool conjunction = text(op) == "and";
  const auto known = truth(first);
  if (known) return *known == conjunction ? eval(right) : std::move(first);
  auto second = eval(right);
  return make(id, Binary{std::string(text(op)), boxed(std::move(first)), boxed(std::move(second))});
}

Value Evaluator::eval_comparison(NodeId id) {
  const auto left = tree_[id].first_child;
  const auto op = left == no_node ? no_node : tree_[left].next;
  const auto right = op == no_node ? no_node : tree_[op].next;
  if (right == no_node || tree_[op].kind != NodeKind::token) return unknown(id, "the syntax is not understood");
  if (tree_[right].next != no_node) return unknown(id, "a chain of comparisons");
  std::string name(text(op));
  if (name.starts_with("not")) name = "not in";
  if (name.starts_with("is") && name.size() > 2) name = "is not";
  auto first = eval(left);
  auto second = eval(right);
  if (const auto result = compare(name, first, second)) return make(id, Boolean{*result});
  return make(id, Binary{std::move(name), boxed(std::move(first)), boxed(std::move(second))});
}

Value Evaluator::eval_conditional(NodeId id) {
  const auto yes = tree_[id].first_child;
  const auto condition = yes == no_node ? no_node : tree_[yes].next;
  const auto no = condition == no_node ? no_node : tree_[condition].next;
  if (no == no_node) return unknown(id, "the syntax is not understood");
  const auto decided = truth(eval(condition));
  if (!decided) return unknown(id, "a conditional on a value that is not constant");
  return eval(*decided ? yes : no);
}

bool Evaluator::bind_target(NodeId target, const Value& item) {
  const auto& node = tree_[target];
  if (node.kind == NodeKind::identifier) {
    locals.emplace_back(text(target), &item);
    return true;
  }
  if (node.kind != NodeKind::pattern_list && node.kind != NodeKind::tuple_pattern &&
      node.kind != NodeKind::list_pattern)
    return false;
  const auto items = items_of(item);
  if (!items) return false;
  std::size_t at = 0;
  for (auto child = node.first_child; child != no_node; child = tree_[child].next) {
    if (at >= items->size() || !bind_target(child, (*items)[at++])) return false;
  }
  return at == items->size();
}

bool Evaluator::run_clauses(NodeId clause, NodeId body, bool pairs, Values& out, std::string_view& problem) {
  if (clause == no_node) {
    if (out.size() >= max_items) {
      problem = "a comprehension with too many items";
      return false;
    }
    if (pairs) {
      Tuple pair;
      pair.items.push_back(eval(tree_[body].first_child));
      pair.items.push_back(eval(tree_[tree_[body].first_child].next));
      out.push_back(make(body, std::move(pair)));
    } else {
      out.push_back(eval(body));
    }
    return true;
  }
  const auto& node = tree_[clause];
  if (node.kind == NodeKind::if_clause) {
    const auto decided = truth(eval(node.first_child));
    if (!decided) problem = "a comprehension with a condition that is not constant";
    if (!decided) return false;
    return !*decided || run_clauses(node.next, body, pairs, out, problem);
  }
  auto iterable = eval(tree_.child(clause, Field::right));
  Values none;
  std::vector<Keyword> no_keywords;
  if (iterable.is<Dict>() && is_constant(iterable))
    if (auto keys = call_method(iterable, "keys", none, no_keywords, budget_)) iterable.kind = std::move(*keys);
  const auto items = items_of(iterable);
  if (node.kind != NodeKind::for_in_clause || !items) {
    problem = "a comprehension over a value that is not constant";
    return false;
  }
  const auto target = tree_.child(clause, Field::left);
  for (const auto& item : *items) {
    const auto depth = locals.size();
    const bool bound = !item.is<Starred>() && bind_target(target, item);
    if (!bound) problem = "a comprehension over a value that is not constant";
    const bool fine = bound && run_clauses(node.next, body, pairs, out, problem);
    locals.resize(depth);
    if (!fine) return false;
  }
  return true;
}

Value Evaluator::eval_comprehension(NodeId id) {
  const auto body = tree_[id].first_child;
  const bool pairs = tree_[id].kind == NodeKind::dictionary_comprehension;
  if (body == no_node || tree_[body].next == no_node || tree_[body].kind == NodeKind::error)
    return unknown(id, "the syntax is not understood");
  Values items;
  std::string_view problem;
  if (!run_clauses(tree_[body].next, body, pairs, items, problem)) return unknown(id, problem);
  if (pairs) {
    Dict dict;
    for (auto& item : items) {
      auto& pair = std::get<Tuple>(item.kind).items;
      dict.items.emplace_back(std::move(pair[0]), std::move(pair[1]));
    }
    return make(id, std::move(dict));
  }
  if (tree_[id].kind == NodeKind::set_comprehension) return make(id, Set{std::move(items)});
  return make(id, List{std::move(items)});
}

}  // namespace mlint::py
