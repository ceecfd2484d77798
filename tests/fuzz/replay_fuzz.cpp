#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/effect/statement.h"
#include "analyzer/operation/printer.h"
#include "parsers/sql/parse.h"

// A .sql file runs as `mlint sql` runs it: every statement has effects on the schema that those before it left, on the
// oldest and on the newest server.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlint;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const sql::ParsedSql parsed = sql::parse(text);
  for (const int version : {12, 19}) {
    Session session(Schema(), Server{version, true});
    session.begin_unit(1);
    for (const sql::ParsedStatement& statement : parsed.statements) {
      for (const Operation& operation : statement.operations) {
        session.run(operation, print_sql(operation), {FileId{0}, statement.span});
      }
    }
    session.commit();
  }
  return 0;
}
