#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/lint/run.h"
#include "analyzer/lint/suppression.h"

namespace mlint {

// Takes what rules say, fills in what they leave out, and decides severity, suppression, merging and scope.
class Collector : public Reporter {
 public:
  Collector(const Loaded& loaded, const RunOptions& options, const Suppressions& suppressions);

  void add(Finding finding) override;

  // What is being judged; null where nothing of the kind is.
  struct Under {
    const ChosenRule* rule = nullptr;
    const MigrationView* migration = nullptr;
    const OperationView* operation = nullptr;
    const StatementView* statement = nullptr;
  };
  void now(const Under& under) { under_ = under; }

  std::vector<Diagnostic> take_findings();  // sorted by place
  const std::map<std::string, std::size_t>& unlisted() const { return unlisted_; }
  std::size_t suppressed() const { return suppressed_; }

 private:
  void fill(Finding& finding) const;
  void fill_place(Finding& finding) const;
  bool is_listed(const Finding& finding) const;
  std::vector<Lines> places_of(const Finding& finding) const;
  Lines lines_of(const Location& location) const;
  bool is_suppressed(const Finding& finding) const;
  bool merge(const Diagnostic& diagnostic);
  void leave_out_covered();
  bool is_said(const Diagnostic& diagnostic);
  const SourceFile* source(FileId file) const;
  std::string path_of(const Finding& finding) const;

  const Loaded& loaded_;
  const RunOptions& options_;
  const Suppressions& suppressions_;
  std::set<std::string> migration_paths_;
  Under under_;
  std::vector<Diagnostic> findings_;
  std::map<std::string, std::vector<std::size_t>> by_fingerprint_;
  std::map<std::string, std::size_t> unlisted_;
  std::set<std::pair<const RuleInfo*, std::string>> said_once_;
  std::set<std::tuple<const RuleInfo*, FileId, std::uint32_t, std::uint32_t, std::string>> said_at_;
  std::size_t suppressed_ = 0;
};

}  // namespace mlint
