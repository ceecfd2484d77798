#include <algorithm>
#include <array>

#include "parsers/sql/read.h"

namespace mlint::sql {

std::size_t token_at(const Reading& reading, std::uint32_t offset) {
  const auto is_behind = [&](std::size_t token) { return reading.tokens[token].span.end > offset; };
  // A tree is read nearly in the order of its text.
  constexpr std::size_t near = 8;
  std::size_t& last = reading.last_token;
  for (std::size_t step = 0, i = std::min(last, reading.tokens.size()); step < near; ++step) {
    if (i < reading.tokens.size() && !is_behind(i)) {
      ++i;
    } else if (i > 0 && is_behind(i - 1)) {
      --i;
    } else {
      return last = i;
    }
  }
  const auto found = std::lower_bound(reading.tokens.begin(), reading.tokens.end(), offset,
                                      [](const Token& token, std::uint32_t at) { return token.span.end <= at; });
  return last = static_cast<std::size_t>(found - reading.tokens.begin());
}

std::uint32_t offset_of(const Reading& reading, Node node) {
  const auto location = static_cast<std::uint32_t>(std::max<std::int64_t>(node.number("location"), 0));
  return reading.base + (reading.adapted == nullptr ? location : reading.adapted->original(location));
}

const NewerFact* newer_fact(const Reading& reading, NewerFact::Kind kind, Span within) {
  return reading.adapted == nullptr ? nullptr : reading.adapted->fact(kind, within);
}

std::string slice(const Reading& reading, Span span) {
  return std::string(reading.text.substr(span.begin, span.end - span.begin));
}

Span span_of_tokens(const Reading& reading, std::size_t first, std::size_t last) {
  if (first >= last || first >= reading.tokens.size()) return {};
  last = std::min(last, reading.tokens.size());
  return {reading.tokens[first].span.begin, reading.tokens[last - 1].span.end};
}

bool word_at(const Reading& reading, std::size_t token, std::string_view lower_case_word) {
  return token < reading.tokens.size() && is_word(reading.text, reading.tokens[token], lower_case_word);
}

bool punctuation_at(const Reading& reading, std::size_t token, char c) {
  return token < reading.tokens.size() && is_punctuation(reading.text, reading.tokens[token], c);
}

std::size_t after_name(const Reading& reading, std::size_t token) {
  ++token;
  while (punctuation_at(reading, token, '.')) token += 2;
  return std::min(token, reading.tokens.size());
}

namespace {

std::size_t after_brackets(const Reading& reading, std::size_t token) {
  return std::min(matching_bracket(reading.text, reading.tokens, token) + 1, reading.tokens.size());
}

std::size_t after_time_zone(const Reading& reading, std::size_t token) {
  const bool zone = (word_at(reading, token, "with") || word_at(reading, token, "without")) &&
                    word_at(reading, token + 1, "time") && word_at(reading, token + 2, "zone");
  return zone ? token + 3 : token;
}

std::size_t after_interval_fields(const Reading& reading, std::size_t token) {
  static constexpr std::array<std::string_view, 7> fields = {"year", "month", "day", "hour", "minute", "second", "to"};
  while (std::any_of(fields.begin(), fields.end(), [&](auto word) { return word_at(reading, token, word); })) ++token;
  return punctuation_at(reading, token, '(') ? after_brackets(reading, token) : token;
}

}  // namespace

std::size_t after_type(const Reading& reading, std::size_t token) {
  if (word_at(reading, token, "setof")) ++token;
  const std::size_t name = token;
  if (word_at(reading, token, "national")) ++token;
  token = after_name(reading, token);
  const bool varying = word_at(reading, token - 1, "character") || word_at(reading, token - 1, "char") ||
                       word_at(reading, token - 1, "nchar") || word_at(reading, token - 1, "bit");
  if (varying && word_at(reading, token, "varying")) ++token;
  if (word_at(reading, name, "double") && word_at(reading, token, "precision")) ++token;
  if (punctuation_at(reading, token, '(')) token = after_brackets(reading, token);
  if (word_at(reading, name, "timestamp") || word_at(reading, name, "time")) token = after_time_zone(reading, token);
  if (word_at(reading, name, "interval")) token = after_interval_fields(reading, token);
  if (token + 1 < reading.tokens.size() && reading.text[reading.tokens[token].span.begin] == '%' &&
      word_at(reading, token + 1, "type")) {
    token += 2;
  }
  if (word_at(reading, token, "array")) ++token;
  while (punctuation_at(reading, token, '[')) token = after_brackets(reading, token);
  return std::min(token, reading.tokens.size());
}

std::size_t end_of_item(const Reading& reading, std::size_t token) {
  std::size_t depth = 0;
  for (; token < reading.tokens.size(); ++token) {
    if (reading.tokens[token].kind != Token::Kind::other) continue;
    const char c = reading.text[reading.tokens[token].span.begin];
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') {
      if (depth == 0) return token;
      --depth;
    }
    if (c == ',' && depth == 0) return token;
  }
  return token;
}

Span inside_brackets(const Reading& reading, std::size_t open) {
  return span_of_tokens(reading, open + 1, matching_bracket(reading.text, reading.tokens, open));
}

QualifiedName read_name(Node list) {
  QualifiedName name;
  for (const Node item : list) {
    name.schema = std::move(name.name);
    name.name = std::string(item["String"].text("sval"));
  }
  return name;
}

QualifiedName read_relation_name(Node range_var) {
  return {std::string(range_var.text("schemaname")), std::string(range_var.text("relname"))};
}

