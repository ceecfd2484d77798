#include <algorithm>
#include <array>
#include <cstdint>

#include "analyzer/operation/printer.h"
#include "cli/sql.h"

// The table of `mlint sql`, and SQL with facts in comments.
namespace mlint::cli {
namespace {

using Lines = std::vector<std::string>;
constexpr std::size_t columns = 5;  // statement, lock, who waits, work, runs under

constexpr std::array<std::size_t, columns> widest = {46, 44, 24, 40, 40};

std::size_t width_of(std::string_view text) {  // code points
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// White space runs become one blank; control characters are left out.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
      out += c;
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

void hard_split(const std::string& word, std::size_t width, Lines& lines) {
  std::string line;
  std::size_t used = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(word[i]) & 0xC0) != 0x80;
    if (begins && used == width) {
      lines.push_back(line);
      line.clear();
      used = 0;
    }
    line += word[i];
    used += begins;
  }
  lines.push_back(line);
}

Lines wrap(std::string_view text, std::size_t width, std::size_t most) {
  Lines lines;
  std::string line;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word(text.substr(begin, end - begin));
    begin = end + 1;
    if (!line.empty() && width_of(line) + 1 + width_of(word) > width) {
      lines.push_back(line);
      line.clear();
    }
    if (width_of(word) > width) {
      hard_split(word, width, lines);
      line = lines.back();
      lines.pop_back();
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
  }
  if (!line.empty()) lines.push_back(line);
  if (lines.size() > most) {
    lines.resize(most);
    lines.back() += " …";
  }
  return lines;
}

// `public.` says nothing in a table.
std::string short_name(const QualifiedName& name) {
  return name.schema == "public" ? quote_ident(name.name) : quote_ident(name);
}

bool is_table(RelationKind kind) {
  return kind != RelationKind::index && kind != RelationKind::partitioned_index && kind != RelationKind::sequence &&
         kind != RelationKind::composite_type;
}

std::string_view verb(WorkKind kind) {
  switch (kind) {
    case WorkKind::rewrite:
      return "rewrites";
    case WorkKind::scan:
      return "reads";
    case WorkKind::index_build:
      return "builds";
    case WorkKind::index_rebuild:
      return "rebuilds";
    case WorkKind::fk_validation:
      return "checks";
    case WorkKind::file_copy:
      return "copies the file of";
  }
  return "reads";
}

Lines work_lines(const Effects& effects) {
  Lines lines;
  const auto add = [&](std::string line) {
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
  };
  for (const Work& work : effects.work) {
    const bool index = work.kind == WorkKind::index_build || work.kind == WorkKind::index_rebuild;
    std::string line(verb(work.kind));
    line +=
        " " + (index && !work.object.empty() ? quote_ident(work.object) + " (reads " + short_name(work.relation) + ")"
                                             : short_name(work.relation));
    if (work.kind == WorkKind::fk_validation && !work.object.empty()) line += " for " + quote_ident(work.object);
    add(line);
  }
  if (effects.loses_data) add("loses data");
  return lines;
}

Lines lock_lines(const Effects& effects, Lines& waits) {
  Lines lines;
  const bool tables = std::any_of(effects.locks.begin(), effects.locks.end(),
                                  [](const RelationLock& lock) { return is_table(lock.kind); });
  for (const RelationLock& lock : effects.locks) {
    if (tables && !is_table(lock.kind)) continue;
    lines.push_back(std::string(name_of(lock.mode)) + " " + short_name(lock.relation) +
                    (lock.brief ? " (briefly)" : ""));
    waits.push_back(lock.new_in_unit ? std::string("nobody, it is new") : std::string(who_waits(lock.mode)));
  }
  return lines;
}

std::string duration(std::int64_t ms) {
  if (ms == 0) return "off";
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}

// A long transaction holds many: the strongest are named, the others counted.
constexpr std::size_t most_held = 4;

Lines context_lines(const Statement& statement) {
  std::vector<const HeldLock*> locks;
  for (const HeldLock& held : statement.held) {
    if (is_table(held.kind) && held.mode >= LockMode::share_update_exclusive) locks.push_back(&held);
  }
  std::stable_sort(locks.begin(), locks.end(), [](const HeldLock* a, const HeldLock* b) {
    return a->new_in_unit != b->new_in_unit ? b->new_in_unit : a->mode > b->mode;
  });
  const std::size_t named = locks.size() > most_held ? most_held - 1 : locks.size();
  Lines lines;
  for (std::size_t i = 0; i < named; ++i) {
    lines.push_back(std::string(name_of(locks[i]->mode)) + " " + short_name(locks[i]->relation) + " since " +
                    std::to_string(locks[i]->since + 1));
  }
  if (named < locks.size()) lines.push_back("locks of " + std::to_string(locks.size() - named) + " more tables");
  if (statement.timeouts.lock) lines.push_back("lock_timeout " + duration(*statement.timeouts.lock));
  if (statement.timeouts.statement) lines.push_back("statement_timeout " + duration(*statement.timeouts.statement));
  return lines;
}

Lines note_lines(const Statement& statement) {
  const Effects& effects = statement.effects;
  Lines lines;
  if (!effects.known) lines.push_back("! not understood: anything may happen");
  if (effects.refused_in_transaction) lines.push_back("! refused inside a transaction block");
  if (effects.fails) lines.push_back("! fails: " + *effects.fails);
  if (statement.pending_trigger_events) lines.push_back("! fails when deferred checks are queued on the table");
  if (effects.waits_for_all_users) lines.push_back("! waits for every transaction that uses the table");
  if (effects.waits_for_writers) lines.push_back("! waits for every transaction that writes the table");
  if (effects.waits_for_older_snapshots) lines.push_back("! waits for every older snapshot");
  for (const std::string& assumption : effects.assumptions) lines.push_back("? " + assumption);
  return lines;
}

struct Row {
  std::size_t number;
  std::array<Lines, columns> cells;
  Lines notes;
};

Row row_of(const SqlStatement& entry, std::size_t number) {
  const Statement& statement = entry.statement;
  Row row{number, {}, note_lines(statement)};
  row.cells[0] = wrap(one_line(statement.text.empty() ? entry.comment : statement.text), widest[0], 4);
  Lines waits;
  const Lines locks = lock_lines(statement.effects, waits);
  for (std::size_t i = 0; i < locks.size(); ++i) {
    const Lines lock = wrap(locks[i], widest[1], 4);
    const Lines wait = wrap(waits[i], widest[2], 4);
    for (std::size_t k = 0; k < std::max(lock.size(), wait.size()); ++k) {
      row.cells[1].push_back(k < lock.size() ? lock[k] : std::string());
      row.cells[2].push_back(k < wait.size() ? wait[k] : std::string());
    }
  }
  const auto fill = [&](std::size_t cell, const Lines& lines) {
    for (const std::string& line : lines) {
      for (std::string& part : wrap(line, widest[cell], 4)) row.cells[cell].push_back(std::move(part));
    }
  };
  fill(3, work_lines(statement.effects));
  fill(4, context_lines(statement));
  return row;
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

void print_row(const Row& row, std::size_t number_width, const std::array<std::size_t, columns>& widths,
               std::string& out) {
  std::size_t height = 1;
  for (const Lines& cell : row.cells) height = std::max(height, cell.size());
  for (std::size_t i = 0; i < height; ++i) {
    std::string line = padded(i == 0 && row.number ? std::to_string(row.number) : "", number_width);
    for (std::size_t c = 0; c < columns; ++c) {
      if (widths[c] == 0) continue;
      line += "  " + padded(i < row.cells[c].size() ? row.cells[c][i] : std::string(), widths[c]);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + "\n";
  }
  for (const std::string& note : row.notes) out += std::string(number_width + 2, ' ') + one_line(note) + "\n";
}

std::string table(const std::vector<Row>& rows) {
  static constexpr std::array<std::string_view, columns> titles = {"statement", "lock", "who waits", "work",
                                                                   "runs under"};
  std::array<std::size_t, columns> widths{};
  for (const Row& row : rows) {
    for (std::size_t c = 0; c < columns; ++c) {
      for (const std::string& line : row.cells[c]) widths[c] = std::max(widths[c], width_of(line));
    }
  }
  Row head{0, {}, {}};
  for (std::size_t c = 0; c < columns; ++c) {
    if (widths[c] == 0) continue;
    widths[c] = std::max(widths[c], titles[c].size());
    head.cells[c].push_back(std::string(titles[c]));
  }
  const std::size_t number_width = std::to_string(rows.empty() ? 1 : rows.back().number).size();
  std::string out;
  print_row(head, number_width, widths, out);
  for (const Row& row : rows) print_row(row, number_width, widths, out);
  return out;
}

std::string joined(const Lines& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "; ") + line;
  return out;
}

}  // namespace

std::string_view who_waits(LockMode mode) {
  switch (mode) {
    case LockMode::access_exclusive:
      return "everyone";
    case LockMode::exclusive:
      return "everyone but readers";
    case LockMode::share_row_exclusive:
    case LockMode::share:
      return "writers";
    case LockMode::share_update_exclusive:
      return "schema changes, VACUUM";
    case LockMode::row_exclusive:
      return "schema changes";
    case LockMode::row_share:
    case LockMode::access_share:
      return "exclusive changes";
    case LockMode::none:
      break;
  }
  return "nobody";
}

bool same_effects(const Effects& a, const Effects& b) {
  const auto same_lock = [](const RelationLock& x, const RelationLock& y) {
    return x.relation == y.relation && x.mode == y.mode && x.brief == y.brief;
  };
  const auto same_work = [](const Work& x, const Work& y) {
    return x.kind == y.kind && x.cause == y.cause && x.relation == y.relation && x.object == y.object;
  };
  return std::equal(a.locks.begin(), a.locks.end(), b.locks.begin(), b.locks.end(), same_lock) &&
         std::equal(a.work.begin(), a.work.end(), b.work.begin(), b.work.end(), same_work) &&
         a.builds_indexes == b.builds_indexes && a.validates_foreign_keys == b.validates_foreign_keys &&
         a.refused_in_transaction == b.refused_in_transaction && a.fails == b.fails && a.known == b.known &&
         a.loses_data == b.loses_data && a.reversible == b.reversible;
}

std::string facts_line(const Statement& statement) {
  Lines waits;
  Lines facts = lock_lines(statement.effects, waits);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const bool is_new = waits[i].starts_with("nobody, ");
    facts[i] +=
        is_new ? " (nobody waits, it is new)" : " (" + waits[i] + (waits[i] == "everyone" ? " waits)" : " wait)");
  }
  for (const std::string& line : work_lines(statement.effects)) facts.push_back(line);
  for (const std::string& line : context_lines(statement)) facts.push_back("under " + line);
  return one_line(facts.empty() ? "no table is locked" : joined(facts));
}

