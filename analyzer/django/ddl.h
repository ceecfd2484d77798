#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/literals.h"
#include "analyzer/operation/operation.h"

// Statements as Django's PostgreSQL schema editor spells them, text and operation made together so that they agree.
namespace mlint::django {

struct Ddl {
  std::string text;
  std::vector<Operation> operations;
};

struct ColumnSql {
  std::string text;  // without the name
  Column column;
};

// An expression whose text Django wrote; parsed, so that facts can be read from it.
Expr expression_of(std::string_view text);
// ("column" >= 0)
Expr not_negative(std::string_view column);

Operation operation(OperationKind kind);

// Fragments of one ALTER TABLE.
struct Fragment {
  std::string text;
  alter::Action action;
};
Fragment set_default(std::string_view column, const Literal& value);
Fragment drop_default(std::string_view column);
Fragment set_not_null(std::string_view column);
Fragment drop_not_null(std::string_view column);
Fragment set_type(std::string_view column, std::string_view type, std::string_view collation, bool using_cast);
// Of one geometry into another: ST_Force3D or ST_Force2D where the dimensions change.
Fragment set_geometry_type(std::string_view column, std::string_view type, int from_dimension, int to_dimension,
                           bool using_cast);
Fragment add_identity(std::string_view column);
Fragment drop_identity(std::string_view column);

Ddl alter_table(std::string_view table, std::vector<Fragment> fragments);
Ddl drop_table(std::string_view table);
Ddl rename_table(std::string_view table, std::string_view to);
Ddl rename_column(std::string_view table, std::string_view column, std::string_view to);
Ddl rename_index(std::string_view table, std::string_view index, std::string_view to);
Ddl drop_column(std::string_view table, std::string_view column, bool cascade);
Ddl drop_constraint(std::string_view table, std::string_view name);
Ddl drop_foreign_key(std::string_view table, std::string_view name);
Ddl drop_index(std::string_view table, std::string_view name, bool concurrently);
Ddl update_nulls(std::string_view table, std::string_view column, const Literal& value, bool set_constraints);
Ddl comment_on_table(std::string_view table, std::string_view comment);
Ddl comment_on_column(std::string_view table, std::string_view column, std::string_view comment);
Ddl validate_constraint(std::string_view table, std::string_view name);
Ddl drop_sequence(std::string_view name);
Ddl create_sequence(std::string_view name);
Ddl alter_sequence_type(std::string_view name, std::string_view type);
Ddl default_from_sequence(std::string_view table, std::string_view column, std::string_view sequence);
Ddl set_sequence_to_maximum(std::string_view table, std::string_view column, std::string_view sequence);
Ddl own_sequence(std::string_view table, std::string_view column, std::string_view sequence);
// What cannot be known: an operation that says so, and a comment in place of SQL. What it may have defined is said when
// the model operation ends (StatementSink::leave_open).
Ddl opaque(std::string reason);

}  // namespace mlint::django
