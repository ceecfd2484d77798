#include "cli/merge.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "analyzer/lint/verdict.h"

namespace mlint::cli {
namespace {

std::string listed(const std::vector<int>& versions) {
  std::string text;
  for (const int version : versions) text += (text.empty() ? "" : ",") + std::to_string(version);
  return text;
}

using Key = std::tuple<std::string, std::uint32_t, std::string, Severity>;

Key key_of(const Diagnostic& diagnostic) {
  return {diagnostic.fingerprint, diagnostic.finding.location.span.begin, diagnostic.finding.message,
          diagnostic.severity};
}

}  // namespace

Report merge_versions(std::vector<Report> reports, const std::vector<int>& versions) {
  Report merged = std::move(reports.front());
  merged.postgresql = listed(versions);
  if (reports.size() == 1) return merged;
  std::map<Key, std::size_t> index;
  for (std::size_t i = 0; i < merged.findings.size(); ++i) {
    merged.findings[i].pg_versions = {versions.front()};
    index.emplace(key_of(merged.findings[i]), i);
  }
  for (std::size_t run = 1; run < reports.size(); ++run) {
    for (Diagnostic& each : reports[run].findings) {
      const auto [found, is_new] = index.try_emplace(key_of(each), merged.findings.size());
      if (is_new) merged.findings.push_back(std::move(each));
      merged.findings[found->second].pg_versions.push_back(versions[run]);
    }
    for (std::size_t i = 0; i < merged.verdicts.size() && i < reports[run].verdicts.size(); ++i) {
      MigrationVerdict& verdict = merged.verdicts[i];
      verdict.verdict = std::max(verdict.verdict, reports[run].verdicts[i].verdict);
      verdict.backup_first = verdict.backup_first || reports[run].verdicts[i].backup_first;
    }
    for (const auto& [rule, number] : reports[run].unlisted) {
      merged.unlisted[rule] = std::max(merged.unlisted[rule], number);
    }
  }
  for (Diagnostic& each : merged.findings) {
    if (each.pg_versions.size() == versions.size()) each.pg_versions.clear();
  }
  std::stable_sort(merged.findings.begin(), merged.findings.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    const auto key = [&](const Diagnostic& d) {
      return std::tuple(merged.path_of(d.finding), d.finding.location.span.begin, d.rule->code, d.finding.message);
    };
    return key(a) < key(b);
  });
  for (MigrationVerdict& verdict : merged.verdicts) verdict.reasons.clear();
  add_reasons(merged.verdicts, merged.findings);
  return merged;
}

}  // namespace mlint::cli
