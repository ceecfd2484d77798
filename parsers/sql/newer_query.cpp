#include <algorithm>
#include <array>

#include "parsers/sql/newer_edit.h"

// Newer syntax inside expressions and queries.
namespace mlint::sql {
namespace {

// As a test that says nothing about NULL.
void is_json(Editor& e, std::size_t i) {
  if (!e.word(i, "json")) return;
  std::size_t last = i;
  if (e.any_word(i + 1, {"value", "scalar", "array", "object"})) ++last;
  if (e.any_word(last + 1, {"with", "without"}) && e.word(last + 2, "unique")) {
    last += e.word(last + 3, "keys") ? 3 : 2;
  }
  e.edit(i, last, "DOCUMENT", 16);
}

// The token behind the brackets around `i`, or behind the statement.
std::size_t end_of_level(const Editor& e, std::size_t i) {
  for (; i < e.size() && !e.punctuation(i, ')'); ++i) {
    if (e.punctuation(i, '(')) i = std::min(e.closing(i), e.size() - 1);
  }
  return i;
}

// MERGE … [WHEN NOT MATCHED BY SOURCE|TARGET] [RETURNING …] (17). What RETURNING computes is left out.
void merge(Editor& e, std::size_t i) {
  const std::size_t end = end_of_level(e, i);
  for (std::size_t k = i + 1; k < end; ++k) {
    if (e.punctuation(k, '(')) {
      k = std::min(e.closing(k), end);
    } else if (e.words(k, {"not", "matched", "by", "source"})) {
      e.edit(k, k + 3, "MATCHED", 17);
    } else if (e.words(k, {"matched", "by", "target"})) {
      e.edit(k + 1, k + 2, "", 17);
    } else if (e.word(k, "returning")) {
      e.edit(k, end - 1, "", 17);
      return;
    }
  }
}

// INSERT … ON CONFLICT … DO SELECT [FOR UPDATE] [WHERE …] RETURNING (19): the row locks are weaker than what INSERT
// holds.
void conflict_select(Editor& e, std::size_t i) {
  if (!e.words(i, {"do", "select"})) return;
  const std::size_t end = end_of_level(e, i);
  std::size_t last = i + 1;
  while (last + 1 < end && !e.word(last + 1, "returning")) {
    ++last;
    if (e.punctuation(last, '(')) last = std::min(e.closing(last), end - 1);
  }
  e.edit(i, last, "DO NOTHING", 19);
}

// UPDATE|DELETE … FOR PORTION OF c (…) | FROM a TO b (19) puts back what is left of a row: it inserts too.
void portion(Editor& e, std::size_t i) {
  if (!e.words(i, {"for", "portion", "of"}) || !e.name(i + 3)) return;
  const bool deletes = e.words(0, {"delete", "from"});
  const std::size_t table = deletes ? 2 : 1;
  if ((!deletes && !e.word(0, "update")) || e.word(table, "only") || table >= i) return;
  std::string target;
  for (std::size_t k = table; k < i; ++k) target += e.written(k);
  std::size_t last = i + 3;
  const std::string_view behind = deletes ? "where" : "set";
  const std::size_t end = end_of_level(e, i);
  while (last + 1 < end && !e.any_word(last + 1, {behind, "as", "using", "returning"})) {
    ++last;
    if (e.punctuation(last, '(')) last = std::min(e.closing(last), end - 1);
  }
  e.insert_before(0, "WITH leftover AS (INSERT INTO " + target + " SELECT * FROM " + target + ") ", 19);
  e.edit(i, last, "", 19);
}

// FROM GRAPH_TABLE (graph MATCH … COLUMNS (…)) (19) as a function that is given the graph. Subqueries cannot stand in
// it, and which tables it reads only the graph's definition tells.
void graph_table(Editor& e, std::size_t i) {
  if (!e.word(i, "graph_table") || !e.punctuation(i + 1, '(') || e.closing(i + 1) >= e.size()) return;
  std::string graph;
  std::size_t k = i + 2;
  for (; k < e.closing(i + 1) && !e.word(k, "match"); ++k) {
    for (const char c : e.written(k)) graph.append(c == '\'' ? 2 : 1, c);
  }
  if (e.word(k, "match")) e.edit(i, e.closing(i + 1), "pg_catalog.graph_table('" + graph + "')", 19);
}

bool has_alias(const Editor& e, std::size_t i) {
  if (!e.name(i)) return false;
  return !e.any_word(i, {"where", "group",     "order",   "having", "limit", "offset",    "fetch", "for",
                         "union", "intersect", "except",  "window", "join",  "left",      "right", "full",
                         "inner", "cross",     "natural", "on",     "using", "returning", "set",   "when"});
}

}  // namespace

void adapt_query(Editor& e, std::size_t i) {
  if (e.words(i, {"at", "local"})) e.edit(i + 1, i + 1, "TIME ZONE 'UTC'", 17);
  if (e.words(i, {"returning", "with"}) && e.punctuation(i + 2, '(') && e.closing(i + 2) < e.size()) {
    e.edit(i + 1, e.closing(i + 2), "", 18);
  }
  if (e.word(i, "is")) is_json(e, e.word(i + 1, "not") ? i + 2 : i + 1);
  if (e.any_word(i, {"ignore", "respect"}) && e.word(i + 1, "nulls") && e.word(i + 2, "over")) {
    e.edit(i, i + 1, "", 19);
  }
  if (e.words(i, {"group", "by", "all"}) && !e.punctuation(i + 3, '(')) e.edit(i, i + 2, "", 19);
  if (e.words(i, {"merge", "into"})) merge(e, i);
  conflict_select(e, i);
  portion(e, i);
  graph_table(e, i);
}

// The grammar points at one; those behind FROM and JOIN are found besides.
void alias_subqueries(Editor& e, std::uint32_t offset) {
  for (std::size_t i = 1; i < e.size(); ++i) {
    if (!e.punctuation(i, '(')) continue;
    const bool source = e.any_word(i - 1, {"from", "join", "lateral"});
    const bool query = e.any_word(i + 1, {"select", "values", "with"}) || e.punctuation(i + 1, '(');
    const bool pointed_at = e.offset(i) == offset;
    if (!(source && query) && !pointed_at) continue;
    const std::size_t close = e.closing(i);
    if (close < e.size() && !has_alias(e, close + 1)) e.insert_after(close, " unnamed_" + std::to_string(i), 16);
  }
}

}  // namespace mlint::sql
