#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "analyzer/django/migration.h"

// Django's migration graph with the loader's semantics (django/db/migrations/{loader,graph}.py): dependencies,
// run_before,
// __first__, __latest__, swappable dependencies, squashes.
namespace mlint::django {

struct GraphProblem {
  enum class Kind : std::uint8_t {
    conflicting_leaves,
    missing_node,
    cycle,
    duplicate_name,
    replaces_missing,
    unknown_app
  };
  Kind kind = Kind::missing_node;
  std::vector<MigrationKey> nodes;  // the leaves; the node that depends and the one that is missing; the cycle in order
  Location location;                // of the dependency, where there is one
  std::optional<MigrationKey> common_parent;  // of conflicting leaves
};

struct GraphOptions {
  std::string auth_user_model = "auth.User";
  std::map<std::string, std::string> swapped_models = {};  // by other settings
  std::set<std::string> external_apps;  // installed, or named in dependencies, with no migrations in the repository
  std::set<MigrationKey> applied;       // for squashes: all of `replaces` applied, some, or none (the default)
};

struct Graph {
  std::map<MigrationKey, const Migration*> nodes;  // after squashes were resolved
  std::map<MigrationKey, std::vector<MigrationKey>> parents, children;
  std::set<MigrationKey> external;     // nodes of other packages
  std::vector<MigrationKey> order;     // what `migrate` on an empty database would run, in order
  std::vector<MigrationKey> replaced;  // left out in favour of a squash
  std::vector<GraphProblem> problems;
  // Apps of everything that runs before a node, its own included. Shared: most nodes have those of their parent.
  std::map<MigrationKey, std::shared_ptr<const std::set<std::string>>> apps_before;

  std::vector<MigrationKey> leaves(const std::string& app) const;
  std::vector<MigrationKey> roots(const std::string& app) const;
};

Graph build_graph(std::span<const Migration> migrations, const GraphOptions& options);

}  // namespace mlint::django
