#include "analyzer/django/graph.h"

#include <catch2/catch.hpp>

using namespace mlint;
using namespace mlint::django;

namespace {

struct Node {
  std::string app, name;
  std::vector<MigrationKey> dependencies = {};
  std::vector<MigrationKey> replaces = {};
  std::vector<MigrationKey> run_before = {};
};

std::vector<Migration> migrations_of(const std::vector<Node>& nodes) {
  std::vector<Migration> result;
  for (const auto& node : nodes) {
    Migration migration;
    migration.key = {node.app, node.name};
    for (const auto& key : node.dependencies) migration.dependencies.push_back({key, "", {}});
    for (const auto& key : node.run_before) migration.run_before.push_back({key, "", {}});
    migration.replaces = node.replaces;
    result.push_back(std::move(migration));
  }
  return result;
}

std::string show(const std::vector<MigrationKey>& keys) {
  std::string text;
  for (const auto& key : keys) text += (text.empty() ? "" : " ") + key.app + "." + key.name;
  return text;
}

std::string kinds(const Graph& graph) {
  constexpr const char* names[] = {"conflict", "missing", "cycle", "duplicate", "replaces", "unknown"};
  std::string text;
  for (const auto& problem : graph.problems)
    text += (text.empty() ? "" : "; ") + std::string(names[static_cast<int>(problem.kind)]) + " " + show(problem.nodes);
  return text;
}

}  // namespace

TEST_CASE("order follows Django's depth-first search", "[graph]") {
  const auto migrations = migrations_of({
      {"b", "1", {{"a", "1"}}},
      {"a", "2", {{"a", "1"}, {"c", "1"}}},
      {"a", "1"},
      {"c", "1"},
  });
  const auto graph = build_graph(migrations, {});
  CHECK(show(graph.order) == "c.1 a.1 a.2 b.1");
  CHECK(graph.problems.empty());
  CHECK(show(graph.roots("a")) == "a.1");
  CHECK(show(graph.leaves("a")) == "a.2");
}

TEST_CASE("first, latest, swappable and external dependencies", "[graph]") {
  auto migrations = migrations_of({
      {"users", "1"},
      {"users", "2", {{"users", "1"}}},
      {"shop", "1", {{"users", "__latest__"}, {"auth", "0012_x"}, {"contenttypes", "__first__"}}},
      {"blog", "1"},
  });
  migrations[3].dependencies.push_back({{}, "settings.AUTH_USER_MODEL", {}});
  GraphOptions options;
  options.auth_user_model = "users.User";
  const auto graph = build_graph(migrations, options);
  CHECK(graph.problems.empty());
  CHECK(show(graph.parents.at({"shop", "1"})) == "users.2");
  CHECK(show(graph.parents.at({"blog", "1"})) == "users.1");
  CHECK(graph.external.contains({"auth", "0012_x"}));
}

TEST_CASE("what swapper asks for goes where a setting swaps the model", "[graph]") {
  auto migrations =
      migrations_of({{"kvs", "1"}, {"kvs", "2", {{"kvs", "1"}}}, {"mine", "1"}, {"blog", "1"}, {"shop", "1"}});
  migrations[3].dependencies.push_back({{"kvs", "__first__"}, "kvs.Thing", {}});
  migrations[4].dependencies.push_back({{"kvs", "2"}, "kvs.Thing", {}});
  const auto by_default = build_graph(migrations, {});
  CHECK(show(by_default.parents.at({"blog", "1"})) == "kvs.1");
  CHECK(show(by_default.parents.at({"shop", "1"})) == "kvs.2");
  GraphOptions options;
  options.swapped_models = {{"KVS_THING_MODEL", "mine.Thing"}};
  CHECK(show(build_graph(migrations, options).parents.at({"blog", "1"})) == "mine.1");
  // A name by itself is never swapped.
  migrations[3].dependencies = {{{}, "kvs.Thing", {}}};
  CHECK(show(build_graph(migrations, options).parents.at({"blog", "1"})) == "kvs.1");
}

TEST_CASE("conflicting leaves name their common parent", "[graph]") {
  const auto migrations = migrations_of(
      {{"a", "1"}, {"a", "2", {{"a", "1"}}}, {"a", "3_x", {{"a", "2"}}}, {"a", "3_y", {{"a", "2"}}}, {"b", "1"}});
  const auto graph = build_graph(migrations, {});
  REQUIRE(kinds(graph) == "conflict a.3_x a.3_y");
  CHECK(graph.problems[0].common_parent == MigrationKey{"a", "2"});
}

TEST_CASE("missing nodes and cycles are reported and the rest is ordered", "[graph]") {
  const auto missing = migrations_of({{"a", "2", {{"a", "1"}}}, {"b", "1", {{"a", "9"}}}});
  const auto with_missing = build_graph(missing, {});
  CHECK(kinds(with_missing) == "missing a.2 a.1; missing b.1 a.9");
  CHECK(show(with_missing.order) == "a.2 b.1");

  const auto cycle = migrations_of({{"a", "1", {{"b", "1"}}}, {"b", "1", {{"a", "1"}}}, {"c", "1"}});
  const auto with_cycle = build_graph(cycle, {});
  CHECK(kinds(with_cycle) == "cycle a.1 b.1");
  CHECK(with_cycle.order.size() == 3);
}

TEST_CASE("a squash takes the place of what it replaces", "[graph]") {
  const auto migrations = migrations_of({
      {"a", "1"},
      {"a", "2", {{"a", "1"}}},
      {"a", "1_squashed_2", {}, {{"a", "1"}, {"a", "2"}}},
      {"a", "3", {{"a", "2"}}},
      {"b", "1", {{"a", "1"}}},
  });
  const auto fresh = build_graph(migrations, {});
  CHECK(show(fresh.order) == "a.1_squashed_2 a.3 b.1");
  CHECK(show(fresh.replaced) == "a.1 a.2");
  GraphOptions partly;
  partly.applied = {{"a", "1"}};
  const auto upgrade = build_graph(migrations, partly);
  CHECK(show(upgrade.order) == "a.1 a.2 a.3 b.1");
  CHECK(show(upgrade.replaced) == "a.1_squashed_2");
}

TEST_CASE("a squash whose replaced files are gone provides them", "[graph]") {
  const auto migrations = migrations_of({
      {"a", "1_squashed_2", {}, {{"a", "1"}, {"a", "2"}}},
      {"a", "3", {{"a", "2"}}},
  });
  const auto graph = build_graph(migrations, {});
  CHECK(graph.problems.empty());
  CHECK(show(graph.order) == "a.1_squashed_2 a.3");
}

TEST_CASE("run_before puts this migration first", "[graph]") {
  const auto migrations = migrations_of({{"a", "1"}, {"b", "1", {}, {}, {{"a", "1"}}}});
  CHECK(show(build_graph(migrations, {}).order) == "b.1 a.1");
}
