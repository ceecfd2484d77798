#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "parsers/sql/lexer.h"
#include "parsers/sql/parse.h"
#include "parsers/sql/plpgsql_blocks.h"
#include "parsers/sql/plpgsql_text.h"
#include "parsers/sql/plpgsql_values.h"

// plpgsql is read by its own few rules over tokens (pl_gram.y): a statement ends at its semicolon, and what stands
// before a statement is a fixed set of words. libpg_query's own reader knows lines but no positions, and refuses bodies
// whose variables are declared outside of them.
namespace mlint::sql {
namespace {

class BodyReader {
 public:
  BodyReader(std::string_view body, const Bindings& arguments)
      : text_(body), tokens_(tokenize(body)), canvas_(body.size() + 1, ' '), values_(body, tokens_, arguments) {}

  ParsedSql run() {
    while (at_ < tokens_.size()) step();
    ParsedSql parsed = parse(canvas_);
    for (auto& [span, shape] : dynamic_) {
      Operation operation;
      operation.kind = Opaque{"dynamic SQL: the text of EXECUTE is not known here"};
      operation.span = span;
      parsed.statements.push_back({{std::move(operation)}, span, {}, false, std::move(shape)});
    }
    for (const auto& [span, text] : folded_) add(parsed, span, parse(text).statements);
    for (const auto& [span, text] : calls_) {
      ParsedSql call = parse(text);  // a type with brackets does not parse as one
      if (call.problems.empty()) add(parsed, span, std::move(call.statements));
    }
    std::stable_sort(parsed.statements.begin(), parsed.statements.end(),
                     [](const ParsedStatement& a, const ParsedStatement& b) { return a.span.begin < b.span.begin; });
    place(parsed.statements);
    parsed.comments.clear();
    return parsed;
  }

