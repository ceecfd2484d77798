#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyzer/django/columns.h"
#include "analyzer/django/ddl.h"
#include "analyzer/django/expressions.h"
#include "analyzer/django/replay.h"

// Django's PostgreSQL schema editor (django/db/backends/{base,postgresql}/schema.py), statement by statement.
namespace mlint::django {

// Where statements go: to a list, and into a shadow of the server's catalogue that later ones ask.
class StatementSink {
 public:
  virtual ~StatementSink() = default;
  virtual const Schema& catalogue() const = 0;
  virtual void execute(LoweredStatement statement) = 0;
  // Not everything that was done to these relations is in the statements (empty: to any): they may have more than is
  // listed.
  virtual void leave_open(const std::vector<QualifiedName>& relations) = 0;
};

// What leave_open() does to a schema.
void leave_open(Schema& schema, const std::vector<QualifiedName>& relations);

// Which operation a statement belongs to.
struct Origin {
  std::size_t operation = 0;
  std::string path;
  Location location;
};

struct IndexSpec {
  std::string table;
  std::vector<std::string> columns;  // with `elements` empty: the key
  std::optional<std::string> name;   // else computed from columns and suffix, when it is written
  std::string suffix;
  std::string method;  // "gin"; empty: no USING
  std::string tablespace;
  std::vector<bool> descending;
  std::vector<std::string> opclasses;
  std::vector<RenderedElement> elements;
  std::vector<std::string> include;
  Options with;
  std::string condition;
  bool unique = false, concurrently = false;
  bool fixed = false;  // its text stands already: what is renamed or dropped before it is made changes nothing
  std::optional<bool> nulls_distinct;
};

struct ConstraintSpec {
  enum class Kind : std::uint8_t { unique, foreign_key, check, primary_key, exclusion };
  Kind kind = Kind::unique;
  std::string table;
  std::vector<std::string> columns;
  std::optional<std::string> name;
  std::string suffix;  // of a foreign key: empty means "_fk_<table>_<column>"
  std::string to_table, to_column;
  std::string expression;  // of a check; predicate of an exclusion
  SharedExpr parsed;       // of `expression`, where it is cheap to make
  std::string deferrable;  // " DEFERRABLE INITIALLY DEFERRED"
  std::optional<bool> nulls_distinct;
  bool not_valid = false;
  std::string method;  // of an exclusion
  std::vector<std::pair<RenderedElement, std::string>> exclusion;
  std::vector<std::string> include;
};

struct Deferred {
  std::variant<IndexSpec, ConstraintSpec> spec;
  Origin origin;
};

Ddl render(const IndexSpec& spec, const Version& version);
Ddl render(const ConstraintSpec& spec, const Version& version);
// "CONSTRAINT name …" in CREATE TABLE.
std::string render_inline(const ConstraintSpec& spec);
Constraint constraint_of(const ConstraintSpec& spec);

// What Meta.indexes and Meta.constraints say, on a model. A reason instead, when it cannot be read.
struct IndexReading {
  IndexSpec spec;
  std::string reason;
  bool no_such_field = false;  // it names a field that the model does not have
};
IndexReading read_index(const Model& model, const NamedCall& call, const Version& version);
struct ConstraintReading {
  std::variant<IndexSpec, ConstraintSpec> spec;
  std::string reason;
  bool no_such_field = false;
  bool is_index() const { return std::holds_alternative<IndexSpec>(spec); }
};
ConstraintReading read_constraint(const Model& model, const NamedCall& call, const Version& version);

// What CREATE TABLE and ADD COLUMN write behind a column's definition, each in its own order.
void append_check(const Field& field, ColumnSql& sql);
void append_identity(const Field& field, const Version& version, ColumnSql& sql);

// The index of a geometry or a raster, which contrib.gis makes in place of any other on that column alone; of other
// fields none.
std::optional<IndexSpec> spatial_index(const Model& model, const Field& field);

struct EditorSettings {
  StateSettings state;
  std::string default_tablespace, default_index_tablespace;
};

class Editor {
 public:
  Editor(StatementSink& sink, const EditorSettings& settings) : sink_(sink), settings_(settings) {}

  // Statements from here on belong to this operation.
  void at(Origin origin) { origin_ = std::move(origin); }
  const Origin& origin() const { return origin_; }
  // Runs what was put off to the end.
  void close();

