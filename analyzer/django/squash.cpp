#include "analyzer/django/squash.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "analyzer/operation/printer.h"
#include "analyzer/schema/describe.h"

namespace mlint::django {
namespace {

// What a schema holds. Names of constraints and indexes are left out: a chain with a rename keeps old ones, which is no
// other schema. So is the order of columns.
std::multiset<std::string> lines_of(const Schema& schema) {
  std::multiset<std::string> lines;
  for (const Relation* relation : schema.relations()) {
    if (relation->kind == RelationKind::index || relation->kind == RelationKind::sequence) continue;
    const std::string name = "`" + relation->name.name + "`";
    lines.insert(std::string(name_of(relation->kind)) + " " + name);
    for (const ColumnState& column : relation->columns)
      lines.insert("column `" + column.name + "` of " + name + ": " + describe::column(column));
    for (const ConstraintState& constraint : relation->constraints)
      lines.insert("constraint on " + name + ": " + describe::constraint(constraint));
    for (const IndexState& index : relation->indexes)
      if (index.constraint.empty()) lines.insert("index on " + name + ": " + describe::index(index));
  }
  return lines;
}

bool replay_all(History& history, std::span<const Migration* const> migrations) {
  bool known = true;
  for (const Migration* migration : migrations) {
    const LoweredMigration lowered = history.lower(*migration);
    known = known && lowered.unknown.empty() && !lowered.fails && migration->operations_known;
    history.replay(*migration);
  }
  return known;
}

struct Step {
  const ModelOperation* operation;
  std::string what;  // equal in the chain and in the squash
};

bool writes_rows(const Operation& operation) {
  const auto* dml = operation.as<Dml>();
  return dml != nullptr && dml->query && dml->query->kind != Query::Kind::select;
}

bool is_true(const py::Value* value) {
  const auto* boolean = value == nullptr ? nullptr : value->as<py::Boolean>();
  return boolean != nullptr && boolean->value;
}

void data_steps(const std::vector<ModelOperation>& operations, std::vector<Step>& into, int depth = 0) {
  if (depth > 20) return;
  for (const ModelOperation& operation : operations) {
    data_steps(operation.database_operations, into, depth + 1);
    if (is_true(operation.argument("elidable"))) continue;
    if (operation.known_as == "RunPython") {
      const py::Value* code = operation.argument("code");
      const std::string_view dotted = code == nullptr ? std::string_view() : py::dotted_name(*code);
      const std::string_view name = dotted.substr(dotted.rfind('.') + 1);
      if (!name.empty() && name != "noop") into.push_back({&operation, std::string(name)});
    }
    if (operation.known_as != "RunSQL") continue;
    for (const SqlText& text : operation.sql)
      for (const sql::ParsedStatement& statement : text.parsed.statements)
        for (const Operation& one : statement.operations)
          if (writes_rows(one)) into.push_back({&operation, print_sql(one)});
  }
}

}  // namespace

SquashComparison compare_squash(const Migration& squash, std::span<const Migration* const> replaced,
                                const History& before) {
  SquashComparison result;
  result.squash = &squash;
  std::vector<Step> kept;
  data_steps(squash.operations, kept);
  for (const Migration* migration : replaced) {
    std::vector<Step> steps;
    data_steps(migration->operations, steps);
    for (Step& step : steps) {
      const bool there = std::any_of(kept.begin(), kept.end(), [&](const Step& it) { return it.what == step.what; });
      if (!there) result.lost.push_back({migration, step.operation, std::move(step.what)});
    }
  }
  History chain = before, alone = before;
  const Migration* const only[] = {&squash};
  result.compared = replay_all(chain, replaced);
  result.compared = replay_all(alone, only) && result.compared;
  if (!result.compared) return result;
  const std::multiset<std::string> chain_lines = lines_of(chain.session().schema());
  const std::multiset<std::string> squash_lines = lines_of(alone.session().schema());
  std::set_difference(chain_lines.begin(), chain_lines.end(), squash_lines.begin(), squash_lines.end(),
                      std::back_inserter(result.only_in_chain));
  std::set_difference(squash_lines.begin(), squash_lines.end(), chain_lines.begin(), chain_lines.end(),
                      std::back_inserter(result.only_in_squash));
  return result;
}

}  // namespace mlint::django