 private:
  static void add(ParsedSql& parsed, Span span, std::vector<ParsedStatement> statements) {
    for (ParsedStatement& statement : statements) {
      statement.span = span;
      for (Operation& operation : statement.operations) operation.span = span;
      parsed.statements.push_back(std::move(statement));
    }
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::string canvas_;  // the statements of the body at their places, blanks between
  std::vector<std::pair<Span, std::vector<Operation>>> dynamic_;
  std::vector<std::pair<Span, std::string>> folded_;  // what EXECUTE runs, where constants make it
  std::vector<std::pair<Span, std::string>> calls_;   // in expressions
  Values values_;
  std::size_t at_ = 0;
  Blocks blocks_;
  struct Place {
    std::uint32_t begin = 0;  // in the body
    std::vector<Arm> within;
    bool handler = false;
  };
  std::vector<Place> places_;  // where the answer changes, in order

  // Both lists are in the order of the body.
  void place(std::vector<ParsedStatement>& statements) const {
    std::size_t next = 0;
    for (ParsedStatement& statement : statements) {
      while (next < places_.size() && places_[next].begin <= statement.span.begin) ++next;
      if (next == 0) continue;
      statement.within = blocks_.uncertain(places_[next - 1].within);
      statement.handler = places_[next - 1].handler;
    }
  }

  void note_place() {
    const std::uint32_t begin =
        at_ < tokens_.size() ? tokens_[at_].span.begin : static_cast<std::uint32_t>(text_.size());
    const bool same = places_.empty()
                          ? blocks_.within().empty() && !blocks_.handler()
                          : places_.back().within == blocks_.within() && places_.back().handler == blocks_.handler();
    if (!same) places_.push_back({begin, blocks_.within(), blocks_.handler()});
  }

  bool word(std::size_t i, std::string_view lower) const {
    return i < tokens_.size() && is_word(text_, tokens_[i], lower);
  }
  bool punctuation(std::size_t i, char c) const { return i < tokens_.size() && is_punctuation(text_, tokens_[i], c); }

  // The first of some words, or of semicolons, that belongs to this level: not in brackets, not in CASE … END.
  template <std::size_t size>
  std::size_t find(std::size_t i, const std::array<std::string_view, size>& words) const {
    std::size_t depth = 0;
    std::size_t cases = 0;
    for (; i < tokens_.size(); ++i) {
      if (punctuation(i, '(') || punctuation(i, '[')) ++depth;
      if ((punctuation(i, ')') || punctuation(i, ']')) && depth > 0) --depth;
      if (depth > 0) continue;
      if (punctuation(i, ';')) return i;
      if (cases == 0 && std::any_of(words.begin(), words.end(), [&](auto item) { return word(i, item); })) return i;
      if (word(i, "case")) ++cases;
      if (word(i, "end") && cases > 0) --cases;
    }
    return i;
  }
  std::size_t semicolon(std::size_t i) const { return find(i, std::array<std::string_view, 0>{}); }

  Span span(std::size_t first, std::size_t last) const {
    return {tokens_[first].span.begin, tokens_[std::min(last, tokens_.size()) - 1].span.end};
  }

  void step() {
    if (punctuation(at_, ';')) {
      ++at_;
    } else if (word(at_, "begin") || word(at_, "else") || word(at_, "loop") || word(at_, "exception")) {
      if (word(at_, "begin")) blocks_.begin();
      if (word(at_, "else")) blocks_.further_branch(true);
      if (word(at_, "loop")) begin_loop(std::nullopt);
      if (word(at_, "exception")) blocks_.exception();
      ++at_;
    } else if (word(at_, "declare")) {
      declarations();
    } else if (text_.substr(tokens_[at_].span.begin, 2) == "<<") {
      while (at_ < tokens_.size() && !text_.substr(tokens_[at_].span.begin).starts_with(">>")) ++at_;
      ++at_;
    } else if (word(at_, "if")) {
      blocks_.branch(header("then"));
    } else if (word(at_, "elsif") || word(at_, "elseif")) {
      blocks_.further_condition();
      blocks_.further_branch(header("then"));
    } else if (word(at_, "when")) {
      blocks_.further_condition();
      blocks_.further_arm(header("then"));
    } else if (word(at_, "case")) {
      const std::size_t when = find(at_ + 1, std::array<std::string_view, 1>{"when"});
      subqueries(at_ + 1, when);
      blocks_.cases(when == at_ + 1);
      at_ = when;
    } else if (word(at_, "while")) {
      begin_loop(header("loop"));
    } else if (word(at_, "foreach")) {
      const std::size_t first = at_;
      header("loop");
      values_.for_each(first, at_ - 1);
      blocks_.loop();
    } else if (word(at_, "for")) {
      for_loop();
      blocks_.loop();
    } else {
      const std::size_t end = semicolon(at_);
      if (word(at_, "end")) {
        end_of(at_ + 1);
      } else {
        statement(at_, end);
      }
      at_ = end + 1;
    }
    note_place();
  }

  void begin_loop(Blocks::Condition condition) {
    values_.loop();
    blocks_.loop(condition);
  }

  void end_of(std::size_t i) {
    if (word(i, "loop")) values_.end_loop();
    blocks_.end(word(i, "if")     ? Blocks::Kind::branch
                : word(i, "case") ? Blocks::Kind::cases
                : word(i, "loop") ? Blocks::Kind::loop
                                  : Blocks::Kind::block);
  }

  // IF … THEN, WHILE … LOOP
  Blocks::Condition header(std::string_view last) {
    const std::size_t first = at_ + 1;
    const std::size_t end = find(first, std::array<std::string_view, 1>{last});
    subqueries(first, end);
    at_ = end + 1;
    return constant_condition(first, end);
  }

  std::string_view text_of(std::size_t i) const {
    return text_.substr(tokens_[i].span.begin, tokens_[i].span.end - tokens_[i].span.begin);
  }
  bool is_number(std::size_t i) const { return tokens_[i].kind == Token::Kind::number; }

  // false, NOT (true), NULL, 1 = 0; anything else depends on what is not seen here.
  Blocks::Condition constant_condition(std::size_t first, std::size_t end) const {
    bool negated = false;
    while (first < end) {
      if (word(first, "not")) {
        negated = !negated;
        ++first;
      } else if (punctuation(first, '(') && matching_bracket(text_, tokens_, first) + 1 == end) {
        ++first;
        --end;
      } else {
        break;
      }
    }
    if (first + 3 == end && (text_of(first + 1) == "=" || text_of(first + 1) == "<>") && is_number(first) &&
        is_number(first + 2))
      return (text_of(first) == text_of(first + 2)) == (text_of(first + 1) == "=");
    if (first + 1 != end) return std::nullopt;
    if (word(first, "null")) return false;
    if (!word(first, "true") && !word(first, "false")) return std::nullopt;
    return word(first, "true") != negated;
  }

  void declarations() {
    ++at_;
    while (at_ < tokens_.size() && !word(at_, "begin")) {
      const std::size_t end = semicolon(at_);
      values_.declare(at_, end);
      std::size_t query = at_;
      while (query < end && !word(query, "for")) ++query;
      if (query < end && begins_query(query + 1)) {
        copy(query + 1, end);
      } else {
        std::size_t value = at_;  // behind the type
        while (value < end && !word(value, "default") && text_of(value) != ":=" && text_of(value) != "=") ++value;
        subqueries(value, end);
      }
      at_ = end + 1;
    }
  }

  bool begins_query(std::size_t i) const {
    static constexpr std::array<std::string_view, 7> words = {"select", "with",   "values", "insert",
                                                              "update", "delete", "table"};
    return punctuation(i, '(') || std::any_of(words.begin(), words.end(), [&](auto item) { return word(i, item); });
  }

  // FOR x IN query LOOP, FOR x IN EXECUTE …, FOR i IN 1..10
  void for_loop() {
    const std::size_t first = at_;
    const std::size_t in = find(at_, std::array<std::string_view, 1>{"in"});
    const std::size_t end = find(in + 1, std::array<std::string_view, 1>{"loop"});
    if (word(in + 1, "execute")) {
      execute(in + 1, end);
    } else if (begins_query(in + 1) && !(punctuation(in + 1, '(') && !word(in + 2, "select"))) {
      copy(in + 1, end);
    } else {
      subqueries(in + 1, end);
    }
    values_.for_each(first, end);
    at_ = end + 1;
  }

  // RAISE EXCEPTION, which is what RAISE does without a level.
  bool raises(std::size_t first) const {
    static constexpr std::array<std::string_view, 5> levels = {"debug", "log", "info", "notice", "warning"};
    return word(first, "raise") &&
           std::none_of(levels.begin(), levels.end(), [&](auto level) { return word(first + 1, level); });
  }

  void statement(std::size_t first, std::size_t end) {
    if (blocks_.dead()) return;
    const bool jumps = word(first, "exit") || word(first, "continue");
    const bool returns = word(first, "return") && !word(first + 1, "query") && !word(first + 1, "next");
    const bool labelled = first + 1 < end && !word(first + 1, "when");
    const bool always = !jumps || find(first, std::array<std::string_view, 1>{"when"}) >= end;
    static constexpr std::array<std::string_view, 12> no_sql = {
        "raise", "assert", "exit", "continue", "null", "get", "close", "fetch", "move", "return", "strict", "into"};
    if (word(first, "execute")) {
      execute(first, end);
    } else if (word(first, "perform")) {
      copy(first, end);
      canvas_.replace(tokens_[first].span.begin, 7, "SELECT ");
    } else if (word(first, "return") && word(first + 1, "query")) {
      if (word(first + 2, "execute")) {
        execute(first + 2, end);
      } else {
        copy(first + 2, end);
      }
    } else if (word(first, "open")) {
      open_cursor(first, end);
    } else if (std::any_of(no_sql.begin(), no_sql.end(), [&](auto item) { return word(first, item); }) ||
               assigns(first, end)) {
      subqueries(first, end);
      if (assigns(first, end)) values_.assign(first, end);
    } else {
      copy(first, end);
      remove_targets(first, end);
    }
    using Jump = Blocks::Jump;
    if (raises(first)) blocks_.finish(Jump::raises);
    if ((jumps || returns) && always)
      blocks_.finish(returns ? Jump::returns : labelled ? Jump::other : Jump::leaves_loop);
    if (jumps || returns) blocks_.leave(jumps && !labelled);
  }

  void open_cursor(std::size_t first, std::size_t end) {
    const std::size_t word_for = find(first, std::array<std::string_view, 1>{"for"});
    if (word_for >= end) return;
    if (word(word_for + 1, "execute")) {
      execute(word_for + 1, end);
    } else {
      copy(word_for + 1, end);
    }
  }

  // variable := … or variable = …
  bool assigns(std::size_t first, std::size_t end) const {
    std::size_t i = first + 1;
    while (i < end) {
      if (punctuation(i, '.')) {
        i += 2;
      } else if (punctuation(i, '[')) {
        i = matching_bracket(text_, tokens_, i) + 1;
      } else {
        break;
      }
    }
    if (i >= end) return false;
    return text_of(i) == ":=" || text_of(i) == "=";
  }

  void copy(std::size_t first, std::size_t end) {
    if (first >= end || blocks_.dead()) return;
    const Span part = span(first, end);
    canvas_.replace(part.begin, part.end - part.begin, text_.substr(part.begin, part.end - part.begin));
    canvas_[part.end] = ';';
  }

  // Queries inside an expression: (SELECT …) is a statement of its own.
  void subqueries(std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
      if (!punctuation(i, '(') || !(word(i + 1, "select") || word(i + 1, "with"))) continue;
      const std::size_t close = std::min(matching_bracket(text_, tokens_, i), end - 1);
      copy(i, close + 1);
      i = close;
    }
    for (CallText& call : calls_in(text_, tokens_, first, end))
      calls_.emplace_back(span(call.first, call.end), std::move(call.query));
  }

