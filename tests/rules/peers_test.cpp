#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "rules/registry.h"
#include "tests/source_directory.h"

// Every id that another tool publishes is an equivalent of some rule, or left out on purpose with a reason.
namespace {

std::map<std::string, std::string> left_out() {
  return {
#define MLINT_LEFT_OUT(id, reason) {id, reason},
#include "rules/left_out.def"
#undef MLINT_LEFT_OUT
  };
}

std::set<std::string> published() {
  std::ifstream in(mlint::source_directory() + "/tests/data/peer_rules.txt");
  std::set<std::string> ids;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) ids.insert(line);
  return ids;
}

std::set<std::string> equivalents() {
  std::set<std::string> ids;
  for (const mlint::Rule* rule : mlint::rules::all()) {
    std::istringstream in{std::string(rule->info.equivalents)};
    for (std::string id; in >> id;) ids.insert(id);
  }
  return ids;
}

}  // namespace

TEST_CASE("every published check of other tools is accounted for", "[rules]") {
  const auto ours = equivalents();
  const auto out = left_out();
  REQUIRE(published().size() > 200);
  for (const std::string& id : published()) {
    INFO(id);
    CHECK((ours.count(id) > 0) != (out.count(id) > 0));
  }
}

TEST_CASE("equivalents are published ids", "[rules]") {
  const auto known = published();
  for (const std::string& id : equivalents()) {
    INFO(id);
    CHECK(known.count(id) == 1);
  }
  for (const auto& [id, reason] : left_out()) {
    INFO(id);
    CHECK(known.count(id) == 1);
    CHECK(reason.size() > 4);
  }
}
