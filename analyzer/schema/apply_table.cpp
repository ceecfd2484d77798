// CREATE TABLE in all its forms, and the columns that ADD COLUMN shares with it (tablecmds.c DefineRelation,
// parse_utilcmd.c transformCreateStmt).
#include <algorithm>
#include <utility>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/types.h"
#include "analyzer/schema/uncertain.h"

namespace mlint {
namespace {

using Kind = Constraint::Kind;

Expr nextval_default(const QualifiedName& sequence) {
  Expr literal;
  literal.kind = Expr::Kind::constant;
  literal.name = sequence.schema == "public" ? sequence.name : sequence.schema + "." + sequence.name;
  literal.type.name.name = "unknown";
  Expr cast;
  cast.kind = Expr::Kind::cast;
  cast.type.name = {"pg_catalog", "regclass"};
  cast.type.text = "regclass";
  cast.arguments.push_back(literal);
  Expr call;
  call.kind = Expr::Kind::call;
  call.name = "nextval";
  call.text = "nextval('" + literal.name + "'::regclass)";
  call.arguments.push_back(std::move(cast));
  return call;
}

std::string own_sequence(Catalog& catalog, const Relation& table, const std::string& column, const Options& options) {
  Relation sequence;
  sequence.kind = RelationKind::sequence;
  sequence.name = {table.name.schema, ""};
  for (const auto& [key, value] : options)
    if (key == "sequence_name" || key == "name") sequence.name.name = value;
  if (sequence.name.name.empty())
    sequence.name.name = catalog.choose_relation_name(table.name.name, column, "seq", table.name.schema, false);
  sequence.persistence = table.persistence;
  sequence.created_in = catalog.unit;
  sequence.owned_by_table = table.name;
  sequence.owned_by_column = column;
  sequence.options = options;
  std::string name = sequence.name.name;
  catalog.add_relation(std::move(sequence));
  return name;
}

void define_like(const Catalog& catalog, const LikeClause& like, Relation& table, bool& complete) {
  const Relation* source = catalog.find(like.source);
  if (!source) {
    complete = false;
    return;
  }
  complete = complete && source->complete;
  for (const ColumnState& from : source->columns) {
    if (table.column(from.name)) continue;
    ColumnState column;
    column.name = from.name;
    column.type = from.type;
    column.collation = from.collation;
    column.not_null = from.not_null;
    column.added_in = catalog.unit;
    if (from.generated ? like.generated : false) {
      column.generated = from.generated;
      column.generated_stored = from.generated_stored;
    }
    if (like.defaults && !from.generated) column.default_ = from.default_;
    if (like.identity && from.identity) {
      column.identity = true;
      column.identity_always = from.identity_always;
    }
    if (like.storage) column.storage = from.storage;
    if (like.compression) column.compression = from.compression;
    table.columns.push_back(std::move(column));
  }
}

void merge_parent(Relation& table, const Relation& parent, Unit unit) {
  table.complete = table.complete && parent.complete;
  for (const ColumnState& from : parent.columns) {
    bool merged = false;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].name != from.name) continue;
      ColumnState& column = table.columns.edit(i);
      column.inherited = true;
      if (from.not_null == Known::yes) column.not_null = Known::yes;
      if (!column.default_ && !column.generated) {
        column.default_ = from.default_;
        column.generated = from.generated;
      }
      merged = true;
    }
    if (merged) continue;
    ColumnState column = from;
    column.inherited = true;
    column.local = false;
    column.added_in = unit;
    column.owned_sequence.clear();
    column.identity = column.identity_always = false;  // identity is not inherited (before PostgreSQL 17)
    table.columns.push_back(std::move(column));
  }
}

void inherit_checks(Catalog& catalog, Relation& table, const Relation& parent) {
  for (const ConstraintState& constraint : parent.constraints) {
    if (constraint.definition.kind != Kind::check || constraint.definition.no_inherit) continue;
    if (table.constraint(constraint.definition.name)) continue;
    ConstraintState copy = constraint;
    copy.inherited = true;
    copy.local = false;
    copy.valid = true;  // of a table that is empty
    catalog.add_constraint(table, std::move(copy));
  }
}

