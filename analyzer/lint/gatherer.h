#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/diagnostic/report.h"
#include "analyzer/lint/run.h"
#include "analyzer/lint/suppression.h"

namespace mlint {

// What is the same for every finding of a run.
struct FindingContext {
  FindingContext(const Loaded& loaded, const RunOptions& options, const Suppressions& suppressions);

  const SourceFile* source(FileId file) const;
  std::string path_of(const Finding& finding) const;

  const Loaded& loaded;
  const RunOptions& options;
  const Suppressions& suppressions;
  std::set<std::string> migration_paths;
};

// A finding filled in, before it is known what others say.
struct Draft {
  Diagnostic diagnostic;                   // no fingerprint of what is suppressed or neither listed nor counted
  std::vector<std::size_t> suppressed_by;  // places in Suppressions::all()
  bool listed = false;
  bool elsewhere = false;  // it stands outside the operation it is about
};

// Takes what rules say about one migration, or about the project; fills in what they leave out, and decides severity,
// suppression and scope. It shares nothing that changes: migrations may be judged side by side.
class Gatherer : public Reporter {
 public:
  explicit Gatherer(const FindingContext& context) : context_(context) {}

  void add(Finding finding) override;

  // What is being judged; null where nothing of the kind is.
  struct Under {
    const ChosenRule* rule = nullptr;
    const MigrationView* migration = nullptr;
    const OperationView* operation = nullptr;
    const StatementView* statement = nullptr;
  };
  void now(const Under& under) { under_ = under; }

  std::vector<Draft> take() { return std::exchange(drafts_, {}); }

 private:
  void fill(Finding& finding) const;
  void fill_place(Finding& finding) const;
  bool is_listed(const Finding& finding) const;
  std::vector<Lines> places_of(const Finding& finding) const;
  Lines lines_of(const Location& location) const;
  std::vector<std::size_t> suppressed_by(const Finding& finding) const;

  const FindingContext& context_;
  Under under_;
  std::vector<Draft> drafts_;
};

}  // namespace mlint
