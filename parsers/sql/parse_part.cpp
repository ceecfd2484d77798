#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "parsers/sql/lexer.h"
#include "parsers/sql/parse.h"

namespace mlint::sql {
namespace {

// The only output of a SELECT around a part, when the part did not close the bracket that it stands in.
std::optional<Expr> wrapped(const std::string& select, std::size_t bracket_token) {
  const std::vector<Token> tokens = tokenize(select);
  if (matching_bracket(select, tokens, bracket_token) + 1 != tokens.size()) return std::nullopt;
  ParsedSql parsed = parse(select);
  if (parsed.statements.size() != 1 || parsed.statements[0].operations.size() != 1) return std::nullopt;
  const Dml* dml = parsed.statements[0].operations[0].as<Dml>();
  if (dml == nullptr || dml->query == nullptr || dml->query->outputs.size() != 1) return std::nullopt;
  return dml->query->outputs[0];
}

void shift(Expr& expr, std::uint32_t distance) {
  if (!expr.span.empty()) {
    expr.span.begin -= std::min(distance, expr.span.begin);
    expr.span.end -= std::min(distance, expr.span.end);
  }
  for (Expr& argument : expr.arguments) shift(argument, distance);
}

// Names that the grammar translates (gram.y: Numeric, Character, ConstDatetime), written as one or more words.
struct SystemType {
  std::string_view written;
  std::string_view name;
  bool zone = false;  // a modifier stands before WITH or WITHOUT TIME ZONE
};

constexpr std::array<SystemType, 22> kSystemTypes = {{{"integer", "int4"},
                                                      {"int", "int4"},
                                                      {"bigint", "int8"},
                                                      {"smallint", "int2"},
                                                      {"boolean", "bool"},
                                                      {"double precision", "float8"},
                                                      {"real", "float4"},
                                                      {"numeric", "numeric"},
                                                      {"decimal", "numeric"},
                                                      {"dec", "numeric"},
                                                      {"varchar", "varchar"},
                                                      {"character varying", "varchar"},
                                                      {"char", "bpchar"},
                                                      {"character", "bpchar"},
                                                      {"timestamp", "timestamp", true},
                                                      {"timestamp with time zone", "timestamptz", true},
                                                      {"timestamp without time zone", "timestamp", true},
                                                      {"time", "time", true},
                                                      {"time with time zone", "timetz", true},
                                                      {"time without time zone", "time", true},
                                                      {"interval", "interval"},
                                                      {"float", "float8"}}};

constexpr std::array<std::string_view, 24> kPlainTypes = {
    "text",        "uuid",      "jsonb",     "json",        "date", "bytea", "inet", "cidr",
    "macaddr",     "int4range", "int8range", "numrange",    "xml",  "money", "name", "tsvector",
    "timestamptz", "serial",    "bigserial", "smallserial", "int4", "int8",  "int2", "citext"};

struct Pieces {
  std::string words;  // single blanks between
  std::vector<std::int32_t> modifiers;
  std::uint32_t dimensions = 0;
  bool plain = true;
};

bool read_modifiers(std::string_view text, Tokens tokens, std::size_t& i, Pieces& pieces) {
  for (++i; i + 1 < tokens.size(); i += 2) {
    const std::string_view digits = text.substr(tokens[i].span.begin, tokens[i].span.end - tokens[i].span.begin);
    std::int32_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return false;
    pieces.modifiers.push_back(value);
    if (is_punctuation(text, tokens[i + 1], ')')) {
      i += 2;
      return true;
    }
    if (!is_punctuation(text, tokens[i + 1], ',')) return false;
  }
  return false;
}

Pieces take_apart(std::string_view text) {
  const std::vector<Token> tokens = tokenize(text);
  Pieces pieces;
  std::size_t i = 0;
  while (i < tokens.size() && pieces.plain) {
    if (tokens[i].kind == Token::Kind::word && pieces.dimensions == 0) {
      pieces.words += (pieces.words.empty() ? "" : " ") + identifier_of(text, tokens[i]);
      ++i;
    } else if (is_punctuation(text, tokens[i], '(') && pieces.modifiers.empty() && !pieces.words.empty()) {
      pieces.plain = read_modifiers(text, tokens, i, pieces);
    } else if (i + 1 < tokens.size() && is_punctuation(text, tokens[i], '[') &&
               is_punctuation(text, tokens[i + 1], ']')) {
      ++pieces.dimensions;
      i += 2;
    } else {
      pieces.plain = false;
    }
  }
  return pieces;
}

bool takes_modifiers(std::string_view type, std::size_t count) {
  if (count == 0) return true;
  if (type == "numeric") return count <= 2;
  return count == 1 && (type == "varchar" || type == "bpchar" || type.starts_with("time"));
}

std::optional<TypeName> common_type(std::string_view text) {
  Pieces pieces = take_apart(text);
  if (!pieces.plain) return std::nullopt;
  TypeName type;
  for (const SystemType& system : kSystemTypes) {
    if (system.written == pieces.words) type.name = {"pg_catalog", std::string(system.name)};
  }
  const bool plain = std::find(kPlainTypes.begin(), kPlainTypes.end(), pieces.words) != kPlainTypes.end();
  if (plain && pieces.modifiers.empty()) type.name = {"", pieces.words};
  // char is char(1)
  if (type.name.name == "bpchar" && pieces.modifiers.empty()) pieces.modifiers.push_back(1);
  if (type.name.name.empty() || !takes_modifiers(type.name.name, pieces.modifiers.size())) return std::nullopt;
  type.modifiers = std::move(pieces.modifiers);
  type.array_dimensions = pieces.dimensions;
  return type;
}

}  // namespace

Expr parse_expression(std::string_view text) {
  static constexpr std::string_view prefix = "SELECT (";
  std::optional<Expr> expr = wrapped(std::string(prefix) + std::string(text) + "\n)", 1);
  if (!expr) {
    expr.emplace();
    expr->name = "unparsed";
  } else {
    shift(*expr, prefix.size());
  }
  expr->text = std::string(text);
  return std::move(*expr);
}

TypeName parse_type(std::string_view text) {
  TypeName type;
  if (std::optional<TypeName> common = common_type(text)) {
    type = std::move(*common);
  } else if (std::optional<Expr> cast = wrapped("SELECT CAST(NULL AS " + std::string(text) + "\n)", 2);
             cast && cast->kind == Expr::Kind::cast) {
    type = std::move(cast->type);
  }
  type.text = std::string(text);
  return type;
}

}  // namespace mlint::sql
