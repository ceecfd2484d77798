#pragma once

#include <span>

#include "analyzer/diagnostic/report.h"
#include "analyzer/lint/rule.h"

namespace mlint {

// From facts alone; findings of rules about deploys and certain failures raise it afterwards.
MigrationVerdict verdict_of(const MigrationView& migration);

// Raises verdicts by findings and fills in the reasons, once the findings are sorted.
void add_reasons(std::span<MigrationVerdict> verdicts, std::span<const Diagnostic> findings);

// Not understood, and no Python: what RunPython may do is told by rules of its own.
bool is_unknown_sql(const MigrationView& migration, const Statement& statement);

}  // namespace mlint
