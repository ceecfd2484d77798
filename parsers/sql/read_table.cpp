#include <algorithm>
#include <array>
#include <utility>

#include "parsers/sql/grammar.h"
#include "parsers/sql/read.h"

namespace mlint::sql {
namespace {

ForeignKeyAction foreign_key_action(std::string_view letter) {
  if (letter == "r") return ForeignKeyAction::restrict_;
  if (letter == "c") return ForeignKeyAction::cascade;
  if (letter == "n") return ForeignKeyAction::set_null;
  if (letter == "d") return ForeignKeyAction::set_default;
  return ForeignKeyAction::no_action;
}

Constraint::Kind constraint_kind(Key type) {
  using Kind = Constraint::Kind;
  static constexpr std::array<Named<Kind>, 9> kinds = {{{"CONSTR_NULL", Kind::null},
                                                        {"CONSTR_NOTNULL", Kind::not_null},
                                                        {"CONSTR_DEFAULT", Kind::default_},
                                                        {"CONSTR_IDENTITY", Kind::identity},
                                                        {"CONSTR_GENERATED", Kind::generated},
                                                        {"CONSTR_PRIMARY", Kind::primary_key},
                                                        {"CONSTR_UNIQUE", Kind::unique},
                                                        {"CONSTR_EXCLUSION", Kind::exclusion},
                                                        {"CONSTR_FOREIGN", Kind::foreign_key}}};
  const Kind* const kind = find_named(kinds, type);
  return kind == nullptr ? Kind::check : *kind;
}

bool begins_column_constraint(const Reading& reading, std::size_t token) {
  static constexpr std::array<std::string_view, 13> words = {
      "constraint", "check",   "unique",     "primary",   "references",  "default", "generated",
      "collate",    "storage", "deferrable", "initially", "compression", "using"};
  if (std::any_of(words.begin(), words.end(), [&](auto word) { return word_at(reading, token, word); })) return true;
  if (word_at(reading, token, "not")) {
    return word_at(reading, token + 1, "null") || word_at(reading, token + 1, "deferrable") ||
           word_at(reading, token + 1, "enforced");
  }
  // `DEFAULT 1 NULL` against `DEFAULT 1 + NULL`
  return word_at(reading, token, "null") && reading.tokens[token - 1].kind != Token::Kind::op;
}

// Of DEFAULT expression, which ends where the next constraint begins.
Span default_text(const Reading& reading, std::size_t keyword, std::size_t end) {
  const std::size_t first = keyword + 1;
  std::size_t depth = 0;
  std::size_t token = first;
  for (; token < end; ++token) {
    if (punctuation_at(reading, token, '(') || punctuation_at(reading, token, '[')) ++depth;
    if ((punctuation_at(reading, token, ')') || punctuation_at(reading, token, ']')) && depth-- == 0) break;
    if (depth == 0 && token > first && begins_column_constraint(reading, token)) break;
  }
  return span_of_tokens(reading, first, token);
}

std::size_t find_word(const Reading& reading, std::size_t token, std::size_t end, std::string_view word) {
  while (token < end && !word_at(reading, token, word)) ++token;
  return token;
}

// The text inside the brackets that follow a word of the constraint.
Span bracketed_after(const Reading& reading, std::size_t token, std::size_t end, std::string_view word) {
  token = find_word(reading, token, end, word);
  while (token < end && !punctuation_at(reading, token, '(')) ++token;
  return inside_brackets(reading, token);
}

void read_key(Reading& reading, Node node, std::size_t token, std::size_t end, Constraint& constraint) {
  if (node["keys"]) constraint.columns = read_strings(node["keys"]);
  constraint.include = read_strings(node["including"]);
  constraint.index_options = read_options(node["options"]);
  constraint.tablespace = std::string(node.text("indexspace"));
  constraint.using_index = std::string(node.text("indexname"));
  constraint.nulls_not_distinct = node.flag("nulls_not_distinct");
  constraint.access_method = std::string(node.text("access_method"));
  for (const Node pair : node["exclusions"]) {
    std::pair<IndexElement, std::string> element;
    for (const Node part : pair["List"]["items"]) {
      if (part["IndexElem"]) element.first = read_index_element(reading, part["IndexElem"], {});
      if (part["List"]) element.second = read_name(part["List"]["items"]).name;
    }
    constraint.exclusion.push_back(std::move(element));
  }
  if (constraint.kind == Constraint::Kind::exclusion) {
    if (constraint.access_method.empty()) constraint.access_method = "gist";
    if (const Node where = node["where_clause"]) {
      constraint.expression = read_expression_text(reading, where, bracketed_after(reading, token, end, "where"));
    }
  }
}

void read_foreign_key(Node node, Constraint& constraint) {
  constraint.columns = read_strings(node["fk_attrs"]);
  constraint.references = read_relation_name(node["pktable"]);
  constraint.referenced_columns = read_strings(node["pk_attrs"]);
  constraint.on_delete = foreign_key_action(node.text("fk_del_action"));
  constraint.on_update = foreign_key_action(node.text("fk_upd_action"));
  constraint.on_delete_columns = read_strings(node["fk_del_set_cols"]);
  const std::string_view match = node.text("fk_matchtype");
  constraint.match = match.empty() ? 's' : match.front();
}

void read_constraint_expression(Reading& reading, Node node, std::size_t token, std::size_t end,
                                Constraint& constraint) {
  const Node expression = node["raw_expr"];
  if (!expression) return;
  Span text;  // of GENERATED the newest spelling, VIRTUAL, is read as a default
  if (constraint.kind == Constraint::Kind::default_) {
    text = default_text(reading, find_word(reading, token, end, "default"), end);
  } else {
    text = bracketed_after(reading, token, end, constraint.kind == Constraint::Kind::check ? "check" : "as");
  }
  constraint.expression = read_expression_text(reading, expression, text);
}

// Facts of PostgreSQL 18, from its own grammar or from the adapter to an older one.
void read_newer(const Reading& reading, Node node, Constraint& constraint) {
  using Fact = NewerFact::Kind;
  const auto has = [&](Fact kind) { return newer_fact(reading, kind, constraint.span) != nullptr; };
  if (constraint.kind == Constraint::Kind::default_ && has(Fact::virtual_column)) {
    constraint.kind = Constraint::Kind::generated;
    constraint.generated_stored = false;
  }
  if (node.text("generated_kind") == "v") constraint.generated_stored = false;
  if (has(Fact::not_enforced) ||
      (linked_grammar_version() >= 18 && node["initially_valid"] && !node.flag("is_enforced"))) {
    constraint.enforced = false;
  }
  constraint.without_overlaps =
      node.flag("without_overlaps") || node.flag("fk_with_period") || has(Fact::without_overlaps) || has(Fact::period);
  constraint.no_inherit = constraint.no_inherit || has(Fact::no_inherit);
}

// Attributes that the grammar leaves as constraints of their own behind a column's constraint.
bool apply_attribute(std::string_view type, std::vector<Constraint>& constraints) {
  if (!type.starts_with("CONSTR_ATTR_")) return false;
  if (constraints.empty()) return true;
  Constraint& last = constraints.back();
  if (type == "CONSTR_ATTR_DEFERRABLE") last.deferrable = true;
  if (type == "CONSTR_ATTR_DEFERRED") last.deferrable = last.initially_deferred = true;
  if (type == "CONSTR_ATTR_NOT_ENFORCED") last.enforced = false;
  return true;
}

}  // namespace

Constraint read_constraint(Reading& reading, Node node, std::size_t end_token) {
  Constraint constraint;
  const std::size_t token = token_at(reading, offset_of(reading, node));
  constraint.kind = constraint_kind(node.name("contype"));
  constraint.name = std::string(node.text("conname"));
  constraint.deferrable = node.flag("deferrable");
  constraint.initially_deferred = node.flag("initdeferred");
  constraint.no_inherit = node.flag("is_no_inherit");
  constraint.not_valid = node.flag("skip_validation");
  constraint.identity_always = node.text("generated_when") == "a" && constraint.kind == Constraint::Kind::identity;
  constraint.span = span_of_tokens(reading, token, end_token);
  if (const NewerFact* fact = newer_fact(reading, NewerFact::Kind::not_null_constraint, constraint.span);
      fact != nullptr && constraint.kind == Constraint::Kind::check) {
    constraint.kind = Constraint::Kind::not_null;
    constraint.columns.push_back(fact->text);
    return constraint;
  }
  read_newer(reading, node, constraint);
  read_constraint_expression(reading, node, token, end_token, constraint);
  if (constraint.kind == Constraint::Kind::foreign_key) {
    read_foreign_key(node, constraint);
  } else if (constraint.kind == Constraint::Kind::identity) {
    constraint.sequence_options = read_options(node["options"]);
  } else {
    read_key(reading, node, token, end_token, constraint);
  }
  return constraint;
}

void read_constraints(Reading& reading, Node list, std::size_t end_token, std::vector<Constraint>& out) {
  std::vector<Node> nodes;
  nodes.reserve(list.size());
  for (const Node item : list) nodes.push_back(item["Constraint"]);
  out.reserve(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (apply_attribute(nodes[i].text("contype"), out)) continue;
    std::size_t end = end_token;
    for (std::size_t next = i + 1; next < nodes.size(); ++next) {
      if (nodes[next].text("contype").starts_with("CONSTR_ATTR_")) continue;
      end = std::min(end, token_at(reading, offset_of(reading, nodes[next])));
      break;
    }
    out.push_back(read_constraint(reading, nodes[i], end));
  }
}

Column read_column(Reading& reading, Node node, std::size_t end_token) {
  Column column;
  column.name = std::string(node.text("colname"));
  column.type = read_type(reading, node["typeName"]);
  column.collation = read_name(node["collClause"]["collname"]);
  column.compression = std::string(node.text("compression"));
  column.storage = std::string(node.text("storage_name").empty() ? node.text("storage") : node.text("storage_name"));
  column.span = span_of_tokens(reading, token_at(reading, offset_of(reading, node)), end_token);
  if (const NewerFact* fact = newer_fact(reading, NewerFact::Kind::storage, column.span)) column.storage = fact->text;
  read_constraints(reading, node["constraints"], end_token, column.constraints);
  return column;
}

IndexElement read_index_element(Reading& reading, Node node, Span text) {
  IndexElement element;
  element.column = std::string(node.text("name"));
  if (const Node expression = node["expr"]) element.expression = read_expression_text(reading, expression, text);
  element.collation = read_name(node["collation"]);
  element.opclass = read_name(node["opclass"]);
  element.opclass_options = read_options(node["opclassopts"]);
  element.descending = node.text("ordering") == "SORTBY_DESC";
  const std::string_view nulls = node.text("nulls_ordering");
  if (nulls == "SORTBY_NULLS_FIRST") element.nulls = IndexElement::Nulls::first;
  if (nulls == "SORTBY_NULLS_LAST") element.nulls = IndexElement::Nulls::last;
  return element;
}

namespace {

// An expression of an index or partition key: in brackets, or a function call.
Span element_text(const Reading& reading, std::size_t token) {
  if (punctuation_at(reading, token, '(')) return inside_brackets(reading, token);
  std::size_t end = after_name(reading, token);
  if (punctuation_at(reading, end, '(')) end = matching_bracket(reading.text, reading.tokens, end) + 1;
  return span_of_tokens(reading, token, end);
}

std::vector<IndexElement> read_elements(Reading& reading, Node list, Key tag, std::size_t open) {
  std::vector<IndexElement> elements;
  std::size_t token = open + 1;
  for (const Node item : list) {
    elements.push_back(read_index_element(reading, item[tag], element_text(reading, token)));
    token = end_of_item(reading, token) + 1;
  }
  return elements;
}

Expr bound_value(Reading& reading, Node value) {
  Expr expr = read_expression(reading, value);
  if (expr.kind == Expr::Kind::column && expr.schema.empty() && (expr.name == "minvalue" || expr.name == "maxvalue")) {
    expr.kind = Expr::Kind::keyword;
    expr.name = expr.name == "minvalue" ? "MINVALUE" : "MAXVALUE";
  }
  return expr;
}

std::vector<Expr> bound_values(Reading& reading, Node list) {
  std::vector<Expr> values;
  values.reserve(list.size());
  for (const Node value : list) values.push_back(bound_value(reading, value));
  return values;
}

PartitionKey::Strategy strategy(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower == "list" || lower == "l" || lower == "partition_strategy_list") return PartitionKey::Strategy::list;
  if (lower == "hash" || lower == "h" || lower == "partition_strategy_hash") return PartitionKey::Strategy::hash;
  return PartitionKey::Strategy::range;
}

PartitionKey read_partition_key(Reading& reading, Node spec) {
  PartitionKey key;
  key.strategy = strategy(spec.text("strategy"));
  std::size_t open = token_at(reading, offset_of(reading, spec));
  while (open < reading.tokens.size() && !punctuation_at(reading, open, '(')) ++open;
  key.elements = read_elements(reading, spec["partParams"], "PartitionElem", open);
  return key;
}

LikeClause read_like(const Reading& reading, Node body, std::size_t end_token) {
  LikeClause like;
  like.source = read_relation_name(body["relation"]);
  const auto bits = static_cast<std::uint64_t>(body.number("options"));
  const auto has = [bits](unsigned bit) { return ((bits >> bit) & 1U) != 0; };
  like.comments = has(0);
  like.compression = has(1);
  like.constraints = has(2);
  like.defaults = has(3);
  like.generated = has(4);
  like.identity = has(5);
  like.indexes = has(6);
  like.statistics = has(7);
  like.storage = has(8);
  like.all = has(9);  // CREATE_TABLE_LIKE_ALL has every bit, those too that mean nothing yet
  const std::size_t token = token_at(reading, offset_of(reading, body["relation"]));
  like.span = span_of_tokens(reading, token == 0 ? 0 : token - 1, end_token);
  return like;
}

Persistence persistence(Node range_var) {
  const std::string_view letter = range_var.text("relpersistence");
  if (letter == "t") return Persistence::temporary;
  return letter == "u" ? Persistence::unlogged : Persistence::permanent;
}

void read_elements_of_table(Reading& reading, Node list, CreateTable& table) {
  table.columns.reserve(list.size());
  for (const Node item : list) {
    const Key tag = item.tag();
    const Node body = item.body();
    if (tag == "ColumnDef") {
      const std::size_t end = end_of_item(reading, token_at(reading, offset_of(reading, body)));
      table.columns.push_back(read_column(reading, body, end));
    } else if (tag == "Constraint") {
      const std::size_t end = end_of_item(reading, token_at(reading, offset_of(reading, body)));
      table.constraints.push_back(read_constraint(reading, body, end));
    } else if (tag == "TableLikeClause") {
      const std::size_t end = end_of_item(reading, token_at(reading, offset_of(reading, body["relation"])));
      table.like.push_back(read_like(reading, body, end));
    }
  }
}

}  // namespace

