#include <array>
#include <utility>

#include "parsers/sql/read.h"

namespace mlint::sql {
namespace {

// One ALTER TABLE action with its place in the text.
struct Command {
  Node node;
  std::size_t first = 0, last = 0;  // its tokens, half-open

  std::string name() const { return std::string(node.text("name")); }
  Node definition() const { return node["def"].body(); }
  bool cascade() const { return node.text("behavior") == "DROP_CASCADE"; }
  Span span(const Reading& reading) const { return span_of_tokens(reading, first, last); }
  bool missing_ok() const { return node.flag("missing_ok"); }
};

using Reader = alter::Action (*)(Reading&, const Command&);

std::size_t find_word(const Reading& reading, const Command& command, std::string_view word) {
  std::size_t token = command.first;
  while (token < command.last && !word_at(reading, token, word)) ++token;
  return token;
}

alter::Action add_column(Reading& reading, const Command& command) {
  alter::AddColumn action;
  action.column = read_column(reading, command.definition(), command.last);
  action.if_not_exists = command.missing_ok();
  return action;
}

alter::Action drop_column(Reading&, const Command& command) {
  return alter::DropColumn{command.name(), command.missing_ok(), command.cascade()};
}

alter::Action set_type(Reading& reading, const Command& command) {
  alter::SetType action;
  const Node definition = command.definition();
  action.column = command.name();
  action.type = read_type(reading, definition["typeName"]);
  action.collation = read_name(definition["collClause"]["collname"]);
  action.cascade = command.cascade();
  if (const Node expression = definition["raw_default"]) {
    const std::size_t word = find_word(reading, command, "using");
    action.using_ = read_expression_text(reading, expression, span_of_tokens(reading, word + 1, command.last));
  }
  return action;
}

alter::Action set_expression(Reading& reading, const Command& command) {
  std::size_t open = find_word(reading, command, "as");
  while (open < command.last && !punctuation_at(reading, open, '(')) ++open;
  return alter::SetExpression{command.name(),
                              read_expression_text(reading, command.node["def"], inside_brackets(reading, open))};
}

alter::Action column_default(Reading& reading, const Command& command) {
  const Node expression = command.node["def"];
  if (newer_fact(reading, NewerFact::Kind::set_expression, command.span(reading)) != nullptr) {
    return set_expression(reading, command);
  }
  if (!expression) return alter::DropDefault{command.name()};
  const std::size_t word = find_word(reading, command, "default");
  return alter::SetDefault{command.name(),
                           read_expression_text(reading, expression, span_of_tokens(reading, word + 1, command.last))};
}

alter::Action add_constraint(Reading& reading, const Command& command) {
  return alter::AddConstraint{read_constraint(reading, command.definition(), command.last)};
}

alter::Action alter_constraint(Reading& reading, const Command& command) {
  alter::AlterConstraint action;
  const Node definition = command.definition();
  action.name = std::string(definition.text("conname"));
  for (std::size_t token = command.first; token < command.last; ++token) {
    const bool negated = token > 0 && word_at(reading, token - 1, "not");
    if (word_at(reading, token, "deferrable")) action.deferrable = !negated;
    if (word_at(reading, token, "deferred")) action.initially_deferred = true;
    if (word_at(reading, token, "immediate")) action.initially_deferred = false;
    if (word_at(reading, token, "enforced")) action.enforced = !negated;
    if (word_at(reading, token, "inherit")) action.no_inherit = word_at(reading, token - 1, "no");
  }
  return action;
}

alter::Action drop_constraint(Reading&, const Command& command) {
  return alter::DropConstraint{command.name(), command.missing_ok(), command.cascade()};
}

alter::Action add_identity(Reading&, const Command& command) {
  const Node definition = command.definition();
  return alter::AddIdentity{command.name(), definition.text("generated_when") == "a",
                            read_options(definition["options"])};
}

alter::Action set_identity(Reading&, const Command& command) {
  return alter::SetIdentity{command.name(), read_options(command.definition()["items"])};
}

template <bool reset>
alter::Action column_options(Reading&, const Command& command) {
  return alter::SetColumnOptions{command.name(), read_options(command.definition()["items"]), reset};
}

template <bool reset>
alter::Action relation_options(Reading&, const Command& command) {
  return alter::SetOptions{read_options(command.definition()["items"]), reset};
}

alter::Action statistics(Reading&, const Command& command) {
  std::string column = command.name();
  if (column.empty()) column = std::to_string(command.node.number("num"));
  return alter::SetStatistics{std::move(column)};
}

alter::Action replica_identity(Reading&, const Command& command) {
  const Node definition = command.definition();
  const std::string_view type = definition.text("identity_type");
  return alter::ReplicaIdentity{type.empty() ? 'd' : type.front(), std::string(definition.text("name"))};
}

template <char mode, bool all, bool user>
alter::Action toggle_trigger(Reading&, const Command& command) {
  return alter::ToggleTrigger{command.name(), all, user, mode};
}

template <char mode>
alter::Action toggle_rule(Reading&, const Command& command) {
  return alter::ToggleRule{command.name(), mode};
}

template <bool force, bool enable>
alter::Action row_security(Reading&, const Command&) {
  return alter::RowSecurity{force, enable};
}

alter::Action attach(Reading& reading, const Command& command) {
  const Node definition = command.definition();
  alter::AttachPartition action;
  action.partition = read_relation_name(definition["name"]);
  action.bound = read_bound(reading, definition["bound"]);
  return action;
}

template <bool finalize>
alter::Action detach(Reading&, const Command& command) {
  const Node definition = command.definition();
  return alter::DetachPartition{read_relation_name(definition["name"]), definition.flag("concurrent"), finalize};
}

template <class Named>
alter::Action named(Reading&, const Command& command) {
  return Named{command.name()};
}

template <class Simple>
alter::Action simple(Reading&, const Command&) {
  return Simple{};
}

template <bool logged>
alter::Action set_logged(Reading&, const Command&) {
  return alter::SetLogged{logged};
}

alter::Action access_method(Reading& reading, const Command& command) {
  const bool by_default = newer_fact(reading, NewerFact::Kind::default_access_method, command.span(reading)) != nullptr;
  return alter::SetAccessMethod{by_default ? std::string() : command.name()};
}

alter::Action drop_expression(Reading&, const Command& command) {
  return alter::DropExpression{command.name(), command.missing_ok()};
}

alter::Action drop_identity(Reading&, const Command& command) {
  return alter::DropIdentity{command.name(), command.missing_ok()};
}

alter::Action set_storage(Reading&, const Command& command) {
  return alter::SetStorage{command.name(), read_value(command.node["def"])};
}

alter::Action set_compression(Reading&, const Command& command) {
  return alter::SetCompression{command.name(), read_value(command.node["def"])};
}

alter::Action owner(Reading&, const Command& command) { return alter::SetOwner{read_role(command.node["newowner"])}; }

template <class Parent>
alter::Action parent(Reading&, const Command& command) {
  return Parent{read_relation_name(command.definition())};
}

alter::Action of_type(Reading&, const Command& command) {
  return alter::OfType{read_name(command.definition()["names"])};
}

constexpr std::array<Named<Reader>, 57> kReaders = {{
    {"AT_AddColumn", add_column},
    {"AT_DropColumn", drop_column},
    {"AT_AlterColumnType", set_type},
    {"AT_ColumnDefault", column_default},
    {"AT_SetNotNull", named<alter::SetNotNull>},
    {"AT_DropNotNull", named<alter::DropNotNull>},
    {"AT_SetExpression", set_expression},
    {"AT_DropExpression", drop_expression},
    {"AT_AddIdentity", add_identity},
    {"AT_SetIdentity", set_identity},
    {"AT_DropIdentity", drop_identity},
    {"AT_SetStatistics", statistics},
    {"AT_SetOptions", column_options<false>},
    {"AT_ResetOptions", column_options<true>},
    {"AT_SetStorage", set_storage},
    {"AT_SetCompression", set_compression},
    {"AT_AddConstraint", add_constraint},
    {"AT_AlterConstraint", alter_constraint},
    {"AT_ValidateConstraint", named<alter::ValidateConstraint>},
    {"AT_DropConstraint", drop_constraint},
    {"AT_ChangeOwner", owner},
    {"AT_ClusterOn", named<alter::ClusterOn>},
    {"AT_DropCluster", simple<alter::SetWithoutCluster>},
    {"AT_SetLogged", set_logged<true>},
    {"AT_SetUnLogged", set_logged<false>},
    {"AT_SetTableSpace", named<alter::SetTablespace>},
    {"AT_SetAccessMethod", access_method},
    {"AT_SetRelOptions", relation_options<false>},
    {"AT_ResetRelOptions", relation_options<true>},
    {"AT_ReplicaIdentity", replica_identity},
    {"AT_EnableTrig", toggle_trigger<'O', false, false>},
    {"AT_EnableAlwaysTrig", toggle_trigger<'A', false, false>},
    {"AT_EnableReplicaTrig", toggle_trigger<'R', false, false>},
    {"AT_DisableTrig", toggle_trigger<'D', false, false>},
    {"AT_EnableTrigAll", toggle_trigger<'O', true, false>},
    {"AT_DisableTrigAll", toggle_trigger<'D', true, false>},
    {"AT_EnableTrigUser", toggle_trigger<'O', false, true>},
    {"AT_DisableTrigUser", toggle_trigger<'D', false, true>},
    {"AT_EnableRule", toggle_rule<'O'>},
    {"AT_EnableAlwaysRule", toggle_rule<'A'>},
    {"AT_EnableReplicaRule", toggle_rule<'R'>},
    {"AT_DisableRule", toggle_rule<'D'>},
    {"AT_EnableRowSecurity", row_security<false, true>},
    {"AT_DisableRowSecurity", row_security<false, false>},
    {"AT_ForceRowSecurity", row_security<true, true>},
    {"AT_NoForceRowSecurity", row_security<true, false>},
    {"AT_AddInherit", parent<alter::Inherit>},
    {"AT_DropInherit", parent<alter::NoInherit>},
    {"AT_AddOf", of_type},
    {"AT_DropOf", simple<alter::NotOf>},
    {"AT_AttachPartition", attach},
    {"AT_DetachPartition", detach<false>},
    {"AT_DetachPartitionFinalize", detach<true>},
    {"AT_GenericOptions", simple<alter::ForeignOptions>},
    {"AT_AlterColumnGenericOptions", simple<alter::ForeignOptions>},
    {"AT_AddIndexConstraint", add_constraint},
    {"AT_DropOids", simple<alter::Other>},
}};

alter::Action read_action(Reading& reading, const Command& command) {
  const std::string_view type = command.node.text("subtype");
  if (const Reader* reader = find_named(kReaders, Key::of(type))) return (*reader)(reading, command);
  return alter::Other{std::string(type)};
}

}  // namespace

OperationKind read_alter_table(Reading& reading, Node body) {
  AlterTable table;
  const Node relation = body["relation"];
  table.name = read_relation_name(relation);
  table.written = relation_kind(body.name("objtype"));
  table.only = !relation.flag("inh");
  table.if_exists = body.flag("missing_ok");
  std::size_t token = after_name(reading, token_at(reading, offset_of(reading, relation)));
  while (token < reading.tokens.size() && reading.tokens[token].kind != Token::Kind::word) ++token;  // `*`, `)`
  table.actions.reserve(body["cmds"].size());
  for (const Node item : body["cmds"]) {
    const std::size_t last = end_of_item(reading, token);
    const Command command{item["AlterTableCmd"], token, last};
    table.actions.push_back({read_action(reading, command), span_of_tokens(reading, token, last)});
    token = last + 1;
  }
  return table;
}

}  // namespace mlint::sql