  // SELECT … INTO [STRICT] a, b: variables, not a table.
  void remove_targets(std::size_t first, std::size_t end) {
    std::size_t depth = 0;
    for (std::size_t i = first; i < end; ++i) {
      if (punctuation(i, '(')) ++depth;
      if (punctuation(i, ')') && depth > 0) --depth;
      const bool of_table = i > first && (word(i - 1, "insert") || word(i - 1, "merge"));
      if (depth > 0 || !word(i, "into") || of_table) continue;
      std::size_t last = word(i + 1, "strict") ? i + 2 : i + 1;
      while (last + 1 < end) {
        if (punctuation(last + 1, '.') || punctuation(last + 1, ',')) {
          last += 2;
        } else if (punctuation(last + 1, '[')) {
          last = matching_bracket(text_, tokens_, last + 1);
        } else {
          break;
        }
      }
      const Span part = span(i, std::min(last + 1, end));
      std::fill(canvas_.begin() + part.begin, canvas_.begin() + part.end, ' ');
      return;
    }
  }

  // EXECUTE 'constant' is what the constant says; anything else is not known here.
  void execute(std::size_t first, std::size_t end) {
    if (blocks_.dead()) return;
    const std::size_t value = first + 1;
    const bool constant = value < end && tokens_[value].kind == Token::Kind::string &&
                          (value + 1 >= end || word(value + 1, "using") || word(value + 1, "into"));
    if (constant && copy_constant(tokens_[value].span)) {
    } else if (std::vector<std::string> texts = values_.texts(value, end); !texts.empty()) {
      for (std::string& text : texts) folded_.emplace_back(span(first, end), std::move(text));
    } else {
      dynamic_.emplace_back(span(first, end), shape(value, end));
    }
    subqueries(value, end);
  }

