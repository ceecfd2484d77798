#include "parsers/sql/schema_elements.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace mlint::sql {
namespace {

using NameVisitor = std::function<void(QualifiedName&)>;

void each_relation(std::shared_ptr<const Query>& query, const NameVisitor& visit);

void each_relation(Expr& expression, const NameVisitor& visit) {
  each_relation(expression.query, visit);
  for (Expr& argument : expression.arguments) each_relation(argument, visit);
}

// Every relation that a query names, at any depth.
void each_relation(std::shared_ptr<const Query>& query, const NameVisitor& visit) {
  if (!query) return;
  Query changed = *query;
  if (changed.target) visit(changed.target->name);
  for (RelationRef& ref : changed.from) visit(ref.name);
  for (auto& inner : changed.subqueries) each_relation(inner, visit);
  if (changed.where) each_relation(changed.where.edit(), visit);
  for (auto* list : {&changed.outputs, &changed.group_by, &changed.after_grouping, &changed.other_expressions})
    for (Expr& expression : *list) each_relation(expression, visit);
  query = std::make_shared<const Query>(std::move(changed));
}

class Placer {
 public:
  explicit Placer(std::string schema) : schema_(std::move(schema)) {}

  void place(OperationKind& element) {
    if (auto* table = std::get_if<CreateTable>(&element)) return place_table(*table);
    if (auto* view = std::get_if<CreateView>(&element)) {
      each_relation(view->query, [&](QualifiedName& name) { find(name, relations_); });
      return make(view->name, relations_);
    }
    if (auto* index = std::get_if<CreateIndex>(&element)) return own(index->table);
    if (auto* sequence = std::get_if<CreateSequence>(&element)) return own(sequence->name);
    if (auto* trigger = std::get_if<CreateTrigger>(&element)) {
      own(trigger->table);
      return find(trigger->function, functions_);
    }
    if (auto* function = std::get_if<CreateFunction>(&element)) {
      for (FunctionParameter& parameter : function->parameters) find(parameter.type.name, types_);
      find(function->returns.name, types_);
      return make(function->name, functions_);
    }
    if (auto* domain = std::get_if<CreateDomain>(&element)) {
      find(domain->type.name, types_);
      return make(domain->name, types_);
    }
    if (auto* composite = std::get_if<CreateCompositeType>(&element)) {
      for (Column& column : composite->columns) find(column.type.name, types_);
      return make(composite->name, types_);
    }
    if (auto* type = std::get_if<CreateEnum>(&element)) return make(type->name, types_);
    if (auto* type = std::get_if<CreateRangeType>(&element)) return make(type->name, types_);
    if (auto* type = std::get_if<CreateBaseType>(&element)) return make(type->name, types_);
    if (auto* object = std::get_if<CreateObject>(&element)) own(object->name);
  }

 private:
  using Names = std::vector<std::string>;
  std::string schema_;
  Names relations_, types_, functions_;  // made so far

  void own(QualifiedName& name) const {
    if (name.schema.empty()) name.schema = schema_;
  }
  void make(QualifiedName& name, Names& made) const {
    own(name);
    if (name.schema == schema_) made.push_back(name.name);
  }
  void find(QualifiedName& name, const Names& made) const {
    if (name.schema.empty() && std::find(made.begin(), made.end(), name.name) != made.end()) name.schema = schema_;
  }

  void place_table(CreateTable& table) {
    make(table.name, relations_);
    for (QualifiedName& parent : table.inherits) find(parent, relations_);
    for (LikeClause& like : table.like) find(like.source, relations_);
    for (Constraint& constraint : table.constraints) find(constraint.references, relations_);
    for (Column& column : table.columns) {
      find(column.type.name, types_);
      for (Constraint& constraint : column.constraints) find(constraint.references, relations_);
    }
  }
};

}  // namespace

std::vector<std::size_t> schema_parts(std::string_view text, Tokens tokens) {
  const auto word = [&](std::size_t i, std::string_view lower) {
    return i < tokens.size() && is_word(text, tokens[i], lower);
  };
  if (!word(0, "create") || !word(1, "schema")) return {};
  std::vector<std::size_t> parts{0};
  for (std::size_t i = 2; i < tokens.size(); ++i) {
    if (is_punctuation(text, tokens[i], '(')) {
      i = matching_bracket(text, tokens, i);
      continue;
    }
    // Both words are reserved; WITH GRANT OPTION ends a GRANT.
    const bool named = is_punctuation(text, tokens[i - 1], '.');
    if (!named && (word(i, "create") || (word(i, "grant") && !word(i - 1, "with")))) parts.push_back(i);
  }
  return parts;
}

void put_in_schema(std::vector<Operation>& operations) {
  const auto* schema = operations.empty() ? nullptr : operations.front().as<CreateSchema>();
  if (!schema) return;
  Placer placer(schema->name);
  for (std::size_t i = 1; i < operations.size(); ++i) placer.place(operations[i].kind);
}

}  // namespace mlint::sql