// The clauses that may follow a column merged with an inherited one or one of a type: PARTITION OF p (c NOT NULL).
bool is_merge_only(const CreateTable& operation, const Column& column) {
  const bool merges = operation.bound || !operation.of_type.name.empty();
  return merges && !types::is_known(column.type) && column.type.text.empty();
}

struct Pending {
  std::vector<Constraint> constraints;

  void add(std::vector<Constraint> more) {
    for (Constraint& c : more) constraints.push_back(std::move(c));
  }
  // In the order written, which decides generated names.
  void sort() {
    const bool placed =
        std::none_of(constraints.begin(), constraints.end(), [](const Constraint& c) { return c.span.empty(); });
    if (placed)
      std::stable_sort(constraints.begin(), constraints.end(),
                       [](const Constraint& a, const Constraint& b) { return a.span.begin < b.span.begin; });
  }
};

bool same_index_constraint(const Constraint& a, const Constraint& b) {
  return a.kind != Kind::exclusion && b.kind != Kind::exclusion && a.columns == b.columns && a.include == b.include &&
         a.nulls_not_distinct == b.nulls_not_distinct && a.deferrable == b.deferrable &&
         a.initially_deferred == b.initially_deferred;
}

// transformIndexConstraints: the primary key first, repetitions merged into the first of their kind.
std::vector<Constraint> index_constraints(const std::vector<Constraint>& all) {
  std::vector<Constraint> result;
  for (const Constraint& c : all)
    if (c.kind == Kind::primary_key) result.push_back(c);
  for (const Constraint& c : all) {
    if (c.kind != Kind::unique && c.kind != Kind::exclusion) continue;
    const auto same =
        std::find_if(result.begin(), result.end(), [&](const Constraint& r) { return same_index_constraint(r, c); });
    if (same == result.end()) {
      result.push_back(c);
    } else if (same->name.empty()) {
      same->name = c.name;
    }
  }
  return result;
}

void define_elements(Catalog& catalog, const CreateTable& operation, Relation& table, Pending& pending) {
  // LIKE clauses stand among the columns; without spans they come first.
  std::vector<std::pair<std::uint32_t, std::size_t>> order;
  const std::size_t likes = operation.like.size();
  for (std::size_t i = 0; i < likes; ++i) order.emplace_back(operation.like[i].span.begin, i);
  for (std::size_t i = 0; i < operation.columns.size(); ++i)
    order.emplace_back(operation.columns[i].span.begin, likes + i);
  if (likes > 0)
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [at, i] : order) {
    if (i < likes) {
      define_like(catalog, operation.like[i], table, table.complete);
      continue;
    }
    const Column& column = operation.columns[i - likes];
    if (is_merge_only(operation, column)) continue;
    ColumnState state;
    state.name = names::truncate(column.name);
    pending.add(table::define_column(catalog, table, column, state));
    table.columns.push_back(std::move(state));
  }
}

void merge_column_options(Catalog& catalog, const CreateTable& operation, Relation& table, Pending& pending) {
  for (const Column& column : operation.columns) {
    if (!is_merge_only(operation, column)) continue;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].name != column.name) continue;
      Column typed = column;
      typed.type = table.columns[i].type;
      ColumnState state = table.columns[i];
      pending.add(table::define_column(catalog, table, typed, state));
      table.columns.edit(i) = std::move(state);
    }
  }
}

void identity_sequences_of_like(Catalog& catalog, Relation& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].identity && table.columns[i].owned_sequence.empty())
      table.columns.edit(i).owned_sequence = own_sequence(catalog, table, table.columns[i].name, {});
}

void copy_like_objects(Catalog& catalog, const LikeClause& like, Relation& table) {
  const Relation* found = catalog.find(like.source);
  if (!found) return;
  const Relation source = *found;
  if (like.constraints)
    for (const ConstraintState& constraint : source.constraints) {
      if (constraint.definition.kind != Kind::check || table.constraint(constraint.definition.name)) continue;
      ConstraintState copy = constraint;
      copy.valid = true;
      copy.inherited = false;
      copy.local = true;
      catalog.add_constraint(table, std::move(copy));
    }
  if (!like.indexes) return;
  for (const IndexState& index : source.indexes) {
    CreateIndex definition = index.definition;
    definition.name.clear();
    definition.only = definition.concurrently = definition.if_not_exists = false;
    const ConstraintState* owner = index.constraint.empty() ? nullptr : source.constraint(index.constraint);
    if (!owner) {
      table::define_index(catalog, table.name, definition, nullptr, {}, index.attribute_names);
      continue;
    }
    Constraint constraint = owner->definition;
    constraint.name.clear();
    table::define_index(catalog, table.name, definition, &constraint, {}, index.attribute_names);
  }
}

