#include <algorithm>
#include <array>
#include <functional>
#include <tuple>
#include <utility>

#include "parsers/sql/read.h"
#include "parsers/sql/schema_elements.h"

namespace mlint::sql {
namespace {

bool is_cascade(Node body) { return body.text("behavior") == "DROP_CASCADE"; }

std::string upper(std::string_view text) {
  std::string out;
  for (const char c : text) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

// --- data

OperationKind lock_table(Reading& reading, Node body) {
  LockTable lock;
  for (const Node item : body["relations"]) lock.tables.push_back(read_relation(reading, item["RangeVar"]));
  lock.mode = static_cast<std::uint8_t>(body.number("mode"));
  lock.nowait = body.flag("nowait");
  return lock;
}

OperationKind truncate(Reading& reading, Node body) {
  Truncate operation;
  for (const Node item : body["relations"]) operation.tables.push_back(read_relation(reading, item["RangeVar"]));
  operation.restart_identity = body.flag("restart_seqs");
  operation.cascade = is_cascade(body);
  return operation;
}

OperationKind copy(Reading& reading, Node body) {
  Copy operation;
  operation.table = read_relation_name(body["relation"]);
  operation.query = body["query"] ? read_query(reading, body["query"]) : nullptr;
  operation.from = body.flag("is_from");
  operation.file = std::string(body.text("filename"));
  return operation;
}

OperationKind call(Reading& reading, Node body) {
  Call operation;
  operation.function = read_name(body["funccall"]["funcname"]);
  for (const Node item : body["funccall"]["args"]) operation.arguments.push_back(read_expression(reading, item));
  return operation;
}

// The token of the string after a word, as AS '…' and DO '…' have it.
Span string_token(const Reading& reading, std::size_t from, std::string_view text) {
  for (std::size_t token = from; token < reading.tokens.size(); ++token) {
    if (reading.tokens[token].kind != Token::Kind::string) continue;
    const Span span = reading.tokens[token].span;
    if (span.end - span.begin >= text.size()) return span;
  }
  return {};
}

OperationKind do_block(Reading& reading, Node body) {
  Do operation;
  operation.language = "plpgsql";
  for (const Node item : body["args"]) {
    const Node option = item["DefElem"];
    if (option.text("defname") == "language") operation.language = read_value(option["arg"]);
    if (option.text("defname") == "as") {
      operation.body = read_value(option["arg"]);
      operation.body_span = string_token(reading, token_at(reading, offset_of(reading, option)), operation.body);
    }
  }
  return operation;
}

bool is_off(std::string_view value) { return value == "false" || value == "off" || value == "0"; }

OperationKind vacuum(Reading& reading, Node body) {
  Vacuum operation;
  operation.vacuum = body.flag("is_vacuumcmd");
  operation.analyze = !operation.vacuum;
  operation.options = read_options(body["options"]);
  for (const auto& [name, value] : operation.options) {
    if (name == "analyze") operation.analyze = !is_off(value);
    if (name == "full") operation.full = !is_off(value);
    if (name == "truncate") operation.truncate = !is_off(value);
  }
  for (std::size_t token = 1; token < reading.tokens.size(); ++token) {
    operation.only = operation.only || word_at(reading, token, "only");
  }
  for (const Node item : body["rels"]) {
    operation.tables.push_back(read_relation_name(item["VacuumRelation"]["relation"]));
    operation.columns.push_back(read_strings(item["VacuumRelation"]["va_cols"]));
  }
  return operation;
}

OperationKind cluster(Reading&, Node body) {
  return Cluster{read_relation_name(body["relation"]), std::string(body.text("indexname"))};
}

OperationKind reindex(Reading& reading, Node body) {
  Reindex operation;
  const Key kind = body.name("kind");
  using Target = Reindex::Target;
  operation.target = kind == "REINDEX_OBJECT_TABLE"      ? Target::table
                     : kind == "REINDEX_OBJECT_SCHEMA"   ? Target::schema
                     : kind == "REINDEX_OBJECT_SYSTEM"   ? Target::system
                     : kind == "REINDEX_OBJECT_DATABASE" ? Target::database
                                                         : Target::index;
  operation.name =
      body["relation"] ? read_relation_name(body["relation"]) : QualifiedName{{}, std::string(body.text("name"))};
  // PostgreSQL 16: without a name, the current database
  const std::size_t last = reading.tokens.size() - 1;
  if (word_at(reading, last, "database") || word_at(reading, last, "system") ||
      (operation.target >= Target::database && word_at(reading, last, "concurrently"))) {
    operation.name = {};
  }
  for (const auto& [name, value] : read_options(body["params"])) {
    if (name == "concurrently") operation.concurrently = !is_off(value);
    if (name == "tablespace") operation.tablespace = value;
  }
  return operation;
}

// --- session

OperationKind transaction(Reading&, Node body) {
  Transaction operation;
  using Kind = Transaction::Kind;
  static constexpr std::array<Named<Kind>, 10> kinds = {{{"TRANS_STMT_BEGIN", Kind::begin},
                                                         {"TRANS_STMT_START", Kind::start},
                                                         {"TRANS_STMT_COMMIT", Kind::commit},
                                                         {"TRANS_STMT_ROLLBACK", Kind::rollback},
                                                         {"TRANS_STMT_SAVEPOINT", Kind::savepoint},
                                                         {"TRANS_STMT_RELEASE", Kind::release},
                                                         {"TRANS_STMT_ROLLBACK_TO", Kind::rollback_to},
                                                         {"TRANS_STMT_PREPARE", Kind::prepare},
                                                         {"TRANS_STMT_COMMIT_PREPARED", Kind::commit_prepared},
                                                         {"TRANS_STMT_ROLLBACK_PREPARED", Kind::rollback_prepared}}};
  if (const Kind* kind = find_named(kinds, body.name("kind"))) operation.kind = *kind;
  operation.name = std::string(body["savepoint_name"] ? body.text("savepoint_name") : body.text("gid"));
  operation.chain = body.flag("chain");
  return operation;
}

OperationKind set_variable(Reading&, Node body) {
  SetVariable operation;
  const Key kind = body.name("kind");
  operation.name = std::string(body.text("name"));
  operation.local = body.flag("is_local");
  operation.reset = kind == "VAR_RESET" || kind == "VAR_SET_DEFAULT";
  operation.reset_all = kind == "VAR_RESET_ALL";
  if (kind == "VAR_SET_VALUE" || kind == "VAR_SET_MULTI") {
    std::string value;
    for (const Node item : body["args"]) value += (value.empty() ? "" : ", ") + read_value(item);
    operation.value = std::move(value);
  }
  return operation;
}

OperationKind set_constraints(Reading&, Node body) {
  SetConstraints operation;
  for (const Node item : body["constraints"]) operation.names.push_back(read_relation_name(item["RangeVar"]));
  operation.deferred = body.flag("deferred");
  return operation;
}

OperationKind prepare(Reading& reading, Node body) {
  return Prepare{std::string(body.text("name")), read_query(reading, body["query"])};
}

OperationKind execute(Reading&, Node body) { return Execute{std::string(body.text("name"))}; }

OperationKind discard(Reading&, Node body) {
  const std::string_view target = body.text("target");
  return SessionCommand{"DISCARD " + upper(target.substr(std::min<std::size_t>(target.size(), 8)))};
}

OperationKind declare_cursor(Reading& reading, Node body) {
  if (auto query = read_query(reading, body["query"])) return Dml{std::move(query)};
  return SessionCommand{"DECLARE"};
}

// --- objects that relations depend on

OperationKind rename(Reading&, Node body) {
  Rename operation;
  operation.kind = object_kind(body.name("renameType"));
  const Node relation = body["relation"];
  operation.relation = relation ? read_relation_name(relation) : read_any_name(body["object"]);
  operation.only = relation && !relation.flag("inh");
  operation.old_name = std::string(body.text("subname"));
  operation.new_name = std::string(body.text("newname"));
  operation.if_exists = body.flag("missing_ok");
  operation.cascade = is_cascade(body);
  // ROLE, DATABASE, SCHEMA, TABLESPACE … carry their name where members do
  if (!relation && !body["object"]) operation.relation.name = std::exchange(operation.old_name, {});
  return operation;
}

OperationKind set_schema(Reading&, Node body) {
  SetSchema operation;
  operation.kind = object_kind(body.name("objectType"));
  operation.name = body["relation"] ? read_relation_name(body["relation"]) : read_any_name(body["object"]);
  operation.schema = std::string(body.text("newschema"));
  operation.if_exists = body.flag("missing_ok");
  return operation;
}

OperationKind set_owner(Reading&, Node body) {
  SetOwner operation;
  operation.kind = object_kind(body.name("objectType"));
  operation.name = body["relation"] ? read_relation_name(body["relation"]) : read_any_name(body["object"]);
  operation.role = read_role(body["newowner"]);
  return operation;
}

bool has_member(ObjectKind kind) {
  return kind == ObjectKind::trigger || kind == ObjectKind::rule || kind == ObjectKind::policy ||
         kind == ObjectKind::column || kind == ObjectKind::constraint || kind == ObjectKind::domain_constraint;
}

// Of triggers, rules, policies, columns, constraints: the relation and then the own name.
std::pair<QualifiedName, std::string> member_name(Node object) {
  std::vector<std::string> parts;
  for (const Node item : object["List"]["items"]) {
    const QualifiedName name = read_any_name(item);
    if (!name.schema.empty()) parts.push_back(name.schema);
    parts.push_back(name.name);
  }
  std::pair<QualifiedName, std::string> result;
  if (!parts.empty()) {
    result.second = std::move(parts.back());
    parts.pop_back();
  }
  if (!parts.empty()) {
    result.first.name = std::move(parts.back());
    parts.pop_back();
  }
  if (!parts.empty()) result.first.schema = std::move(parts.back());
  return result;
}

OperationKind drop(Reading&, Node body) {
  Drop operation;
  operation.kind = object_kind(body.name("removeType"));
  for (const Node object : body["objects"]) {
    if (has_member(operation.kind)) {
      auto [relation, member] = member_name(object);
      operation.names.push_back(std::move(relation));
      operation.members.push_back(std::move(member));
    } else {
      operation.names.push_back(read_any_name(object));
    }
  }
  operation.if_exists = body.flag("missing_ok");
  operation.cascade = is_cascade(body);
  operation.concurrently = body.flag("concurrent");
  return operation;
}

OperationKind comment(Reading&, Node body) {
  Comment operation;
  operation.kind = object_kind(body.name("objtype"));
  if (has_member(operation.kind)) {
    std::tie(operation.name, operation.member) = member_name(body["object"]);
  } else {
    operation.name = read_any_name(body["object"]);
  }
  if (body["comment"]) operation.text = std::string(body.text("comment"));
  return operation;
}

OperationKind grant(Reading&, Node body) {
  Grant operation;
  operation.revoke = !body.flag("is_grant");
  operation.kind = object_kind(body.name("objtype"));
  operation.all_in_schema = body.text("targtype") == "ACL_TARGET_ALL_IN_SCHEMA";
  for (const Node item : body["objects"]) operation.objects.push_back(read_any_name(item));
  for (const Node item : body["privileges"]) operation.privileges.emplace_back(item["AccessPriv"].text("priv_name"));
  for (const Node item : body["grantees"]) operation.grantees.push_back(read_role(item["RoleSpec"]));
  return operation;
}

OperationKind create_table(Reading& reading, Node body) { return read_create_table(reading, body); }

OperationKind create_foreign_table(Reading& reading, Node body) {
  OperationKind kind = read_create_table(reading, body["base"]);
  std::get<CreateTable>(kind).foreign_server = std::string(body.text("servername"));
  return kind;
}

void read_into(Node into, CreateTableAs& table) {
  table.name = read_relation_name(into["rel"]);
  const std::string_view letter = into["rel"].text("relpersistence");
  table.persistence = letter == "t"   ? Persistence::temporary
                      : letter == "u" ? Persistence::unlogged
                                      : Persistence::permanent;
  table.with_data = !into.flag("skipData");
  table.column_names = read_strings(into["colNames"]);
}

OperationKind create_table_as(Reading& reading, Node body) {
  CreateTableAs table;
  read_into(body["into"], table);
  table.materialized_view = body.text("objtype") == "OBJECT_MATVIEW";
  table.if_not_exists = body.flag("if_not_exists");
  table.query = body["query"].tag() == "ExecuteStmt" ? nullptr : read_query(reading, body["query"]);
  return table;
}

OperationKind data(Reading& reading, Node statement) {
  const Node into = statement["SelectStmt"]["intoClause"];
  auto query = read_query(reading, statement);
  if (!into) return Dml{std::move(query)};
  CreateTableAs table;
  read_into(into, table);
  table.query = std::move(query);
  return table;
}

using Reader = OperationKind (*)(Reading&, Node);

constexpr std::array<Named<Reader>, 26> kReaders = {{
    {"CreateStmt", create_table},
    {"CreateForeignTableStmt", create_foreign_table},
    {"CreateTableAsStmt", create_table_as},
    {"AlterTableStmt", read_alter_table},
    {"IndexStmt", read_create_index},
    {"DropStmt", drop},
    {"RenameStmt", rename},
    {"AlterObjectSchemaStmt", set_schema},
    {"AlterOwnerStmt", set_owner},
    {"CommentStmt", comment},
    {"GrantStmt", grant},
    {"TransactionStmt", transaction},
    {"VariableSetStmt", set_variable},
    {"ConstraintsSetStmt", set_constraints},
    {"LockStmt", lock_table},
    {"TruncateStmt", truncate},
    {"CopyStmt", copy},
    {"CallStmt", call},
    {"DoStmt", do_block},
    {"VacuumStmt", vacuum},
    {"ClusterStmt", cluster},
    {"ReindexStmt", reindex},
    {"PrepareStmt", prepare},
    {"ExecuteStmt", execute},
    {"DiscardStmt", discard},
    {"DeclareCursorStmt", declare_cursor},
}};

OperationKind read_kind(Reading& reading, Node statement) {
  const Key tag = statement.tag();
  if (tag == "SelectStmt" || tag == "InsertStmt" || tag == "UpdateStmt" || tag == "DeleteStmt" || tag == "MergeStmt") {
    return data(reading, statement);
  }
  if (const Reader* reader = find_named(kReaders, tag)) return (*reader)(reading, statement.body());
  return read_object_statement(reading, tag, statement.body());
}

Operation read_explain(Reading& reading, Node body) {
  Operation operation;
  operation.kind = read_kind(reading, body["query"]);
  operation.explain = true;
  for (const auto& [name, value] : read_options(body["options"])) {
    if (name == "analyze") operation.explain_analyze = !is_off(value);
  }
  return operation;
}

}  // namespace

std::vector<Operation> read_statement(Reading& reading, Node statement) {
  std::vector<Operation> operations;
  const Key tag = statement.tag();
  if (tag == "ExplainStmt") {
    operations.push_back(read_explain(reading, statement.body()));
    return operations;
  }
  Operation operation;
  operation.kind = read_kind(reading, statement);
  operations.push_back(std::move(operation));
  if (tag == "CreateSchemaStmt") {
    for (const Node element : statement.body()["schemaElts"]) {
      Operation inner;
      inner.kind = read_kind(reading, element);
      operations.push_back(std::move(inner));
    }
    put_in_schema(operations);
  }
  return operations;
}

}  // namespace mlint::sql
