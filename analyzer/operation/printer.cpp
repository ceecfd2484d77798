#include "analyzer/operation/printer.h"

#include <optional>

#include "analyzer/operation/print_expression.h"

namespace mlint {
namespace {

std::string keyword(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::table:
      return "TABLE";
    case ObjectKind::index:
      return "INDEX";
    case ObjectKind::sequence:
      return "SEQUENCE";
    case ObjectKind::view:
      return "VIEW";
    case ObjectKind::materialized_view:
      return "MATERIALIZED VIEW";
    case ObjectKind::foreign_table:
      return "FOREIGN TABLE";
    case ObjectKind::column:
      return "COLUMN";
    case ObjectKind::constraint:
      return "CONSTRAINT";
    case ObjectKind::trigger:
      return "TRIGGER";
    case ObjectKind::rule:
      return "RULE";
    case ObjectKind::policy:
      return "POLICY";
    case ObjectKind::type:
      return "TYPE";
    case ObjectKind::domain:
      return "DOMAIN";
    case ObjectKind::function:
      return "FUNCTION";
    case ObjectKind::procedure:
      return "PROCEDURE";
    case ObjectKind::collation:
      return "COLLATION";
    case ObjectKind::schema:
      return "SCHEMA";
    case ObjectKind::extension:
      return "EXTENSION";
    case ObjectKind::statistics:
      return "STATISTICS";
    case ObjectKind::publication:
      return "PUBLICATION";
    case ObjectKind::subscription:
      return "SUBSCRIPTION";
    case ObjectKind::role:
      return "ROLE";
    case ObjectKind::database:
      return "DATABASE";
    case ObjectKind::tablespace:
      return "TABLESPACE";
    default:
      return "OBJECT";
  }
}

std::string keyword(RelationKind kind) {
  switch (kind) {
    case RelationKind::index:
    case RelationKind::partitioned_index:
      return "INDEX";
    case RelationKind::sequence:
      return "SEQUENCE";
    case RelationKind::view:
      return "VIEW";
    case RelationKind::materialized_view:
      return "MATERIALIZED VIEW";
    case RelationKind::foreign_table:
      return "FOREIGN TABLE";
    case RelationKind::composite_type:
      return "TYPE";
    default:
      return "TABLE";
  }
}

std::string if_(bool condition, std::string_view text) { return condition ? std::string(text) : std::string(); }

std::string print_create_table(const CreateTable& table) {
  std::string out = "CREATE " + if_(table.persistence == Persistence::temporary, "TEMPORARY ") +
                    if_(table.persistence == Persistence::unlogged, "UNLOGGED ") +
                    if_(!table.foreign_server.empty(), "FOREIGN ") + "TABLE " +
                    if_(table.if_not_exists, "IF NOT EXISTS ") + print_name(table.name);
  std::string elements;
  const auto add = [&](const std::string& element) { elements += (elements.empty() ? "" : ", ") + element; };
  for (const Column& column : table.columns) add(print_column(column));
  for (const LikeClause& like : table.like) add("LIKE " + print_name(like.source));
  for (const Constraint& constraint : table.constraints) add(print_constraint(constraint, false));
  if (table.bound) {
    out += " PARTITION OF " + (table.inherits.empty() ? std::string() : print_name(table.inherits.front())) +
           if_(!elements.empty(), " (" + elements + ")") + " " + print_bound(*table.bound);
  } else {
    out += " (" + elements + ")";
    for (const QualifiedName& parent : table.inherits) out += " INHERITS (" + print_name(parent) + ")";
  }
  if (table.partition_by) {
    using Strategy = PartitionKey::Strategy;
    const Strategy strategy = table.partition_by->strategy;
    out += std::string(" PARTITION BY ") +
           (strategy == Strategy::list   ? "LIST"
            : strategy == Strategy::hash ? "HASH"
                                         : "RANGE") +
           " (" + print_index_elements(table.partition_by->elements) + ")";
  }
  if (!table.options.empty()) out += " WITH (" + print_options(table.options) + ")";
  return out + if_(!table.tablespace.empty(), " TABLESPACE " + quote_always(table.tablespace));
}

std::string print_create_index(const CreateIndex& index) {
  std::string out = "CREATE " + if_(index.unique, "UNIQUE ") + "INDEX " + if_(index.concurrently, "CONCURRENTLY ") +
                    if_(index.if_not_exists, "IF NOT EXISTS ") +
                    if_(!index.name.empty(), quote_always(index.name) + " ") + "ON " + if_(index.only, "ONLY ") +
                    print_name(index.table);
  if (index.access_method != "btree") out += " USING " + index.access_method;
  out += " (" + print_index_elements(index.elements) + ")";
  if (!index.include.empty()) out += " INCLUDE (" + print_columns(index.include) + ")";
  if (index.nulls_not_distinct) out += " NULLS NOT DISTINCT";
  if (!index.options.empty()) out += " WITH (" + print_options(index.options) + ")";
  if (!index.tablespace.empty()) out += " TABLESPACE " + quote_always(index.tablespace);
  if (index.where) out += " WHERE " + print_expression(*index.where);
  return out;
}

std::string print_alter_table(const AlterTable& table) {
  std::string actions;
  for (const AlterAction& action : table.actions) actions += (actions.empty() ? "" : ", ") + print_action(action);
  return "ALTER " + keyword(table.written) + " " + if_(table.if_exists, "IF EXISTS ") + if_(table.only, "ONLY ") +
         print_name(table.name) + " " + actions;
}

std::string print_rename(const Rename& rename) {
  const bool member = !rename.old_name.empty();
  std::string out = "ALTER " + keyword(member ? ObjectKind::table : rename.kind) + " " +
                    if_(rename.if_exists, "IF EXISTS ") + print_name(rename.relation) + " RENAME ";
  if (member) out += keyword(rename.kind) + " " + quote_always(rename.old_name) + " ";
  return out + "TO " + quote_always(rename.new_name);
}

std::string print_drop(const Drop& drop) {
  std::string names;
  for (std::size_t i = 0; i < drop.names.size(); ++i) {
    const bool member = i < drop.members.size();
    names += (i == 0 ? "" : ", ") +
             (member ? quote_always(drop.members[i]) + " ON " + print_name(drop.names[i]) : print_name(drop.names[i]));
  }
  return "DROP " + keyword(drop.kind) + " " + if_(drop.concurrently, "CONCURRENTLY ") +
         if_(drop.if_exists, "IF EXISTS ") + names + if_(drop.cascade, " CASCADE");
}

std::string print_comment(const Comment& comment) {
  std::string name = print_name(comment.name);
  if (comment.kind == ObjectKind::column) name += "." + quote_always(comment.member);
  return "COMMENT ON " + keyword(comment.kind) + " " + name + " IS " +
         (comment.text ? print_literal(*comment.text) : "NULL");
}

std::string print_set_constraints(const SetConstraints& set) {
  std::string names;
  for (const QualifiedName& name : set.names) names += (names.empty() ? "" : ", ") + print_name(name);
  return "SET CONSTRAINTS " + (names.empty() ? "ALL" : names) + (set.deferred ? " DEFERRED" : " IMMEDIATE");
}

// OWNED BY stands apart: its value is a column.
std::string print_sequence(const Options& options, const QualifiedName& table, const std::string& column) {
  std::string out;
  for (const auto& [name, value] : options) {
    if (name == "as") {
      out += " AS ";
      out += value == "pg_catalog.int8"   ? "bigint"
             : value == "pg_catalog.int4" ? "integer"
             : value == "pg_catalog.int2" ? "smallint"
                                          : value;
    }
    if (name == "restart") out += " RESTART" + if_(!value.empty(), " WITH " + value);
  }
  return column.empty() ? out : out + " OWNED BY " + print_name(table) + "." + quote_always(column);
}

std::string print_transaction(const Transaction& transaction) {
  using Kind = Transaction::Kind;
  switch (transaction.kind) {
    case Kind::begin:
      return "BEGIN";
    case Kind::start:
      return "START TRANSACTION";
    case Kind::commit:
      return "COMMIT";
    case Kind::rollback:
      return "ROLLBACK";
    case Kind::savepoint:
      return "SAVEPOINT " + quote_always(transaction.name);
    case Kind::release:
      return "RELEASE SAVEPOINT " + quote_always(transaction.name);
    case Kind::rollback_to:
      return "ROLLBACK TO SAVEPOINT " + quote_always(transaction.name);
    case Kind::prepare:
      return "PREPARE TRANSACTION " + print_literal(transaction.name);
    case Kind::commit_prepared:
      return "COMMIT PREPARED " + print_literal(transaction.name);
    case Kind::rollback_prepared:
      return "ROLLBACK PREPARED " + print_literal(transaction.name);
  }
  return {};
}

std::string print_set_variable(const SetVariable& set) {
  if (set.reset_all) return "RESET ALL";
  if (set.reset) return "RESET " + set.name;
  return "SET " + if_(set.local, "LOCAL ") + set.name + " = " + set.value.value_or("DEFAULT");
}

std::optional<std::string> print_object(const Operation& operation) {
  if (const auto* it = operation.as<CreateExtension>()) {
    return "CREATE EXTENSION " + if_(it->if_not_exists, "IF NOT EXISTS ") + quote_always(it->name);
  }
  if (const auto* it = operation.as<CreateSequence>()) {
    return "CREATE SEQUENCE " + if_(it->if_not_exists, "IF NOT EXISTS ") + print_name(it->name) +
           print_sequence(it->options, it->owned_by_table, it->owned_by_column);
  }
  if (const auto* it = operation.as<AlterSequence>()) {
    return "ALTER SEQUENCE " + if_(it->if_exists, "IF EXISTS ") + print_name(it->name) +
           print_sequence(it->options, it->owned_by_table, it->owned_by_column);
  }
  if (const auto* it = operation.as<CreateView>()) {
    return "CREATE " + if_(it->or_replace, "OR REPLACE ") + "VIEW " + print_name(it->name) + " AS " +
           (it->query ? print_query(*it->query) : std::string());
  }
  if (const auto* it = operation.as<SetSchema>()) {
    return "ALTER " + keyword(it->kind) + " " + print_name(it->name) + " SET SCHEMA " + quote_always(it->schema);
  }
  return std::nullopt;
}

}  // namespace

std::string print_sql(const Operation& operation) {
  if (const auto* it = operation.as<CreateTable>()) return print_create_table(*it);
  if (const auto* it = operation.as<CreateIndex>()) return print_create_index(*it);
  if (const auto* it = operation.as<AlterTable>()) return print_alter_table(*it);
  if (const auto* it = operation.as<Rename>()) return print_rename(*it);
  if (const auto* it = operation.as<Drop>()) return print_drop(*it);
  if (const auto* it = operation.as<Comment>()) return print_comment(*it);
  if (const auto* it = operation.as<SetConstraints>()) return print_set_constraints(*it);
  if (const auto* it = operation.as<Transaction>()) return print_transaction(*it);
  if (const auto* it = operation.as<SetVariable>()) return print_set_variable(*it);
  if (const auto* it = operation.as<Dml>()) return it->query ? print_query(*it->query) : std::string();
  if (auto text = print_object(operation)) return std::move(*text);
  if (const auto* it = operation.as<Opaque>()) return "-- " + it->reason;
  std::string name;  // create_function -> CREATE FUNCTION …
  for (const char c : kind_name(operation)) name += c == '_' ? ' ' : static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
  return name + " …";
}

}  // namespace mlint
