#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/lint/gatherer.h"

namespace mlint {

// Takes the findings of all migrations in order: what is said once, merged, and counted.
class Collector {
 public:
  explicit Collector(const FindingContext& context) : context_(context) {}

  void take(Draft draft);

  std::vector<Diagnostic> take_findings();  // sorted by place
  const std::map<std::string, std::size_t>& unlisted() const { return unlisted_; }
  std::size_t suppressed() const { return suppressed_; }
  const FindingContext& context() const { return context_; }
  bool used(std::size_t suppression) const { return used_.contains(suppression); }

 private:
  bool merge(const Diagnostic& diagnostic);
  void leave_out_covered();
  bool is_said(const Draft& draft);

  const FindingContext& context_;
  std::vector<Diagnostic> findings_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_fingerprint_;
  std::map<std::string, std::size_t> unlisted_;
  std::set<std::pair<const RuleInfo*, std::string>> said_once_;
  std::set<std::tuple<const RuleInfo*, FileId, std::uint32_t, std::uint32_t, std::string>> said_at_;
  std::set<std::size_t> used_;  // suppressions
  std::size_t suppressed_ = 0;
};

}  // namespace mlint
