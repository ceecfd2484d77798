#include "analyzer/django/replay.h"

#include <utility>

#include "analyzer/django/contrib.h"
#include "analyzer/django/lower.h"
#include "analyzer/effect/body.h"

namespace mlint::django {
namespace {

bool is_python(const LoweredStatement& statement) { return statement.sql.empty() && !statement.comment.empty(); }

// Keeps the statements and shadows the catalogue.
class Collector : public StatementSink {
 public:
  explicit Collector(Schema schema) : schema_(std::move(schema)) {}
  const Schema& catalogue() const override { return schema_; }
  void execute(LoweredStatement statement) override {
    if (!is_python(statement)) {
      for (const Operation& operation : statement.operations) apply_with_body(schema_, operation, Server{}.version);
    }
    statements.push_back(std::move(statement));
  }
  void leave_open(const std::vector<QualifiedName>& relations) override { django::leave_open(schema_, relations); }
  std::vector<LoweredStatement> statements;

 private:
  Schema schema_;
};

// Context: what it does to the schema is all that counts.
class Replayer : public StatementSink {
 public:
  explicit Replayer(Session& session) : session_(session) {}
  const Schema& catalogue() const override { return session_.schema(); }
  void execute(LoweredStatement statement) override {
    if (is_python(statement)) return;
    for (const Operation& operation : statement.operations) session_.replay(operation);
  }
  void leave_open(const std::vector<QualifiedName>& relations) override {
    django::leave_open(session_.schema(), relations);
  }

 private:
  Session& session_;
};

// Takes every statement through the session.
class Judge : public StatementSink {
 public:
  Judge(Session& session, History::Judged& judged) : session_(session), judged_(judged) {}
  const Schema& catalogue() const override { return session_.schema(); }
  void execute(LoweredStatement statement) override {
    for (std::size_t i = 0; i < statement.operations.size(); ++i) {
      judged_.before_statement.push_back(session_.schema());
      const Location at = i < statement.locations.size() ? statement.locations[i] : statement.location;
      judged_.statements.push_back(session_.step(statement.operations[i], text_of(statement, i), at));
      judged_.lowered_index.push_back(judged_.lowered.statements.size());
    }
    judged_.lowered.statements.push_back(std::move(statement));
  }
  void leave_open(const std::vector<QualifiedName>& relations) override {
    django::leave_open(session_.schema(), relations);
  }

 private:
  // Of a string with several statements, the part that is this one.
  static std::string text_of(const LoweredStatement& statement, std::size_t index) {
    const Operation& operation = statement.operations[index];
    if (!operation.span.empty() && operation.span.end <= statement.sql.size()) {
      return statement.sql.substr(operation.span.begin, operation.span.end - operation.span.begin);
    }
    // The schema editor joins SET CONSTRAINTS to the statement that needs it.
    if (statement.operations.size() == 2 && operation.span.empty()) {
      const bool first = statement.sql.starts_with("SET CONSTRAINTS ");
      const std::size_t seam = first ? statement.sql.find("; ") : statement.sql.rfind("; SET CONSTRAINTS ");
      if (seam != std::string::npos) return index == 0 ? statement.sql.substr(0, seam) : statement.sql.substr(seam + 2);
    }
    return statement.sql.empty() ? statement.comment : statement.sql;
  }

  Session& session_;
  History::Judged& judged_;
};

std::string default_key(const ReplayOptions& options) {
  if (!options.default_auto_field.empty()) return canonical_key(options.default_auto_field);
  return options.version >= Version{6, 0} ? "django.db.models.BigAutoField" : "django.db.models.AutoField";
}

}  // namespace

struct History::State {
  explicit State(const ReplayOptions& given)
      : options(given),
        editor{{given.version, given.auth_user_model, default_key(given), nullptr, given.time_zone, given.use_tz,
                std::make_shared<const std::map<std::string, std::string>>(given.swapped_models)},
               given.default_tablespace,
               given.default_index_tablespace},
        models(std::make_shared<const ProjectState>()),
        session(Schema(), given.server) {}

  ReadSettings read_settings() const { return {editor.state, &options.field_types}; }

