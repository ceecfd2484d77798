#include "analyzer/django/method_result.h"

#include <algorithm>
#include <functional>
#include <map>

#include "analyzer/django/project_lookup.h"

namespace mlint::django {
namespace {

bool all_plain(const py::Values& values) { return std::all_of(values.begin(), values.end(), is_plain); }

bool is_converter(std::string_view name) {
  return std::find(converters.begin(), converters.end(), name) != converters.end();
}

// str(…), json.dumps(…), ….decode(): whatever they are asked, they never give None.
bool never_none(const py::Value& value) {
  static constexpr std::array<std::string_view, 14> makers = {"str",    "repr",  "int",    "float",    "dumps",
                                                              "decode", "bytes", "encode", "format",   "join",
                                                              "lower",  "upper", "strip",  "hexdigest"};
  const auto* call = value.as<py::Call>();
  if (call == nullptr) return false;
  const auto* method = call->callee->as<py::Attribute>();
  const std::string_view name = method != nullptr ? std::string_view(method->name) : last_part(py::dotted_name(value));
  return std::find(makers.begin(), makers.end(), name) != makers.end();
}

// What is handed to super().get_prep_value(value), CharField.get_prep_value(self, value); null: another call.
const py::Value* asked_of_base(const py::Call& call) {
  const auto* method = call.callee->as<py::Attribute>();
  const auto* name = call.callee->as<py::Name>();
  const bool of_class = name != nullptr && name->dotted.find('.') != std::string::npos;
  const std::size_t at = of_class ? 1 : 0;
  const bool asks = method != nullptr ? is_converter(method->name) : of_class && is_converter(last_part(name->dotted));
  if (asks && at < call.arguments.size()) return &call.arguments[at];
  for (const py::Keyword& keyword : call.keywords)
    if (asks && keyword.name == "value") return keyword.value.get();
  return nullptr;
}

// super().get_default(): where the field has none, Django's own give None.
bool asks_base_default(const py::Call& call) {
  const auto* method = call.callee->as<py::Attribute>();
  const auto* of = method != nullptr ? method->base->as<py::Call>() : nullptr;
  return of != nullptr && method->name == "get_default" && call.arguments.empty() && call.keywords.empty() &&
         py::dotted_name(*method->base) == "super";
}

bool is_none_type(const py::Value& value) {
  const auto* call = value.as<py::Call>();
  return call != nullptr && py::dotted_name(value) == "type" && call->arguments.size() == 1 &&
         call->arguments[0].is<py::None>();
}

// None is an instance of no class that a field asks for.
bool refuses_none(const py::Value& classes) {
  if (const auto* several = classes.as<py::Tuple>())
    return std::all_of(several->items.begin(), several->items.end(), refuses_none);
  const auto* name = classes.as<py::Name>();
  return name != nullptr && name->dotted != "object" && last_part(name->dotted) != "NoneType";
}

// Goes through a method whose parameter holds None and knows of each variable whether it does.
class NoneWalk {
 public:
  NoneWalk(std::string_view source, std::string_view parameter) : source_(source) {
    if (!parameter.empty()) held_.emplace(parameter, OfNone::none);
  }

  std::optional<OfNone> returned(std::span<const py::Statement> statements) {
    for (const py::Statement& statement : statements) {
      if (statement.kind == py::Statement::Kind::return_ && statement.values.empty()) return OfNone::none;
      if (statement.kind == py::Statement::Kind::return_ && statement.values.size() > 1) return OfNone::something;
      if (statement.values.size() != 1) return OfNone::unsure;
      const py::Value& value = statement.values[0];
      if (statement.kind == py::Statement::Kind::return_) return held(value);
      if (statement.kind == py::Statement::Kind::if_) {
        const auto taken = decided(value);
        if (!taken) return OfNone::unsure;
        const auto body = std::span<const py::Statement>(statement.body);
        const std::size_t otherwise = else_of(statement, source_);
        if (const auto inside = returned(*taken ? body.first(otherwise) : body.subspan(otherwise))) return inside;
      } else if (statement.kind == py::Statement::Kind::assign) {
        assign(statement.targets, held(value));
      } else if (!is_text(statement)) {
        return OfNone::unsure;
      }
    }
    return std::nullopt;
  }

