#include "parsers/sql/parse.h"

namespace mlint::sql {

ParsedSql parse_plpgsql(std::string_view body) {
  ParsedSql parsed;
  Operation operation;
  operation.kind = Opaque{"the body of a plpgsql block is not read"};
  operation.span = {0, static_cast<std::uint32_t>(body.size())};
  parsed.statements.push_back({{std::move(operation)}, {0, static_cast<std::uint32_t>(body.size())}});
  return parsed;
}

}  // namespace mlint::sql
