#include "parsers/sql/read_object.h"

#include <algorithm>
#include <array>
#include <utility>

// Statements about objects: the families of read_object.h, and those whose kind and name say enough.
namespace mlint::sql {

ObjectKind object_kind(Key type) {
  using Kind = ObjectKind;
  static constexpr std::array<Named<Kind>, 46> kinds = {{
      {"OBJECT_ACCESS_METHOD", Kind::access_method},
      {"OBJECT_AGGREGATE", Kind::aggregate},
      {"OBJECT_ATTRIBUTE", Kind::attribute},
      {"OBJECT_CAST", Kind::cast},
      {"OBJECT_COLUMN", Kind::column},
      {"OBJECT_COLLATION", Kind::collation},
      {"OBJECT_CONVERSION", Kind::conversion},
      {"OBJECT_DATABASE", Kind::database},
      {"OBJECT_DEFACL", Kind::default_acl},
      {"OBJECT_DOMAIN", Kind::domain},
      {"OBJECT_DOMCONSTRAINT", Kind::domain_constraint},
      {"OBJECT_EVENT_TRIGGER", Kind::event_trigger},
      {"OBJECT_EXTENSION", Kind::extension},
      {"OBJECT_FDW", Kind::foreign_data_wrapper},
      {"OBJECT_FOREIGN_SERVER", Kind::server},
      {"OBJECT_FOREIGN_TABLE", Kind::foreign_table},
      {"OBJECT_FUNCTION", Kind::function},
      {"OBJECT_INDEX", Kind::index},
      {"OBJECT_LANGUAGE", Kind::language},
      {"OBJECT_LARGEOBJECT", Kind::large_object},
      {"OBJECT_MATVIEW", Kind::materialized_view},
      {"OBJECT_OPCLASS", Kind::operator_class},
      {"OBJECT_OPERATOR", Kind::operator_},
      {"OBJECT_OPFAMILY", Kind::operator_family},
      {"OBJECT_POLICY", Kind::policy},
      {"OBJECT_PROCEDURE", Kind::procedure},
      {"OBJECT_PUBLICATION", Kind::publication},
      {"OBJECT_ROLE", Kind::role},
      {"OBJECT_ROUTINE", Kind::routine},
      {"OBJECT_RULE", Kind::rule},
      {"OBJECT_SCHEMA", Kind::schema},
      {"OBJECT_SEQUENCE", Kind::sequence},
      {"OBJECT_SUBSCRIPTION", Kind::subscription},
      {"OBJECT_STATISTIC_EXT", Kind::statistics},
      {"OBJECT_TABCONSTRAINT", Kind::constraint},
      {"OBJECT_TABLE", Kind::table},
      {"OBJECT_TABLESPACE", Kind::tablespace},
      {"OBJECT_TRANSFORM", Kind::transform},
      {"OBJECT_TRIGGER", Kind::trigger},
      {"OBJECT_TSCONFIGURATION", Kind::text_search},
      {"OBJECT_TSDICTIONARY", Kind::text_search},
      {"OBJECT_TSPARSER", Kind::text_search},
      {"OBJECT_TSTEMPLATE", Kind::text_search},
      {"OBJECT_TYPE", Kind::type},
      {"OBJECT_USER_MAPPING", Kind::user_mapping},
      {"OBJECT_VIEW", Kind::view},
  }};
  const Kind* const kind = find_named(kinds, type);
  return kind == nullptr ? Kind::other : *kind;
}

RelationKind relation_kind(Key type) {
  if (type == "OBJECT_INDEX") return RelationKind::index;
  if (type == "OBJECT_SEQUENCE") return RelationKind::sequence;
  if (type == "OBJECT_VIEW") return RelationKind::view;
  if (type == "OBJECT_MATVIEW") return RelationKind::materialized_view;
  if (type == "OBJECT_FOREIGN_TABLE") return RelationKind::foreign_table;
  if (type == "OBJECT_TYPE") return RelationKind::composite_type;
  return RelationKind::table;
}
std::size_t find_word(const Reading& reading, std::size_t token, std::string_view word) {
  while (token < reading.tokens.size() && !word_at(reading, token, word)) ++token;
  return token;
}

SharedExpr optional_expression(Reading& reading, Node node, Span text) {
  if (!node) return std::nullopt;
  return read_expression_text(reading, node, text);
}

namespace {

// Statements about objects in which no relation takes part: their kind and their name say enough.
struct Plain {
  Key tag;
  enum class Verb : std::uint8_t { create, alter, drop } verb;
  ObjectKind kind;
  Key name_key;  // of a string, a list of strings, or a role
};

constexpr std::array<Plain, 37> kPlain = {{
    {"CreatedbStmt", Plain::Verb::create, ObjectKind::database, "dbname"},
    {"AlterDatabaseStmt", Plain::Verb::alter, ObjectKind::database, "dbname"},
    {"AlterDatabaseRefreshCollStmt", Plain::Verb::alter, ObjectKind::database, "dbname"},
    {"DropdbStmt", Plain::Verb::drop, ObjectKind::database, "dbname"},
    {"CreateTableSpaceStmt", Plain::Verb::create, ObjectKind::tablespace, "tablespacename"},
    {"AlterTableSpaceOptionsStmt", Plain::Verb::alter, ObjectKind::tablespace, "tablespacename"},
    {"DropTableSpaceStmt", Plain::Verb::drop, ObjectKind::tablespace, "tablespacename"},
    {"CreateRoleStmt", Plain::Verb::create, ObjectKind::role, "role"},
    {"AlterRoleStmt", Plain::Verb::alter, ObjectKind::role, "role"},
    {"CreateCastStmt", Plain::Verb::create, ObjectKind::cast, ""},
    {"CreateConversionStmt", Plain::Verb::create, ObjectKind::conversion, "conversion_name"},
    {"CreateOpClassStmt", Plain::Verb::create, ObjectKind::operator_class, "opclassname"},
    {"CreateOpFamilyStmt", Plain::Verb::create, ObjectKind::operator_family, "opfamilyname"},
    {"AlterOpFamilyStmt", Plain::Verb::alter, ObjectKind::operator_family, "opfamilyname"},
    {"AlterOperatorStmt", Plain::Verb::alter, ObjectKind::operator_, ""},
    {"AlterTypeStmt", Plain::Verb::alter, ObjectKind::type, "typeName"},
    {"CreateTransformStmt", Plain::Verb::create, ObjectKind::transform, ""},
    {"CreateAmStmt", Plain::Verb::create, ObjectKind::access_method, "amname"},
    {"CreateFdwStmt", Plain::Verb::create, ObjectKind::foreign_data_wrapper, "fdwname"},
    {"AlterFdwStmt", Plain::Verb::alter, ObjectKind::foreign_data_wrapper, "fdwname"},
    {"CreateForeignServerStmt", Plain::Verb::create, ObjectKind::server, "servername"},
    {"AlterForeignServerStmt", Plain::Verb::alter, ObjectKind::server, "servername"},
    {"CreateUserMappingStmt", Plain::Verb::create, ObjectKind::user_mapping, "servername"},
    {"AlterUserMappingStmt", Plain::Verb::alter, ObjectKind::user_mapping, "servername"},
    {"DropUserMappingStmt", Plain::Verb::drop, ObjectKind::user_mapping, "servername"},
    {"ImportForeignSchemaStmt", Plain::Verb::create, ObjectKind::other, ""},
    {"CreateEventTrigStmt", Plain::Verb::create, ObjectKind::event_trigger, "trigname"},
    {"AlterEventTrigStmt", Plain::Verb::alter, ObjectKind::event_trigger, "trigname"},
    {"AlterSubscriptionStmt", Plain::Verb::alter, ObjectKind::subscription, "subname"},
    {"DropSubscriptionStmt", Plain::Verb::drop, ObjectKind::subscription, "subname"},
    {"AlterTSDictionaryStmt", Plain::Verb::alter, ObjectKind::text_search, "dictname"},
    {"AlterTSConfigurationStmt", Plain::Verb::alter, ObjectKind::text_search, "cfgname"},
    {"AlterCollationStmt", Plain::Verb::alter, ObjectKind::collation, "collname"},
    {"AlterDefaultPrivilegesStmt", Plain::Verb::alter, ObjectKind::default_acl, ""},
    {"AlterObjectDependsStmt", Plain::Verb::alter, ObjectKind::extension, ""},
    {"SecLabelStmt", Plain::Verb::alter, ObjectKind::other, ""},
    {"AlterSystemStmt", Plain::Verb::alter, ObjectKind::other, ""},
}};

QualifiedName plain_name(const Plain& plain, Node body) {
  const Node value = body[plain.name_key];
  if (!value) return {};
  if (value["roletype"]) return {{}, read_role(value)};
  const QualifiedName name = read_name(value);
  return name.name.empty() ? QualifiedName{{}, std::string(value.text())} : name;
}

// ALTER SUBSCRIPTION … REFRESH PUBLICATION, and … SET/ADD/DROP PUBLICATION without "refresh = false".
void refresh_by_default(std::string_view action, Options& options) {
  if (!action.ends_with("_REFRESH") && !action.ends_with("_PUBLICATION")) return;
  const bool said = std::any_of(options.begin(), options.end(), [](const auto& o) { return o.first == "refresh"; });
  if (!said) options.emplace_back("refresh", "true");
}

OperationKind read_plain(const Plain& plain, Node body) {
  const bool if_exists = body.flag("missing_ok");
  if (plain.verb == Plain::Verb::drop) {
    Drop drop;
    drop.kind = plain.kind;
    drop.names.push_back(plain_name(plain, body));
    drop.if_exists = if_exists;
    drop.cascade = body.text("behavior") == "DROP_CASCADE";
    return drop;
  }
  if (plain.verb == Plain::Verb::create) {
    CreateObject object;
    object.kind = plain.kind;
    object.name = plain_name(plain, body);
    object.if_not_exists = body.flag("if_not_exists");
    if (plain.kind == ObjectKind::event_trigger) {
      object.event = std::string(body.text("eventname"));
      object.function = read_name(body["funcname"]);
      for (const Node filter : body["whenclause"]) {
        for (std::string& tag : read_strings(filter["DefElem"]["arg"]["List"]["items"]))
          object.tags.push_back(std::move(tag));
      }
    }
    return object;
  }
  if (plain.tag == "AlterSystemStmt") return AlterObject{plain.kind, {{}, "system"}, {}};
  const Node relation = body["relation"];
  const RelationKind kind = relation_kind(body.name("objectType"));
  if (plain.tag == "AlterObjectDependsStmt" && relation &&
      (kind == RelationKind::materialized_view || kind == RelationKind::index)) {
    AlterTable table{read_relation_name(relation), kind, false, false, {}};
    table.actions.push_back({alter::Other{"DEPENDS ON EXTENSION"}, {}});
    return table;
  }
  AlterObject object{plain.kind, plain_name(plain, body), read_options(body["options"])};
  if (plain.tag == "AlterEventTrigStmt") object.options.emplace_back("enabled", std::string(body.text("tgenabled")));
  if (plain.kind == ObjectKind::subscription) refresh_by_default(body.text("kind"), object.options);
  return object;
}

constexpr std::array<Named<const char*>, 12> kSession = {{{"VariableShowStmt", "SHOW"},
                                                          {"ListenStmt", "LISTEN"},
                                                          {"UnlistenStmt", "UNLISTEN"},
                                                          {"NotifyStmt", "NOTIFY"},
                                                          {"FetchStmt", "FETCH"},
                                                          {"ClosePortalStmt", "CLOSE"},
                                                          {"DeallocateStmt", "DEALLOCATE"},
                                                          {"CheckPointStmt", "CHECKPOINT"},
                                                          {"LoadStmt", "LOAD"},
                                                          {"DeclareCursorStmt", "DECLARE"},
                                                          {"PLAssignStmt", "ASSIGN"},
                                                          {"ReturnStmt", "RETURN"}}};

}  // namespace

OperationKind read_object_statement(Reading& reading, Key tag, Node body) {
  for (const auto family : {relation_object_reader, routine_reader, user_type_reader, database_object_reader}) {
    if (const Reader reader = family(tag)) return reader(reading, body);
  }
  for (const Plain& plain : kPlain) {
    if (plain.tag == tag) return read_plain(plain, body);
  }
  if (const auto* what = find_named(kSession, tag)) return SessionCommand{*what};
  return Opaque{"a statement of a kind that is not modelled"};
}

}  // namespace mlint::sql
