#include <array>
#include <utility>

#include "parsers/sql/read_object.h"

// Views and sequences, and what stands on a relation: triggers, rules, policies.
namespace mlint::sql {
namespace {

Persistence persistence(Node range_var) {
  const std::string_view letter = range_var.text("relpersistence");
  if (letter == "t") return Persistence::temporary;
  return letter == "u" ? Persistence::unlogged : Persistence::permanent;
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
  const Key event = body.name("event");
  rule.event = event == "CMD_INSERT" ? 'i' : event == "CMD_UPDATE" ? 'u' : event == "CMD_DELETE" ? 'd' : 's';
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
  policy.roles = read_roles(body["roles"]);
  policy.using_ = optional_expression(reading, body["qual"], bracketed_after(reading, "using"));
  policy.check = optional_expression(reading, body["with_check"], bracketed_after(reading, "check"));
  return policy;
}

OperationKind alter_policy(Reading& reading, Node body) {
  AlterPolicy policy;
  policy.name = std::string(body.text("policy_name"));
  policy.table = read_relation_name(body["table"]);
  policy.roles = read_roles(body["roles"]);
  policy.using_ = optional_expression(reading, body["qual"], bracketed_after(reading, "using"));
  policy.check = optional_expression(reading, body["with_check"], bracketed_after(reading, "check"));
  return policy;
}

constexpr std::array<Named<Reader>, 8> kReaders = {{
    {"ViewStmt", create_view},
    {"RefreshMatViewStmt", refresh},
    {"CreateSeqStmt", create_sequence},
    {"AlterSeqStmt", alter_sequence},
    {"CreateTrigStmt", create_trigger},
    {"RuleStmt", create_rule},
    {"CreatePolicyStmt", create_policy},
    {"AlterPolicyStmt", alter_policy},
}};

}  // namespace

Reader relation_object_reader(Key tag) { return reader_in(kReaders, tag); }

}  // namespace mlint::sql
