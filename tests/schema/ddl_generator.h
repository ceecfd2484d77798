#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mlint::test {

// Seeded DDL over few names, so that statements meet each other's objects; some of them fail on a server.
std::vector<std::string> generate_ddl(std::uint32_t seed, std::size_t statements);

}  // namespace mlint::test
