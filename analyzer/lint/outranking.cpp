#include "analyzer/lint/outranking.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace mlint {
namespace {

using Where = Outranking::Where;

// The remedy of the first one solves the other, and it says as much.
constexpr std::array table = {
    // The column or the table is not only dropped.
    Outranking{"looks-like-rename", "dropped-column", Where::subject},
    Outranking{"looks-like-rename", "dropped-table", Where::subject},
    Outranking{"dropped-after-copy", "dropped-column", Where::subject},
    // It names the tables too, and what is done meanwhile.
    Outranking{"locks-held-during-work", "several-tables-locked", Where::subject},
    // The same ALTER, which both say to take apart.
    Outranking{"recreated-foreign-key", "set-not-null-scan", Where::subject},
    // The `_like` index that Django makes beside a unique one.
    Outranking{"blocking-unique-constraint", "blocking-index-build", Where::operation},
};

// Of which migration or file, and which of its operations.
using Place = std::pair<std::string, std::size_t>;
constexpr auto nowhere = static_cast<std::size_t>(-1);

// Where findings of the table's rules are, by place and by subject.
struct Kept {
  std::map<std::pair<std::string, Place>, std::vector<std::size_t>> at;                  // rule, operation
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::size_t>>  // rule, file, subject
      about;
};

Kept kept_of(const std::vector<Diagnostic>& findings, const FindingContext& context) {
  Kept kept;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const std::string rule(findings[i].rule->name);
    const auto outranks = [&](const Outranking& row) { return row.rule == rule; };
    if (std::none_of(table.begin(), table.end(), outranks)) continue;
    const Finding& finding = findings[i].finding;
    const std::string path = context.path_of(finding);
    kept.at[{rule, {path, finding.operation.value_or(nowhere)}}].push_back(i);
    kept.about[{rule, path, finding.subject}].push_back(i);
  }
  return kept;
}

// The first of them that weighs as much; nowhere: none.
std::size_t first_of(const std::vector<Diagnostic>& findings, const std::vector<std::size_t>& among,
                     Severity severity) {
  for (const std::size_t i : among)
    if (findings[i].severity >= severity) return i;
  return nowhere;
}

// What outranks the finding and takes a note of it.
std::size_t taken_by(const std::vector<Diagnostic>& findings, const Kept& kept, const Diagnostic& other,
                     const std::string& path) {
  if (!other.finding.operation) return nowhere;
  for (const Outranking& row : table) {
    if (row.where != Where::operation || row.other != other.rule->name) continue;
    const auto found = kept.at.find({std::string(row.rule), {path, *other.finding.operation}});
    if (found == kept.at.end()) continue;
    if (const std::size_t i = first_of(findings, found->second, other.severity); i != nowhere) return i;
  }
  return nowhere;
}

bool is_said_of_its_subject(const std::vector<Diagnostic>& findings, const Kept& kept, const std::vector<bool>& gone,
                            std::size_t other, const FindingContext& context) {
  const Finding& finding = findings[other].finding;
  return std::any_of(table.begin(), table.end(), [&](const Outranking& row) {
    if (row.where != Where::subject || row.other != findings[other].rule->name) return false;
    const auto found = kept.about.find({std::string(row.rule), context.path_of(finding), finding.subject});
    return found != kept.about.end() && std::any_of(found->second.begin(), found->second.end(), [&](std::size_t i) {
             return !gone[i] && findings[i].severity >= findings[other].severity;
           });
  });
}

void note(Finding& into, const Finding& of) {
  if (std::find(into.notes.begin(), into.notes.end(), of.message) == into.notes.end()) into.notes.push_back(of.message);
  into.labels.insert(into.labels.end(), of.labels.begin(), of.labels.end());
}

}  // namespace

std::span<const Outranking> outrankings() { return table; }

void leave_out_outranked(std::vector<Diagnostic>& findings, const FindingContext& context) {
  const Kept kept = kept_of(findings, context);
  std::vector<bool> gone(findings.size());
  std::vector<std::size_t> said;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const std::string_view rule = findings[i].rule->name;
    if (std::none_of(table.begin(), table.end(), [&](const Outranking& row) { return row.other == rule; })) continue;
    const std::string path = context.path_of(findings[i].finding);
    const std::size_t by = taken_by(findings, kept, findings[i], path);
    if (by == nowhere) continue;
    note(findings[by].finding, findings[i].finding);
    gone[i] = true;
  }
  for (std::size_t i = 0; i < findings.size(); ++i)
    if (!gone[i] && is_said_of_its_subject(findings, kept, gone, i, context)) said.push_back(i);
  for (const std::size_t i : said) gone[i] = true;
  std::size_t i = 0;
  std::erase_if(findings, [&](const Diagnostic&) { return gone[i++]; });
}

}  // namespace mlint
