#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/operation/expression.h"

// Transactions, variables of the session, prepared statements.
namespace mlint {

struct Transaction {
  enum class Kind : std::uint8_t {
    begin,
    start,
    commit,
    rollback,
    savepoint,
    release,
    rollback_to,
    prepare,
    commit_prepared,
    rollback_prepared
  };
  Kind kind = Kind::begin;
  std::string name;
  bool chain = false;
};
struct SetVariable {
  std::string name;
  std::optional<std::string> value;
  bool local = false;
  bool reset = false;
  bool reset_all = false;
};
struct SetConstraints {
  std::vector<QualifiedName> names;
  bool deferred = false;
};  // no names: ALL
struct Prepare {
  std::string name;
  std::shared_ptr<const Query> query;
};
struct Execute {
  std::string name;
};
struct SessionCommand {
  std::string what;
};  // DISCARD ALL, LISTEN, FETCH, DEALLOCATE, CHECKPOINT, LOAD …: upper case keywords

}  // namespace mlint
