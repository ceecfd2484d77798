#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/django/migration.h"
#include "analyzer/django/replay.h"

// A squash beside the chain that it replaces: new databases run the one, old ones ran the other.
namespace mlint::django {

struct SquashComparison {
  const Migration* squash = nullptr;
  bool compared = false;                                   // false: a part of either is not known
  std::vector<std::string> only_in_chain, only_in_squash;  // of the schemas that they leave, as sentences
  struct LostStep {
    const Migration* migration = nullptr;
    const ModelOperation* operation = nullptr;
    std::string what;  // name of the function, or the statement
  };
  std::vector<LostStep> lost;  // data steps of the chain that are not elidable and that the squash does not have
};

// `before` is the history just before the squash; `replaced` in the order in which they ran.
SquashComparison compare_squash(const Migration& squash, std::span<const Migration* const> replaced,
                                const History& before);

}  // namespace mlint::django
