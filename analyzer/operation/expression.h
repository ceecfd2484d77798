#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/base/own.h"
#include "analyzer/base/span.h"

namespace mlint {

// A name as the server sees it: folded to lower case unless it was quoted. An empty schema means "by search_path".
struct QualifiedName {
  std::string schema;
  std::string name;
  friend auto operator<=>(const QualifiedName&, const QualifiedName&) = default;
};

// A type as written, aliases resolved as PostgreSQL's grammar does: `integer` is pg_catalog.int4, `varchar(20)` is
// pg_catalog.varchar with modifier 20, `serial` stays "serial" without a schema.
struct TypeName {
  QualifiedName name;
  std::vector<std::int32_t> modifiers;      // of numeric(10,2): {10, 2}
  std::vector<std::string> text_modifiers;  // of types of extensions: geometry(POINT, 4326), vector(3); all, as text
  std::uint32_t array_dimensions = 0;       // int[][] has 2
  bool percent_type = false;                // table.column%TYPE
  bool setof = false;                       // of RETURNS
  std::string text;                         // as written, for printing
  friend bool operator==(const TypeName& a, const TypeName& b) {  // `text` is only its spelling
    return a.name == b.name && a.modifiers == b.modifiers && a.text_modifiers == b.text_modifiers &&
           a.array_dimensions == b.array_dimensions && a.percent_type == b.percent_type;
  }
};

struct Query;

// An expression tree, complete enough to ask: which functions does it call, which columns does it read, is it constant,
// does it prove that a column is not null.
struct Expr {
  enum class Kind : std::uint8_t {
    constant,  // name: the literal's text; type.name.name one of int4, int8, numeric, unknown (string), bool, null, bit
    column,    // name, schema holds the qualifier (table or alias); name "*" for all
    call,      // schema.name(arguments)
    operator_,  // name, schema; one or two arguments
    cast,       // arguments[0] :: type
    and_,
    or_,
    not_,
    is_null,
    is_not_null,
    in_,           // arguments[0] IN (the others); name "NOT IN" when negated
    between,       // arguments: value, low, high; name holds the variant
    boolean_test,  // name: IS TRUE, IS NOT FALSE, …
    distinct,      // name: IS DISTINCT FROM / IS NOT DISTINCT FROM
    keyword,       // CURRENT_DATE, CURRENT_USER, LOCALTIME …: name in upper case
    case_,
    coalesce,
    nullif,
    min_max,
    array,
    row,
    subscript,
    field,
    collate,
    subquery,  // query; name: EXISTS, ANY, ALL, ARRAY or empty
    parameter,
    named,  // an argument by its parameter's name: name => arguments[0]
    other,  // not modelled; name says what
  };
  Kind kind = Kind::other;
  std::string schema;
  std::string name;
  TypeName type;  // of a cast
  std::vector<Expr> arguments;
  std::shared_ptr<const Query> query;
  std::string text;  // as written, where the expression stands by itself in DDL (default, check, predicate …)
  Span span;
};

// An expression or none. Copies share it, for most are never changed; what changes one changes a copy of its own.
class SharedExpr {
 public:
  SharedExpr() = default;
  SharedExpr(std::nullopt_t) {}                                              // NOLINT: as of std::optional
  SharedExpr(Expr expr) : expr_(std::make_shared<Expr>(std::move(expr))) {}  // NOLINT

  explicit operator bool() const { return expr_ != nullptr; }
  bool has_value() const { return expr_ != nullptr; }
  const Expr& operator*() const { return *expr_; }
  const Expr* operator->() const { return expr_.get(); }
  Expr& edit() { return own(expr_); }
  void reset() { expr_.reset(); }

 private:
  std::shared_ptr<Expr> expr_;
};

struct RelationRef {
  QualifiedName name;
  std::string alias;
  bool only = false;
  Span span;
};

// SELECT, DML and what may nest in them: what is read, what is written, under which condition.
struct Query {
  enum class Kind : std::uint8_t { select, values, insert, update, delete_, merge };
  enum class RowLock : std::uint8_t { none, key_share, share, no_key_update, update };
  struct Assignment {
    std::string column;
    Expr value;
  };
  Kind kind = Kind::select;
  std::optional<RelationRef> target;                     // of insert, update, delete, merge
  std::vector<RelationRef> from;                         // relations read at this level; names of CTEs left out
  std::vector<std::shared_ptr<const Query>> subqueries;  // CTEs, FROM (…), UNION arms, INSERT … SELECT
  std::vector<Expr> outputs;                             // select list and RETURNING
  std::vector<std::string> output_names;                 // of the select list: alias, or column name, or "?column?"
  std::vector<std::string> columns;                      // of insert
  std::vector<Assignment> assignments;                   // of update and ON CONFLICT DO UPDATE
  std::vector<std::vector<Expr>> rows;                   // of VALUES
  SharedExpr where;
  std::vector<Expr> group_by;           // a grouping set is `other`, its name the kind
  std::vector<Expr> after_grouping;     // having, distinct on, windows, order by
  std::vector<Expr> other_expressions;  // join conditions, limit …
  RowLock row_lock = RowLock::none;
  std::vector<std::string> row_lock_of;  // FOR UPDATE OF: aliases; empty means all
  bool on_conflict = false;
  bool merge_inserts = false, merge_updates = false, merge_deletes = false;
};

}  // namespace mlint
