#include "analyzer/django/squash.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "analyzer/django/model_state.h"
#include "analyzer/django/python_body.h"
#include "analyzer/operation/printer.h"
#include "analyzer/schema/describe.h"

namespace mlint::django {
namespace {

// What a schema holds. Names of constraints, indexes and sequences are left out: a chain with a rename keeps old ones,
// which is no other schema. So is the order of columns.
std::string line_of(ColumnState column) {
  // After a rename the sequence has its old name too, and so the default of a serial.
  if (!column.owned_sequence.empty()) column.default_ = {}, column.owned_sequence = "its own";
  return describe::column(column);
}

std::multiset<std::string> lines_of(const Schema& schema) {
  std::multiset<std::string> lines;
  for (const Relation* relation : schema.relations()) {
    if (relation->kind == RelationKind::index || relation->kind == RelationKind::sequence) continue;
    const std::string name = "`" + relation->name.name + "`";
    lines.insert(std::string(name_of(relation->kind)) + " " + name);
    for (const ColumnState& column : relation->columns)
      lines.insert("column `" + column.name + "` of " + name + ": " + line_of(column));
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

// Which rows a data step makes or changes. On a new database the tables of the chain are empty until a step of the
// chain makes rows.
struct Rows {
  bool unknown = false;                // anywhere: SQL, or Python that is not in the file
  std::set<std::string> made, needed;  // by model: made from nothing; changed or gone over
};

struct Step {
  const ModelOperation* operation;
  std::string what;  // equal in the chain and in the squash
  Rows rows;
};

using Apps = std::set<std::string>;

// The models of the chain whose rows the loop, and those around it, go over.
std::set<std::string> gone_over(const PythonBody& body, std::size_t loop, const Apps& own) {
  std::set<std::string> models;
  for (; loop != PythonCall::no_loop; loop = body.loops[loop].outer) {
    const std::vector<std::string>& from = body.loops[loop].from;
    const PythonModel* model = from.size() < 2 || from[1] != "objects" ? nullptr : body.model(from[0]);
    if (model != nullptr && own.contains(model->app)) models.insert(lower_case(model->model));
  }
  return models;
}

// post_migrate makes these of the models on every database.
bool is_made_by_signal(const PythonModel& model) {
  const std::string name = lower_case(model.model);
  return (model.app == "auth" && name == "permission") || (model.app == "contenttypes" && name == "contenttype");
}

Rows rows_of(const PythonBody& body, const Apps& own) {
  constexpr std::array<std::string_view, 5> making = {"create", "bulk_create", "get_or_create", "update_or_create",
                                                      "save"};
  constexpr std::array<std::string_view, 3> changing = {"update", "delete", "bulk_update"};
  Rows rows;
  for (const PythonCall& call : body.calls) {
    rows.unknown = rows.unknown || call.last() == "execute" || call.last() == "call_command";
    const bool makes = std::find(making.begin(), making.end(), call.last()) != making.end();
    if (!makes && std::find(changing.begin(), changing.end(), call.last()) == changing.end()) continue;
    const std::set<std::string> over = gone_over(body, call.loop, own);
    rows.needed.insert(over.begin(), over.end());
    if (!over.empty()) continue;
    const PythonModel* model = call.from.empty() ? nullptr : body.model(call.from[0]);
    if (model != nullptr && is_made_by_signal(*model)) continue;
    // Of a model that was imported: what is changed in a table of the chain has to be there first.
    const auto manager = std::find(call.from.begin(), call.from.end(), "objects");
    if (model == nullptr && !makes && manager != call.from.end() && manager != call.from.begin()) {
      rows.needed.insert(lower_case(*std::prev(manager)));
      continue;
    }
    // What a query found is saved, not made.
    const bool found = call.last() == "save" && call.from.size() > 1 && call.from[1] == "objects";
    if (model == nullptr || !own.contains(model->app)) {
      rows.unknown = true;
    } else {
      (makes && !found ? rows.made : rows.needed).insert(lower_case(model->model));
    }
  }
  return rows;
}

// `UPDATE` and `DELETE` of empty tables change nothing, nor does INSERT … SELECT from them.
Rows rows_of(const Operation& operation) {
  const Query& query = *operation.as<Dml>()->query;
  Rows rows;
  rows.unknown = query.kind == Query::Kind::insert && query.from.empty() && query.subqueries.empty();
  return rows;
}

// The squash makes rows of every model that the step is about: whoever wrote it joined the steps into one.
bool is_merged(const Rows& rows, const std::set<std::string>& made) {
  if (rows.unknown || (rows.made.empty() && rows.needed.empty())) return false;
  return std::includes(made.begin(), made.end(), rows.made.begin(), rows.made.end()) &&
         std::includes(made.begin(), made.end(), rows.needed.begin(), rows.needed.end());
}

bool meet(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& one) { return b.contains(one); });
}

bool writes_rows(const Operation& operation) {
  const auto* dml = operation.as<Dml>();
  return dml != nullptr && dml->query && dml->query->kind != Query::Kind::select;
}

bool is_true(const py::Value* value) {
  const auto* boolean = value == nullptr ? nullptr : value->as<py::Boolean>();
  return boolean != nullptr && boolean->value;
}

void data_steps(const std::vector<ModelOperation>& operations, const Apps& own, std::vector<Step>& into,
                int depth = 0) {
  if (depth > 20) return;
  for (const ModelOperation& operation : operations) {
    data_steps(operation.database_operations, own, into, depth + 1);
    if (is_true(operation.argument("elidable"))) continue;
    if (operation.known_as == "RunPython") {
      const py::Value* code = operation.argument("code");
      const std::string_view dotted = code == nullptr ? std::string_view() : py::dotted_name(*code);
      const std::string_view name = dotted.substr(dotted.rfind('.') + 1);
      if (!name.empty() && name != "noop") {
        Rows rows;
        rows.unknown = true;
        if (operation.python) rows = rows_of(*operation.python, own);
        into.push_back({&operation, std::string(name), std::move(rows)});
      }
    }
    if (operation.known_as != "RunSQL") continue;
    for (const SqlText& text : operation.sql)
      for (const sql::ParsedStatement& statement : text.parsed.statements)
        for (const Operation& one : statement.operations)
          if (writes_rows(one)) into.push_back({&operation, print_sql(one), rows_of(one)});
  }
}

}  // namespace

SquashComparison compare_squash(const Migration& squash, std::span<const Migration* const> replaced,
                                const History& before) {
  SquashComparison result;
  result.squash = &squash;
  Apps own;
  for (const Migration* migration : replaced) own.insert(migration->key.app);
  std::vector<Step> kept;
  data_steps(squash.operations, own, kept);
  std::set<std::string> filled;  // by steps before
  std::set<std::string> made_by_squash;
  for (const Step& step : kept) made_by_squash.insert(step.rows.made.begin(), step.rows.made.end());
  for (const Migration* migration : replaced) {
    std::vector<Step> steps;
    data_steps(migration->operations, own, steps);
    for (Step& step : steps) {
      const bool there = std::any_of(kept.begin(), kept.end(), [&](const Step& it) { return it.what == step.what; }) ||
                         is_merged(step.rows, made_by_squash);
      const bool matters = step.rows.unknown || !step.rows.made.empty() || meet(step.rows.needed, filled);
      if (matters) filled.insert(step.rows.made.begin(), step.rows.made.end());
      // What goes over filled tables may fill others.
      if (matters) filled.insert(step.rows.needed.begin(), step.rows.needed.end());
      if (!there && matters) result.lost.push_back({migration, step.operation, std::move(step.what)});
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
