#include "parsers/sql/newer.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace mlint::sql {
namespace {

using Kind = NewerFact::Kind;

class Adapter {
 public:
  Adapter(std::string_view text, Tokens tokens) : text_(text), tokens_(tokens), base_(tokens.front().span.begin) {}

  std::optional<Adapted> run(const GrammarRefusal& refusal) {
    if (refusal.message.find("in FROM must have an alias") != std::string_view::npos) alias_subqueries(refusal.offset);
    const bool table = word(0, "create") || word(0, "alter");
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      number(i);
      if (table) definition(i);
      if (table && word(0, "alter")) alteration(i);
      if (words(0, {"alter", "domain"})) domain_not_null(i);
      query(i);
    }
    whole_statement();
    if (out_.edits.empty()) return std::nullopt;
    build();
    return std::move(out_);
  }

 private:
  std::string_view text_;
  Tokens tokens_;
  std::uint32_t base_;
  Adapted out_;

  bool word(std::size_t i, std::string_view lower) const {
    return i < tokens_.size() && is_word(text_, tokens_[i], lower);
  }
  bool punctuation(std::size_t i, char c) const { return i < tokens_.size() && is_punctuation(text_, tokens_[i], c); }
  bool name(std::size_t i) const {
    return i < tokens_.size() && (tokens_[i].kind == Token::Kind::word || tokens_[i].kind == Token::Kind::quoted);
  }
  bool words(std::size_t i, std::initializer_list<std::string_view> list) const {
    for (const std::string_view item : list) {
      if (!word(i++, item)) return false;
    }
    return true;
  }
  std::string written(std::size_t i) const {
    return std::string(text_.substr(tokens_[i].span.begin, tokens_[i].span.end - tokens_[i].span.begin));
  }
  std::size_t closing(std::size_t open) const { return matching_bracket(text_, tokens_, open); }

  // Tokens [first, last] become `text`.
  void edit(std::size_t first, std::size_t last, std::string text, int since) {
    out_.edits.push_back({tokens_[first].span.begin - base_, tokens_[last].span.end - base_, std::move(text)});
    out_.since = std::max(out_.since, since);
  }
  void insert_after(std::size_t token, std::string text, int since) {
    const std::uint32_t at = tokens_[token].span.end - base_;
    out_.edits.push_back({at, at, std::move(text)});
    out_.since = std::max(out_.since, since);
  }
  void fact(Kind kind, std::size_t token, std::string text = {}) {
    out_.facts.push_back({kind, tokens_[token].span.begin, std::move(text)});
  }