PartitionBound read_bound(Reading& reading, Node node) {
  PartitionBound bound;
  bound.is_default = node.flag("is_default");
  bound.strategy = strategy(node.text("strategy"));
  bound.from = bound_values(reading, node["lowerdatums"]);
  bound.to = bound_values(reading, node["upperdatums"]);
  bound.values = bound_values(reading, node["listdatums"]);
  bound.modulus = static_cast<std::int32_t>(node.number("modulus"));
  bound.remainder = static_cast<std::int32_t>(node.number("remainder"));
  return bound;
}

OperationKind read_create_table(Reading& reading, Node body) {
  CreateTable table;
  const Node relation = body["relation"];
  table.name = read_relation_name(relation);
  table.persistence = persistence(relation);
  table.if_not_exists = body.flag("if_not_exists");
  read_elements_of_table(reading, body["tableElts"], table);
  for (const Node parent : body["inhRelations"]) table.inherits.push_back(read_relation_name(parent["RangeVar"]));
  if (body["partbound"]) table.bound = read_bound(reading, body["partbound"]);
  if (body["partspec"]) table.partition_by = read_partition_key(reading, body["partspec"]);
  table.of_type = read_name(body["ofTypename"]["names"]);
  table.options = read_options(body["options"]);
  table.tablespace = std::string(body.text("tablespacename"));
  table.access_method = std::string(body.text("accessMethod"));
  const Key commit = body.name("oncommit");
  if (commit == "ONCOMMIT_DROP") table.on_commit = "drop";
  if (commit == "ONCOMMIT_DELETE_ROWS") table.on_commit = "delete rows";
  if (commit == "ONCOMMIT_PRESERVE_ROWS") table.on_commit = "preserve rows";
  return table;
}

