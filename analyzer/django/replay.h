#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "analyzer/django/graph.h"
#include "analyzer/django/migration.h"
#include "analyzer/django/version.h"
#include "analyzer/effect/statement.h"

// The history replayed: model state and schema before every step, every operation lowered to what Django would send to
// PostgreSQL. A pure function of (ordered migrations, contents, options).
namespace mlint::django {

struct ReplayOptions {
  Version version;
  Server server;
  std::string auth_user_model = "auth.User";
  std::map<std::string, std::string> swapped_models;  // other settings: "OAUTH2_PROVIDER_GRANT_MODEL" -> "app.Model"
  std::string default_auto_field;                     // empty: by version
  std::string default_tablespace, default_index_tablespace;
  std::string time_zone;                           // TIME_ZONE; empty: not known
  std::optional<bool> use_tz = true;               // USE_TZ; nothing: not known
  std::map<std::string, std::string> field_types;  // of configuration: dotted class -> type
  std::set<std::string> own_apps;                  // labels with migrations in the project
  std::set<std::string> external_apps;             // labels of installed packages, whose models may be known
};

// Django's ProjectState: models with their fields, options, indexes and constraints. Defined in model_state.h.
struct ProjectState;

// One statement that Django sends for an operation.
struct LoweredStatement {
  std::string sql;                    // as Django writes it, without the semicolon; empty for Python
  std::vector<Operation> operations;  // usually one; "ADD COLUMN …; SET CONSTRAINTS …" is one statement with two
  std::size_t operation = 0;          // index in Migration.operations
  std::string path;                   // way into it: "2", "2.database_operations.0", "3.sql[1]"
  Location location;                  // of the operation, or of the SQL inside its string
  std::vector<Location> locations;    // of each of `operations`, where they stand in a string of several
  bool deferred = false;              // runs when the schema editor closes
  std::string comment;                // what sqlmigrate prints in its place, for Python and for what cannot be known
};

struct LoweredMigration {
  std::vector<LoweredStatement> statements;                  // in the order they are executed
  std::vector<std::pair<std::size_t, std::string>> unknown;  // operation index, why its statements are not all known
  std::vector<std::pair<std::size_t, std::string>> assumed;  // the same of a name or a type of another package's model
  std::optional<std::string> fails;                          // Django itself refuses: IrreversibleError, KeyError …
};

enum class Direction : std::uint8_t { forwards, backwards };

// A place in the history: models and session after some migrations. Copies share structure.
class History {
 public:
  explicit History(const ReplayOptions& options);
  ~History();
  History(const History&);
  History& operator=(const History&);

  const ProjectState& models() const;
  Session& session();

  // Lowers the migration on the state so far, without running it.
  LoweredMigration lower(const Migration& migration, Direction direction = Direction::forwards) const;

  // Lowers the way back: this is the history just before the migration, `after` the one just after it.
  LoweredMigration lower_backwards(const Migration& migration, const History& after) const;

  // Called for every operation of a judged migration, before its statements change the schema.
  struct Step {
    const Migration& migration;
    std::size_t operation;  // index in Migration.operations
    const ModelOperation& model_operation;
    const ProjectState& models_before;
    const ProjectState& models_after;
    std::optional<std::string> unknown;  // why its statements are not all known
  };

  // Lowers and applies. Without `judge` effects are not derived (context); with it every statement is run through the
  // session and returned in the order executed, beside the lowered form.
  void replay(const Migration& migration);
  struct Judged {
    LoweredMigration lowered;
    std::vector<Statement> statements;       // one for each operation of each lowered statement
    std::vector<std::size_t> lowered_index;  // statements[i] belongs to lowered.statements[lowered_index[i]]
    Schema before;                           // the schema before the migration
    std::vector<Schema> before_statement;    // schema before statements[i]; shares structure
    std::shared_ptr<const ProjectState> models_before, models_after;
    std::vector<std::shared_ptr<const ProjectState>> models_before_operation;
    HeldLocks held;  // before the migration: by a transaction that an earlier one left open; goes along with derivation
    bool derived = false;
  };
  Judged judge(const Migration& migration);
  // … and leaves the effects to derive_effects(): the next migration does not wait for them.
  Judged step(const Migration& migration);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Of the statements of a step. It reads the judged alone: on any thread, beside later steps.
void derive_effects(History::Judged& judged, const Server& server);

}  // namespace mlint::django