  // 1_000, 0x1F, 0o17, 0b11 (16)
  void number(std::size_t i) {
    if (tokens_[i].kind != Token::Kind::number) return;
    std::string digits = written(i);
    const bool grouped = digits.find('_') != std::string::npos;
    std::erase(digits, '_');
    const char mark = digits.size() > 2 && digits[0] == '0' ? static_cast<char>(digits[1] | 0x20) : '\0';
    const int base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base != 10) {
      std::uint64_t value = 0;
      const auto parsed = std::from_chars(digits.data() + 2, digits.data() + digits.size(), value, base);
      if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return;
      edit(i, i, std::to_string(value), 16);
    } else if (grouped) {
      edit(i, i, digits, 16);
    }
  }

  // Columns and constraints of CREATE TABLE, ALTER TABLE, domains.
  void definition(std::size_t i) {
    if (words(i, {"not", "null"})) not_null_constraint(i);
    if (word(i, "enforced")) {
      const bool negated = i > 0 && word(i - 1, "not");
      if (negated) fact(Kind::not_enforced, i - 1);
      edit(negated ? i - 1 : i, i, "", 18);
    }
    if (words(i, {"generated", "always", "as"}) && punctuation(i + 3, '(')) generated(i);
    if (words(i, {"without", "overlaps"})) {
      fact(Kind::without_overlaps, i);
      edit(i, i + 1, "", 18);
    }
    if (word(i, "period") && i > 0 && (punctuation(i - 1, ',') || punctuation(i - 1, '(')) && name(i + 1)) {
      fact(Kind::period, i);
      edit(i, i, "", 18);
    }
    if (word(i, "storage") && name(i + 1)) storage(i);
    if (words(i, {"create", "statistics"}) && (word(i + 2, "on") || punctuation(i + 2, '('))) {
      insert_after(i + 1, " unnamed", 16);
    }
  }

  // ALTER DOMAIN d ADD [CONSTRAINT c] NOT NULL (17) does what SET NOT NULL does, and names it.
  void domain_not_null(std::size_t i) {
    if (!word(i, "add")) return;
    const std::size_t what = word(i + 1, "constraint") && name(i + 2) ? i + 3 : i + 1;
    if (words(what, {"not", "null"})) edit(i, what + 1, "SET NOT NULL", 17);
  }

  // CONSTRAINT c NOT NULL column: only as a constraint of the table does a column's name follow.
  void not_null_constraint(std::size_t i) {
    const bool named = i >= 2 && word(i - 2, "constraint") && name(i - 1);
    const std::size_t before = named ? i - 2 : i;
    const bool of_table =
        before > 0 && (word(before - 1, "add") || punctuation(before - 1, ',') || punctuation(before - 1, '('));
    if (of_table && name(i + 2)) {
      fact(Kind::not_null_constraint, before, identifier_of(text_, tokens_[i + 2]));
      edit(i, i + 2, "CHECK (" + written(i + 2) + ")", 18);
    } else if (words(i + 2, {"no", "inherit"})) {
      fact(Kind::no_inherit, i + 2);
      edit(i + 2, i + 3, "", 18);
    }
  }

  // GENERATED ALWAYS AS (…) [VIRTUAL]
  void generated(std::size_t i) {
    const std::size_t close = closing(i + 3);
    if (close >= tokens_.size() || word(close + 1, "stored")) return;
    fact(Kind::virtual_column, i);
    edit(i, i + 2, "DEFAULT", 18);
    if (word(close + 1, "virtual")) edit(close + 1, close + 1, "", 18);
  }

  // Of a column's definition; ALTER COLUMN … SET STORAGE and LIKE … INCLUDING STORAGE are old.
  void storage(std::size_t i) {
    const bool old = i == 0 || word(i - 1, "set") || word(i - 1, "including") || word(i - 1, "excluding") ||
                     word(i - 1, "column") || word(i - 1, "add") || punctuation(i - 1, ',') ||
                     punctuation(i - 1, '(') || punctuation(i - 1, '.');
    if (i > 0 && word(i - 1, "set") && word(i + 1, "default")) edit(i + 1, i + 1, "\"default\"", 16);
    if (old) return;
    fact(Kind::storage, i, identifier_of(text_, tokens_[i + 1]));
    edit(i, i + 1, "", 16);
  }

  void alteration(std::size_t i) {
    if (words(i, {"set", "expression", "as"})) {
      fact(Kind::set_expression, i);
      edit(i + 1, i + 2, "DEFAULT", 17);
    }
    if (words(i, {"set", "statistics", "default"})) edit(i + 2, i + 2, "-1", 17);
    if (words(i, {"set", "access", "method", "default"})) {
      fact(Kind::default_access_method, i);
      edit(i + 3, i + 3, "heap", 17);
    }
    if (words(i, {"alter", "constraint"}) && name(i + 2)) {
      if (words(i + 3, {"no", "inherit"})) edit(i + 3, i + 4, "", 18);
      if (word(i + 3, "inherit")) edit(i + 3, i + 3, "", 18);
    }
  }

  void query(std::size_t i) {
    if (words(i, {"at", "local"})) edit(i + 1, i + 1, "TIME ZONE 'UTC'", 17);
    if (words(i, {"returning", "with"}) && punctuation(i + 2, '(') && closing(i + 2) < tokens_.size()) {
      edit(i + 1, closing(i + 2), "", 18);
    }
    if (word(i, "is")) is_json(word(i + 1, "not") ? i + 2 : i + 1);
    if (!word(0, "merge") && !word(0, "with")) return;
    if (words(i, {"when", "not", "matched", "by", "source"})) edit(i + 1, i + 4, "MATCHED", 17);
    if (words(i, {"matched", "by", "target"})) edit(i + 1, i + 2, "", 17);
    if (word(i, "returning") && word(0, "merge")) edit(i, tokens_.size() - 1, "", 17);
  }

  // As a test that says nothing about NULL.
  void is_json(std::size_t i) {
    if (!word(i, "json")) return;
    std::size_t last = i;
    if (word(i + 1, "value") || word(i + 1, "scalar") || word(i + 1, "array") || word(i + 1, "object")) ++last;
    if ((word(last + 1, "with") || word(last + 1, "without")) && word(last + 2, "unique")) {
      last += word(last + 3, "keys") ? 3 : 2;
    }
    edit(i, last, "DOCUMENT", 16);
  }

  void whole_statement() {
    if ((word(0, "vacuum") || word(0, "analyze")) && !out_.operation) {
      for (std::size_t i = 1; i < tokens_.size(); ++i) {
        if (word(i, "only")) edit(i, i, "", 18);
      }
    }
    const std::size_t last = tokens_.size() - 1;
    if (word(0, "reindex") && (word(last, "database") || word(last, "system") || word(last, "concurrently"))) {
      insert_after(last, " unnamed", 16);
    }
    if (word(0, "grant") || word(0, "revoke")) role_options();
  }

  // GRANT role TO role WITH INHERIT FALSE, SET TRUE; REVOKE SET OPTION FOR
  void role_options() {
    if (word(0, "revoke") && (word(1, "set") || word(1, "inherit")) && word(2, "option")) edit(1, 1, "ADMIN", 16);
    for (std::size_t i = 1; word(0, "grant") && i + 1 < tokens_.size(); ++i) {
      const bool option = word(i + 1, "inherit") || word(i + 1, "set") || word(i + 1, "admin");
      if (word(i, "with") && option) {
        edit(i, tokens_.size() - 1, "", 16);
        return;
      }
    }
  }

  // FROM (SELECT …) without a name (16). The grammar points at one; those behind FROM and JOIN are found besides.
  void alias_subqueries(std::uint32_t offset) {
    for (std::size_t i = 1; i < tokens_.size(); ++i) {
      if (!punctuation(i, '(')) continue;
      const bool source = word(i - 1, "from") || word(i - 1, "join") || word(i - 1, "lateral");
      const bool query =
          word(i + 1, "select") || word(i + 1, "values") || word(i + 1, "with") || punctuation(i + 1, '(');
      const bool pointed_at = tokens_[i].span.begin - base_ == offset;
      const std::size_t close = source || pointed_at ? closing(i) : tokens_.size();
      if (!(source && query) && !pointed_at) continue;
      if (close < tokens_.size() && !has_alias(close + 1)) {
        insert_after(close, " unnamed_" + std::to_string(i), 16);
      }
    }
  }

  bool has_alias(std::size_t i) const {
    if (i >= tokens_.size() || !name(i)) return false;
    static constexpr std::array<std::string_view, 24> follows = {
        "where", "group",     "order",   "having", "limit", "offset",    "fetch", "for",
        "union", "intersect", "except",  "window", "join",  "left",      "right", "full",
        "inner", "cross",     "natural", "on",     "using", "returning", "set",   "when"};
    return std::none_of(follows.begin(), follows.end(), [&](auto item) { return word(i, item); });
  }

  void build() {
    std::sort(out_.edits.begin(), out_.edits.end(), [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
    std::sort(out_.facts.begin(), out_.facts.end(), [](const NewerFact& a, const NewerFact& b) { return a.at < b.at; });
    std::uint32_t copied = 0;
    const std::uint32_t size = tokens_.back().span.end - base_;
    std::vector<Edit> kept;
    for (Edit& edit : out_.edits) {
      if (edit.begin < copied) continue;  // inside one before
      out_.text += text_.substr(base_ + copied, edit.begin - copied);
      out_.text += edit.text;
      copied = edit.end;
      kept.push_back(std::move(edit));
    }
    out_.text += text_.substr(base_ + copied, size - copied);
    out_.edits = std::move(kept);
  }
};

// --- statements that are read here as a whole

class WholeReader {
 public:
  WholeReader(std::string_view text, Tokens tokens) : text_(text), tokens_(tokens) {}

  std::optional<OperationKind> run() {
    if (is("repack")) return repack();
    if (!is("alter")) return std::nullopt;
    ++at_;
    if (!take("table")) return std::nullopt;
    AlterTable table;
    if (take("if")) {
      take("exists");
      table.if_exists = true;
    }
    table.name = name();
    const Span span{at_ < tokens_.size() ? tokens_[at_].span.begin : 0, tokens_.back().span.end};
    std::optional<alter::Action> action = split();
    if (!action) action = merge();
    if (!action || at_ != tokens_.size()) return std::nullopt;
    table.actions.push_back({std::move(*action), span});
    return table;
  }

 private:
  std::string_view text_;
  Tokens tokens_;
  std::size_t at_ = 0;

  bool is(std::string_view word) const { return at_ < tokens_.size() && is_word(text_, tokens_[at_], word); }
  bool take(std::string_view word) {
    if (!is(word)) return false;
    ++at_;
    return true;
  }
  bool take(char c) {
    if (at_ >= tokens_.size() || !is_punctuation(text_, tokens_[at_], c)) return false;
    ++at_;
    return true;
  }
  QualifiedName name() {
    QualifiedName result;
    do {
      if (at_ >= tokens_.size()) break;
      result.schema = std::move(result.name);
      result.name = identifier_of(text_, tokens_[at_++]);
    } while (take('.'));
    return result;
  }

  std::optional<alter::Action> split() {
    if (!take("split") || !take("partition")) return std::nullopt;
    alter::SplitPartition action;
    action.partition = name();
    if (!take("into") || !take('(')) return std::nullopt;
    do {
      if (!take("partition")) return std::nullopt;
      QualifiedName part = name();
      const std::size_t first = at_;
      std::size_t depth = 0;
      for (; at_ < tokens_.size(); ++at_) {
        const bool comma = is_punctuation(text_, tokens_[at_], ',');
        const bool close = is_punctuation(text_, tokens_[at_], ')');
        if (depth == 0 && (comma || close)) break;
        if (is_punctuation(text_, tokens_[at_], '(')) ++depth;
        if (close) --depth;
      }
      if (first == at_) return std::nullopt;
      action.into.emplace_back(std::move(part), bound({tokens_[first].span.begin, tokens_[at_ - 1].span.end}));
    } while (take(','));
    if (!take(')')) return std::nullopt;
    return action;
  }

  PartitionBound bound(Span span) const {
    const std::string create =
        "CREATE TABLE a PARTITION OF b " + std::string(text_.substr(span.begin, span.end - span.begin));
    const ParsedSql parsed = parse(create);
    if (parsed.statements.size() == 1) {
      const auto* table = parsed.statements[0].operations.at(0).as<CreateTable>();
      if (table != nullptr && table->bound) return *table->bound;
    }
    return {};
  }

  std::optional<alter::Action> merge() {
    if (!take("merge") || !take("partitions") || !take('(')) return std::nullopt;
    alter::MergePartitions action;
    do {
      action.partitions.push_back(name());
    } while (take(','));
    if (!take(')') || !take("into")) return std::nullopt;
    action.into = name();
    return action;
  }

  // REPACK [(options)] [table [USING INDEX index]] (19)
  std::optional<OperationKind> repack() {
    ++at_;
    Repack operation;
    if (at_ < tokens_.size() && is_punctuation(text_, tokens_[at_], '(')) {
      const std::size_t close = matching_bracket(text_, tokens_, at_);
      for (; at_ < close; ++at_) operation.concurrently = operation.concurrently || is("concurrently");
      ++at_;
    }
    if (take("concurrently")) operation.concurrently = true;
    if (at_ < tokens_.size() && !is("using")) operation.table = name();
    if (take("using") && take("index") && at_ < tokens_.size()) operation.index = name().name;
    if (at_ < tokens_.size()) return std::nullopt;
    return operation;
  }
};

}  // namespace

