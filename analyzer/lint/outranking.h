#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/diagnostic/finding.h"
#include "analyzer/lint/gatherer.h"

// One cause gives one finding: which rule's finding says what another one's says too.
namespace mlint {

struct Outranking {
  enum class Where : std::uint8_t {
    subject,  // both are about the same thing, wherever they stand in the file
    twin,     // the other one is about the `_like` index that Django makes with it, at one place: it becomes a note
  };
  std::string_view rule;
  std::string_view other;  // left out while a finding of `rule`, at its severity or above, is kept
  Where where = Where::subject;
};

// The one table of who outranks whom.
std::span<const Outranking> outrankings();

// Leaves out what is outranked. What was suppressed, or is of a rule that was not asked, outranks nothing.
void leave_out_outranked(std::vector<Diagnostic>& findings, const FindingContext& context);

}  // namespace mlint