std::string sql_text(std::span<const SqlJudgement> judgements) {
  const SqlJudgement& first = judgements.front();
  std::vector<Row> rows;
  for (std::size_t i = 0; i < first.statements.size(); ++i) rows.push_back(row_of(first.statements[i], i + 1));
  std::string out = rows.empty() ? "no statements\n" : table(rows);
  for (const SqlJudgement& other : judgements.subspan(1)) {
    std::vector<Row> changed;
    for (std::size_t i = 0; i < other.statements.size() && i < first.statements.size(); ++i) {
      if (same_effects(first.statements[i].statement.effects, other.statements[i].statement.effects)) continue;
      changed.push_back(row_of(other.statements[i], i + 1));
    }
    out += "\nPostgreSQL " + std::to_string(other.version);
    out += changed.empty() ? ": the same as " + std::to_string(first.version) + "\n"
                           : " differs from " + std::to_string(first.version) + ":\n" + table(changed);
  }
  return out;
}

std::string sql_script(std::span<const SqlJudgement> judgements, bool facts) {
  std::string out;
  const SqlJudgement& first = judgements.front();
  for (std::size_t i = 0; i < first.statements.size(); ++i) {
    const SqlStatement& entry = first.statements[i];
    if (facts && !entry.statement.text.empty()) {
      out += "-- " + facts_line(entry.statement) + "\n";
      for (const std::string& note : note_lines(entry.statement)) out += "-- " + one_line(note) + "\n";
      for (const SqlJudgement& other : judgements.subspan(1)) {
        if (i >= other.statements.size()) continue;
        if (same_effects(entry.statement.effects, other.statements[i].statement.effects)) continue;
        out +=
            "-- PostgreSQL " + std::to_string(other.version) + ": " + facts_line(other.statements[i].statement) + "\n";
      }
    }
    if (!entry.comment.empty()) out += entry.comment + "\n";
    if (!entry.statement.text.empty()) out += entry.statement.text + ";\n";
  }
  return out;
}

}  // namespace mlint::cli
