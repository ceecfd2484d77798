#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "analyzer/django/graph.h"
#include "tests/source_directory.h"

// The graph compared with what Django's own MigrationLoader makes of the same migrations.
using namespace mlint;
using namespace mlint::django;

namespace {

std::string show(const std::vector<MigrationKey>& keys, const char* separator) {
  std::string text;
  for (const auto& key : keys) text += (text.empty() ? "" : separator) + key.app + "." + key.name;
  return text.empty() ? "-" : text;
}

std::vector<MigrationKey> keys_of(const std::vector<Dependency>& dependencies) {
  std::vector<MigrationKey> keys;
  for (const auto& dependency : dependencies) keys.push_back(dependency.key);
  return keys;
}

// A history of a few apps: mostly chains, with branches, merges, squashes, cross dependencies, now and then a hole or a
// cycle.
std::vector<Migration> random_graph(std::mt19937& random) {
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  std::vector<Migration> result;
  std::vector<MigrationKey> known;
  const auto apps = 1 + below(4);
  for (std::size_t app = 0; app < apps; ++app) {
    const std::string label(1, static_cast<char>('a' + app));
    const auto count = 1 + below(6);
    std::vector<MigrationKey> own;
    for (std::size_t i = 0; i < count; ++i) {
      Migration migration;
      migration.key = {label, "m" + std::to_string(i)};
      if (i > 0) migration.dependencies.push_back({own[below(8) == 0 ? below(own.size()) : own.size() - 1], "", {}});
      if (i > 1 && below(4) == 0) migration.dependencies.push_back({own[below(own.size())], "", {}});
      if (!known.empty() && below(3) == 0) migration.dependencies.push_back({known[below(known.size())], "", {}});
      if (!known.empty() && below(12) == 0) migration.run_before.push_back({known[below(known.size())], "", {}});
      if (app > 0 && below(8) == 0) migration.dependencies.push_back({{"a", "__first__"}, "", {}});
      if (app > 0 && below(8) == 0) migration.dependencies.push_back({{"a", "__latest__"}, "", {}});
      if (below(60) == 0) migration.dependencies.push_back({{label, "gone"}, "", {}});
      own.push_back(migration.key);
      result.push_back(std::move(migration));
    }
    if (count > 2 && below(3) == 0) {
      Migration squash;
      squash.key = {label, "s"};
      squash.replaces = {own[0], own[1]};
      result.push_back(std::move(squash));
    }
    known.insert(known.end(), own.begin(), own.end());
  }
  return result;
}

std::string written(const std::vector<Migration>& migrations) {
  std::string text;
  for (const auto& migration : migrations)
    text += migration.key.app + " " + migration.key.name + " " + show(keys_of(migration.dependencies), ",") + " " +
            show(keys_of(migration.run_before), ",") + " " + show(migration.replaces, ",") + "\n";
  return text + "\n";
}

std::string ours(const std::vector<Migration>& migrations) {
  const auto graph = build_graph(migrations, {});
  std::vector<MigrationKey> leaves;
  std::string conflicts;
  std::set<std::string> apps;
  for (const auto& problem : graph.problems) {
    if (problem.kind == GraphProblem::Kind::missing_node) return "NodeNotFoundError";
    if (problem.kind == GraphProblem::Kind::conflicting_leaves)
      conflicts += (conflicts.empty() ? "" : " ") + problem.nodes[0].app;
  }
  for (const auto& problem : graph.problems)
    if (problem.kind == GraphProblem::Kind::cycle) return "CircularDependencyError";
  for (const auto& [key, migration] : graph.nodes) apps.insert(key.app);
  for (const auto& app : apps)
    for (const auto& leaf : graph.leaves(app)) leaves.push_back(leaf);
  return show(graph.order, " ") + " | " + show(leaves, " ") + " | " + (conflicts.empty() ? "-" : conflicts);
}

}  // namespace

TEST_CASE("graphs are what Django's loader makes of them", "[graph][truth]") {
  std::mt19937 random(20240229);
  std::vector<std::vector<Migration>> graphs;
  std::string input;
  for (int i = 0; i < 400; ++i) {
    graphs.push_back(random_graph(random));
    input += written(graphs.back());
  }
  const std::string path = "/tmp/mlint_graphs_" + std::to_string(getpid());
  std::ofstream(path) << input;
  const auto command =
      "/usr/bin/python3 " + mlint::source_directory() + "/tests/truth/load_graph.py < " + path + " 2>&1";
  auto* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  char buffer[4096];
  while (const auto read = std::fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, read);
  pclose(pipe);
  std::remove(path.c_str());
  if (output.starts_with("skipped") || output.find("not found") != std::string::npos) {
    std::cerr << "skipped: graphs against Django's loader, no python3-django\n";
    return;
  }
  std::istringstream lines(output);
  std::string line;
  for (const auto& graph : graphs) {
    REQUIRE(std::getline(lines, line));
    INFO(written(graph));
    CHECK(ours(graph) == line);
  }
}
