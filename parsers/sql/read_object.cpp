#include <array>
#include <utility>

#include "parsers/sql/read.h"

namespace mlint::sql {

ObjectKind object_kind(std::string_view type) {
  using Kind = ObjectKind;
  static constexpr std::array<std::pair<std::string_view, Kind>, 46> kinds = {{
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
  for (const auto& [name, kind] : kinds) {
    if (name == type) return kind;
  }
  return Kind::other;
}

RelationKind relation_kind(std::string_view type) {
  if (type == "OBJECT_INDEX") return RelationKind::index;
  if (type == "OBJECT_SEQUENCE") return RelationKind::sequence;
  if (type == "OBJECT_VIEW") return RelationKind::view;
  if (type == "OBJECT_MATVIEW") return RelationKind::materialized_view;
  if (type == "OBJECT_FOREIGN_TABLE") return RelationKind::foreign_table;
  if (type == "OBJECT_TYPE") return RelationKind::composite_type;
  return RelationKind::table;
}

namespace {

Persistence persistence(Node range_var) {
  const std::string_view letter = range_var.text("relpersistence");
  if (letter == "t") return Persistence::temporary;
  return letter == "u" ? Persistence::unlogged : Persistence::permanent;
}

std::size_t find_word(const Reading& reading, std::size_t token, std::string_view word) {
  while (token < reading.tokens.size() && !word_at(reading, token, word)) ++token;
  return token;
}

// The text in the brackets behind a word at the outermost depth: USING (…), WITH CHECK (…), WHEN (…).
Span bracketed_after(const Reading& reading, std::string_view word) {
  std::size_t token = 0;
  while (token < reading.tokens.size()) {
    if (punctuation_at(reading, token, '(')) {
      token = matching_bracket(reading.text, reading.tokens, token);
    } else if (word_at(reading, token, word) && punctuation_at(reading, token + 1, '(')) {
      return inside_brackets(reading, token + 1);
    }
    ++token;
  }
  return {};
}

std::optional<Expr> optional_expression(Reading& reading, Node node, Span text) {
  if (!node) return std::nullopt;
  return read_expression_text(reading, node, text);
}

// --- relations

OperationKind create_view(Reading& reading, Node body) {
  CreateView view;
  view.name = read_relation_name(body["view"]);
  view.or_replace = body.flag("replace");
  view.persistence = persistence(body["view"]);
  view.column_names = read_strings(body["aliases"]);
  view.query = read_query(reading, body["query"]);
  view.options = read_options(body["options"]);
  return view;
}

OperationKind refresh(Reading&, Node body) {
  return RefreshMaterializedView{read_relation_name(body["relation"]), body.flag("concurrent"), !body.flag("skipData")};
}

// OWNED BY table.column or NONE
template <class Sequence>
void read_sequence(Node body, Sequence& sequence) {
  sequence.name = read_relation_name(body["sequence"]);
  sequence.options = read_options(body["options"]);
  for (const Node item : body["options"]) {
    const Node option = item["DefElem"];
    if (option.text("defname") != "owned_by") continue;
    std::vector<std::string> parts = read_strings(option["arg"]["List"]["items"]);
    if (parts.size() < 2) continue;  // NONE
    sequence.owned_by_column = std::move(parts.back());
    sequence.owned_by_table.name = std::move(parts[parts.size() - 2]);
    if (parts.size() > 2) sequence.owned_by_table.schema = std::move(parts[parts.size() - 3]);
  }
}

OperationKind create_sequence(Reading&, Node body) {
  CreateSequence sequence;
  read_sequence(body, sequence);
  sequence.if_not_exists = body.flag("if_not_exists");
  sequence.persistence = persistence(body["sequence"]);
  return sequence;
}

OperationKind alter_sequence(Reading&, Node body) {
  AlterSequence sequence;
  read_sequence(body, sequence);
  sequence.if_exists = body.flag("missing_ok");
  for (const auto& [name, value] : sequence.options) {
    if (name == "owned_by") sequence.owned_by_changes = true;
  }
  return sequence;
}

OperationKind create_trigger(Reading& reading, Node body) {
  CreateTrigger trigger;
  trigger.name = std::string(body.text("trigname"));
  trigger.table = read_relation_name(body["relation"]);
  trigger.or_replace = body.flag("replace");
  trigger.row = body.flag("row");
  trigger.constraint = body.flag("isconstraint");
  const std::int64_t timing = body.number("timing");  // TRIGGER_TYPE_BEFORE 2, INSTEAD 64
  trigger.timing = (timing & 2) != 0 ? 'b' : (timing & 64) != 0 ? 'i' : 'a';
  const std::int64_t events = body.number("events");
  trigger.on_insert = (events & 4) != 0;
  trigger.on_delete = (events & 8) != 0;
  trigger.on_update = (events & 16) != 0;
  trigger.on_truncate = (events & 32) != 0;
  trigger.update_columns = read_strings(body["columns"]);
  trigger.function = read_name(body["funcname"]);
  trigger.when = optional_expression(reading, body["whenClause"], bracketed_after(reading, "when"));
  trigger.from_table = read_relation_name(body["constrrel"]);
  trigger.deferrable = body.flag("deferrable");
  trigger.initially_deferred = body.flag("initdeferred");
  return trigger;
}

OperationKind create_rule(Reading& reading, Node body) {
  CreateRule rule;
  rule.name = std::string(body.text("rulename"));
  rule.table = read_relation_name(body["relation"]);
  rule.or_replace = body.flag("replace");
  rule.instead = body.flag("instead");
  for (const Node item : body["actions"]) {
    if (auto query = read_query(reading, item)) rule.actions.push_back(std::move(query));
  }
  if (const Node where = body["whereClause"]) {
    const std::size_t word = find_word(reading, 0, "where");
    rule.where =
        read_expression_text(reading, where, span_of_tokens(reading, word + 1, find_word(reading, word, "do")));
  }
  return rule;
}

OperationKind create_policy(Reading& reading, Node body) {
  CreatePolicy policy;
  policy.name = std::string(body.text("policy_name"));
  policy.table = read_relation_name(body["table"]);
  policy.permissive = body.flag("permissive");
  policy.using_ = optional_expression(reading, body["qual"], bracketed_after(reading, "using"));
  policy.check = optional_expression(reading, body["with_check"], bracketed_after(reading, "check"));
  return policy;
}

OperationKind alter_policy(Reading& reading, Node body) {
  AlterPolicy policy;
  policy.name = std::string(body.text("policy_name"));
  policy.table = read_relation_name(body["table"]);
  policy.using_ = optional_expression(reading, body["qual"], bracketed_after(reading, "using"));
  policy.check = optional_expression(reading, body["with_check"], bracketed_after(reading, "check"));
  return policy;
}

// --- functions

char parameter_mode(std::string_view mode) {
  if (mode == "FUNC_PARAM_OUT") return 'o';
  if (mode == "FUNC_PARAM_INOUT") return 'b';
  if (mode == "FUNC_PARAM_VARIADIC") return 'v';
  if (mode == "FUNC_PARAM_TABLE") return 't';
  return 'i';
}

char volatility(std::string_view word) { return word == "immutable" ? 'i' : word == "stable" ? 's' : 'v'; }

// Flat: BEGIN ATOMIC is a list of lists.
void read_sql_body(Reading& reading, Node node, CreateFunction& function) {
  if (node.tag() == "List") {
    for (const Node item : node["List"]["items"]) read_sql_body(reading, item, function);
  } else if (auto query = read_query(reading, node)) {
    function.sql.push_back(std::move(query));
  }
}

void read_function_option(Reading& reading, Node option, CreateFunction& function) {
  const std::string_view name = option.text("defname");
  const Node value = option["arg"];
  if (name == "language") {
    function.language.clear();
    for (const char c : read_value(value)) function.language += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  } else if (name == "volatility") {
    function.volatility = volatility(read_value(value));
  } else if (name == "strict") {
    function.strict = value["Boolean"].flag("boolval");
  } else if (name == "security") {
    function.security_definer = value["Boolean"].flag("boolval");
  } else if (name == "as") {
    for (const Node item : value["List"]["items"]) {
      function.body = read_value(item);  // of C functions the file, then the symbol
    }
    std::size_t token = token_at(reading, offset_of(reading, option));
    while (token < reading.tokens.size() && reading.tokens[token].kind != Token::Kind::string) ++token;
    if (token < reading.tokens.size()) function.body_span = reading.tokens[token].span;
  } else if (name == "set") {
    const Node set = value["VariableSetStmt"];
    std::string text;
    for (const Node item : set["args"]) text += (text.empty() ? "" : ", ") + read_value(item);
    function.settings.emplace_back(std::string(set.text("name")), std::move(text));
  }
}

OperationKind create_function(Reading& reading, Node body) {
  CreateFunction function;
  function.name = read_name(body["funcname"]);
  function.or_replace = body.flag("replace");
  function.procedure = body.flag("is_procedure");
  function.returns = read_type(reading, body["returnType"]);
  for (const Node item : body["parameters"]) {
    const Node parameter = item["FunctionParameter"];
    function.parameters.push_back({std::string(parameter.text("name")), read_type(reading, parameter["argType"]),
                                   parameter_mode(parameter.text("mode")), static_cast<bool>(parameter["defexpr"])});
  }
  for (const Node item : body["options"]) read_function_option(reading, item["DefElem"], function);
  if (const Node sql = body["sql_body"]) {
    function.has_sql_body = true;
    if (function.language.empty()) function.language = "sql";
    read_sql_body(reading, sql, function);
  }
  return function;
}

OperationKind alter_function(Reading&, Node body) {
  AlterFunction function;
  function.name = read_name(body["func"]["objname"]);
  for (const Node item : body["actions"]) {
    const Node option = item["DefElem"];
    if (option.text("defname") == "volatility") function.volatility = volatility(read_value(option["arg"]));
  }
  return function;
}

// --- types

OperationKind create_enum(Reading&, Node body) {
  return CreateEnum{read_name(body["typeName"]), read_strings(body["vals"])};
}

OperationKind alter_enum(Reading&, Node body) {
  if (body["oldVal"]) {
    Rename rename;
    rename.kind = ObjectKind::enum_value;
    rename.relation = read_name(body["typeName"]);
    rename.old_name = std::string(body.text("oldVal"));
    rename.new_name = std::string(body.text("newVal"));
    return rename;
  }
  return AddEnumValue{read_name(body["typeName"]), std::string(body.text("newVal")), body.flag("skipIfNewValExists"),
                      static_cast<bool>(body["newValNeighbor"])};
}

OperationKind create_composite(Reading& reading, Node body) {
  CreateCompositeType type;
  type.name = read_relation_name(body["typevar"]);
  for (const Node item : body["coldeflist"]) {
    const Node column = item["ColumnDef"];
    const std::size_t end = end_of_item(reading, token_at(reading, offset_of(reading, column)));
    type.columns.push_back(read_column(reading, column, end));
  }
  return type;
}

OperationKind create_domain(Reading& reading, Node body) {
  CreateDomain domain;
  domain.name = read_name(body["domainname"]);
  domain.type = read_type(reading, body["typeName"]);
  domain.collation = read_name(body["collClause"]["collname"]);
  read_constraints(reading, body["constraints"], reading.tokens.size(), domain.constraints);
  return domain;
}

OperationKind alter_domain(Reading& reading, Node body) {
  using Action = AlterDomain::Action;
  AlterDomain domain;
  domain.name = read_name(body["typeName"]);
  domain.constraint_name = std::string(body.text("name"));
  domain.if_exists = body.flag("missing_ok");
  domain.cascade = body.text("behavior") == "DROP_CASCADE";
  const std::string_view subtype = body.text("subtype");
  const char letter = subtype.empty() ? 'T' : subtype.front();
  if (letter == 'C') {
    domain.constraint = read_constraint(reading, body["def"]["Constraint"], reading.tokens.size());
    domain.constraint_name = domain.constraint->name;
  } else if (letter == 'T') {
    domain.action = body["def"] ? Action::set_default : Action::drop_default;
    const std::size_t word = find_word(reading, 0, "default");
    domain.value = optional_expression(reading, body["def"], span_of_tokens(reading, word + 1, reading.tokens.size()));
  } else {
    domain.action = letter == 'X'   ? Action::drop_constraint
                    : letter == 'V' ? Action::validate_constraint
                    : letter == 'O' ? Action::set_not_null
                                    : Action::drop_not_null;
  }
  return domain;
}

OperationKind define(Reading&, Node body) {
  const ObjectKind kind = object_kind(body.text("kind"));
  if (kind == ObjectKind::type) return CreateBaseType{read_name(body["defnames"])};
  CreateObject object;
  object.kind = kind;
  object.name = read_name(body["defnames"]);
  object.if_not_exists = body.flag("if_not_exists");
  return object;
}

// --- extensions, schemas, statistics, replication

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
  return AlterExtension{std::string(body.text("extname")), "update"};
}

OperationKind alter_extension_contents(Reading&, Node body) {
  const bool adds = body.number("action") > 0;
  return AlterExtension{std::string(body.text("extname")),
                        (adds ? "add " : "drop ") + read_any_name(body["object"]).name};
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
  return statistics;
}

OperationKind alter_statistics(Reading&, Node body) { return AlterStatistics{read_name(body["defnames"])}; }

OperationKind create_publication(Reading&, Node body) {
  CreatePublication publication;
  publication.name = std::string(body.text("pubname"));
  publication.all_tables = body.flag("for_all_tables");
  for (const Node item : body["pubobjects"]) {
    const Node object = item["PublicationObjSpec"];
    if (object["pubtable"]) {
      publication.tables.push_back(read_relation_name(object["pubtable"]["relation"]));
    } else {
      publication.schemas.emplace_back(object["name"] ? object.text("name") : "current_schema");
    }
  }
  return publication;
}

OperationKind alter_publication(Reading&, Node body) {
  AlterPublication publication;
  publication.name = std::string(body.text("pubname"));
  const std::string_view action = body.text("action");
  publication.action = action == "AP_DropObjects"  ? AlterPublication::Action::drop
                       : action == "AP_SetObjects" ? AlterPublication::Action::set
                                                   : AlterPublication::Action::add;
  if (body["options"]) publication.action = AlterPublication::Action::options;
  for (const Node item : body["pubobjects"]) {
    const Node object = item["PublicationObjSpec"];
    if (object["pubtable"]) {
      publication.tables.push_back(read_relation_name(object["pubtable"]["relation"]));
    } else {
      publication.schemas.emplace_back(object["name"] ? object.text("name") : "current_schema");
    }
  }
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
    if (name == "create_slot") object.create_slot = !off;
    if (name == "slot_name") object.has_slot = value != "none";
  }
  object.create_slot = object.create_slot && connects;
  return object;
}

OperationKind alter_all_in_tablespace(Reading&, Node body) {
  return AlterAllInTablespace{object_kind(body.text("objtype")), std::string(body.text("orig_tablespacename")),
                              std::string(body.text("new_tablespacename"))};
}

OperationKind drop_owned(Reading&, Node body) {
  DropOwned operation;
  for (const Node item : body["roles"]) operation.roles.push_back(read_role(item["RoleSpec"]));
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

OperationKind create_language(Reading&, Node body) {
  // CREATE LANGUAGE without a handler is CREATE EXTENSION (PostgreSQL 13)
  if (!body["plhandler"]) {
    CreateExtension extension;
    extension.name = std::string(body.text("plname"));
    extension.if_not_exists = body.flag("replace");
    return extension;
  }
  CreateObject object;
  object.kind = ObjectKind::language;
  object.name.name = std::string(body.text("plname"));
  return object;
}

OperationKind range_type(Reading&, Node body) { return CreateRangeType{read_name(body["typeName"])}; }

OperationKind reassign_owned(Reading&, Node) { return ReassignOwned{}; }

using Reader = OperationKind (*)(Reading&, Node);

constexpr std::array<std::pair<std::string_view, Reader>, 34> kReaders = {{
    {"ViewStmt", create_view},
    {"RefreshMatViewStmt", refresh},
    {"CreateSeqStmt", create_sequence},
    {"AlterSeqStmt", alter_sequence},
    {"CreateTrigStmt", create_trigger},
    {"RuleStmt", create_rule},
    {"CreatePolicyStmt", create_policy},
    {"AlterPolicyStmt", alter_policy},
    {"CreateFunctionStmt", create_function},
    {"AlterFunctionStmt", alter_function},
    {"CreateEnumStmt", create_enum},
    {"AlterEnumStmt", alter_enum},
    {"CompositeTypeStmt", create_composite},
    {"CreateRangeStmt", range_type},
    {"CreateDomainStmt", create_domain},
    {"AlterDomainStmt", alter_domain},
    {"DefineStmt", define},
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
    {"CreatePLangStmt", create_language},
}};

// Statements about objects in which no relation takes part: their kind and their name say enough.
struct Plain {
  std::string_view tag;
  enum class Verb : std::uint8_t { create, alter, drop } verb;
  ObjectKind kind;
  const char* name_key;  // of a string, a list of strings, or a role
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
    return object;
  }
  return AlterObject{plain.kind, plain_name(plain, body), read_options(body["options"])};
}

constexpr std::array<std::pair<std::string_view, const char*>, 12> kSession = {{{"VariableShowStmt", "SHOW"},
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

OperationKind read_object_statement(Reading& reading, std::string_view tag, Node body) {
  for (const auto& [name, reader] : kReaders) {
    if (name == tag) return reader(reading, body);
  }
  for (const Plain& plain : kPlain) {
    if (plain.tag == tag) return read_plain(plain, body);
  }
  for (const auto& [name, what] : kSession) {
    if (name == tag) return SessionCommand{what};
  }
  return Opaque{"a statement of a kind that is not modelled"};
}

}  // namespace mlint::sql
