#include "rules/registry.h"

#include <array>

namespace mlint::rules {

std::span<const Rule* const> all() {
  static constexpr std::array table = {
      static_cast<const Rule*>(nullptr),
#define MLINT_RULE(name) &name,
#include "rules/rules.def"
#undef MLINT_RULE
  };
  return std::span(table).subspan(1);
}

}  // namespace mlint::rules
