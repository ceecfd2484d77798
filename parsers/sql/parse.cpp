#include "parsers/sql/parse.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "parsers/sql/fingerprint.h"
#include "parsers/sql/grammar.h"
#include "parsers/sql/newer.h"
#include "parsers/sql/parse_each.h"
#include "parsers/sql/read.h"
#include "parsers/sql/schema_elements.h"

namespace mlint::sql {
namespace {

constexpr std::size_t kLargestStatement = std::size_t{1} << 20;
constexpr std::size_t kOrdinaryStack = std::size_t{16} << 10;  // bytes of SQL that an 8 MB stack bears by far
// The scanner is quadratic in such runs; the server refuses operators of more than 63 characters.
constexpr std::size_t kLongestOperator = 200;
constexpr int kDeepestFunction = 2;  // CREATE FUNCTION in a function's body

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::string with_backticks(std::string message) {
  std::replace(message.begin(), message.end(), '"', '`');
  if (!message.empty() && message[0] >= 'A' && message[0] <= 'Z') message[0] = static_cast<char>(message[0] + 32);
  return message;
}

using Visit = std::function<void(ParsedStatement)>;

ParsedSql parse_whole(std::string_view text, ParseOptions options, int depth);

class Parser {
 public:
  Parser(std::string_view text, ParseOptions options, int depth, const Visit& visit) : depth_(depth), visit_(visit) {
    lexed_ = lex(text);
    if (options.placeholders && replace_placeholders()) {
      std::vector<SqlComment> comments = std::move(lexed_.comments);
      lexed_ = lex(std::string(lexed_.text));
      lexed_.comments = std::move(comments);
    }
    whole_is_utf8_ = is_utf8(lexed_.text);
    has_nul_ = lexed_.text.find('\0') != std::string::npos;
  }

  ParsedSql run() {
    out_.problems = std::move(lexed_.problems);
    for (const RawStatement& raw : lexed_.statements) {
      const bool large = span_of(raw).end - span_of(raw).begin > kOrdinaryStack;
      if (!large) {
        statement(raw);
      } else if (!on_large_stack([&] { statement(raw); })) {
        unparsed(raw, "no memory for a statement of this size", span_of(raw));
      }
    }
    out_.comments = std::move(lexed_.comments);
    return std::move(out_);
  }

 private:
  int depth_;
  const Visit& visit_;
  Lexed lexed_;
  ParsedSql out_;
  Tree tree_;
  bool whole_is_utf8_ = true;
  bool has_nul_ = false;

  Tokens tokens_of(const RawStatement& raw) const {
    return Tokens(lexed_.tokens).subspan(raw.first, raw.last - raw.first);
  }
  Span span_of(const RawStatement& raw) const {
    return {lexed_.tokens[raw.first].span.begin, lexed_.tokens[raw.last - 1].span.end};
  }
  std::string_view text_of(Span span) const {
    return std::string_view(lexed_.text).substr(span.begin, span.end - span.begin);
  }

  void give(const RawStatement& raw, std::vector<Operation> operations, std::uint64_t fingerprint) {
    for (Operation& operation : operations) {
      operation.span = span_of(raw);
      operation.fingerprint = fingerprint;
      fingerprint = combine(fingerprint, 1);
    }
    visit_({std::move(operations), span_of(raw), {}, false, {}});
  }

  void single(const RawStatement& raw, OperationKind kind, int syntax_since = 0) {
    std::vector<Operation> operations(1);
    operations[0].kind = std::move(kind);
    operations[0].syntax_since = syntax_since;
    give(raw, std::move(operations), fingerprint_of_tokens(lexed_.text, tokens_of(raw)));
  }

  void unparsed(const RawStatement& raw, std::string message, Span where) {
    single(raw, Unparsed{message});
    out_.problems.push_back({where, std::move(message)});
  }

  // What must not reach the grammar.
  std::string refusal(const RawStatement& raw) const {
    if (!raw.problem.empty()) return raw.problem;
    const Span span = span_of(raw);
    if (span.end - span.begin > kLargestStatement) return "a statement of more than 1 MiB is not read";
    if (has_nul_ && text_of(span).find('\0') != std::string_view::npos) return "a NUL byte in a statement";
    if (!whole_is_utf8_ && !is_utf8(text_of(span))) return "not valid UTF-8";
    for (const Token& token : tokens_of(raw)) {
      if (token.kind == Token::Kind::op && token.span.end - token.span.begin > kLongestOperator) {
        return "a run of " + std::to_string(token.span.end - token.span.begin) + " operator characters";
      }
    }
    return {};
  }

