#include "analyzer/lint/block.h"

#include <limits>

#include "parsers/sql/parse.h"

namespace mlint {

// The body always runs inside a transaction, even where the block has none of its own.
constexpr std::uint32_t of_the_block = std::numeric_limits<std::uint32_t>::max();

Block block_of(const Statement& statement, const Schema& before, const Server& server) {
  Block block;
  const auto* body = statement.operation.as<Do>();
  if (body == nullptr || (!body->language.empty() && body->language != "plpgsql")) return block;
  Schema schema = before;
  const std::string_view text = body->body;
  for (const sql::ParsedStatement& parsed : sql::parse_plpgsql(text).statements) {
    for (const Operation& operation : parsed.operations) {
      if (operation.as<Opaque>() || operation.as<Unparsed>()) continue;
      Statement inner;
      inner.text = text.substr(parsed.span.begin, parsed.span.end - parsed.span.begin);
      inner.location = statement.location;
      inner.operation = operation;
      inner.effects = effects_of(operation, schema, server);
      inner.index = statement.index;
      inner.transaction = statement.transaction.value_or(of_the_block);
      inner.held = statement.held;
      inner.timeouts = statement.timeouts;
      block.before.push_back(schema);
      block.statements.push_back(std::move(inner));
      schema.apply(operation);
    }
  }
  return block;
}

}  // namespace mlint