OperationKind read_create_index(Reading& reading, Node body) {
  CreateIndex index;
  const Node relation = body["relation"];
  index.name = std::string(body.text("idxname"));
  index.table = read_relation_name(relation);
  index.only = !relation.flag("inh");
  index.unique = body.flag("unique");
  index.concurrently = body.flag("concurrent");
  index.if_not_exists = body.flag("if_not_exists");
  index.nulls_not_distinct = body.flag("nulls_not_distinct");
  if (const Node method = body["accessMethod"]) index.access_method = std::string(method.text());
  index.options = read_options(body["options"]);
  index.tablespace = std::string(body.text("tableSpace"));
  for (const Node item : body["indexIncludingParams"]) index.include.emplace_back(item["IndexElem"].text("name"));
  const std::size_t keyword = word_at(reading, 1, "unique") ? 2 : 1;
  index.keyword = span_of_tokens(reading, keyword, keyword + 1);
  std::size_t open = after_name(reading, token_at(reading, offset_of(reading, relation)));
  while (open < reading.tokens.size() && !punctuation_at(reading, open, '(')) ++open;
  index.elements = read_elements(reading, body["indexParams"], "IndexElem", open);
  if (const Node where = body["whereClause"]) {
    const std::size_t close = matching_bracket(reading.text, reading.tokens, open);
    const std::size_t word = find_word(reading, close, reading.tokens.size(), "where");
    index.where = read_expression_text(reading, where, span_of_tokens(reading, word + 1, reading.tokens.size()));
  }
  return index;
}

}  // namespace mlint::sql
