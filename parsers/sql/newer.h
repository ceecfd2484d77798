#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/operation/operation.h"

// Statements of PostgreSQL 16 to 19 that the linked grammar does not know, rewritten to what it knows. Only asked when
// the linked grammar has refused a text, so that it steps aside for a newer library.
namespace mlint::sql {

// Something the rewritten text cannot say, at a place in the statement.
struct NewerFact {
  enum class Kind : std::uint8_t {
    not_null_constraint,  // a CHECK at the place stands for NOT NULL column
    not_enforced,
    virtual_column,
    set_expression,
    without_overlaps,
    period,
    storage,
    default_access_method,
    split_partition,
    merge_partitions,
  };
  Kind kind = Kind::not_enforced;
  std::uint32_t at = 0;  // byte in the statement
  std::string text;
};

struct Adapted {
  std::string text;  // as long as the statement
  std::vector<NewerFact> facts;
  std::optional<OperationKind> operation;  // the statement as a whole, when nothing is left to parse

  std::string facts_text() const;
};

std::optional<Adapted> adapt(std::string_view statement, int grammar);
// Sets the facts on what the rewritten text was read to. `base`: where the statement begins.
void finish_adapted(const Adapted& adapted, std::uint32_t base, std::vector<Operation>& operations);

}  // namespace mlint::sql
