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
    known =
        known && lowered.unknown.empty() && lowered.assumed.empty() && !lowered.fails && migration->operations_known;
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

struct Chain {
  Apps apps;
  std::set<std::string> permissions;  // code names that a Meta of the squash has
};

const py::Values* items_of(const py::Value& value) {
  if (const auto* list = value.as<py::List>()) return &list->items;
  const auto* tuple = value.as<py::Tuple>();
  return tuple == nullptr ? nullptr : &tuple->items;
}

// permissions = [("pay", "Can pay")]
void note_permissions(const std::vector<ModelOperation>& operations, std::set<std::string>& names, int depth = 0) {
  if (depth > 20) return;
  for (const ModelOperation& operation : operations) {
    note_permissions(operation.state_operations, names, depth + 1);
    const py::Value* options = operation.argument("options");
    const auto* dict = options == nullptr ? nullptr : options->as<py::Dict>();
    for (std::size_t i = 0; dict != nullptr && i < dict->items.size(); ++i) {
      const auto* option = dict->items[i].first.as<py::String>();
      if (option == nullptr || option->text != "permissions") continue;
      const py::Values* permissions = items_of(dict->items[i].second);
      for (std::size_t j = 0; permissions != nullptr && j < permissions->size(); ++j) {
        const py::Values* pair = items_of((*permissions)[j]);
        const auto* name = pair == nullptr || pair->empty() ? nullptr : pair->front().as<py::String>();
        if (name != nullptr) names.insert(name->text);
      }
    }
  }
}

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

// The code name of a permission that is made: create(codename="pay").
std::string_view code_name(const PythonCall& call) {
  if (call.outermost() == nullptr) return {};
  for (const py::Keyword& keyword : call.outermost()->keywords)
    if (keyword.name == "codename")
      if (const auto* text = keyword.value->as<py::String>()) return text->text;
  return {};
}

// post_migrate makes the row on every database: a content type of each model, a permission of each name in a Meta. What
// a data step changes in such rows it finds, on a new database, not made yet.
bool is_made_by_signal(const PythonModel& model, const PythonCall& call, bool makes, const Chain& chain) {
  const std::string name = lower_case(model.model);
  if (model.app == "contenttypes" && name == "contenttype") return true;
  if (model.app != "auth" || name != "permission") return false;
  if (!makes) return true;
  constexpr std::array<std::string_view, 4> of_every_model = {"add_", "change_", "delete_", "view_"};
  const std::string_view code = code_name(call);
  return std::any_of(of_every_model.begin(), of_every_model.end(), [&](auto one) { return code.starts_with(one); }) ||
         chain.permissions.contains(std::string(code));
}

// shop.models.Order or ..models.Order, the name of a class that was imported.
bool is_of_chain(std::span<const std::string> dotted, const Apps& own) {
  const auto named = std::find_if(dotted.begin(), dotted.end(), [](const std::string& part) { return !part.empty(); });
  if (named - dotted.begin() == 2) return true;  // two dots in the package `migrations`: the app itself
  const auto package = dotted.first(dotted.empty() ? 0 : dotted.size() - 1);
  return std::any_of(package.begin(), package.end(), [&](const std::string& part) { return own.contains(part); });
}

Rows rows_of(const PythonBody& body, const Chain& chain) {
  const Apps& own = chain.apps;
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
    // What a query found is saved, not made.
    const bool found = call.last() == "save" && call.from.size() > 1 && call.from[1] == "objects";
    const PythonModel* model = call.from.empty() ? nullptr : body.model(call.from[0]);
    if (model != nullptr && is_made_by_signal(*model, call, makes && !found, chain)) continue;
    // Of a model that was imported: what is changed in a table of the chain has to be there first.
    const auto manager = std::find(call.from.begin(), call.from.end(), "objects");
    if (model == nullptr && !makes && manager != call.from.end() && is_of_chain({call.from.begin(), manager}, own)) {
      rows.needed.insert(lower_case(*std::prev(manager)));
      continue;
    }
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

void data_steps(const std::vector<ModelOperation>& operations, const Chain& chain, std::vector<Step>& into,
                int depth = 0) {
  if (depth > 20) return;
  for (const ModelOperation& operation : operations) {
    data_steps(operation.database_operations, chain, into, depth + 1);
    if (is_true(operation.argument("elidable"))) continue;
    if (operation.known_as == "RunPython") {
      const py::Value* code = operation.argument("code");
      const std::string_view dotted = code == nullptr ? std::string_view() : python_target(*code).name;
      const std::string_view name = dotted.substr(dotted.rfind('.') + 1);
      if (!name.empty() && name != "noop") {
        Rows rows;
        rows.unknown = true;
        if (operation.python) rows = rows_of(*operation.python, chain);
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
  Chain about;
  for (const Migration* migration : replaced) about.apps.insert(migration->key.app);
  note_permissions(squash.operations, about.permissions);
  std::vector<Step> kept;
  data_steps(squash.operations, about, kept);
  std::set<std::string> filled;  // by steps before
  std::set<std::string> made_by_squash;
  for (const Step& step : kept) made_by_squash.insert(step.rows.made.begin(), step.rows.made.end());
  for (const Migration* migration : replaced) {
    std::vector<Step> steps;
    data_steps(migration->operations, about, steps);
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
