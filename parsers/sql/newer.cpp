#include "parsers/sql/newer.h"

#include <algorithm>
#include <charconv>

#include "parsers/sql/newer_edit.h"

namespace mlint::sql {
namespace {

using Kind = NewerFact::Kind;

// Columns, constraints and the statement around them; newer_query.cpp has expressions and queries.
class Adapter {
 public:
  Adapter(std::string_view text, Tokens tokens) : e_(text, tokens) {}

  std::optional<Adapted> run(const GrammarRefusal& refusal) {
    if (refusal.message.find("in FROM must have an alias") != std::string_view::npos) {
      alias_subqueries(e_, refusal.offset);
    }
    const bool table = e_.word(0, "create") || e_.word(0, "alter");
    for (std::size_t i = 0; i < e_.size(); ++i) {
      number(i);
      if (table) definition(i);
      if (table && e_.word(0, "alter")) alteration(i);
      if (e_.words(0, {"alter", "domain"})) domain_not_null(i);
      adapt_query(e_, i);
      adapt_json(e_, i);
    }
    whole_statement();
    return e_.finish();
  }

 private:
  Editor e_;

  // 1_000, 0x1F, 0o17, 0b11 (16)
  void number(std::size_t i) {
    if (e_.token(i).kind != Token::Kind::number) return;
    std::string digits = e_.written(i);
    const bool grouped = digits.find('_') != std::string::npos;
    std::erase(digits, '_');
    const char mark = digits.size() > 2 && digits[0] == '0' ? static_cast<char>(digits[1] | 0x20) : '\0';
    const int base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base != 10) {
      std::uint64_t value = 0;
      const auto parsed = std::from_chars(digits.data() + 2, digits.data() + digits.size(), value, base);
      if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return;
      e_.edit(i, i, std::to_string(value), 16);
    } else if (grouped) {
      e_.edit(i, i, digits, 16);
    }
  }

  // Columns and constraints of CREATE TABLE, ALTER TABLE, domains.
  void definition(std::size_t i) {
    if (e_.words(i, {"not", "null"})) not_null_constraint(i);
    if (e_.word(i, "enforced")) {
      const bool negated = i > 0 && e_.word(i - 1, "not");
      if (negated) e_.fact(Kind::not_enforced, i - 1);
      e_.edit(negated ? i - 1 : i, i, "", 18);
    }
    if (e_.words(i, {"generated", "always", "as"}) && e_.punctuation(i + 3, '(')) generated(i);
    if (e_.words(i, {"without", "overlaps"})) {
      e_.fact(Kind::without_overlaps, i);
      e_.edit(i, i + 1, "", 18);
    }
    if (e_.word(i, "period") && i > 0 && (e_.punctuation(i - 1, ',') || e_.punctuation(i - 1, '(')) && e_.name(i + 1)) {
      e_.fact(Kind::period, i);
      e_.edit(i, i, "", 18);
    }
    if (e_.word(i, "storage") && e_.name(i + 1)) storage(i);
    if (e_.words(i, {"create", "statistics"}) && (e_.word(i + 2, "on") || e_.punctuation(i + 2, '('))) {
      e_.insert_after(i + 1, " unnamed", 16);
    }
  }

  // ALTER DOMAIN d ADD [CONSTRAINT c] NOT NULL (17) does what SET NOT NULL does, and names it.
  void domain_not_null(std::size_t i) {
    if (!e_.word(i, "add")) return;
    const std::size_t what = e_.word(i + 1, "constraint") && e_.name(i + 2) ? i + 3 : i + 1;
    if (e_.words(what, {"not", "null"})) e_.edit(i, what + 1, "SET NOT NULL", 17);
  }

  // CONSTRAINT c NOT NULL column: only as a constraint of the table does a column's name follow.
  void not_null_constraint(std::size_t i) {
    const bool named = i >= 2 && e_.word(i - 2, "constraint") && e_.name(i - 1);
    const std::size_t before = named ? i - 2 : i;
    const bool of_table = before > 0 && (e_.word(before - 1, "add") || e_.punctuation(before - 1, ',') ||
                                         e_.punctuation(before - 1, '('));
    if (of_table && e_.name(i + 2)) {
      e_.fact(Kind::not_null_constraint, before, e_.identifier(i + 2));
      e_.edit(i, i + 2, "CHECK (" + e_.written(i + 2) + ")", 18);
    } else if (e_.words(i + 2, {"no", "inherit"})) {
      e_.fact(Kind::no_inherit, i + 2);
      e_.edit(i + 2, i + 3, "", 18);
    }
  }

  // GENERATED ALWAYS AS (…) [VIRTUAL]
  void generated(std::size_t i) {
    const std::size_t close = e_.closing(i + 3);
    if (close >= e_.size() || e_.word(close + 1, "stored")) return;
    e_.fact(Kind::virtual_column, i);
    e_.edit(i, i + 2, "DEFAULT", 18);
    if (e_.word(close + 1, "virtual")) e_.edit(close + 1, close + 1, "", 18);
  }