  // What it does with names that are not known here; a number, where a name cannot stand.
  std::vector<Operation> shape(std::size_t first, std::size_t end) const {
    for (const UnknownParts unknown : {UnknownParts::names, UnknownParts::numbers}) {
      const std::optional<std::string> text = text_of_constants(text_, tokens_, first, end, unknown);
      if (!text || text->starts_with(unknown_name) || text->starts_with(unknown_number)) return {};
      std::vector<Operation> operations;
      bool read = true, data = false;
      for (ParsedStatement& statement : parse(*text).statements) {
        for (Operation& operation : statement.operations) {
          read = read && !operation.as<Unparsed>();
          data = data || operation.as<Dml>() || operation.as<Copy>();
          operations.push_back(std::move(operation));
        }
      }
      if (!read) continue;
      // A query or a write may call a function where any text may stand, and that may change what there is.
      if (data && may_call_anything(*text)) return {};
      return operations;
    }
    return shape_of_beginning(text_of_constants(text_, tokens_, first, end, UnknownParts::names).value_or(""));
  }

  bool copy_constant(Span literal) {
    const std::string_view written = text_.substr(literal.begin, literal.end - literal.begin);
    if (written.front() == '$') {
      const std::size_t tag = written.find('$', 1) + 1;
      if (written.size() < 2 * tag) return false;
      canvas_.replace(literal.begin + tag, written.size() - 2 * tag, written.substr(tag, written.size() - 2 * tag));
      canvas_[literal.end - tag] = ';';
      return true;
    }
    if (written.front() != '\'' || written.size() < 2) return false;
    bool inside = false;  // '' opens a string, then closes it: the blank stays outside
    for (std::size_t i = 1; i + 1 < written.size(); ++i) {
      char* place = &canvas_[literal.begin + i];
      if (written[i] != '\'') {
        *place = written[i];
        continue;
      }
      place[inside ? 0 : 1] = '\'';
      inside = !inside;
      ++i;
    }
    canvas_[literal.end - 1] = ';';
    return true;
  }
};

}  // namespace

ParsedSql parse_plpgsql(std::string_view body, const Bindings& arguments) { return BodyReader(body, arguments).run(); }

}  // namespace mlint::sql