std::uint32_t Adapted::original(std::uint32_t offset) const {
  std::uint32_t written = 0;    // of the statement, where the part under way begins
  std::uint32_t rewritten = 0;  // of `text`
  for (const Edit& edit : edits) {
    const std::uint32_t kept = edit.begin - written;
    if (offset < rewritten + kept) break;
    rewritten += kept;
    const auto size = static_cast<std::uint32_t>(edit.text.size());
    if (offset < rewritten + size) return edit.begin;
    rewritten += size;
    written = edit.end;
  }
  return written + (offset - rewritten);
}

const NewerFact* Adapted::fact(NewerFact::Kind kind, Span within) const {
  for (const NewerFact& fact : facts) {
    if (fact.kind == kind && within.begin <= fact.at && fact.at < within.end) return &fact;
  }
  return nullptr;
}

std::optional<Adapted> adapt(std::string_view text, Tokens tokens, const GrammarRefusal& refusal) {
  if (tokens.empty()) return std::nullopt;
  if (std::optional<OperationKind> operation = WholeReader(text, tokens).run()) {
    Adapted adapted;
    adapted.operation = std::move(operation);
    adapted.since = 19;
    return adapted;
  }
  return Adapter(text, tokens).run(refusal);
}

}  // namespace mlint::sql