  // Of a column's definition; ALTER COLUMN … SET STORAGE and LIKE … INCLUDING STORAGE are old.
  void storage(std::size_t i) {
    const bool old = i == 0 || e_.word(i - 1, "set") || e_.word(i - 1, "including") || e_.word(i - 1, "excluding") ||
                     e_.word(i - 1, "column") || e_.word(i - 1, "add") || e_.punctuation(i - 1, ',') ||
                     e_.punctuation(i - 1, '(') || e_.punctuation(i - 1, '.');
    if (i > 0 && e_.word(i - 1, "set") && e_.word(i + 1, "default")) e_.edit(i + 1, i + 1, "\"default\"", 16);
    if (old) return;
    e_.fact(Kind::storage, i, e_.identifier(i + 1));
    e_.edit(i, i + 1, "", 16);
  }

  void alteration(std::size_t i) {
    if (e_.words(i, {"set", "expression", "as"})) {
      e_.fact(Kind::set_expression, i);
      e_.edit(i + 1, i + 2, "DEFAULT", 17);
    }
    if (e_.words(i, {"set", "statistics", "default"})) e_.edit(i + 2, i + 2, "-1", 17);
    if (e_.words(i, {"set", "access", "method", "default"})) {
      e_.fact(Kind::default_access_method, i);
      e_.edit(i + 3, i + 3, "heap", 17);
    }
    if (e_.words(i, {"alter", "constraint"}) && e_.name(i + 2)) {
      if (e_.words(i + 3, {"no", "inherit"})) e_.edit(i + 3, i + 4, "", 18);
      if (e_.word(i + 3, "inherit")) e_.edit(i + 3, i + 3, "", 18);
    }
  }

  void whole_statement() {
    if (e_.any_word(0, {"vacuum", "analyze"})) {
      for (std::size_t i = 1; i < e_.size(); ++i) {
        if (e_.word(i, "only")) e_.edit(i, i, "", 18);
      }
    }
    const std::size_t last = e_.size() - 1;
    if (e_.word(0, "reindex") &&
        (e_.word(last, "database") || e_.word(last, "system") || e_.word(last, "concurrently"))) {
      e_.insert_after(last, " unnamed", 16);
    }
    if (e_.word(0, "grant") || e_.word(0, "revoke")) role_options();
    if (e_.word(0, "cluster") && e_.punctuation(1, '(') && e_.closing(1) == last) e_.edit(1, last, "", 17);
    if (e_.word(0, "checkpoint") && e_.size() > 1) e_.edit(1, last, "", 19);
    if (e_.words(0, {"create", "publication"})) publication();
    for (std::size_t i = 2; e_.words(0, {"create", "subscription"}) && i + 1 < e_.size(); ++i) {
      if (e_.word(i, "server") && e_.name(i + 1)) e_.edit(i, i + 1, "CONNECTION ''", 19);
    }
    for (std::size_t i = 4; e_.words(0, {"create", "foreign", "data", "wrapper"}) && i + 1 < e_.size(); ++i) {
      if (e_.word(i, "connection") && e_.name(i + 1)) e_.edit(i, i + 1, "", 19);
    }
  }

  // CREATE PUBLICATION … FOR ALL TABLES EXCEPT (TABLE t), ALL SEQUENCES (19). The tables left out are locked like those
  // that are put in; sequences are not locked.
  void publication() {
    for (std::size_t i = 3; i < e_.size(); ++i) {
      if (e_.words(i, {"all", "tables", "except"}) && e_.punctuation(i + 3, '(') && e_.closing(i + 3) < e_.size()) {
        e_.edit(i, e_.word(i + 4, "table") ? i + 4 : i + 3, "TABLE", 19);
        e_.edit(e_.closing(i + 3), e_.closing(i + 3), "", 19);
      }
      if (!e_.words(i, {"all", "sequences"})) continue;
      const bool first = e_.word(i - 1, "for");
      const std::size_t last = first && e_.punctuation(i + 2, ',') ? i + 2 : i + 1;
      e_.edit(first && last == i + 2 ? i : i - 1, last, "", 19);
    }
  }

  // GRANT role TO role WITH INHERIT FALSE, SET TRUE; REVOKE SET OPTION FOR
  void role_options() {
    if (e_.word(0, "revoke") && (e_.word(1, "set") || e_.word(1, "inherit")) && e_.word(2, "option"))
      e_.edit(1, 1, "ADMIN", 16);
    for (std::size_t i = 1; e_.word(0, "grant") && i + 1 < e_.size(); ++i) {
      const bool option = e_.word(i + 1, "inherit") || e_.word(i + 1, "set") || e_.word(i + 1, "admin");
      if (e_.word(i, "with") && option) {
        e_.edit(i, e_.size() - 1, "", 16);
        return;
      }
    }
  }
};

}  // namespace

std::optional<Adapted> Editor::finish() {
  if (out_.edits.empty()) return std::nullopt;
  std::stable_sort(out_.edits.begin(), out_.edits.end(),
                   [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
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
  return std::move(out_);
}

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
  if (std::optional<OperationKind> operation = read_newer_statement(text, tokens)) {
    Adapted adapted;
    adapted.operation = std::move(operation);
    adapted.since = 19;
    return adapted;
  }
  return Adapter(text, tokens).run(refusal);
}

}  // namespace mlint::sql