  // A condition; nothing: it depends on what is not known.
  std::optional<bool> decided(const py::Value& value) const {
    if (const auto known = py::truth(value)) return known;
    if (value.is<py::Name>() && held(value) == OfNone::none) return false;
    if (const auto* negated = value.as<py::Unary>(); negated != nullptr && negated->op == "not") {
      const auto operand = decided(*negated->operand);
      return operand ? std::optional(!*operand) : std::nullopt;
    }
    if (const auto* compared = value.as<py::Binary>(); compared != nullptr && compared->right->is<py::None>()) {
      const bool same = compared->op == "is" || compared->op == "==";
      const bool other = compared->op == "is not" || compared->op == "!=";
      const OfNone left = held(*compared->left);
      if ((same || other) && left != OfNone::unsure) return same == (left == OfNone::none);
    }
    const auto* call = value.as<py::Call>();
    if (call == nullptr || call->arguments.size() != 2 || py::dotted_name(value) != "isinstance") return std::nullopt;
    if (held(call->arguments[0]) != OfNone::none) return std::nullopt;
    if (is_none_type(call->arguments[1])) return true;
    return refuses_none(call->arguments[1]) ? std::optional(false) : std::nullopt;
  }

 private:
  OfNone held(const py::Value& value) const {
    if (value.is<py::None>()) return OfNone::none;
    if (is_plain(value) || never_none(value)) return OfNone::something;
    if (const auto* name = value.as<py::Name>()) {
      const auto known = held_.find(name->dotted);
      return known != held_.end() ? known->second : OfNone::unsure;
    }
    const auto* call = value.as<py::Call>();
    if (call != nullptr && asks_base_default(*call)) return OfNone::none;
    const py::Value* asked = call != nullptr ? asked_of_base(*call) : nullptr;
    // Django's own make None of None and something of the rest; a base of the project is asked by itself.
    return asked != nullptr ? held(*asked) : OfNone::unsure;
  }

  void assign(const py::Values& targets, OfNone value) {
    for (const py::Value& target : targets) {
      const py::Value* name = &target;
      if (const auto* rest = target.as<py::Starred>()) name = rest->value.get();
      if (const auto* bound = name->as<py::Name>())
        held_.insert_or_assign(bound->dotted, targets.size() == 1 ? value : OfNone::unsure);
    }
  }

  std::string_view source_;
  std::map<std::string, OfNone, std::less<>> held_;
};

// schema_editor.connection.vendor == "sqlite", asked of PostgreSQL.
std::optional<bool> asks_vendor(const py::Value& value) {
  const auto* compared = value.as<py::Binary>();
  if (compared == nullptr) return std::nullopt;
  const auto* left = compared->left->as<py::Name>();
  const auto* right = compared->right->as<py::String>();
  if (left == nullptr || right == nullptr || !left->dotted.ends_with("connection.vendor")) return std::nullopt;
  if (compared->op != "==" && compared->op != "!=") return std::nullopt;
  return (right->text == "postgresql") == (compared->op == "==");
}

// super().create_sql(model, schema_editor, using=using, **kwargs) with nothing changed on the way.
bool hands_on(const py::Call& call, const py::Function& method) {
  const auto* asked = call.callee->as<py::Attribute>();
  if (asked == nullptr || asked->name != method.name || py::dotted_name(*asked->base) != "super") return false;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const auto* name = call.arguments[i].as<py::Name>();
    if (name == nullptr || i + 1 >= method.parameters.size() || method.parameters[i + 1].name != name->dotted)
      return false;
  }
  return std::all_of(call.keywords.begin(), call.keywords.end(), [&](const py::Keyword& keyword) {
    const auto* name = keyword.value->as<py::Name>();
    if (name == nullptr || (!keyword.name.empty() && keyword.name != name->dotted)) return false;
    const std::string wanted = keyword.name.empty() ? "**" + name->dotted : name->dotted;
    return std::any_of(method.parameters.begin(), method.parameters.end(),
                       [&](const py::Parameter& own) { return own.name == wanted; });
  });
}

bool asks_base(const py::Function& method, std::span<const py::Statement> statements) {
  for (const py::Statement& statement : statements) {
    const py::Value* value = statement.values.size() == 1 ? &statement.values[0] : nullptr;
    if (value == nullptr) return false;
    if (statement.kind == py::Statement::Kind::return_) {
      const auto* call = value->as<py::Call>();
      return call != nullptr && hands_on(*call, method);
    }
    if (is_text(statement)) continue;
    if (statement.kind != py::Statement::Kind::if_) return false;
    auto taken = asks_vendor(*value);
    if (!taken) taken = NoneWalk({}, {}).decided(*value);
    if (!taken || (!*taken && statement.body.size() > 1)) return false;  // there may be an `else`
    if (*taken) return asks_base(method, statement.body);
  }
  return false;
}

// Of what Index.create_sql() is asked with only `using` has a default.
bool has_base_defaults(const py::Function& method, std::string_view text) {
  std::string signature;
  for (const char c : text) {
    if (c != ' ' && c != '\n') signature += c == '"' ? '\'' : c;
  }
  return std::all_of(method.parameters.begin(), method.parameters.end(), [&](const py::Parameter& parameter) {
    const bool rest = parameter.name.starts_with('*');
    return rest || !parameter.has_default ||
           (parameter.name == "using" && signature.find("using=''") != std::string::npos);
  });
}

}  // namespace