  void create_model(const Model& model);
  void delete_model(const Model& model);
  void add_field(const Model& model, const Bound& field);
  void remove_field(const Model& model, const Bound& field);
  void alter_field(const Model& model, const Bound& old_field, const Bound& new_field);
  void alter_db_table(const std::string& old_table, const std::string& new_table);
  void alter_together(const Model& from, const Model& to, bool unique);
  void alter_many_to_many(const Model& model, const Bound& old_field, const Bound& new_field);
  void rename_index_by_fields(const Model& from, const std::vector<std::string>& fields, const std::string& to);
  void add_index(const Model& model, const NamedCall& index, bool concurrently);
  void remove_index(const Model& model, const std::string& name, bool concurrently);
  void add_constraint(const Model& model, const NamedCall& constraint, bool not_valid);
  void remove_constraint(const Model& model, const NamedCall& constraint);
  void execute(Ddl ddl, bool deferred = false);
  void send(LoweredStatement statement) { sink_.execute(std::move(statement)); }

  const Version& version() const { return settings_.state.version; }
  const EditorSettings& settings() const { return settings_; }
  const Schema& catalogue() const { return sink_.catalogue(); }

  // Why not everything that Django would send is in the statements.
  const std::vector<std::pair<std::size_t, std::string>>& unknown() const { return unknown_; }
  void note_unknown(std::string reason);
  // Of a model outside of the project: what is sent is known, but for a name or a type.
  const std::vector<std::pair<std::size_t, std::string>>& assumed() const { return assumed_; }
  void note_assumed(std::string reason);
  // From here on migrations are undone: what a state names and does not have is Django's error, no gap of ours.
  void undo() { undoing_ = true; }
  void leave_open(const std::vector<QualifiedName>& relations) { sink_.leave_open(relations); }
  // Django itself refuses.
  void fail(std::string reason) {
    if (!failure_) failure_ = std::move(reason);
  }
  const std::optional<std::string>& failure() const { return failure_; }

 private:
  struct Altering;  // one AlterField on its way (editor_alter.cpp)

  ColumnSql column_sql(const Model& model, const Bound& field, bool include_default);
  Literal db_default_sql(const Bound& field);
  // No default is given, but a class of the project may make one of None.
  void note_converted_none(const Field& field);
  void append_generated(const Bound& field, ColumnSql& sql);
  void note_unread(const NamedCall& index, const IndexReading& reading);
  void create_table(const Model& model);
  void defer(std::variant<IndexSpec, ConstraintSpec> spec) { deferred_.push_back({std::move(spec), origin_}); }
  void defer_field_indexes(const Model& model, const Bound& field);
  std::vector<std::variant<IndexSpec, ConstraintSpec>> table_constraints(const Model& model);

  std::optional<IndexSpec> like_index(const Model& model, const Bound& field);
  IndexSpec field_index(const Model& model, const Bound& field, std::string suffix);
  IndexSpec own_index(const Model& model, const Bound& field);  // of db_index, or of spatial_index
  std::string index_tablespace(const Model& model, const std::vector<FieldPtr>& fields,
                               const std::optional<std::string>& own) const;
  std::optional<ConstraintSpec> foreign_key(const Model& model, const Bound& field, std::string suffix);
  std::string sequence_name(const std::string& table, const std::string& column) const;
  bool should_be_altered(const Bound& old_field, const Bound& new_field, bool ignore_comment);

  // Introspection: names in the shadow catalogue; `exclude` are Meta's own.
  struct Wanted {
    bool unique = false, not_unique = false, not_primary = false, primary = false, index = false, btree = false;
    bool foreign_key = false, check = false;
  };
  std::vector<std::string> constraint_names(const std::string& table, const std::vector<std::string>& columns,
                                            Wanted wanted, const std::set<std::string>& exclude) const;
  bool knows_table(const std::string& table) const;
  static std::set<std::string> meta_names(const Model& model, bool indexes, bool constraints);

  void forget_table(const std::string& table);
  void forget_column(const std::string& table, const std::string& column);
  void drop_index_of(const std::string& table, const std::string& name, bool concurrently);
  void rename_deferred_column(const std::string& table, const std::string& from, const std::string& to);

  StatementSink& sink_;
  const EditorSettings& settings_;
  Origin origin_;
  std::vector<Deferred> deferred_;
  std::vector<std::pair<std::size_t, std::string>> unknown_, assumed_;
  std::optional<std::string> failure_;
  bool undoing_ = false;
  bool left_using_ = false;  // by the last change of a type: contrib.gis writes it again
};

}  // namespace mlint::django
