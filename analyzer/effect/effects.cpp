#include <algorithm>
#include <string>

#include "analyzer/effect/derive.h"
#include "analyzer/effect/syntax.h"

namespace mlint {

const RelationLock* Effects::lock_on(const QualifiedName& relation) const {
  const auto found =
      std::find_if(locks.begin(), locks.end(), [&](const RelationLock& lock) { return lock.relation == relation; });
  return found == locks.end() ? nullptr : &*found;
}

bool Effects::rewrites(const QualifiedName& relation) const {
  return std::any_of(work.begin(), work.end(),
                     [&](const Work& item) { return item.kind == WorkKind::rewrite && item.relation == relation; });
}

bool Effects::scans(const QualifiedName& relation) const {
  // REFRESH fills a new file from the query; only building an index reads it.
  return std::any_of(work.begin(), work.end(), [&](const Work& item) {
    return item.kind != WorkKind::file_copy && item.cause != Cause::refresh && item.relation == relation;
  });
}

namespace effect {

void dispatch(Derivation& d, const Operation& operation) {
  std::visit([&](const auto& kind) { derive(d, kind); }, operation.kind);
  fire_event_triggers(d, operation);
}

namespace {

// What a relation is that a branch or dynamic SQL may have changed is no reason to fail.
bool locks_what_is_in_doubt(const Effects& effects, const Schema& before) {
  return std::any_of(effects.locks.begin(), effects.locks.end(), [&](const RelationLock& lock) {
    const Relation* relation = before.find(lock.relation);
    return relation != nullptr && !relation->certain;
  });
}

// EXPLAIN takes the locks of its statement and does its work only with ANALYZE.
void plan_only(Effects& effects) {
  effects.work.clear();
  effects.builds_indexes.clear();
  effects.validates_foreign_keys.clear();
  effects.may_fail_on_rows = false;
  effects.loses_data = false;
  effects.reversible = true;
}

}  // namespace
}  // namespace effect

namespace {

Effects derive_effects(const Operation& operation, const Schema& before, const Server& server,
                       std::set<std::string_view>* used) {
  effect::Derivation derivation(operation, before, server);
  derivation.used = used;
  derivation.runs = !operation.explain || operation.explain_analyze;
  effect::dispatch(derivation, operation);
  Effects effects = derivation.finish();
  if (effects.fails && effect::locks_what_is_in_doubt(effects, before)) effects.fails.reset();
  if (const int since = effect::syntax_since(operation); since > server.version && !effects.fails) {
    effects.fails = "its syntax needs PostgreSQL " + std::to_string(since);
  }
  if (operation.explain && !operation.explain_analyze) effect::plan_only(effects);
  return effects;
}

}  // namespace

Effects effects_of(const Operation& operation, const Schema& before, const Server& server) {
  return derive_effects(operation, before, server, nullptr);
}

Effects effects_with_facts(const Operation& operation, const Schema& before, const Server& server,
                           std::set<std::string_view>& used) {
  return derive_effects(operation, before, server, &used);
}

}  // namespace mlint
