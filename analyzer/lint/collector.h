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

  std::vector<Diagnostic> take_findings();             // sorted by place
  std::map<std::string, std::size_t> take_unlisted();  // by rule, merged as the listed ones are
  std::size_t suppressed() const { return suppressed_; }
  const FindingContext& context() const { return context_; }
  bool used(std::size_t suppression) const { return used_.contains(suppression); }

 private:
  // Findings that are kept, and what was said of them already.
  struct Kept {
    std::vector<Diagnostic> findings;
    std::unordered_map<std::string, std::vector<std::size_t>> by_fingerprint;
    std::set<std::pair<const RuleInfo*, std::string>> said_once;
    std::set<std::tuple<const RuleInfo*, FileId, std::uint32_t, std::uint32_t, std::string>> said_at;

    void take(Draft draft);
    bool merge(const Diagnostic& diagnostic);
    bool is_said(const Draft& draft);
  };

  const FindingContext& context_;
  Kept listed_;
  Kept unlisted_;               // what the scope leaves out: counted
  std::set<std::size_t> used_;  // suppressions
  std::size_t suppressed_ = 0;
};

}  // namespace mlint
