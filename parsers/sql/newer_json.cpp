#include <algorithm>

#include "parsers/sql/newer_edit.h"

// JSON_OBJECT('a': 1 … RETURNING jsonb) and its like become calls of a function with the same name and arguments: what
// is read stays, what only shapes the result goes.
namespace mlint::sql {
namespace {

// From here to the closing bracket only the result is described: RETURNING, ON NULL, ON EMPTY, ON ERROR, WRAPPER,
// QUOTES.
bool shapes_result(const Editor& e, std::size_t i) {
  if (e.word(i, "returning") || e.words(i, {"with", "unique"}) || e.words(i, {"without", "unique"})) return true;
  if (e.any_word(i, {"null", "absent", "error", "empty", "true", "false", "unknown"}) &&
      (e.word(i + 1, "on") || (e.word(i, "empty") && e.any_word(i + 1, {"array", "object"})))) {
    return true;
  }
  if (e.any_word(i, {"keep", "omit"}) && e.word(i + 1, "quotes")) return true;
  return e.any_word(i, {"with", "without"}) && e.any_word(i + 1, {"wrapper", "array", "conditional", "unconditional"});
}

// [KEY] k VALUE v, k : v; v FORMAT JSON; PASSING v AS name, …
void arguments(Editor& e, std::size_t open, std::size_t close, int since) {
  bool passing = false;
  for (std::size_t i = open + 1; i < close; ++i) {
    if (shapes_result(e, i) || (e.word(i, "default") && i > open + 1)) return e.edit(i, close - 1, "", since);
    if (e.punctuation(i, '(') || e.punctuation(i, '[')) {
      const std::size_t end = e.closing(i);
      if (end >= close) return;
      i = end;
    } else if (e.punctuation(i, ':') || (e.word(i, "value") && i > open + 1 && !e.punctuation(i - 1, ','))) {
      e.edit(i, i, ",", since);
    } else if (e.word(i, "key") && (i == open + 1 || e.punctuation(i - 1, ',')) && !e.punctuation(i + 1, ',')) {
      e.edit(i, i, "", since);
    } else if (e.words(i, {"format", "json"})) {
      const std::size_t last = e.word(i + 2, "encoding") ? i + 3 : i + 1;
      e.edit(i, std::min(last, close - 1), "", since);
      i = last;
    } else if (e.word(i, "passing")) {
      e.edit(i, i, ",", since);
      passing = true;
    } else if (passing && e.word(i, "as") && e.name(i + 1)) {
      e.edit(i, i + 1, "", since);
      ++i;
    }
  }
}

// JSON_TABLE(document, path [AS name] [PASSING …] COLUMNS (…)): the columns say what comes out.
void table(Editor& e, std::size_t open, std::size_t close) {
  for (std::size_t i = open + 1; i < close; ++i) {
    if (e.punctuation(i, '(')) {
      i = std::min(e.closing(i), close - 1);
    } else if (e.word(i, "columns") && e.punctuation(i + 1, '(')) {
      e.edit(i, close - 1, "", 17);
      return arguments(e, open, i, 17);
    } else if (e.word(i, "as") && e.name(i + 1)) {
      e.edit(i, i + 1, "", 17);
    }
  }
}

}  // namespace

void adapt_json(Editor& e, std::size_t i) {
  if (!e.punctuation(i + 1, '(')) return;
  const bool constructs = e.any_word(i, {"json_object", "json_array", "json_objectagg", "json_arrayagg"});
  const bool asks = e.any_word(i, {"json", "json_scalar", "json_serialize", "json_exists", "json_value", "json_query"});
  const std::size_t close = constructs || asks || e.word(i, "json_table") ? e.closing(i + 1) : e.size();
  if (close >= e.size() || close == i + 2) return;
  if (e.word(i, "json_table")) return table(e, i + 1, close);
  if (e.word(i, "json_array") && e.any_word(i + 2, {"select", "values", "with"})) {
    std::size_t last = i + 2;  // the query ends where the result is described
    while (last < close && !e.word(last, "returning")) {
      last = e.punctuation(last, '(') ? std::min(e.closing(last), close) + 1 : last + 1;
    }
    last = std::min(last, close);
    e.insert_before(i + 2, "(", 16);
    e.insert_after(last - 1, ")", 16);
    if (last < close) e.edit(last, close - 1, "", 16);
    return;
  }
  arguments(e, i + 1, close, constructs ? 16 : 17);
}

}  // namespace mlint::sql
