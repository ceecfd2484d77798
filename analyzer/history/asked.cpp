#include "analyzer/history/asked.h"

#include <algorithm>
#include <set>

namespace mlint::history {
namespace {

using Step = Asked::Step;

bool is_python(const Step& step) { return step.known && step.by.empty(); }

bool runs_python(const django::ModelOperation& operation) {
  return operation.argument("code") != nullptr ||
         std::any_of(operation.database_operations.begin(), operation.database_operations.end(), runs_python);
}

std::string told_apart_by(const django::LoweredStatement& statement) {
  std::string text;
  for (const Operation& operation : statement.operations)
    if (operation.fingerprint != 0) text += "#" + std::to_string(operation.fingerprint);
  return text.empty() ? statement.sql : text;
}

// `whole`: all that an operation asks is one step, for operations whose number of statements is not known.
std::vector<Step> statements(const Asked& asked, bool whole) {
  std::vector<Step> result;
  for (const Step& step : asked.steps) {
    if (is_python(step)) continue;
    const auto same = std::find_if(result.begin(), result.end(),
                                   [&](const Step& it) { return whole && it.operation == step.operation; });
    if (same == result.end()) {
      result.push_back(step);
    } else {
      same->by += ";" + step.by;
      same->sql += "; " + step.sql;
    }
  }
  return result;
}

bool all_known(const Asked& asked) {
  return std::all_of(asked.steps.begin(), asked.steps.end(), [](const Step& it) { return it.known; });
}

// The part of a long statement in which it differs from another.
std::string excerpt(const std::string& text, const std::string& other) {
  constexpr std::size_t enough = 300, lead = 60;
  if (text.size() <= enough) return text;
  const auto [at, in_other] = std::mismatch(text.begin(), text.end(), other.begin(), other.end());
  std::size_t begin = static_cast<std::size_t>(at - text.begin());
  begin = begin <= lead ? 0 : begin - lead;
  while (begin > 0 && text[begin - 1] != ' ') --begin;
  std::size_t end = std::min(text.size(), begin + enough);
  while (end < text.size() && text[end] != ' ') ++end;
  return (begin > 0 ? "… " : "") + text.substr(begin, end - begin) + (end < text.size() ? " …" : "");
}

Comparison found_at(const std::vector<Step>& before, const std::vector<Step>& after, std::size_t i) {
  Comparison result;
  result.answer = Answer::differs;
  const auto stands = [](const std::vector<Step>& among, std::size_t from, const Step& step) {
    return std::any_of(among.begin() + static_cast<std::ptrdiff_t>(std::min(from, among.size())), among.end(),
                       [&](const Step& it) { return it.by == step.by; });
  };
  // One of them may only have been removed or added here: the other comes later.
  const bool removed = i < before.size() && i < after.size() && stands(before, i, after[i]);
  const bool added = i < before.size() && i < after.size() && stands(after, i, before[i]);
  const std::string before_sql = i < before.size() && (!added || removed) ? before[i].sql : "";
  const std::string after_sql = i < after.size() && (!removed || added) ? after[i].sql : "";
  result.before = excerpt(before_sql, after_sql);
  result.after = excerpt(after_sql, before_sql);
  result.operation = i < after.size() ? after[i].operation : static_cast<std::size_t>(-1);
  return result;
}

}  // namespace

Asked asked_by(const Version& version, const django::LoweredMigration& lowered) {
  std::set<std::size_t> unknown;
  for (const auto* noted : {&lowered.unknown, &lowered.assumed})
    for (const auto& [operation, reason] : *noted) unknown.insert(operation);
  Asked asked;
  const auto& operations = version.migration.operations;
  std::size_t next = 0;  // operation whose Python is told next
  const auto python_up_to = [&](std::size_t end) {
    for (; next < std::min(end, operations.size()); ++next) {
      if (unknown.contains(next)) {
        std::string written = canonical(operations[next], version);
        asked.steps.push_back({written, written, next, false});
      } else if (runs_python(operations[next])) {
        asked.steps.push_back({"", "", next, true});
      }
    }
  };
  // What is deferred to the end of the migration stands after the last operation's Python.
  for (const bool deferred : {false, true}) {
    if (deferred) python_up_to(operations.size());
    for (const django::LoweredStatement& statement : lowered.statements) {
      if (statement.deferred != deferred) continue;
      python_up_to(statement.operation + (deferred ? 0 : 1));
      if (unknown.contains(statement.operation)) continue;
      std::string by = told_apart_by(statement);
      if (!by.empty()) asked.steps.push_back({std::move(by), statement.sql, statement.operation, true});
    }
  }
  if (lowered.fails) asked.steps.push_back({"fails", *lowered.fails, operations.size(), true});
  return asked;
}

Comparison compare_asked(const Asked& before, const Asked& after) {
  const bool known = all_known(before) && all_known(after);
  const auto old_steps = statements(before, !known), new_steps = statements(after, !known);
  Comparison result;
  for (std::size_t i = 0; i < std::max(old_steps.size(), new_steps.size()); ++i) {
    if (i >= old_steps.size() || i >= new_steps.size()) return found_at(old_steps, new_steps, i);
    if (old_steps[i].by == new_steps[i].by) continue;
    if (old_steps[i].known && new_steps[i].known) return found_at(old_steps, new_steps, i);
    result.answer = Answer::not_known;
  }
  const auto order = [](const Asked& asked) {
    std::string text;
    for (const Step& step : asked.steps) text += is_python(step) ? 'p' : 's';
    return text;
  };
  result.same_order = order(before) == order(after);
  return result;
}

}  // namespace mlint::history
