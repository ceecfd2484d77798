#include <nlohmann/json.hpp>
#include <set>

#include "analyzer/operation/printer.h"
#include "cli/sql.h"

// The JSON of `mlint sql`, version 1.
namespace mlint::cli {
namespace {

using Json = nlohmann::ordered_json;

Json range_of(const SourceFile& source, Span span) {
  const auto at = [&](std::uint32_t offset) {
    const Position position = source.position(offset);
    return Json{{"line", position.line}, {"column", position.column}, {"offset", position.offset}};
  };
  return {{"start", at(span.begin)}, {"end", at(span.end)}};
}

Json locks_of(const Effects& effects) {
  Json locks = Json::array();
  for (const RelationLock& lock : effects.locks) {
    Json entry{{"relation", quote_ident(lock.relation)}, {"kind", name_of(lock.kind)}, {"mode", name_of(lock.mode)}};
    if (lock.brief) entry["brief"] = true;
    if (lock.new_in_unit) entry["new"] = true;
    locks.push_back(std::move(entry));
  }
  return locks;
}

// Tables with work of the kinds asked for, each once, in the order of the work.
Json tables_with(const Effects& effects, bool rewrites) {
  std::set<QualifiedName> seen;
  Json tables = Json::array();
  for (const Work& work : effects.work) {
    const bool wanted = rewrites ? work.kind == WorkKind::rewrite : effects.scans(work.relation);
    if (wanted && seen.insert(work.relation).second) tables.push_back(quote_ident(work.relation));
  }
  return tables;
}

Json held_of(const Statement& statement) {
  Json held = Json::array();
  for (const HeldLock& lock : statement.held) {
    held.push_back({{"relation", quote_ident(lock.relation)}, {"mode", name_of(lock.mode)}, {"since", lock.since}});
  }
  return held;
}

Json timeouts_of(const Timeouts& timeouts) {
  Json out = Json::object();
  if (timeouts.lock) out["lock"] = *timeouts.lock;
  if (!timeouts.lock_origin.empty()) out["lock_origin"] = timeouts.lock_origin;
  if (timeouts.statement) out["statement"] = *timeouts.statement;
  if (timeouts.idle_in_transaction) out["idle_in_transaction"] = *timeouts.idle_in_transaction;
  return out;
}

Json statement_json(const SqlStatement& entry, std::size_t index, const SourceFile* source) {
  const Statement& statement = entry.statement;
  const Effects& effects = statement.effects;
  Json out;
  out["index"] = index;
  out["sql"] = statement.text;
  if (!entry.comment.empty()) out["comment"] = entry.comment;
  out["kind"] = kind_name(statement.operation);
  if (source && statement.location.file != FileId::none) out["range"] = range_of(*source, statement.location.span);
  out["transaction"] = effects.refused_in_transaction ? "refused" : "allowed";
  if (effects.fails) out["fails"] = *effects.fails;
  out["locks"] = locks_of(effects);
  out["rewrites"] = tables_with(effects, true);
  out["scans"] = tables_with(effects, false);
  out["builds_indexes"] = effects.builds_indexes;
  out["validates_foreign_keys"] = effects.validates_foreign_keys;
  out["loses_data"] = effects.loses_data;
  out["reversible"] = effects.reversible;
  out["known"] = effects.known;
  out["assumptions"] = effects.assumptions;
  if (statement.transaction) out["in_transaction"] = *statement.transaction;
  if (!statement.held.empty()) out["held"] = held_of(statement);
  Json timeouts = timeouts_of(statement.timeouts);
  if (!timeouts.empty()) out["timeouts"] = std::move(timeouts);
  return out;
}

}  // namespace

std::string sql_json(std::span<const SqlJudgement> judgements, const SourceFile* source) {
  Json out{{"version", 1}, {"postgresql", std::to_string(judgements.front().version)}};
  Json statements = Json::array();
  const SqlJudgement& first = judgements.front();
  for (std::size_t i = 0; i < first.statements.size(); ++i) {
    statements.push_back(statement_json(first.statements[i], i, source));
  }
  out["statements"] = std::move(statements);
  if (!first.refusal.empty()) out["fails"] = first.refusal;
  if (judgements.size() > 1) {
    Json differences = Json::array();
    for (const SqlJudgement& other : judgements.subspan(1)) {
      Json changed = Json::array();
      for (std::size_t i = 0; i < other.statements.size() && i < first.statements.size(); ++i) {
        if (same_effects(first.statements[i].statement.effects, other.statements[i].statement.effects)) continue;
        changed.push_back(statement_json(other.statements[i], i, source));
      }
      differences.push_back({{"postgresql", std::to_string(other.version)}, {"statements", std::move(changed)}});
    }
    out["differences"] = std::move(differences);
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mlint::cli
