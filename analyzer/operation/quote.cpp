#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "analyzer/operation/printer.h"

namespace mlint {
namespace {

// Every word of PostgreSQL's kwlist.h that is reserved, or may be a function or type name, or a column name only:
// quote_ident of the server quotes all that are not "unreserved".
constexpr std::array<std::string_view, 160> kQuoted = {"all",
                                                       "analyse",
                                                       "analyze",
                                                       "and",
                                                       "any",
                                                       "array",
                                                       "as",
                                                       "asc",
                                                       "asymmetric",
                                                       "authorization",
                                                       "between",
                                                       "bigint",
                                                       "binary",
                                                       "bit",
                                                       "boolean",
                                                       "both",
                                                       "case",
                                                       "cast",
                                                       "char",
                                                       "character",
                                                       "check",
                                                       "coalesce",
                                                       "collate",
                                                       "collation",
                                                       "column",
                                                       "concurrently",
                                                       "constraint",
                                                       "create",
                                                       "cross",
                                                       "current_catalog",
                                                       "current_date",
                                                       "current_role",
                                                       "current_schema",
                                                       "current_time",
                                                       "current_timestamp",
                                                       "current_user",
                                                       "dec",
                                                       "decimal",
                                                       "default",
                                                       "deferrable",
                                                       "desc",
                                                       "distinct",
                                                       "do",
                                                       "else",
                                                       "end",
                                                       "except",
                                                       "exists",
                                                       "extract",
                                                       "false",
                                                       "fetch",
                                                       "float",
                                                       "for",
                                                       "foreign",
                                                       "freeze",
                                                       "from",
                                                       "full",
                                                       "grant",
                                                       "greatest",
                                                       "group",
                                                       "grouping",
                                                       "having",
                                                       "ilike",
                                                       "in",
                                                       "initially",
                                                       "inner",
                                                       "inout",
                                                       "int",
                                                       "integer",
                                                       "intersect",
                                                       "interval",
                                                       "into",
                                                       "is",
                                                       "isnull",
                                                       "join",
                                                       "lateral",
                                                       "leading",
                                                       "least",
                                                       "left",
                                                       "like",
                                                       "limit",
                                                       "localtime",
                                                       "localtimestamp",
                                                       "national",
                                                       "natural",
                                                       "nchar",
                                                       "none",
                                                       "normalize",
                                                       "not",
                                                       "notnull",
                                                       "null",
                                                       "nullif",
                                                       "numeric",
                                                       "offset",
                                                       "on",
                                                       "only",
                                                       "or",
                                                       "order",
                                                       "out",
                                                       "outer",
                                                       "overlaps",
                                                       "overlay",
                                                       "placing",
                                                       "position",
                                                       "precision",
                                                       "primary",
                                                       "real",
                                                       "references",
                                                       "returning",
                                                       "right",
                                                       "row",
                                                       "select",
                                                       "session_user",
                                                       "setof",
                                                       "similar",
                                                       "smallint",
                                                       "some",
                                                       "substring",
                                                       "symmetric",
                                                       "table",
                                                       "tablesample",
                                                       "then",
                                                       "time",
                                                       "timestamp",
                                                       "to",
                                                       "trailing",
                                                       "treat",
                                                       "trim",
                                                       "true",
                                                       "union",
                                                       "unique",
                                                       "user",
                                                       "using",
                                                       "values",
                                                       "varchar",
                                                       "variadic",
                                                       "verbose",
                                                       "when",
                                                       "where",
                                                       "window",
                                                       "with",
                                                       "xmlattributes",
                                                       "xmlconcat",
                                                       "xmlelement",
                                                       "xmlexists",
                                                       "xmlforest",
                                                       "xmlnamespaces",
                                                       "xmlparse",
                                                       "xmlpi",
                                                       "xmlroot",
                                                       "xmlserialize",
                                                       "xmltable"};

bool is_plain(std::string_view identifier) {
  const auto starts = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  if (identifier.empty() || !starts(identifier[0])) return false;
  return std::all_of(identifier.begin(), identifier.end(), [&](char c) { return starts(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string quote_always(std::string_view identifier) {
  std::string quoted = "\"";
  for (const char c : identifier) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string quote_ident(std::string_view identifier) {
  const bool keyword = std::find(kQuoted.begin(), kQuoted.end(), identifier) != kQuoted.end();
  return is_plain(identifier) && !keyword ? std::string(identifier) : quote_always(identifier);
}

std::string quote_ident(const QualifiedName& name) {
  return name.schema.empty() ? quote_ident(name.name) : quote_ident(name.schema) + "." + quote_ident(name.name);
}

}  // namespace mlint
