#pragma once

#include <span>

#include "analyzer/diagnostic/report.h"
#include "analyzer/lint/rule.h"

namespace mlint {

// From facts alone; findings of rules about deploys and certain failures raise it afterwards.
MigrationVerdict verdict_of(const MigrationView& migration);

// Raises verdicts by findings and fills in the reasons, once the findings are sorted.
void add_reasons(std::span<MigrationVerdict> verdicts, std::span<const Diagnostic> findings);

}  // namespace mlint
