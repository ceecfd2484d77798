#include "analyzer/lint/judge.h"

#include <algorithm>
#include <future>
#include <utility>

#include "analyzer/lint/parallel.h"
#include "analyzer/lint/project_history.h"

namespace mlint {
namespace {

using django::MigrationKey;

bool is_in(std::span<const MigrationKey> keys, const MigrationKey& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

ProjectJudge::ProjectJudge(const Workspace& workspace, const Loaded& loaded, std::size_t index,
                           const RunOptions& options, Report& report, Collector& collector)
    : workspace_(workspace),
      loaded_(loaded),
      project_(loaded.projects[index]),
      options_(options),
      report_(report),
      collector_(collector),
      unanalyzed_before_(report.unanalyzed.size()),
      view_{*project_.project, workspace.config, Server{options.pg_version}, {}, {}, {}, nullptr, {}, {}, {}, {}, {}} {
  set_versions();
  find_changed();
  view_.migrations = project_.migrations;
  view_.sql_files = project_.sql_files;
  view_.sources = loaded.sources;
  view_.changed = changed_;
  view_.applied = options.applied;
  view_.history = index < options.history.size() ? options.history[index] : nullptr;
}

void ProjectJudge::set_versions() {
  const Project& project = *project_.project;
  view_.deploy = workspace_.config.deploy;
  view_.deploy_origin = workspace_.config.deploy_origin;
  if (view_.deploy == DeployModel::unknown) {
    view_.deploy = project.deploy.value;
    view_.deploy_origin = project.deploy.origin;
  }
  if (options_.django_version) {
    view_.django_version = *options_.django_version;
    django_origin_ = options_.django_origin;
  } else if (!project.django_version.value.empty()) {
    view_.django_version = parse_django_version(project.django_version.value);
    django_origin_ = project.django_version.origin;
  } else {
    django_origin_ = "nothing in the project, so the newest";
  }
}

std::string ProjectJudge::django_version() const {
  if (project_.migrations.empty()) return {};
  return std::to_string(view_.django_version.major) + "." + std::to_string(view_.django_version.minor);
}

void ProjectJudge::find_changed() {
  for (const django::Migration& migration : project_.migrations) {
    if (options_.scope.judges(source(migration.file).path())) changed_.push_back(migration.key);
  }
}

void ProjectJudge::build_graph() {
  graph_ = django::build_graph(project_.migrations, graph_options(project_));
  view_.graph = &graph_;
}

void ProjectJudge::migrations() {
  django_history();
  sql_files();
}

void ProjectJudge::django_history() {
  if (project_.migrations.empty()) return;
  const Project& project = *project_.project;
  // The history begins with the models of Django's own apps and of packages, which know nothing of the graph.
  auto beginning = std::async(options_.jobs == 1 ? std::launch::deferred : thread_if_possible, [&] {
    return django::History(replay_options(project_, workspace_.config, view_.django_version, view_.server));
  });
  build_graph();
  django::History history = beginning.get();
  if (const auto timeout = project.settings.lock_timeout_ms) {
    history.session().replay(Operation{SetVariable{"lock_timeout", std::to_string(*timeout), false, false, false}, {}});
  }
  std::vector<const django::Migration*> order;
  for (const MigrationKey& key : graph_.order) {
    const auto node = graph_.nodes.find(key);
    if (node != graph_.nodes.end() && node->second) order.push_back(node->second);
  }
  // A cycle or a missing node keeps some out of the order; they are judged all the same, on what there is.
  const std::set<const django::Migration*> ordered(order.begin(), order.end());
  for (const django::Migration& migration : project_.migrations) {
    if (!ordered.contains(&migration) && !is_in(graph_.replaced, migration.key)) order.push_back(&migration);
  }
  // Replay goes from one migration to the next; what it found is judged beside it.
  Workers workers(options_.jobs);
  for (const django::Migration* migration : order) {
    if (options_.scope.judges(source(migration->file).path())) {
      compare_with_replaced(*migration, history);
      judge(*migration, history, workers);
    } else {
      history.replay(*migration);
      ++report_.scope.context;
    }
  }
  workers.finish();
  for (Outcome& outcome : outcomes_) take(std::move(outcome));
  outcomes_.clear();
  report_.scope.context += graph_.replaced.size();
  view_.squashes = squashes_;
  view_.twins = twins_;
}

void ProjectJudge::compare_with_replaced(const django::Migration& squash, const django::History& before) {
  if (squash.replaces.empty()) return;
  std::vector<const django::Migration*> replaced;
  for (const MigrationKey& key : squash.replaces) {
    const auto found = std::find_if(project_.migrations.begin(), project_.migrations.end(),
                                    [&](const django::Migration& it) { return it.key == key; });
    if (found == project_.migrations.end()) return;  // its file is gone already
    replaced.push_back(&*found);
  }
  // A chain of which a part ran on what comes later than the squash cannot be put in its place.
  for (const django::Migration* migration : replaced) {
    for (const django::Dependency& dependency : migration->dependencies) {
      const bool inside = is_in(squash.replaces, dependency.key);
      const auto& order = graph_.order;
      const auto place = std::find(order.begin(), order.end(), squash.key);
      const bool later = std::find(place, order.end(), dependency.key) != order.end();
      if (!inside && later) return;
    }
  }
  squashes_.push_back(django::compare_squash(squash, replaced, before));
}

void ProjectJudge::compare_with_text(const django::Migration& migration, const django::LoweredMigration& lowered) {
  if (project_.twins.empty()) return;
  std::string path = source(migration.file).path();
  const std::string& prefix = project_.project->prefix;
  if (path.starts_with(prefix)) path.erase(0, prefix.size());
  const auto twin = project_.twins.find(path.substr(0, path.rfind('.')));
  if (twin == project_.twins.end()) return;
  auto difference = compare_with_twin(migration, lowered, source(twin->second).text(), twin->second);
  if (!difference) return;
  twins_.push_back(*std::move(difference));
}

bool ProjectJudge::by_branch() const {
  return !options_.scope.base.empty() && !options_.scope.everything && !options_.scope.history;
}

// Where the first part is applied already it proves nothing; one that is older than the branch is not judged.
void ProjectJudge::note_initial(MigrationView& view) {
  if (view_.applied) return;
  view.initial_tables = unused_.of_earlier_parts(view, generated_line(source(view.file).text()));
}

// Tables that this branch makes, which nobody uses before it is deployed; and what it locks.
void ProjectJudge::note_for_later(const MigrationView& view) {
  unused_.note_of_branch(view);
  std::vector<TransactionLocks> locks = locks_by_transaction(view);
  branch_locks_.insert(branch_locks_.end(), locks.begin(), locks.end());
  std::vector<ColumnStep> steps = column_steps(view);
  branch_steps_.insert(branch_steps_.end(), steps.begin(), steps.end());
}

void ProjectJudge::count(const MigrationView& view) {
  ++report_.scope.judged;
  judged_files_.insert(view.file);
}

namespace {

// A migration of Django with everything that its view refers to.
struct Judgement {
  django::History::Judged judged;
  std::vector<std::size_t> operation_of;
};

}  // namespace

void ProjectJudge::judge(const django::Migration& migration, django::History& history, Workers& workers) {
  auto judgement = std::make_shared<Judgement>(Judgement{history.step(migration), {}});
  const django::History::Judged& judged = judgement->judged;
  compare_with_text(migration, judged.lowered);
  for (const std::size_t index : judged.lowered_index) {
    judgement->operation_of.push_back(judged.lowered.statements[index].operation);
  }
  const SourceFile& file = source(migration.file);
  MigrationView view{view_,
                     Language::django,
                     migration.key.app,
                     migration.key.name,
                     file.path(),
                     migration.file,
                     migration.atomic,
                     SqlRunner::none,
                     &migration,
                     &judged,
                     judged.statements,
                     judged.before_statement,
                     judgement->operation_of};
  const App* app = project_.project->app(migration.key.app);
  view.runs_per_tenant = app && app->tenant.value_or(false);
  view.test_only = app && app->test_only;
  note_initial(view);
  count(view);
  if (by_branch()) {
    derive_effects(judgement->judged, view_.server);
    return run_rules(std::move(view));
  }
  Outcome& outcome = outcomes_.emplace_back();
  workers.post([this, &outcome, judgement = std::move(judgement), view = std::move(view)] {
    derive_effects(judgement->judged, view_.server);
    outcome = outcome_of(view, collector_.context());
  });
}

bool ProjectJudge::stands_for_merged(const django::Migration& migration) const {
  return !migration.replaces.empty() &&
         std::all_of(migration.replaces.begin(), migration.replaces.end(), [&](const MigrationKey& key) {
           return !is_in(changed_, key) && std::any_of(project_.migrations.begin(), project_.migrations.end(),
                                                       [&](const django::Migration& it) { return it.key == key; });
         });
}

// On a branch a migration is judged with what the earlier ones of the branch made and locked: one after the other.
void ProjectJudge::run_rules(MigrationView view) {
  if (by_branch()) {
    view.branch_tables = &unused_.of_branch();
    view.stands_for_merged = view.migration && stands_for_merged(*view.migration);
    view.locked_before = branch_locks_;
    view.steps_before = branch_steps_;
  }
  take(outcome_of(view, collector_.context()));
  if (by_branch()) note_for_later(view);
}

void ProjectJudge::take(Outcome outcome) {
  report_.operations += outcome.operations;
  for (Unanalyzed& each : outcome.unanalyzed) report_.unanalyzed.push_back(std::move(each));
  if (outcome.verdict) report_.verdicts.push_back(*std::move(outcome.verdict));
  for (Draft& draft : outcome.drafts) collector_.take(std::move(draft));
}

namespace {

// A file that is sent as one query is an implicit transaction unless it holds a single statement.
bool is_wrapped(const SqlFile& file, bool assume_in_transaction) {
  switch (file.transaction) {
    case SqlTransaction::file:
    case SqlTransaction::all_pending:
      return true;
    case SqlTransaction::query:
      return file.parsed.statements.size() > 1;
    case SqlTransaction::none:
      return assume_in_transaction && file.runner == SqlRunner::plain;
  }
  return false;
}

}  // namespace

Schema ProjectJudge::schema_for_lone_file() const {
  if (!options_.before || !view_.graph) return {};
  // As `migrate` takes it, the beginning of a name is enough: patients.0011.
  MigrationKey before = *options_.before;
  for (const auto& [key, migration] : graph_.nodes) {
    if (key.app == before.app && key.name.starts_with(before.name)) {
      before = key;
      break;
    }
  }
  return schema_before(graph_, replay_options(project_, workspace_.config, view_.django_version, view_.server), before);
}

namespace {

// The .sql files that an operation reads: judged where they run.
void note_files(const std::vector<django::ModelOperation>& operations, std::set<FileId>& files, int depth) {
  if (depth > 20) return;
  for (const django::ModelOperation& operation : operations) {
    for (const auto* list : {&operation.sql, &operation.reverse_sql})
      for (const django::SqlText& text : *list)
        for (const TextMap::Segment& segment : text.map.segments()) files.insert(segment.source.file);
    note_files(operation.database_operations, files, depth + 1);
  }
}

}  // namespace

void ProjectJudge::sql_files() {
  std::set<FileId> run_elsewhere;
  for (const django::Migration& migration : project_.migrations) note_files(migration.operations, run_elsewhere, 0);
  const std::vector<SqlFile>& files = project_.sql_files;
  std::optional<Session> session;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (run_elsewhere.contains(files[i].file) && !options_.scope.always.contains(files[i].path)) continue;
    const bool continues = i > 0 && !files[i].directory.empty() && files[i - 1].directory == files[i].directory;
    if (!continues) {
      session.emplace(files[i].directory.empty() ? schema_for_lone_file() : Schema(), view_.server);
      // Another history, another database.
      unused_.forget_branch();
      branch_locks_.clear();
      branch_steps_.clear();
    }
    // Pending files that share one transaction.
    const auto joined = [&](std::size_t a, std::size_t b) {
      return b < files.size() && files[a].transaction == SqlTransaction::all_pending &&
             files[b].directory == files[a].directory && options_.scope.judges(files[a].path) &&
             options_.scope.judges(files[b].path);
    };
    sql_file(files[i], *session, !joined(i, i + 1));
  }
}

void ProjectJudge::sql_file(const SqlFile& file, Session& session, bool last_of_transaction) {
  // Above every unit of the context, whose tables are not new.
  next_unit_ = std::max(next_unit_, session.schema().unit()) + 1;
  session.begin_unit(next_unit_);
  if (!options_.scope.judges(file.path)) {
    for (const sql::ParsedStatement& statement : file.parsed.statements) {
      for (const Operation& operation : statement.operations) session.replay(operation);
    }
    ++report_.scope.context;
    return;
  }
  const bool wrapped = is_wrapped(file, options_.assume_in_transaction);
  if (wrapped && !session.in_transaction()) session.begin();
  std::vector<Statement> statements;
  std::vector<Schema> before;
  std::vector<std::size_t> operation_of;
  for (std::size_t i = 0; i < file.parsed.statements.size(); ++i) {
    const sql::ParsedStatement& parsed = file.parsed.statements[i];
    for (const Operation& operation : parsed.operations) {
      before.push_back(session.schema());
      statements.push_back(
          session.run(operation, std::string(source(file.file).text(parsed.span)), {file.file, parsed.span}));
      operation_of.push_back(i);
    }
  }
  if (wrapped && last_of_transaction && session.in_transaction()) session.commit();
  const MigrationView view{view_,       Language::sql, {},      file.name,  file.path, file.file,   wrapped,
                           file.runner, nullptr,       nullptr, statements, before,    operation_of};
  count(view);
  run_rules(view);
}

void ProjectJudge::project_rules(std::span<const InputProblem> problems, bool input_rules) {
  std::vector<InputProblem> all(problems.begin(), problems.end());
  if (options_.strict) {
    for (std::size_t i = unanalyzed_before_; i < report_.unanalyzed.size(); ++i) {
      const Unanalyzed& each = report_.unanalyzed[i];
      all.push_back({InputProblem::Kind::unanalyzed_operation, each.location, {}, each.what + ": " + each.reason});
    }
  }
  view_.input_problems = all;
  std::vector<const ChosenRule*> chosen;
  for (const ChosenRule& each : options_.rules) {
    const bool about_input = each.rule->info.group == RuleGroup::input;
    if (each.rule->on_project && about_input == input_rules) chosen.push_back(&each);
  }
  std::vector<std::vector<Draft>> drafts(chosen.size());
  in_parallel(chosen.size(), options_.jobs, [&](std::size_t i) {
    Gatherer gatherer(collector_.context());
    gatherer.now({chosen[i], nullptr, nullptr, nullptr});
    chosen[i]->rule->on_project(view_, gatherer);
    drafts[i] = gatherer.take();
  });
  for (std::vector<Draft>& of_rule : drafts)
    for (Draft& draft : of_rule) collector_.take(std::move(draft));
  view_.input_problems = {};
}

}  // namespace mlint
