#pragma once

#include <string>
#include <vector>

#include "analyzer/operation/operation.h"

// Parts of print_sql, in the spelling of Django's schema editor.
namespace mlint {

std::string print_name(const QualifiedName& name);
std::string print_columns(const std::vector<std::string>& columns);  // "a", "b"
std::string print_expression(const Expr& expr);                      // as written where that is known
std::string print_type(const TypeName& type);
std::string print_literal(std::string_view text);   // 'it''s'
std::string print_options(const Options& options);  // a = 1, b = 2
std::string print_query(const Query& query);

std::string print_column(const Column& column);
std::string print_constraint(const Constraint& constraint, bool at_column);
std::string print_bound(const PartitionBound& bound);
std::string print_index_elements(const std::vector<IndexElement>& elements);
std::string print_action(const AlterAction& action);

}  // namespace mlint