  ReplayOptions options;
  EditorSettings editor;
  std::shared_ptr<const ProjectState> models;
  Session session;
  HeldLocks held;  // by a transaction that a migration left open
  Unit unit = 0;
};

History::History(const ReplayOptions& options) : state_(std::make_unique<State>(options)) {
  ProjectState models;
  Replayer replayer(state_->session);
  load_contrib(models, replayer, state_->editor, state_->options.own_apps);
  load_packages(options.external_apps, models, replayer, state_->editor);
  state_->models = std::make_shared<const ProjectState>(std::move(models));
}
History::~History() = default;
History::History(const History& other) : state_(std::make_unique<State>(*other.state_)) {}
History& History::operator=(const History& other) {
  if (this != &other) *state_ = *other.state_;
  return *this;
}

const ProjectState& History::models() const { return *state_->models; }
Session& History::session() { return state_->session; }

LoweredMigration History::lower(const Migration& migration, Direction direction) const {
  if (direction == Direction::backwards) {
    History after = *this;
    after.replay(migration);
    return lower_backwards(migration, after);
  }
  Collector collector(state_->session.schema());
  Editor editor(collector, state_->editor);
  ProjectState models = *state_->models;
  run_forwards(migration, models, editor, state_->read_settings(), nullptr);
  return {std::move(collector.statements), editor.unknown(), editor.assumed(), editor.failure()};
}

LoweredMigration History::lower_backwards(const Migration& migration, const History& after) const {
  Collector collector(after.state_->session.schema());
  Editor editor(collector, state_->editor);
  run_backwards(migration, *state_->models, editor, state_->read_settings());
  return {std::move(collector.statements), editor.unknown(), editor.assumed(), editor.failure()};
}

void History::replay(const Migration& migration) {
  state_->session.begin_unit(++state_->unit);
  Replayer replayer(state_->session);
  Editor editor(replayer, state_->editor);
  ProjectState models = *state_->models;
  run_forwards(migration, models, editor, state_->read_settings(), nullptr);
  state_->models = std::make_shared<const ProjectState>(std::move(models));
}

History::Judged History::step(const Migration& migration) {
  Judged judged;
  state_->session.begin_unit(++state_->unit);
  judged.before = state_->session.schema();
  judged.models_before = state_->models;
  if (migration.atomic) state_->session.begin();
  Judge judge(state_->session, judged);
  Editor editor(judge, state_->editor);
  ProjectState models = *state_->models;
  run_forwards(migration, models, editor, state_->read_settings(), [&](std::size_t, const ProjectState& so_far) {
    judged.models_before_operation.push_back(std::make_shared<const ProjectState>(so_far));
  });
  if (migration.atomic && state_->session.in_transaction()) state_->session.commit();
  state_->models = std::make_shared<const ProjectState>(std::move(models));
  judged.models_after = state_->models;
  judged.lowered.unknown = editor.unknown();
  judged.lowered.assumed = editor.assumed();
  judged.lowered.fails = editor.failure();
  judged.held = std::exchange(state_->held, {});
  if (state_->session.in_transaction()) {
    derive_effects(judged, state_->options.server);
    state_->held = judged.held;
  }
  return judged;
}

History::Judged History::judge(const Migration& migration) {
  Judged judged = step(migration);
  derive_effects(judged, state_->options.server);
  return judged;
}

// django-pgtrigger's schema editor, which it puts in Django's place, drops its triggers around a change of a column's
// type that the server refuses for them, and makes them again (pgtrigger/migrations.py, DatabaseSchemaEditorMixin).
static void forgive_pgtrigger(Statement& statement) {
  constexpr std::string_view refusal = "cannot alter type of a column used in a trigger definition: `pgtrigger_";
  if (statement.operation.fingerprint != 0 || !statement.effects.fails) return;  // SQL that somebody wrote
  if (!statement.effects.fails->starts_with(refusal)) return;
  statement.effects.fails.reset();
  statement.effects.assumptions.emplace_back(
      "django-pgtrigger drops its trigger around this change and makes it again");
}

void derive_effects(History::Judged& judged, const Server& server) {
  if (std::exchange(judged.derived, true)) return;
  for (std::size_t i = 0; i < judged.statements.size(); ++i) {
    mlint::derive_effects(judged.statements[i], judged.before_statement[i], server, judged.held);
    forgive_pgtrigger(judged.statements[i]);
  }
}

}  // namespace mlint::django
