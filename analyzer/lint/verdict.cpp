#include "analyzer/lint/verdict.h"

#include <algorithm>
#include <map>

#include "analyzer/lint/template.h"

namespace mlint {
namespace {

// Somebody may be waiting for it: it is there already, and not known to be small.
bool in_use(const MigrationView& migration, const QualifiedName& relation, RelationKind kind, bool is_new) {
  if (is_new || migration.not_in_use(relation)) return false;
  const bool holds_rows = kind == RelationKind::table || kind == RelationKind::partitioned_table ||
                          kind == RelationKind::materialized_view || kind == RelationKind::foreign_table;
  return holds_rows && migration.project.size_of(relation) != TableSize::small;
}

bool works(const MigrationView& migration, const Statement& statement) {
  return std::any_of(statement.effects.work.begin(), statement.effects.work.end(), [&](const Work& work) {
    return in_use(migration, work.relation, work.relation_kind, work.new_in_unit);
  });
}

Verdict verdict_of(const MigrationView& migration, const Statement& statement) {
  const Effects& effects = statement.effects;
  if (effects.fails || (effects.refused_in_transaction && statement.transaction)) return Verdict::blocked;
  // What a template is filled in with is not known; that it fails then is not assumed.
  if (statement.operation.as<Unparsed>())
    return holds_placeholders(statement.text) ? Verdict::window : Verdict::blocked;
  if (is_unknown_sql(migration, statement)) return Verdict::window;  // taken at its worst
  bool stops_writers_now = false;
  for (const RelationLock& lock : effects.locks) {
    if (stops_writers(lock.mode) && in_use(migration, lock.relation, lock.kind, lock.new_in_unit)) {
      stops_writers_now = true;
    }
  }
  bool stopped_before = false;
  for (const HeldLock& lock : statement.held) {
    if (stops_writers(lock.mode) && in_use(migration, lock.relation, lock.kind, lock.new_in_unit)) {
      stopped_before = true;
    }
  }
  if ((stops_writers_now || stopped_before) && works(migration, statement)) return Verdict::window;
  return stops_writers_now ? Verdict::quiet_hours : Verdict::unattended;
}

Verdict raised_by(const Diagnostic& diagnostic) {
  if (diagnostic.severity < Severity::warning) return Verdict::unattended;
  const RuleGroup group = diagnostic.rule->group;
  if (group == RuleGroup::deploy) return Verdict::multi_release;
  const bool error = diagnostic.severity == Severity::error;
  const bool graph = diagnostic.rule->code.starts_with("ML00");
  if (error && (graph || group == RuleGroup::input)) return Verdict::blocked;
  return Verdict::unattended;
}

}  // namespace

bool is_unknown_sql(const MigrationView& migration, const Statement& statement) {
  const bool python = migration.judged != nullptr && statement.operation.as<Opaque>() != nullptr;
  return !statement.effects.known && !python;
}

MigrationVerdict verdict_of(const MigrationView& migration) {
  MigrationVerdict verdict{migration.app, migration.name, migration.path, Verdict::unattended, false, {}};
  for (const Statement& statement : migration.statements) {
    verdict.verdict = std::max(verdict.verdict, verdict_of(migration, statement));
    if (!statement.effects.loses_data) continue;
    const bool lost = std::any_of(statement.effects.locks.begin(), statement.effects.locks.end(),
                                  [](const RelationLock& lock) { return !lock.new_in_unit; });
    verdict.backup_first = verdict.backup_first || lost;
  }
  const django::History::Judged* judged = migration.judged;
  if (judged && judged->lowered.fails) verdict.verdict = Verdict::blocked;
  // What is not known is taken at its worst; that it fails is not assumed.
  if (judged && !judged->lowered.unknown.empty()) verdict.verdict = std::max(verdict.verdict, Verdict::window);
  return verdict;
}

void add_reasons(std::span<MigrationVerdict> verdicts, std::span<const Diagnostic> findings) {
  std::map<std::pair<std::string_view, std::string_view>, MigrationVerdict*> by_key;
  for (MigrationVerdict& verdict : verdicts) by_key[{verdict.app, verdict.name}] = &verdict;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto found = by_key.find({findings[i].finding.app, findings[i].finding.migration});
    if (found == by_key.end()) continue;
    MigrationVerdict& verdict = *found->second;
    verdict.verdict = std::max(verdict.verdict, raised_by(findings[i]));
    if (findings[i].severity >= Severity::warning) verdict.reasons.push_back(i);
  }
}

}  // namespace mlint
