#include "parsers/sql/newer.h"

namespace mlint::sql {

std::string Adapted::facts_text() const {
  std::string all;
  for (const NewerFact& fact : facts) all += std::to_string(static_cast<int>(fact.kind)) + " " + fact.text + " ";
  return all;
}

std::optional<Adapted> adapt(std::string_view, int) { return std::nullopt; }

void finish_adapted(const Adapted&, std::uint32_t, std::vector<Operation>&) {}

}  // namespace mlint::sql
