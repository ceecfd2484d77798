#include "analyzer/lint/block.h"

#include <limits>

#include "analyzer/effect/body.h"
#include "parsers/sql/parse.h"

namespace mlint {

// The body always runs inside a transaction, even where the block has none of its own.
constexpr std::uint32_t of_the_block = std::numeric_limits<std::uint32_t>::max();

Block block_of(const Statement& statement, const Schema& before, const Server& server) {
  Block block;
  const auto* body = statement.operation.as<Do>();
  if (body == nullptr || (!body->language.empty() && body->language != "plpgsql")) return block;
  BodySchema along(before, server.version);
  const std::string_view text = body->body;
  const sql::ParsedSql read = sql::parse_plpgsql(text);
  for (const sql::ParsedStatement& parsed : read.statements) {
    const Schema& schema = along.before(parsed);
    for (const Operation& operation : parsed.operations) {
      if (operation.as<Opaque>() || operation.as<Unparsed>()) {
        along.apply(operation, parsed);
        continue;
      }
      Statement inner;
      inner.text = text.substr(parsed.span.begin, parsed.span.end - parsed.span.begin);
      inner.location = statement.location;
      inner.operation = operation;
      inner.effects = effects_of(operation, schema, server);
      if (!parsed.certain()) inner.effects.fails.reset();  // the condition or the handler may be there for that
      inner.index = statement.index;
      inner.transaction = statement.transaction.value_or(of_the_block);
      inner.held = statement.held;
      inner.timeouts = statement.timeouts;
      block.before.push_back(schema);
      block.statements.push_back(std::move(inner));
      along.apply(operation, parsed);
    }
  }
  return block;
}

}  // namespace mlint
