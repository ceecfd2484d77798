#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analyzer/operation/dump.h"
#include "parsers/sql/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const mlint::sql::ParsedSql parsed = mlint::sql::parse(text);
  for (const auto& statement : parsed.statements) {
    for (const auto& operation : statement.operations) mlint::dump_operation(operation);
  }
  mlint::sql::parse(text, {.placeholders = true});
  mlint::sql::parse_plpgsql(text);
  mlint::sql::parse_expression(text);
  mlint::sql::parse_type(text);
  return 0;
}
