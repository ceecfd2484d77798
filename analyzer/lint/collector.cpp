#include "analyzer/lint/collector.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "analyzer/lint/outranking.h"

namespace mlint {

// One cause gives one finding: the same rule on the same operation with the same subject.
bool Collector::Kept::merge(const Diagnostic& diagnostic) {
  for (const std::size_t index : by_fingerprint[diagnostic.fingerprint]) {
    Finding& kept = findings[index].finding;
    const Finding& other = diagnostic.finding;
    if (kept.operation != other.operation || kept.app != other.app || kept.migration != other.migration) continue;
    if (kept.location.file != other.location.file) continue;
    if (!kept.operation && kept.location != other.location) continue;
    for (const LockFact& lock : other.locks) {
      const bool known = std::any_of(kept.locks.begin(), kept.locks.end(), [&](const LockFact& each) {
        return each.relation == lock.relation && each.mode == lock.mode;
      });
      if (!known) kept.locks.push_back(lock);
    }
    const auto join = [](std::vector<std::string>& into, const std::vector<std::string>& from) {
      for (const std::string& each : from) {
        if (std::find(into.begin(), into.end(), each) == into.end()) into.push_back(each);
      }
    };
    join(kept.work, other.work);
    join(kept.work_details, other.work_details);
    join(kept.notes, other.notes);
    findings[index].severity = std::max(findings[index].severity, diagnostic.severity);
    return true;
  }
  return false;
}

// Several operations lead to one place, a function that three RunPython share: it is said once.
bool Collector::Kept::is_said(const Draft& draft) {
  if (!draft.elsewhere) return false;
  const Finding& finding = draft.diagnostic.finding;
  const Location& place = finding.location;
  return !said_at.insert({draft.diagnostic.rule, place.file, place.span.begin, place.span.end, finding.message}).second;
}

void Collector::Kept::take(Draft draft) {
  Diagnostic& diagnostic = draft.diagnostic;
  const RuleInfo& rule = *diagnostic.rule;
  if (rule.once_per_subject && !said_once.insert({&rule, diagnostic.finding.subject}).second) return;
  if (merge(diagnostic) || is_said(draft)) return;
  by_fingerprint[diagnostic.fingerprint].push_back(findings.size());
  findings.push_back(std::move(diagnostic));
}

void Collector::take(Draft draft) {
  used_.insert(draft.suppressed_by.begin(), draft.suppressed_by.end());
  if (!draft.suppressed_by.empty()) {
    if (draft.listed) ++suppressed_;
    return;
  }
  if (draft.listed) {
    listed_.take(std::move(draft));
  } else if (context_.options.scope.history) {
    unlisted_.take(std::move(draft));
  }
}

std::vector<Diagnostic> Collector::take_findings() {
  leave_out_outranked(listed_.findings, context_);
  const auto key = [&](const Diagnostic& each) {
    const SourceFile* file = context_.source(each.finding.location.file);
    return std::tuple(std::string_view(file ? file->path() : each.finding.path), each.finding.location.span.begin,
                      each.rule->code, std::string_view(each.finding.message));
  };
  std::stable_sort(listed_.findings.begin(), listed_.findings.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  return std::move(listed_.findings);
}

std::map<std::string, std::size_t> Collector::take_unlisted() {
  leave_out_outranked(unlisted_.findings, context_);
  std::map<std::string, std::size_t> counts;
  for (const Diagnostic& each : unlisted_.findings) ++counts[std::string(each.rule->name)];
  return counts;
}

}  // namespace mlint