Relation describe(const CreateTable& operation, const Catalog& catalog) {
  Relation table;
  const bool temporary = operation.persistence == Persistence::temporary || operation.name.schema == "pg_temp";
  table.persistence = temporary ? Persistence::temporary : operation.persistence;
  table.name = catalog.new_name(operation.name, table.persistence);
  table.kind = operation.partition_by              ? RelationKind::partitioned_table
               : !operation.foreign_server.empty() ? RelationKind::foreign_table
                                                   : RelationKind::table;
  table.created_in = catalog.unit;
  table.partition_by = operation.partition_by;
  table.bound = operation.bound;
  table.foreign_server = operation.foreign_server;
  table.options = operation.options;
  table.tablespace = operation.tablespace;
  table.access_method = operation.access_method;
  if (operation.on_commit == "drop") table.options.emplace_back("on_commit", "drop");
  return table;
}

void columns_of_type(Catalog& catalog, const CreateTable& operation, Relation& table) {
  if (operation.of_type.name.empty()) return;
  const TypeState* type = catalog.find_type(operation.of_type);
  table.of_type = type ? type->name : operation.of_type;
  if (!type) {
    table.complete = false;
    return;
  }
  for (const ColumnState& attribute : type->attributes) {
    ColumnState column = attribute;
    column.added_in = catalog.unit;
    table.columns.push_back(std::move(column));
  }
}

}  // namespace

namespace table {

bool is_no_default(const Catalog& catalog, const Expr& value, const TypeName& type) {
  const bool null = value.kind == Expr::Kind::constant && value.type.name.name == "null";
  if (!null || !type.modifiers.empty()) return false;
  const TypeState* state = type.name.schema == "pg_catalog" ? nullptr : catalog.find_type(type.name);
  return !state || state->kind != TypeState::Kind::domain;
}

std::vector<Constraint> define_column(Catalog& catalog, Relation& table, const Column& column, ColumnState& state) {
  std::vector<Constraint> rest;
  state.added_in = catalog.unit;
  const std::string_view serial =
      column.type.name.schema.empty() ? types::serial_base(column.type.name.name) : std::string_view{};
  state.type = catalog.resolve_type(column.type);
  if (!serial.empty()) state.type.text = types::format_type(state.type);
  state.collation = column.collation;
  state.storage = column.storage;
  state.compression = column.compression;
  if (!serial.empty()) {
    state.owned_sequence = own_sequence(catalog, table, state.name, {});
    state.default_ = nextval_default({table.name.schema, state.owned_sequence});
    state.not_null = Known::yes;
  }
  if (state.type.name.schema != "pg_catalog") catalog.use(state.type.name, table.name);
  if (state.not_null != Known::yes) state.not_null = Known::no;
  for (const Constraint& c : column.constraints) {
    switch (c.kind) {
      case Kind::null:
        break;
      case Kind::not_null:
        state.not_null = Known::yes;
        state.not_null_constraint = c.name;
        break;
      case Kind::default_:
        state.default_ = c.expression;
        if (state.default_ && table::is_no_default(catalog, *state.default_, state.type)) state.default_.reset();
        break;
      case Kind::identity:
        state.identity = true;
        state.identity_always = c.identity_always;
        state.not_null = Known::yes;
        state.owned_sequence = own_sequence(catalog, table, state.name, c.sequence_options);
        break;
      case Kind::generated:
        state.generated = c.expression;
        state.generated_stored = c.generated_stored;
        break;
      default:
        rest.push_back(c);
        if (c.kind != Kind::check && rest.back().columns.empty()) rest.back().columns = {state.name};
        if (c.kind == Kind::primary_key) state.not_null = Known::yes;
    }
  }
  return rest;
}

void add_not_null(Relation& table, std::string_view column, std::string_view name, bool valid) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name != column) continue;
    ColumnState& state = table.columns.edit(i);
    if (state.not_null == Known::yes && state.not_null_valid) return;
    state.not_null = Known::yes;
    state.not_null_valid = valid;
    if (!name.empty()) state.not_null_constraint = name;
    return;
  }
  if (table.complete) return;
  ColumnState state;
  state.name = column;
  state.not_null = Known::yes;
  state.not_null_valid = valid;
  state.not_null_constraint = name;
  table.columns.push_back(std::move(state));
}

}  // namespace table