RelationRef read_relation(const Reading& reading, Node range_var) {
  RelationRef relation;
  relation.name = read_relation_name(range_var);
  relation.alias = std::string(range_var["alias"].text("aliasname"));
  relation.only = !range_var.flag("inh");
  const std::size_t token = token_at(reading, offset_of(reading, range_var));
  relation.span = span_of_tokens(reading, token, after_name(reading, token));
  return relation;
}

namespace {

std::string modifier_text(Node modifier) {
  const Node constant = modifier["A_Const"];
  if (constant["boolval"]) return constant["boolval"].flag("boolval") ? "true" : "false";
  if (constant["ival"]) return std::to_string(constant["ival"].number("ival"));
  if (constant["sval"]) return std::string(constant["sval"].text("sval"));
  if (constant["fval"]) return std::string(constant["fval"].text("fval"));
  const Node column = modifier["ColumnRef"];
  if (column) return read_name(column["fields"]).name;
  if (modifier.tag() == "A_Expr") return "-" + modifier_text(modifier["A_Expr"]["rexpr"]);
  return {};
}

void read_modifiers(Node modifiers, TypeName& type) {
  bool numbers = true;
  for (const Node modifier : modifiers) {
    std::string text = modifier_text(modifier);
    const Node constant = modifier["A_Const"]["ival"];
    const bool negative = modifier.tag() == "A_Expr";
    if (constant) {
      type.modifiers.push_back(static_cast<std::int32_t>(constant.number("ival")));
    } else if (negative) {
      const Node magnitude = modifier["A_Expr"]["rexpr"]["A_Const"]["ival"];
      type.modifiers.push_back(static_cast<std::int32_t>(-magnitude.number("ival")));
    } else {
      numbers = false;
    }
    type.text_modifiers.push_back(std::move(text));
  }
  if (numbers) {
    type.text_modifiers.clear();
  } else {
    type.modifiers.clear();
  }
}

}  // namespace

TypeName read_type(const Reading& reading, Node type_name) {
  TypeName type;
  if (!type_name) return type;
  type.name = read_name(type_name["names"]);
  type.percent_type = type_name.flag("pct_type");
  type.array_dimensions = static_cast<std::uint32_t>(type_name["arrayBounds"].size());
  type.setof = type_name.flag("setof");
  read_modifiers(type_name["typmods"], type);
  if (type_name.number("location") >= 0) {
    const std::size_t token = token_at(reading, offset_of(reading, type_name));
    type.text = slice(reading, span_of_tokens(reading, token, after_type(reading, token)));
  }
  return type;
}

std::string name_in(Node node) { return read_any_name(node).name; }

QualifiedName read_any_name(Node node) {
  const Key tag = node.tag();
  const Node body = node.body();
  if (tag == "String") return {{}, std::string(body.text("sval"))};
  if (tag == "List") return read_name(body["items"]);
  if (tag == "TypeName") return read_name(body["names"]);
  if (tag == "ObjectWithArgs") return read_name(body["objname"]);
  if (tag == "RangeVar") return read_relation_name(body);
  if (tag == "RoleSpec") return {{}, read_role(body)};
  return {};
}

std::vector<std::string> read_strings(Node list) {
  std::vector<std::string> strings;
  for (const Node item : list) strings.emplace_back(item["String"].text("sval"));
  return strings;
}

std::string read_value(Node value) {
  const Key tag = value.tag();
  const Node body = value.body();
  if (tag == "String") return std::string(body.text("sval"));
  if (tag == "Integer") return std::to_string(body.number("ival"));
  if (tag == "Float") return std::string(body.text("fval"));
  if (tag == "Boolean") return body.flag("boolval") ? "true" : "false";
  if (tag == "A_Const") return modifier_text(value);
  if (tag == "TypeCast") return read_value(body["arg"]);
  if (tag == "A_Star") return "*";
  if (tag == "RoleSpec") return read_role(body);
  if (tag == "DefElem") return std::string(body.text("defname")) + "=" + read_value(body["arg"]);
  if (tag == "List") {
    std::string joined;
    for (const Node item : body["items"]) joined += (joined.empty() ? "" : ", ") + read_value(item);
    return joined;
  }
  const QualifiedName name = read_any_name(value);
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

Options read_options(Node list) {
  Options options;
  for (const Node item : list) {
    const Node option = item["DefElem"];
    std::string name(option.text("defnamespace"));
    if (!name.empty()) name += '.';
    name += option.text("defname");
    std::string value = option["arg"] ? read_value(option["arg"]) : std::string();
    if (name == "generated" && option["arg"]["Integer"]) {  // of identity: a letter's code
      value = option["arg"]["Integer"].number("ival") == 'a' ? "always" : "by default";
    }
    options.emplace_back(std::move(name), std::move(value));
  }
  return options;
}

std::string read_role(Node role_spec) {
  const Key kind = role_spec.name("roletype");
  if (kind == "ROLESPEC_PUBLIC") return "public";
  if (kind == "ROLESPEC_CURRENT_ROLE") return "current_role";
  if (kind == "ROLESPEC_CURRENT_USER") return "current_user";
  if (kind == "ROLESPEC_SESSION_USER") return "session_user";
  return std::string(role_spec.text("rolename"));
}

std::vector<std::string> read_roles(Node list) {
  std::vector<std::string> roles;
  for (const Node item : list) roles.push_back(read_role(item["RoleSpec"]));
  return roles;
}

}  // namespace mlint::sql