  void statement(const RawStatement& raw) {
    if (!raw.opaque.empty()) {
      single(raw, Opaque{raw.opaque});
      return;
    }
    if (std::string message = refusal(raw); !message.empty()) {
      unparsed(raw, std::move(message), span_of(raw));
      return;
    }
    const Span span = span_of(raw);
    // The grammar wants a C string: the byte behind the statement is its end for a moment.
    const char behind = span.end < lexed_.text.size() ? std::exchange(lexed_.text[span.end], '\0') : '\0';
    const GrammarResult parsed = run_grammar(lexed_.text.c_str() + span.begin, span.end - span.begin, tree_);
    if (span.end < lexed_.text.size()) lexed_.text[span.end] = behind;
    if (parsed.outcome != GrammarResult::Outcome::refused) {
      read(raw, parsed, nullptr);
    } else if (!newer_statement(raw, parsed) && !newer_schema(raw)) {
      failed(raw, parsed);
    }
  }

  // CREATE SCHEMA with elements that are new: types, functions, operators, collations, text search (19). Each is read
  // as the statement that it is by itself.
  bool newer_schema(const RawStatement& raw) {
    const std::vector<std::size_t> parts = schema_parts(lexed_.text, tokens_of(raw));
    if (parts.size() < 2) return false;
    std::vector<Operation> operations;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      RawStatement part;
      part.first = raw.first + static_cast<std::uint32_t>(parts[i]);
      part.last = i + 1 < parts.size() ? raw.first + static_cast<std::uint32_t>(parts[i + 1]) : raw.last;
      const std::string text(text_of(span_of(part)));
      if (run_grammar(text.c_str(), text.size(), tree_).outcome != GrammarResult::Outcome::read) return false;
      Reading reading;
      reading.text = lexed_.text;
      reading.base = span_of(part).begin;
      reading.tokens = tokens_of(part);
      for (const Node item : tree_.root()["stmts"]) {
        for (Operation& operation : read_statement(reading, item["stmt"])) {
          read_function_body(operation);
          operation.syntax_since = 19;
          operations.push_back(std::move(operation));
        }
      }
    }
    put_in_schema(operations);
    give(raw, std::move(operations), fingerprint_of_tokens(lexed_.text, tokens_of(raw)));
    return true;
  }

  bool newer_statement(const RawStatement& raw, const GrammarResult& refused) {
    const GrammarRefusal refusal{refused.message, static_cast<std::uint32_t>(refused.offset)};
    const std::optional<Adapted> adapted = adapt(lexed_.text, tokens_of(raw), refusal);
    if (!adapted) return false;
    if (adapted->operation) {
      single(raw, *adapted->operation, adapted->since);
      return true;
    }
    const GrammarResult parsed = run_grammar(adapted->text.c_str(), adapted->text.size(), tree_);
    if (parsed.outcome == GrammarResult::Outcome::refused) return false;
    read(raw, parsed, &*adapted);
    return true;
  }

  void failed(const RawStatement& raw, const GrammarResult& parsed) {
    const Span span = span_of(raw);
    std::string message = "not understood by the grammar of PostgreSQL " + std::to_string(linked_grammar_version()) +
                          ": " + with_backticks(parsed.message);
    Span where = span;
    const Tokens tokens = tokens_of(raw);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Token& token = tokens[i];
      if (parsed.has_offset && token.span.end > span.begin + parsed.offset && where == span) where = token.span;
      const bool variable = is_punctuation(lexed_.text, token, ':') && i + 1 < tokens.size() &&
                            tokens[i + 1].span.begin == token.span.end && tokens[i + 1].kind != Token::Kind::number &&
                            tokens[i + 1].kind != Token::Kind::other;
      if (variable && where == token.span) {
        message = "`:" + std::string(text_of(tokens[i + 1].span)) + "` is a variable whose text is not known here";
        where.end = tokens[i + 1].span.end;
      }
    }
    unparsed(raw, std::move(message), where);
  }

