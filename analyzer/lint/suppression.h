#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/source.h"
#include "analyzer/lint/load.h"
#include "analyzer/lint/rule.h"

// `# mlint: ignore[rule, rule] -- reason` and `-- mlint: ignore[…] -- reason`.
namespace mlint {

// Rules by name, code or another tool's id ("squawk:ban-drop-column", or the id alone where only one rule has it).
class RuleNames {
 public:
  explicit RuleNames(std::span<const Rule* const> rules) : rules_(rules) {}
  // One rule by name or code, several by an equivalent; empty: unknown.
  std::vector<const Rule*> find(std::string_view name) const;
  // Also `all` and names of groups.
  std::vector<const Rule*> select(std::string_view name) const;
  std::string unknown(std::string_view name) const;  // "unknown rule `x`; did you mean `y`?"
  std::span<const Rule* const> all() const { return rules_; }

 private:
  std::span<const Rule* const> rules_;
};

// What a comment says, before anybody knows which rules exist. Nothing: no comment of ours.
struct SuppressionText {
  bool whole_file = false;
  std::vector<std::string> rules;
  std::string reason;
  std::string problem;  // why it suppresses nothing; empty: well-formed
};
std::optional<SuppressionText> parse_suppression(std::string_view comment);

struct Suppression {
  Location location;       // of the comment
  std::uint32_t line = 0;  // the line it speaks about; 0: the whole file
  const Rule* rule = nullptr;
  std::string written;  // the rule as written
};

// Lines that an operation or statement begins and ends on.
struct Lines {
  std::uint32_t first = 0, last = 0;
};

class Suppressions {
 public:
  // Reads the comments of a file; what is malformed becomes a problem.
  void read(const SourceFile& file, FileId id, std::span<const Span> comments, const RuleNames& names,
            std::vector<InputProblem>& problems);
  // Which of them, by their place in all(), hide a finding of the rule at these lines.
  std::vector<std::size_t> covering(const Rule& rule, FileId file, std::span<const Lines> places) const;
  const std::vector<Suppression>& all() const { return suppressions_; }

 private:
  std::vector<Suppression> suppressions_;
};

}  // namespace mlint
