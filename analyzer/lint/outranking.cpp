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
    Outranking{"blocking-unique-constraint", "blocking-index-build", Where::twin},
};

constexpr auto nowhere = static_cast<std::size_t>(-1);

// Findings of the table's rules: by rule, file and subject.
using Kept = std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::size_t>>;

Kept kept_of(const std::vector<Diagnostic>& findings, const FindingContext& context) {
  Kept kept;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const std::string_view rule = findings[i].rule->name;
    if (std::any_of(table.begin(), table.end(), [&](const Outranking& row) { return row.rule == rule; }))
      kept[{std::string(rule), context.path_of(findings[i].finding), findings[i].finding.subject}].push_back(i);
  }
  return kept;
}

// "public.orders_order" of "public.orders_order.name_idx".
std::string_view table_in(std::string_view subject) { return subject.substr(0, subject.rfind('.')); }

// Statements of one RunSQL are of one operation too, and have nothing to do with each other: one place, one table, and
// the name that Django gives (BaseDatabaseSchemaEditor._create_like_index_sql).
bool is_twin(const Finding& finding, const Finding& of) {
  return finding.operation && finding.operation == of.operation && finding.location == of.location &&
         finding.subject.ends_with("_like`") && table_in(finding.subject) == table_in(of.subject);
}

// What outranks the finding and takes a note of it.
std::size_t taken_by(const std::vector<Diagnostic>& findings, const Kept& kept, const Diagnostic& other) {
  for (const Outranking& row : table) {
    if (row.where != Where::twin || row.other != other.rule->name) continue;
    for (const auto& [place, all] : kept)
      for (const std::size_t i : all)
        if (std::get<0>(place) == row.rule && findings[i].severity >= other.severity &&
            is_twin(other.finding, findings[i].finding))
          return i;
  }
  return nowhere;
}

bool is_said_of_its_subject(const std::vector<Diagnostic>& findings, const Kept& kept, const std::vector<bool>& gone,
                            std::size_t other, const FindingContext& context) {
  const Finding& finding = findings[other].finding;
  return std::any_of(table.begin(), table.end(), [&](const Outranking& row) {
    if (row.where != Where::subject || row.other != findings[other].rule->name) return false;
    const auto found = kept.find({std::string(row.rule), context.path_of(finding), finding.subject});
    return found != kept.end() && std::any_of(found->second.begin(), found->second.end(), [&](std::size_t i) {
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
    const std::size_t by = taken_by(findings, kept, findings[i]);
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
