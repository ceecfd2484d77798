#include "analyzer/operation/dump.h"

#include "analyzer/operation/print_expression.h"
#include "analyzer/operation/printer.h"

namespace mlint {
namespace {

std::string place(Span span) { return "[" + std::to_string(span.begin) + "," + std::to_string(span.end) + ")"; }

void add_query(const Query& query, const std::string& indent, std::size_t depth, std::string& out) {
  constexpr std::size_t deepest = 64;
  if (query.target) out += indent + "writes " + quote_ident(query.target->name) + "\n";
  for (const RelationRef& relation : query.from) out += indent + "reads " + quote_ident(relation.name) + "\n";
  if (depth >= deepest) return;
  for (const auto& inner : query.subqueries) {
    if (inner != nullptr) add_query(*inner, indent + "  ", depth + 1, out);
  }
}

}  // namespace

std::string dump_operation(const Operation& operation) {
  std::string out(kind_name(operation));
  out += " " + place(operation.span);
  if (operation.explain) out += operation.explain_analyze ? " explain analyze" : " explain";
  if (operation.syntax_since != 0) out += " since " + std::to_string(operation.syntax_since);
  if (const auto* it = operation.as<Unparsed>()) return out + ": " + it->message + "\n";
  if (const auto* it = operation.as<Opaque>()) return out + ": " + it->reason + "\n";
  out += ": " + print_sql(operation) + "\n";
  if (const auto* it = operation.as<AlterTable>()) {
    for (const AlterAction& action : it->actions) out += "  " + place(action.span) + " " + print_action(action) + "\n";
  }
  if (const auto* it = operation.as<Dml>(); it != nullptr && it->query != nullptr) add_query(*it->query, "  ", 0, out);
  if (const auto* it = operation.as<CreateView>(); it != nullptr && it->query != nullptr) {
    add_query(*it->query, "  ", 0, out);
  }
  return out;
}

}  // namespace mlint
