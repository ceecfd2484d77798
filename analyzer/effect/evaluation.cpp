#include <algorithm>

#include "analyzer/effect/derive.h"
#include "analyzer/schema/arguments.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/type_data.h"

// Functions that run because the server evaluates an expression: defaults, checks, USING, keys of indexes, domains.
namespace mlint::effect {
namespace {

// A body that is not understood leaves the statement around it understood: what it does there is said to be unknown.
void run_body_of(Derivation& d, const FunctionState& function, const std::vector<Expr>& arguments) {
  const bool known = d.effects.known;
  derive_body(d, function.definition, arguments);
  if (!known || d.effects.known) return;
  d.effects.known = true;
  d.assume("what function " + quoted(function.definition.name) + "() does is not known here");
}

void use_sequence(Derivation& d, const Expr& call) {
  if (call.arguments.empty()) return;
  const Expr* argument = &value_of(call.arguments[0]);
  while (argument->kind == Expr::Kind::cast && argument->arguments.size() == 1) argument = &argument->arguments[0];
  if (argument->kind == Expr::Kind::call && argument->name == "pg_get_serial_sequence" &&
      argument->arguments.size() == 2) {
    const Target table = d.target(QualifiedName{"", argument->arguments[0].name});
    const ColumnState* column = table.relation ? table.relation->column(argument->arguments[1].name) : nullptr;
    if (column && !column->owned_sequence.empty()) {
      d.lock(Fact::sequence_function,
             d.target(QualifiedName{table.name.schema, column->owned_sequence}, RelationKind::sequence));
    }
    return;
  }
  if (argument->kind != Expr::Kind::constant) return;
  const std::size_t dot = argument->name.find('.');
  const QualifiedName name = dot == std::string::npos
                                 ? QualifiedName{"", argument->name}
                                 : QualifiedName{argument->name.substr(0, dot), argument->name.substr(dot + 1)};
  d.lock(Fact::sequence_function, d.target(name, RelationKind::sequence));
}

}  // namespace

void run_call(Derivation& d, const Expr& node) {
  if (node.kind == Expr::Kind::cast && d.runs) run_domain_checks(d, node.type);
  if (node.kind != Expr::Kind::call) return;
  if (node.schema.empty() || node.schema == "pg_catalog") {
    if (node.name == "nextval" || node.name == "setval" || node.name == "currval") use_sequence(d, node);
  }
  if (node.name == "graph_table" && node.schema == "pg_catalog" && node.arguments.size() == 1)
    return d.assume("the tables of property graph " + quoted(node.arguments[0].name) +
                    " are not known here: they are read");
  const QualifiedName name{node.schema, node.name};
  if (!d.runs) return;
  const auto defined = called(d.schema, name, node.arguments);
  for (const FunctionState* function : defined) derive_body(d, function->definition, node.arguments);
  if (!defined.empty() || !data::find_functions(node.name).empty()) return;
  d.assume("what function " + quoted(name) + "() does is not known here");
}

void run_domain_checks(Derivation& d, const TypeName& type) {
  const TypeState* state = d.schema.has_functions() ? d.schema.find_type(type.name) : nullptr;
  for (int depth = 0; state && state->kind == TypeState::Kind::domain && depth < 32; ++depth) {
    for (const ConstraintState& check : state->constraints) {
      if (check.definition.expression) run_expression(d, *check.definition.expression);
    }
    state = d.schema.find_type(state->base.name);
  }
}

void run_expression(Derivation& d, const Expr& expression) {
  if (!d.runs) return;
  const bool functions = d.schema.has_functions();
  for_each_node(expression, [&](const Expr& node) {
    if (node.kind == Expr::Kind::subquery && node.query) derive_query(d, *node.query);
    if (!functions) return;
    if (node.kind == Expr::Kind::cast) run_domain_checks(d, node.type);
    if (node.kind != Expr::Kind::call) return;
    for (const FunctionState* function : called(d.schema, {node.schema, node.name}, node.arguments))
      run_body_of(d, *function, node.arguments);
  });
}

void run_for_rows(Derivation& d, const Relation& table, const TakesDefault& takes_default) {
  if (!d.runs || !d.schema.has_functions()) return;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnState& column = table.columns[i];
    if (column.generated) run_expression(d, *column.generated);
    if (column.default_ && takes_default(column, i)) run_expression(d, *column.default_);
    run_domain_checks(d, column.type);
  }
  for (const ConstraintState& constraint : table.constraints) {
    if (constraint.definition.expression && constraint.definition.enforced)
      run_expression(d, *constraint.definition.expression);
  }
  for (const IndexState& index : table.indexes) run_index(d, index.definition);
}

void run_index(Derivation& d, const CreateIndex& index) {
  for (const IndexElement& element : index.elements)
    if (element.expression) run_expression(d, *element.expression);
  if (index.where) run_expression(d, *index.where);
}

}  // namespace mlint::effect
