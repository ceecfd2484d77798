#include "analyzer/base/overloaded.h"
#include "analyzer/operation/operation.h"
#include "analyzer/operation/printer.h"

namespace mlint {
namespace {

std::string_view transaction_name(Transaction::Kind kind) {
  switch (kind) {
    case Transaction::Kind::begin:
    case Transaction::Kind::start:
      return "begin";
    case Transaction::Kind::commit:
      return "commit";
    case Transaction::Kind::rollback:
      return "rollback";
    case Transaction::Kind::savepoint:
      return "savepoint";
    case Transaction::Kind::release:
      return "release_savepoint";
    case Transaction::Kind::rollback_to:
      return "rollback_to_savepoint";
    case Transaction::Kind::prepare:
      return "prepare_transaction";
    case Transaction::Kind::commit_prepared:
      return "commit_prepared";
    case Transaction::Kind::rollback_prepared:
      return "rollback_prepared";
  }
  return "begin";
}

std::string_view query_name(const Query* query) {
  if (query == nullptr) return "select";
  switch (query->kind) {
    case Query::Kind::select:
      return "select";
    case Query::Kind::values:
      return "values";
    case Query::Kind::insert:
      return "insert";
    case Query::Kind::update:
      return "update";
    case Query::Kind::delete_:
      return "delete";
    case Query::Kind::merge:
      return "merge";
  }
  return "select";
}

std::string_view alter_name(RelationKind kind) {
  switch (kind) {
    case RelationKind::index:
    case RelationKind::partitioned_index:
      return "alter_index";
    case RelationKind::sequence:
      return "alter_sequence";
    case RelationKind::view:
      return "alter_view";
    case RelationKind::materialized_view:
      return "alter_materialized_view";
    case RelationKind::foreign_table:
      return "alter_foreign_table";
    case RelationKind::composite_type:
      return "alter_type";
    default:
      return "alter_table";
  }
}

}  // namespace

std::string_view kind_name(const Operation& operation) {
  return std::visit(
      overloaded{
          [](const CreateTable& it) -> std::string_view {
            return it.foreign_server.empty() ? "create_table" : "create_foreign_table";
          },
          [](const CreateTableAs& it) -> std::string_view {
            return it.materialized_view ? "create_materialized_view" : "create_table_as";
          },
          [](const AlterTable& it) { return alter_name(it.written); },
          [](const Rename&) -> std::string_view { return "rename"; },
          [](const SetSchema&) -> std::string_view { return "set_schema"; },
          [](const SetOwner&) -> std::string_view { return "set_owner"; },
          [](const Drop& it) -> std::string_view {
            switch (it.kind) {
              case ObjectKind::table:
                return "drop_table";
              case ObjectKind::index:
                return "drop_index";
              case ObjectKind::view:
                return "drop_view";
              case ObjectKind::materialized_view:
                return "drop_materialized_view";
              case ObjectKind::sequence:
                return "drop_sequence";
              case ObjectKind::schema:
                return "drop_schema";
              case ObjectKind::type:
                return "drop_type";
              case ObjectKind::function:
                return "drop_function";
              case ObjectKind::trigger:
                return "drop_trigger";
              case ObjectKind::extension:
                return "drop_extension";
              default:
                return "drop";
            }
          },
          [](const Comment&) -> std::string_view { return "comment"; },
          [](const Grant& it) -> std::string_view { return it.revoke ? "revoke" : "grant"; },
          [](const CreateIndex&) -> std::string_view { return "create_index"; },
          [](const Reindex&) -> std::string_view { return "reindex"; },
          [](const CreateView&) -> std::string_view { return "create_view"; },
          [](const RefreshMaterializedView&) -> std::string_view { return "refresh_materialized_view"; },
          [](const CreateSequence&) -> std::string_view { return "create_sequence"; },
          [](const AlterSequence&) -> std::string_view { return "alter_sequence"; },
          [](const CreateTrigger&) -> std::string_view { return "create_trigger"; },
          [](const CreateRule&) -> std::string_view { return "create_rule"; },
          [](const CreatePolicy&) -> std::string_view { return "create_policy"; },
          [](const AlterPolicy&) -> std::string_view { return "alter_policy"; },
          [](const CreateFunction& it) -> std::string_view {
            return it.procedure ? "create_procedure" : "create_function";
          },
          [](const AlterFunction&) -> std::string_view { return "alter_function"; },
          [](const CreateEnum&) -> std::string_view { return "create_type"; },
          [](const AddEnumValue&) -> std::string_view { return "alter_type"; },
          [](const CreateCompositeType&) -> std::string_view { return "create_type"; },
          [](const CreateRangeType&) -> std::string_view { return "create_type"; },
          [](const CreateBaseType&) -> std::string_view { return "create_type"; },
          [](const CreateDomain&) -> std::string_view { return "create_domain"; },
          [](const AlterDomain&) -> std::string_view { return "alter_domain"; },
          [](const CreateExtension&) -> std::string_view { return "create_extension"; },
          [](const AlterExtension&) -> std::string_view { return "alter_extension"; },
          [](const CreateSchema&) -> std::string_view { return "create_schema"; },
          [](const CreateStatistics&) -> std::string_view { return "create_statistics"; },
          [](const AlterStatistics&) -> std::string_view { return "alter_statistics"; },
          [](const CreatePublication&) -> std::string_view { return "create_publication"; },
          [](const AlterPublication&) -> std::string_view { return "alter_publication"; },
          [](const CreateObject&) -> std::string_view { return "create_object"; },
          [](const AlterObject&) -> std::string_view { return "alter_object"; },
          [](const AlterAllInTablespace&) -> std::string_view { return "alter_all_in_tablespace"; },
          [](const ReassignOwned&) -> std::string_view { return "reassign_owned"; },
          [](const DropOwned&) -> std::string_view { return "drop_owned"; },
          [](const Dml& it) { return query_name(it.query.get()); },
          [](const Truncate&) -> std::string_view { return "truncate"; },
          [](const Copy&) -> std::string_view { return "copy"; },
          [](const LockTable&) -> std::string_view { return "lock_table"; },
          [](const Call&) -> std::string_view { return "call"; },
          [](const Do&) -> std::string_view { return "do"; },
          [](const Vacuum& it) -> std::string_view { return it.vacuum ? "vacuum" : "analyze"; },
          [](const Cluster&) -> std::string_view { return "cluster"; },
          [](const Repack&) -> std::string_view { return "repack"; },
          [](const Transaction& it) { return transaction_name(it.kind); },
          [](const SetVariable& it) -> std::string_view { return it.reset || it.reset_all ? "reset" : "set"; },
          [](const SetConstraints&) -> std::string_view { return "set_constraints"; },
          [](const Prepare&) -> std::string_view { return "prepare"; },
          [](const Execute&) -> std::string_view { return "execute"; },
          [](const SessionCommand&) -> std::string_view { return "session"; },
          [](const Unparsed&) -> std::string_view { return "unparsed"; },
          [](const Opaque&) -> std::string_view { return "opaque"; },
      },
      operation.kind);
}

std::string_view name_of(RelationKind kind) {
  switch (kind) {
    case RelationKind::table:
      return "table";
    case RelationKind::partitioned_table:
      return "partitioned table";
    case RelationKind::index:
      return "index";
    case RelationKind::partitioned_index:
      return "partitioned index";
    case RelationKind::sequence:
      return "sequence";
    case RelationKind::view:
      return "view";
    case RelationKind::materialized_view:
      return "materialized view";
    case RelationKind::foreign_table:
      return "foreign table";
    case RelationKind::composite_type:
      return "composite type";
  }
  return "relation";
}

}  // namespace mlint