  void read(const RawStatement& raw, const GrammarResult& parsed, const Adapted* adapted) {
    if (parsed.outcome == GrammarResult::Outcome::not_read) {
      unparsed(raw, parsed.message, span_of(raw));
      return;
    }
    Reading reading;
    reading.text = lexed_.text;
    reading.base = span_of(raw).begin;
    reading.tokens = tokens_of(raw);
    reading.adapted = adapted;
    std::uint64_t fingerprint = tree_.fingerprint();
    // What was edited away distinguishes too.
    if (adapted != nullptr) fingerprint = combine(fingerprint, fingerprint_of_tokens(lexed_.text, tokens_of(raw)));
    for (const Node item : tree_.root()["stmts"]) {
      std::vector<Operation> operations = read_statement(reading, item["stmt"]);
      for (Operation& operation : operations) {
        if (const auto written = routine_fingerprint(raw, operation)) fingerprint = *written;
        read_function_body(operation);
        if (adapted != nullptr) operation.syntax_since = adapted->since;
      }
      give(raw, std::move(operations), fingerprint);
    }
  }

  // A body in SQL or PL/pgSQL is the same however it is laid out: its tokens count, not the text of its literal.
  std::optional<std::uint64_t> routine_fingerprint(const RawStatement& raw, const Operation& operation) const {
    const auto written = [&](const std::string& language, Span literal,
                             const std::string& body) -> std::optional<std::uint64_t> {
      if (literal.empty() || (language != "sql" && language != "plpgsql")) return std::nullopt;
      std::uint64_t result = fingerprint_of_tokens(body, tokenize(body));
      const Tokens tokens = tokens_of(raw);
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Span span = tokens[i].span;
        const bool in_body = span.begin >= literal.begin && span.end <= literal.end;
        if (!in_body) result = combine(result, fingerprint_of_tokens(lexed_.text, tokens.subspan(i, 1)));
      }
      return result;
    };
    if (const auto* block = operation.as<Do>()) return written(block->language, block->body_span, block->body);
    const auto* function = operation.as<CreateFunction>();
    if (function == nullptr || function->has_sql_body) return std::nullopt;
    return written(function->language, function->body_span, function->body);
  }

  void read_function_body(Operation& operation) const {
    auto* function = std::get_if<CreateFunction>(&operation.kind);
    if (function == nullptr || function->language != "sql" || function->has_sql_body || depth_ >= kDeepestFunction) {
      return;
    }
    const ParsedSql body = parse_whole(function->body, {}, depth_ + 1);
    for (const ParsedStatement& inner : body.statements) {
      for (const Operation& part : inner.operations) {
        const Dml* dml = part.as<Dml>();
        if (dml == nullptr || dml->query == nullptr) {
          function->sql.clear();
          return;
        }
        function->sql.push_back(dml->query);
      }
    }
  }

  // %s and %(name)s become a parameter, %% one sign, in the same bytes.
  bool replace_placeholders() {
    bool changed = false;
    std::string& text = lexed_.text;
    const std::vector<Token>& tokens = lexed_.tokens;
    const auto is_s = [&](std::size_t i, std::uint32_t at) {
      return i < tokens.size() && tokens[i].span.begin == at && is_word(text, tokens[i], "s");
    };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Token token = tokens[i];
      if (token.kind != Token::Kind::op || text[token.span.end - 1] != '%') continue;
      std::size_t last = i;
      if (is_s(i + 1, token.span.end)) last = i + 1;
      if (i + 4 < tokens.size() && is_punctuation(text, tokens[i + 1], '(') &&
          tokens[i + 1].span.begin == token.span.end && is_punctuation(text, tokens[i + 3], ')') &&
          is_s(i + 4, tokens[i + 3].span.end)) {
        last = i + 4;
      }
      const std::uint32_t begin = token.span.end - 1;
      if (last > i) {
        // $0001: the parameter keeps the length of its name
        std::fill(text.begin() + begin, text.begin() + tokens[last].span.end, '0');
        text[begin] = '$';
        text[tokens[last].span.end - 1] = '1';
        changed = true;
      } else if (token.span.end - token.span.begin >= 2 && text[begin - 1] == '%') {
        text[begin] = ' ';
        changed = true;
      }
    }
    return changed;
  }
};

ParsedSql parse_whole(std::string_view text, ParseOptions options, int depth) {
  std::vector<ParsedStatement> statements;
  const Visit keep = [&statements](ParsedStatement statement) { statements.push_back(std::move(statement)); };
  ParsedSql parsed = Parser(text, options, depth, keep).run();
  parsed.statements = std::move(statements);
  return parsed;
}

}  // namespace

ParsedSql parse(std::string_view text, ParseOptions options) { return parse_whole(text, options, 0); }

ParsedSql parse_each(std::string_view text, const Visit& visit, ParseOptions options) {
  return Parser(text, options, 0, visit).run();
}

}  // namespace mlint::sql
