#include "analyzer/django/graph.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "analyzer/lint/project_history.h"
#include "cli/commands.h"
#include "cli/project.h"

namespace mlint::cli {
namespace {

using Json = nlohmann::ordered_json;
using django::MigrationKey;

std::string name_of(const MigrationKey& key) { return key.app + "." + key.name; }

std::string_view name_of(django::GraphProblem::Kind kind) {
  switch (kind) {
    case django::GraphProblem::Kind::conflicting_leaves:
      return "conflicting leaves";
    case django::GraphProblem::Kind::missing_node:
      return "missing node";
    case django::GraphProblem::Kind::cycle:
      return "cycle";
    case django::GraphProblem::Kind::duplicate_name:
      return "duplicate name";
    case django::GraphProblem::Kind::replaces_missing:
      return "stale replaces";
    case django::GraphProblem::Kind::unknown_app:
      return "unknown app";
  }
  return "problem";
}

struct Drawn {
  django::Graph graph;
  std::set<std::string> apps;  // those shown
  const Project* project = nullptr;
};

// Of django-tenants; empty where there are no tenants.
std::string_view runs_in(const Drawn& drawn, const std::string& label) {
  const App* app = drawn.project == nullptr ? nullptr : drawn.project->app(label);
  if (app == nullptr || !app->tenant) return {};
  if (!*app->tenant) return "public";
  return app->shared.value_or(false) ? "public and every tenant" : "every tenant";
}

bool shows(const Drawn& drawn, const MigrationKey& key) { return drawn.apps.contains(key.app); }

const std::vector<MigrationKey>& parents_of(const django::Graph& graph, const MigrationKey& key) {
  static const std::vector<MigrationKey> none;
  const auto found = graph.parents.find(key);
  return found == graph.parents.end() ? none : found->second;
}

Json keys_json(const std::vector<MigrationKey>& keys) {
  Json json = Json::array();
  for (const MigrationKey& key : keys) json.push_back({key.app, key.name});
  return json;
}

Json graph_json(const Drawn& drawn) {
  Json apps = Json::object();
  for (const std::string& app : drawn.apps) {
    apps[app] = {{"roots", keys_json(drawn.graph.roots(app))}, {"leaves", keys_json(drawn.graph.leaves(app))}};
    if (const std::string_view where = runs_in(drawn, app); !where.empty()) apps[app]["runs_in"] = where;
  }
  Json nodes = Json::array();
  for (const auto& [key, migration] : drawn.graph.nodes) {
    if (!shows(drawn, key)) continue;
    nodes.push_back({{"app", key.app}, {"name", key.name}, {"parents", keys_json(parents_of(drawn.graph, key))}});
  }
  std::vector<MigrationKey> order;
  std::copy_if(drawn.graph.order.begin(), drawn.graph.order.end(), std::back_inserter(order),
               [&](const MigrationKey& key) { return shows(drawn, key); });
  Json problems = Json::array();
  for (const django::GraphProblem& problem : drawn.graph.problems) {
    problems.push_back({{"kind", name_of(problem.kind)}, {"nodes", keys_json(problem.nodes)}});
  }
  return {{"apps", apps}, {"nodes", nodes}, {"order", keys_json(order)}, {"problems", problems}};
}

std::string graph_text(const Drawn& drawn) {
  std::string text;
  for (const std::string& app : drawn.apps) {
    std::string lines;
    for (const MigrationKey& key : drawn.graph.order) {
      if (key.app != app) continue;
      lines += "  " + key.name;
      std::string others;
      for (const MigrationKey& parent : parents_of(drawn.graph, key)) {
        if (parent.app != app) others += (others.empty() ? "" : ", ") + name_of(parent);
      }
      lines += (others.empty() ? "" : "  <- " + others) + "\n";
    }
    if (lines.empty()) continue;
    const std::string_view where = runs_in(drawn, app);
    text += app + (where.empty() ? "" : "  (runs in the schema of " + std::string(where) + ")") + "\n" + lines;
    const std::vector<MigrationKey> leaves = drawn.graph.leaves(app);
    if (leaves.size() > 1) text += "  " + std::to_string(leaves.size()) + " leaves: `migrate` refuses to run\n";
  }
  for (const django::GraphProblem& problem : drawn.graph.problems) {
    text += std::string(name_of(problem.kind)) + ":";
    for (const MigrationKey& key : problem.nodes) text += " " + name_of(key);
    text += "\n";
  }
  return text;
}

// Those that no line leads to or from: a first migration alone in its app.
template <class Visit>
void each_lone_node(const Drawn& drawn, Visit visit) {
  std::set<MigrationKey> joined;
  for (const auto& [key, migration] : drawn.graph.nodes) {
    if (!shows(drawn, key)) continue;
    const std::vector<MigrationKey>& parents = parents_of(drawn.graph, key);
    joined.insert(parents.begin(), parents.end());
    if (!parents.empty()) joined.insert(key);
  }
  for (const auto& [key, migration] : drawn.graph.nodes)
    if (shows(drawn, key) && !joined.contains(key)) visit(key);
}

template <class Edge>
void each_edge(const Drawn& drawn, Edge edge) {
  for (const auto& [key, migration] : drawn.graph.nodes) {
    if (!shows(drawn, key)) continue;
    for (const MigrationKey& parent : parents_of(drawn.graph, key)) edge(parent, key);
  }
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result + "\"";
}

std::string graph_dot(const Drawn& drawn) {
  std::string text = "digraph migrations {\n  rankdir=LR;\n  node [shape=box];\n";
  each_edge(drawn, [&](const MigrationKey& parent, const MigrationKey& child) {
    text += "  " + quoted(name_of(parent)) + " -> " + quoted(name_of(child)) + ";\n";
  });
  each_lone_node(drawn, [&](const MigrationKey& key) { text += "  " + quoted(name_of(key)) + ";\n"; });
  return text + "}\n";
}

std::string graph_mermaid(const Drawn& drawn) {
  std::map<MigrationKey, std::size_t> numbers;
  std::string text = "flowchart LR\n";
  const auto node = [&](const MigrationKey& key) {
    const auto [found, is_new] = numbers.try_emplace(key, numbers.size());
    const std::string id = "n" + std::to_string(found->second);
    return is_new ? id + "[" + quoted(name_of(key)) + "]" : id;
  };
  each_edge(drawn, [&](const MigrationKey& parent, const MigrationKey& child) {
    const std::string from = node(parent);
    text += "  " + from + " --> " + node(child) + "\n";
  });
  each_lone_node(drawn, [&](const MigrationKey& key) { text += "  " + node(key) + "\n"; });
  return text;
}

std::string comment_mark(const std::string& format) {
  return format == "mermaid" ? "%%" : format == "dot" ? "//" : "#";
}

std::string draw(const std::string& format, const Drawn& drawn) {
  if (format == "dot") return graph_dot(drawn);
  if (format == "mermaid") return graph_mermaid(drawn);
  return graph_text(drawn);
}

}  // namespace

int run(const GraphOptions& options) {
  Output target;
  const std::string format = one_format(options.outputs, {"text", "json", "dot", "mermaid"}, target);
  if (format.empty()) return exit_trouble;
  const std::unique_ptr<FileSystem> files = disk();
  const Result<Workspace> workspace = open_workspace(*files, options.project, {options.path});
  if (!workspace) return trouble(workspace.error().message);
  const Loaded loaded = load(*files, *workspace, {options.project.jobs, {}});
  std::string text;
  Json json = {{"version", 1}, {"projects", Json::array()}};
  bool found = false;
  for (const LoadedProject& project : loaded.projects) {
    if (project.migrations.empty()) continue;
    Drawn drawn{django::build_graph(project.migrations, graph_options(project)), {}, project.project};
    for (const django::Migration& migration : project.migrations) {
      if (options.app.empty() || migration.key.app == options.app) drawn.apps.insert(migration.key.app);
    }
    if (drawn.apps.empty()) continue;
    found = true;
    Json each = {{"root", project.project->prefix.empty() ? "." : project.project->prefix}};
    each.update(graph_json(drawn));
    json["projects"].push_back(std::move(each));
    if (loaded.projects.size() > 1) text += comment_mark(format) + " project " + project.project->prefix + "\n";
    text += draw(format, drawn);
  }
  if (!found)
    return trouble(options.app.empty() ? "no migration here" : "no app `" + options.app + "` with migrations");
  return deliver(target, format == "json" ? json.dump(2) + "\n" : text) ? exit_clean : exit_trouble;
}

}  // namespace mlint::cli
