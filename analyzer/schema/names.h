#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/operation/operation.h"

// The names PostgreSQL invents (src/backend/commands/indexcmds.c and parser/parse_target.c of PostgreSQL 15).
namespace mlint::names {

inline constexpr std::size_t max_identifier_bytes = 63;  // NAMEDATALEN - 1

// Cut to 63 bytes at a character boundary, as the server does with every identifier.
std::string truncate(std::string_view identifier);

// makeObjectName: name1_name2_label, the longer of the two names cut byte by byte until it fits.
std::string make_object_name(std::string_view name1, std::string_view name2, std::string_view label);

// ChooseRelationName, ChooseConstraintName: make_object_name with 1, 2, … behind the label while the name is taken.
std::string choose_name(std::string_view name1, std::string_view name2, std::string_view label,
                        const std::function<bool(const std::string&)>& taken);

// ChooseIndexNameAddition, ChooseForeignKeyConstraintNameAddition: the columns joined by "_".
std::string join_columns(const std::vector<std::string>& columns);

// FigureIndexColname: what an index calls the column of an expression; empty when PostgreSQL says "expr".
std::string expression_name(const Expr& expression);

// ChooseIndexColumnNames: one for each element and included column, made unique within the index.
std::vector<std::string> index_column_names(const std::vector<IndexElement>& elements,
                                            const std::vector<std::string>& include);

}  // namespace mlint::names
