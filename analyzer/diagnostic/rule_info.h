#pragma once

#include <cstdint>
#include <string_view>

#include "analyzer/diagnostic/finding.h"

namespace mlint {

enum class Fixable : std::uint8_t { never, sometimes, always };

enum class RuleGroup : std::uint8_t {
  locking,
  data_loss,
  deploy,
  history,
  reversibility,
  transactions,
  data,
  input,
  policy,
  style
};
std::string_view name_of(RuleGroup group);

// A rule's own data: the one source of `mlint rules`, `explain`, SARIF metadata, docs/rules and the README's table.
// All text is static. Sentences are one each.
struct RuleInfo {
  std::string_view code;  // ML101; never reused
  std::string_view name;  // blocking-index-build; reads well after "allow"
  RuleGroup group = RuleGroup::locking;
  Severity severity = Severity::error;  // of an unknown table size
  bool enabled = true;                  // policy and style are off by default
  Fixable fixable = Fixable::never;
  std::string_view since = "0.1";
  std::string_view summary;           // what the rule sees
  std::string_view effect;            // what happens to the database or the deploy
  std::string_view instead;           // what to do instead
  std::string_view silent_when = {};  // the cases that look alike and are safe
  std::string_view postgresql = {};   // versions, when it depends on them: "12+"
  std::string_view django = {};
  bool once_per_subject = false;      // one finding of the run for one subject, wherever it stands
  std::string_view equivalents = {};  // "squawk:require-concurrent-index-creation eugene:E6 …", blank-separated
};

}  // namespace mlint
