#include <array>
#include <utility>

#include "parsers/sql/read_object.h"

// Extensions, schemas, statistics, publications and subscriptions, roles and their settings.
namespace mlint::sql {
namespace {

OperationKind create_extension(Reading&, Node body) {
  CreateExtension extension;
  extension.name = std::string(body.text("extname"));
  extension.if_not_exists = body.flag("if_not_exists");
  for (const auto& [name, value] : read_options(body["options"])) {
    if (name == "schema") extension.schema = value;
    if (name == "cascade") extension.cascade = true;
  }
  return extension;
}

OperationKind alter_extension(Reading&, Node body) {
  AlterExtension extension;
  extension.name = std::string(body.text("extname"));
  return extension;
}

OperationKind alter_extension_contents(Reading&, Node body) {
  AlterExtension extension;
  extension.name = std::string(body.text("extname"));
  extension.action = body.number("action") > 0 ? AlterExtension::Action::add : AlterExtension::Action::drop;
  extension.kind = object_kind(body.name("objtype"));
  extension.member = read_any_name(body["object"]);
  return extension;
}

OperationKind create_schema(Reading&, Node body) {
  CreateSchema schema;
  schema.name = std::string(body.text("schemaname"));
  schema.if_not_exists = body.flag("if_not_exists");
  schema.role = read_role(body["authrole"]);
  if (schema.name.empty()) schema.name = schema.role;
  return schema;
}

OperationKind create_statistics(Reading& reading, Node body) {
  CreateStatistics statistics;
  const bool unnamed = word_at(reading, 2, "on") || punctuation_at(reading, 2, '(');  // PostgreSQL 16
  if (!unnamed) statistics.name = read_name(body["defnames"]);
  for (const Node item : body["relations"]) statistics.table = read_relation_name(item["RangeVar"]);
  statistics.if_not_exists = body.flag("if_not_exists");
  for (const Node item : body["exprs"]) {
    const Node expression = item["StatsElem"]["expr"];
    if (expression && !expression["ColumnRef"]) statistics.of_expressions = true;
  }
  return statistics;
}

OperationKind alter_statistics(Reading&, Node body) { return AlterStatistics{read_name(body["defnames"])}; }

template <class Publication>
void read_published(Reading& reading, Node body, Publication& publication) {
  for (const Node item : body["pubobjects"]) {
    const Node object = item["PublicationObjSpec"];
    if (object["pubtable"]) {
      RelationRef table = read_relation(reading, object["pubtable"]["relation"]);
      if (table.only) publication.only.push_back(table.name);
      publication.tables.push_back(std::move(table.name));
    } else {
      publication.schemas.emplace_back(object["name"] ? object.text("name") : "current_schema");
    }
  }
}

OperationKind create_publication(Reading& reading, Node body) {
  CreatePublication publication;
  publication.name = std::string(body.text("pubname"));
  publication.all_tables = body.flag("for_all_tables");
  read_published(reading, body, publication);
  return publication;
}

OperationKind alter_publication(Reading& reading, Node body) {
  AlterPublication publication;
  publication.name = std::string(body.text("pubname"));
  const Key action = body.name("action");
  publication.action = action == "AP_DropObjects"  ? AlterPublication::Action::drop
                       : action == "AP_SetObjects" ? AlterPublication::Action::set
                                                   : AlterPublication::Action::add;
  if (body["options"]) publication.action = AlterPublication::Action::options;
  read_published(reading, body, publication);
  return publication;
}

OperationKind create_subscription(Reading&, Node body) {
  CreateObject object;
  object.kind = ObjectKind::subscription;
  object.name.name = std::string(body.text("subname"));
  bool connects = true;
  for (const auto& [name, value] : read_options(body["options"])) {
    const bool off = value == "false" || value == "off" || value == "0";
    if (name == "connect") connects = !off;
    if (name == "enabled") object.enabled = !off;
    if (name == "create_slot") object.create_slot = !off;
    if (name == "slot_name") object.has_slot = value != "none";
  }
  object.create_slot = object.create_slot && connects;
  object.enabled = object.enabled && connects;  // "connect = false" implies enabled = false
  return object;
}

OperationKind alter_all_in_tablespace(Reading&, Node body) {
  return AlterAllInTablespace{object_kind(body.name("objtype")), std::string(body.text("orig_tablespacename")),
                              std::string(body.text("new_tablespacename")), read_roles(body["roles"])};
}

OperationKind drop_owned(Reading&, Node body) {
  DropOwned operation;
  operation.roles = read_roles(body["roles"]);
  operation.cascade = body.text("behavior") == "DROP_CASCADE";
  return operation;
}

OperationKind drop_roles(Reading&, Node body) {
  Drop operation;
  operation.kind = ObjectKind::role;
  for (const Node item : body["roles"]) operation.names.push_back({{}, read_role(item["RoleSpec"])});
  operation.if_exists = body.flag("missing_ok");
  return operation;
}

OperationKind grant_role(Reading&, Node body) {
  Grant operation;
  operation.revoke = !body.flag("is_grant");
  operation.kind = ObjectKind::role;
  for (const Node item : body["granted_roles"])
    operation.objects.push_back({{}, std::string(item["AccessPriv"].text("priv_name"))});
  for (const Node item : body["grantee_roles"]) operation.grantees.push_back(read_role(item["RoleSpec"]));
  return operation;
}

OperationKind alter_database_set(Reading&, Node body) {
  AlterObject object;
  object.kind = ObjectKind::database;
  object.name.name = std::string(body.text("dbname"));
  object.options.emplace_back(std::string(body["setstmt"].text("name")), "");
  return object;
}

OperationKind alter_role_set(Reading&, Node body) {
  AlterObject object;
  object.kind = ObjectKind::role;
  object.name.name = read_role(body["role"]);
  std::string value;
  for (const Node item : body["setstmt"]["args"]) value += (value.empty() ? "" : ", ") + read_value(item);
  object.options.emplace_back(std::string(body["setstmt"].text("name")), std::move(value));
  return object;
}

OperationKind reassign_owned(Reading&, Node body) {
  return ReassignOwned{read_roles(body["roles"]), read_role(body["newrole"])};
}

constexpr std::array<Named<Reader>, 16> kReaders = {{
    {"CreateExtensionStmt", create_extension},
    {"AlterExtensionStmt", alter_extension},
    {"AlterExtensionContentsStmt", alter_extension_contents},
    {"CreateSchemaStmt", create_schema},
    {"CreateStatsStmt", create_statistics},
    {"AlterStatsStmt", alter_statistics},
    {"CreatePublicationStmt", create_publication},
    {"AlterPublicationStmt", alter_publication},
    {"CreateSubscriptionStmt", create_subscription},
    {"AlterTableMoveAllStmt", alter_all_in_tablespace},
    {"DropOwnedStmt", drop_owned},
    {"ReassignOwnedStmt", reassign_owned},
    {"DropRoleStmt", drop_roles},
    {"GrantRoleStmt", grant_role},
    {"AlterDatabaseSetStmt", alter_database_set},
    {"AlterRoleSetStmt", alter_role_set},
}};

}  // namespace

Reader database_object_reader(Key tag) { return reader_in(kReaders, tag); }

}  // namespace mlint::sql