void apply(Catalog& catalog, const CreateTable& operation) {
  Relation table = describe(operation, catalog);
  if (!make_room(catalog, table.name, operation.if_not_exists)) return;
  Pending pending;
  std::vector<QualifiedName> parents;
  for (const QualifiedName& name : operation.inherits) {
    const Relation* parent = catalog.find(name);
    if (parent && may_inherit(catalog, parent->name, table.name)) {
      table.parents.push_back(parent->name);
      parents.push_back(parent->name);
      merge_parent(table, *parent, catalog.unit);
    } else {
      table.parents.push_back(catalog.new_name(name));
      table.complete = false;
    }
  }
  columns_of_type(catalog, operation, table);
  Relation own;  // columns written here, merged behind the inherited ones
  own.name = table.name;
  own.persistence = table.persistence;
  define_elements(catalog, operation, own, pending);
  table.complete = table.complete && own.complete;
  for (const ColumnState& column : own.columns) {
    bool merged = false;
    for (std::size_t i = 0; i < table.columns.size() && !merged; ++i) {
      if (table.columns[i].name != column.name) continue;
      ColumnState& inherited = table.columns.edit(i);
      inherited.local = merged = true;
      if (column.not_null == Known::yes) inherited.not_null = Known::yes;
      if (column.default_) inherited.default_ = column.default_;
    }
    if (!merged) table.columns.push_back(ColumnState(column));
  }
  merge_column_options(catalog, operation, table, pending);
  identity_sequences_of_like(catalog, table);
  for (const Constraint& c : operation.constraints) {
    pending.constraints.push_back(c);
    if (c.kind == Kind::primary_key || c.kind == Kind::not_null)
      for (const std::string& column : c.columns) table::add_not_null(table, column, "", true);
  }
  pending.sort();

  const QualifiedName name = table.name;
  catalog.add_relation(std::move(table));
  Relation& made = *catalog.edit(name);
  for (const QualifiedName& parent : parents) {
    inherit_checks(catalog, made, *catalog.relations.find(parent));
    Relation& changed = *catalog.edit(parent);
    changed.children.push_back(name);
    catalog.use(name, parent);
  }
  if (operation.bound && parents.size() == 1) table::clone_from_parent(catalog, parents[0], name, false);
  for (const Constraint& c : pending.constraints)
    if (c.kind == Kind::check) {
      Constraint valid = c;
      valid.not_valid = false;  // of a table that is empty (transformCheckConstraints)
      table::add_check(catalog, made, valid, false, true);
    }
  for (const Constraint& c : index_constraints(pending.constraints)) table::add_index_constraint(catalog, made, c);
  for (const LikeClause& like : operation.like) copy_like_objects(catalog, like, made);
  for (const Constraint& c : pending.constraints)
    if (c.kind == Kind::foreign_key) {
      Constraint valid = c;
      valid.not_valid = false;
      table::add_foreign_key(catalog, made, valid);
    }
}

void apply(Catalog& catalog, const CreateTableAs& operation) {
  Relation relation;
  relation.persistence = operation.persistence;
  relation.name = catalog.new_name(operation.name, operation.persistence);
  if (!make_room(catalog, relation.name, operation.if_not_exists)) return;
  relation.kind = operation.materialized_view ? RelationKind::materialized_view : RelationKind::table;
  relation.created_in = catalog.unit;
  relation.populated = operation.with_data;
  if (operation.query) {
    table::describe_query(catalog, *operation.query, relation, operation.column_names);
  } else {
    relation.complete = false;
  }
  if (operation.materialized_view) {
    relation.query = operation.query;
  } else {
    relation.reads.clear();
    relation.reads_columns.clear();
    relation.rests_on_key_of.clear();
  }
  catalog.add_relation(std::move(relation));
}

}  // namespace mlint
