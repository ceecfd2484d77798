#include "analyzer/lint/outcome.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analyzer/lint/block.h"
#include "analyzer/lint/verdict.h"

namespace mlint {
namespace {

std::vector<OperationView> operations_of(const MigrationView& view, const std::vector<Block>& blocks) {
  std::size_t count = view.migration ? view.migration->operations.size() : 0;
  for (const std::size_t operation : view.operation_of) count = std::max(count, operation + 1);
  std::vector<OperationView> operations;
  for (std::size_t i = 0; i < count; ++i) {
    OperationView operation{view, i, nullptr, {}, {}, {}};
    if (view.migration && i < view.migration->operations.size()) {
      operation.model = &view.migration->operations[i];
      operation.location = operation.model->location;
    }
    operations.push_back(std::move(operation));
  }
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    OperationView& operation = operations[view.operation_of[i]];
    operation.statements.push_back(&view.statements[i]);
    operation.before.push_back(&view.before_statement[i]);
    for (std::size_t j = 0; j < blocks[i].statements.size(); ++j) {
      operation.statements.push_back(&blocks[i].statements[j]);
      operation.before.push_back(&blocks[i].before[j]);
    }
    if (operation.location.file == FileId::none) operation.location = view.statements[i].location;
  }
  return operations;
}

void on_operations(const MigrationView& view, const std::vector<OperationView>& operations,
                   std::span<const ChosenRule> rules, Gatherer& gatherer) {
  for (const OperationView& operation : operations) {
    for (const ChosenRule& chosen : rules) {
      if (!chosen.rule->on_operation) continue;
      gatherer.now({&chosen, &view, &operation, nullptr});
      chosen.rule->on_operation(operation, gatherer);
    }
    for (std::size_t i = 0; i < operation.statements.size(); ++i) {
      const StatementView statement{view, operation, *operation.statements[i], *operation.before[i]};
      for (const ChosenRule& chosen : rules) {
        if (!chosen.rule->on_statement) continue;
        gatherer.now({&chosen, &view, &operation, &statement});
        chosen.rule->on_statement(statement, gatherer);
      }
    }
  }
}

std::string why_unknown(const Statement& statement) {
  if (const auto* unparsed = statement.operation.as<Unparsed>()) return unparsed->message;
  if (const auto* opaque = statement.operation.as<Opaque>()) return opaque->reason;
  std::string all;
  for (const std::string& assumption : statement.effects.assumptions) all += (all.empty() ? "" : "; ") + assumption;
  return all.empty() ? "this statement has no model" : all;
}

// Each operation once, whichever of its statements are not known.
std::vector<Unanalyzed> unanalyzed_of(const MigrationView& view) {
  std::vector<Unanalyzed> unanalyzed;
  std::set<std::size_t> told;
  const std::string name = view.app.empty() ? view.path : view.app + "." + view.name;
  const auto name_of = [&](std::size_t operation) {
    const bool written = view.migration && operation < view.migration->operations.size();
    return written ? name + " " + view.migration->operations[operation].type : name;
  };
  if (view.migration && !view.migration->operations_known) {
    unanalyzed.push_back({view.migration->operations_location, name, view.migration->operations_reason});
  }
  if (view.judged) {
    for (const auto& [index, reason] : view.judged->lowered.unknown) {
      const bool exists = index < view.migration->operations.size();
      const Location location = exists ? view.migration->operations[index].location : view.migration->class_location;
      unanalyzed.push_back({location, name_of(index), reason});
      told.insert(index);
    }
  }
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const Statement& statement = view.statements[i];
    if (!is_unknown_sql(view, statement) || !told.insert(view.operation_of[i]).second) continue;
    unanalyzed.push_back({statement.location, name_of(view.operation_of[i]), why_unknown(statement)});
  }
  return unanalyzed;
}

}  // namespace

Outcome outcome_of(const MigrationView& view, const FindingContext& context) {
  const RunOptions& options = context.options;
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < view.statements.size(); ++i)
    blocks.push_back(block_of(view.statements[i], view.before_statement[i], view.project.server));
  const std::vector<OperationView> operations = operations_of(view, blocks);
  Gatherer gatherer(context);
  on_operations(view, operations, options.rules, gatherer);
  for (const ChosenRule& chosen : options.rules) {
    if (!chosen.rule->on_migration) continue;
    gatherer.now({&chosen, &view, nullptr, nullptr});
    chosen.rule->on_migration(view, gatherer);
  }
  Outcome outcome{gatherer.take(), operations.size(), unanalyzed_of(view), std::nullopt};
  if (options.scope.lists(view.path)) outcome.verdict = verdict_of(view);
  return outcome;
}

}  // namespace mlint