std::size_t else_of(const py::Statement& statement, std::string_view source) {
  for (std::size_t i = 1; i < statement.body.size(); ++i) {
    const auto begin = statement.body[i - 1].span.end, end = statement.body[i].span.begin;
    if (begin > end || end > source.size()) continue;
    const std::string_view between = source.substr(begin, end - begin);
    for (std::size_t at = between.find("else"); at != std::string_view::npos; at = between.find("else", at + 1)) {
      const std::size_t line = between.rfind('\n', at);
      const std::size_t word = between.find_first_not_of(" \t", line == std::string_view::npos ? 0 : line + 1);
      if (word == at) return i;
    }
  }
  return statement.body.size();
}

bool is_plain(const py::Value& value) {
  if (const auto* list = value.as<py::List>()) return all_plain(list->items);
  if (const auto* tuple = value.as<py::Tuple>()) return all_plain(tuple->items);
  if (const auto* dict = value.as<py::Dict>()) {
    return std::all_of(dict->items.begin(), dict->items.end(),
                       [](const auto& item) { return is_plain(item.first) && is_plain(item.second); });
  }
  return value.is<py::None>() || value.is<py::Boolean>() || value.is<py::Integer>() || value.is<py::Float>() ||
         value.is<py::String>();
}

bool is_text(const py::Statement& statement) {
  return statement.kind == py::Statement::Kind::expression && statement.values.size() == 1 &&
         statement.values[0].is<py::String>();
}

const py::Value* base_answer(const py::Call& call) {
  const py::Value* asked = asked_of_base(call);
  return asked != nullptr && asked->is<py::None>() ? asked : nullptr;
}

std::optional<OfNone> returned_of_none(std::span<const py::Statement> statements, std::string_view source,
                                       std::string_view none) {
  return NoneWalk(source, none).returned(statements);
}

std::optional<std::string> returned_text(const std::vector<py::Statement>& statements) {
  for (const py::Statement& statement : statements) {
    if (is_text(statement)) continue;
    const py::Value* value = statement.values.size() == 1 ? &statement.values[0] : nullptr;
    if (value == nullptr) return std::nullopt;
    if (statement.kind == py::Statement::Kind::return_) {
      const auto* text = value->as<py::String>();
      return text != nullptr ? std::optional(text->text) : std::nullopt;
    }
    const auto taken = statement.kind == py::Statement::Kind::if_ ? asks_vendor(*value) : std::nullopt;
    if (!taken || (!*taken && statement.body.size() > 1)) return std::nullopt;  // there may be an `else`
    if (*taken) return returned_text(statement.body);
  }
  return std::nullopt;
}

bool asks_base(const py::Function& method, const py::Body& body, std::string_view source) {
  if (body.statements.empty()) return false;
  const std::size_t begin = method.span.begin, end = body.statements.front().span.begin;
  return has_base_defaults(method, source.substr(begin, end - begin)) && asks_base(method, body.statements);
}

}  // namespace mlint::django
