#include "analyzer/django/graph.h"

#include <algorithm>

#include "analyzer/django/swapper.h"

namespace mlint::django {

namespace {

using KeySet = std::set<MigrationKey>;

struct Edge {  // why a node that is on no disk is asked for
  MigrationKey asking;
  MigrationKey missing;
  Location location;
};

// Builds as MigrationLoader.build_graph() does; names of its steps are Django's.
class Builder {
 public:
  Builder(std::span<const Migration> migrations, const GraphOptions& options)
      : migrations_(migrations), options_(options) {}

  Graph build() {
    add_nodes();
    for (const auto* migration : sorted_) add_internal_dependencies(*migration);
    for (const auto* migration : sorted_) add_external_dependencies(*migration);
    for (const auto* migration : sorted_)
      if (!migration->replaces.empty()) replace(migration->key);
    drop_missing();
    number();
    find_cycles();
    find_conflicts();
    make_order();
    collect_apps();
    return std::move(graph_);
  }

 private:
  void add_nodes() {
    for (const auto& migration : migrations_) {
      if (const auto [at, added] = graph_.nodes.emplace(migration.key, &migration); !added) {
        graph_.problems.push_back(
            {GraphProblem::Kind::duplicate_name, {migration.key}, migration.class_location, std::nullopt});
        continue;
      }
      own_apps_.insert(migration.key.app);
      graph_.parents[migration.key];
      graph_.children[migration.key];
    }
    for (const auto& [key, migration] : graph_.nodes) sorted_.push_back(migration);
  }

  void add_dependency(const MigrationKey& child, const MigrationKey& parent, const MigrationKey& asking,
                      Location location) {
    for (const auto* key : {&child, &parent})
      if (!graph_.nodes.contains(*key)) missing_.push_back({asking, *key, location});
    insert(graph_.parents[child], parent);
    insert(graph_.children[parent], child);
  }

  static void insert(std::vector<MigrationKey>& keys, const MigrationKey& key) {
    const auto at = std::lower_bound(keys.begin(), keys.end(), key);
    if (at == keys.end() || *at != key) keys.insert(at, key);
  }
  static void erase(std::vector<MigrationKey>& keys, const MigrationKey& key) {
    const auto at = std::lower_bound(keys.begin(), keys.end(), key);
    if (at != keys.end() && *at == key) keys.erase(at);
  }

  // What a dependency asks for: swappable_dependency(X) is the first migration of X's app.
  std::optional<MigrationKey> asked(const Dependency& dependency) const {
    if (dependency.swappable.empty()) return dependency.key;
    auto model = dependency.swappable;
    if (model == "settings.AUTH_USER_MODEL") model = options_.auth_user_model;
    const bool swapper = !dependency.key.app.empty();
    if (swapper || model.starts_with("settings.")) {
      const auto setting = swapper ? swapper_setting(model) : model.substr(model.find('.') + 1);
      const auto known = options_.swapped_models.find(setting);
      if (known != options_.swapped_models.end()) model = known->second;
    }
    // Another setting names a model that only the settings know.
    if (model.starts_with("settings.") || model.find('.') == std::string::npos) return std::nullopt;
    return MigrationKey{model.substr(0, model.find('.')), swapper ? dependency.key.name : "__first__"};
  }

  void add_internal_dependencies(const Migration& migration) {
    for (const auto& dependency : migration.dependencies) {
      const auto parent = asked(dependency);
      if (parent && parent->app == migration.key.app && parent->name != "__first__")
        add_dependency(migration.key, *parent, migration.key, dependency.location);
    }
  }

  // Django's check_key(): nothing where the dependency means no node of this graph.
  std::optional<MigrationKey> check_key(const MigrationKey& key, const Migration& migration, Location location) {
    const bool special = key.name == "__first__" || key.name == "__latest__";
    if (!own_apps_.contains(key.app)) {
      if (key.app.find('.') != std::string::npos) {  // no label: Django wants an identifier
        graph_.problems.push_back({GraphProblem::Kind::missing_node, {migration.key, key}, location, std::nullopt});
        return std::nullopt;
      }
      if (!special) graph_.external.insert(key);
      if (!options_.external_apps.empty() && !options_.external_apps.contains(key.app))
        graph_.problems.push_back({GraphProblem::Kind::unknown_app, {migration.key, key}, location, std::nullopt});
      return std::nullopt;
    }
    if (!special || graph_.nodes.contains(key)) return key;
    if (key.app == migration.key.app) return std::nullopt;
    const auto ends = key.name == "__first__" ? graph_.roots(key.app) : graph_.leaves(key.app);
    if (ends.empty()) return std::nullopt;
    return ends.front();
  }

  void add_external_dependencies(const Migration& migration) {
    for (const auto& dependency : migration.dependencies) {
      const auto parent = asked(dependency);
      if (!parent || parent->app == migration.key.app) continue;
      if (const auto key = check_key(*parent, migration, dependency.location))
        add_dependency(migration.key, *key, migration.key, dependency.location);
    }
    for (const auto& before : migration.run_before) {
      const auto child = asked(before);
      if (!child) continue;
      if (const auto key = check_key(*child, migration, before.location))
        add_dependency(*key, migration.key, migration.key, before.location);
    }
  }

  // A squash may replace squashes (Django 6.0): those go first.
  void replace(const MigrationKey& key) {
    if (!progress_.insert(key).second) return;
    const auto node = graph_.nodes.find(key);
    if (node == graph_.nodes.end()) return;
    const auto& replaces = node->second->replaces;
    for (const auto& target : replaces) {
      const auto inner = graph_.nodes.find(target);
      if (inner != graph_.nodes.end() && !inner->second->replaces.empty() && target != key) replace(target);
    }
    const auto applied = std::count_if(replaces.begin(), replaces.end(),
                                       [&](const MigrationKey& target) { return options_.applied.contains(target); });
    if (applied == 0 || static_cast<std::size_t>(applied) == replaces.size()) {
      remove_replaced_nodes(key, KeySet(replaces.begin(), replaces.end()));
    } else {
      remove_replacement_node(key, replaces);
    }
  }

  void forget(const MigrationKey& key) {
    if (graph_.nodes.erase(key) > 0) graph_.replaced.push_back(key);
    graph_.parents.erase(key);
    graph_.children.erase(key);
    gone_.insert(key);
  }

  void remove_replaced_nodes(const MigrationKey& replacement, const KeySet& replaced) {
    for (const auto& key : replaced) {
      if (key == replacement) continue;
      if (const auto found = graph_.children.find(key); found != graph_.children.end())
        for (const auto& child : std::vector<MigrationKey>(found->second)) {
          erase(graph_.parents[child], key);
          if (replaced.contains(child) || child == replacement) continue;
          insert(graph_.children[replacement], child);
          insert(graph_.parents[child], replacement);
        }
      if (const auto found = graph_.parents.find(key); found != graph_.parents.end())
        for (const auto& parent : std::vector<MigrationKey>(found->second)) {
          erase(graph_.children[parent], key);
          if (replaced.contains(parent) || parent == replacement) continue;
          insert(graph_.parents[replacement], parent);
          insert(graph_.children[parent], replacement);
        }
      forget(key);
    }
  }

  void remove_replacement_node(const MigrationKey& replacement, const std::vector<MigrationKey>& replaced) {
    KeySet last;
    KeySet parents_of_replaced;
    for (const auto& key : replaced) {
      const auto found = graph_.parents.find(key);
      if (found == graph_.parents.end()) continue;
      last.insert(key);
      parents_of_replaced.insert(found->second.begin(), found->second.end());
    }
    for (const auto& key : parents_of_replaced) last.erase(key);
    for (const auto& child : std::vector<MigrationKey>(graph_.children[replacement])) {
      erase(graph_.parents[child], replacement);
      for (const auto& key : last) {
        insert(graph_.children[key], child);
        insert(graph_.parents[child], key);
      }
    }
    for (const auto& parent : std::vector<MigrationKey>(graph_.parents[replacement]))
      erase(graph_.children[parent], replacement);
    forget(replacement);
  }

  void drop_missing() {
    KeySet absent;
    for (const auto& edge : missing_) {
      if (gone_.contains(edge.missing) || graph_.nodes.contains(edge.missing)) continue;
      graph_.problems.push_back(
          {GraphProblem::Kind::missing_node, {edge.asking, edge.missing}, edge.location, std::nullopt});
      absent.insert(edge.missing);
    }
    for (const auto& key : absent) {
      for (const auto& child : graph_.children[key]) erase(graph_.parents[child], key);
      for (const auto& parent : graph_.parents[key]) erase(graph_.children[parent], key);
      graph_.parents.erase(key);
      graph_.children.erase(key);
    }
  }

  Location location_of(const MigrationKey& child, const MigrationKey& parent) const {
    const auto* migration = graph_.nodes.at(child);
    for (const auto& dependency : migration->dependencies)
      if (dependency.key == parent) return dependency.location;
    return migration->class_location;
  }

  // The walks over all of history go by the numbers of the sorted nodes: keys are pairs of strings.
  using Number = std::uint32_t;

  void number() {
    for (const auto& [key, migration] : graph_.nodes) keys_.push_back(&key);
    parents_of_.resize(keys_.size());
    for (Number i = 0; i < keys_.size(); ++i)
      for (const auto& parent : graph_.parents[*keys_[i]])
        if (const auto known = number_of(parent)) parents_of_[i].push_back(*known);
  }

  std::optional<Number> number_of(const MigrationKey& key) const {
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), key,
                                     [](const MigrationKey* it, const MigrationKey& wanted) { return *it < wanted; });
    if (at == keys_.end() || **at != key) return std::nullopt;
    return static_cast<Number>(at - keys_.begin());
  }

  // Every node on a cycle once; the edge that closes it is cut so that an order exists.
  void find_cycles() {
    enum class State : std::uint8_t { unseen, on_path, done };
    std::vector<State> states(keys_.size(), State::unseen);
    struct Step {
      Number node;
      std::size_t next = 0;
    };
    for (Number start = 0; start < keys_.size(); ++start) {
      if (states[start] == State::done) continue;
      std::vector<Step> path{{start}};
      states[start] = State::on_path;
      while (!path.empty()) {
        auto& step = path.back();
        auto& parents = parents_of_[step.node];
        if (step.next >= parents.size()) {
          states[step.node] = State::done;
          path.pop_back();
          continue;
        }
        const Number parent = parents[step.next];
        if (states[parent] != State::on_path) {
          ++step.next;
          if (states[parent] == State::done) continue;
          states[parent] = State::on_path;
          path.push_back({parent});
          continue;
        }
        const MigrationKey &child_key = *keys_[step.node], &parent_key = *keys_[parent];
        GraphProblem problem{GraphProblem::Kind::cycle, {}, location_of(child_key, parent_key), std::nullopt};
        auto at = std::find_if(path.begin(), path.end(), [&](const Step& other) { return other.node == parent; });
        for (; at != path.end(); ++at) problem.nodes.push_back(*keys_[at->node]);
        graph_.problems.push_back(std::move(problem));
        erase(graph_.children[parent_key], child_key);
        erase(graph_.parents[child_key], parent_key);
        parents.erase(parents.begin() + static_cast<std::ptrdiff_t>(step.next));
      }
    }
  }

  KeySet ancestors(const MigrationKey& start) const {
    KeySet result;
    std::vector<MigrationKey> todo{start};
    while (!todo.empty()) {
      const auto key = todo.back();
      todo.pop_back();
      if (!result.insert(key).second) continue;
      const auto& parents = graph_.parents.at(key);
      todo.insert(todo.end(), parents.begin(), parents.end());
    }
    return result;
  }

  // The latest node of the app that every leaf descends from.
  std::optional<MigrationKey> common_parent(const std::vector<MigrationKey>& leaves) const {
    auto common = ancestors(leaves.front());
    for (const auto& leaf : leaves) {
      const auto of_leaf = ancestors(leaf);
      std::erase_if(common, [&](const MigrationKey& key) { return key.app != leaf.app || !of_leaf.contains(key); });
    }
    for (const auto& key : common) {
      const auto& children = graph_.children.at(key);
      if (std::none_of(children.begin(), children.end(), [&](const auto& child) { return common.contains(child); }))
        return key;
    }
    return std::nullopt;
  }

  void find_conflicts() {
    for (const auto& app : own_apps_) {
      auto leaves = graph_.leaves(app);
      if (leaves.size() < 2) continue;
      const auto location = graph_.nodes.at(leaves.back())->class_location;
      const auto parent = common_parent(leaves);
      graph_.problems.push_back({GraphProblem::Kind::conflicting_leaves, std::move(leaves), location, parent});
    }
  }

  // MigrationGraph.iterative_dfs() from every leaf in ascending order.
  void make_order() {
    std::vector<Number> leaves;
    for (const auto& app : own_apps_)
      for (const auto& leaf : graph_.leaves(app)) leaves.push_back(*number_of(leaf));
    std::sort(leaves.begin(), leaves.end());
    std::vector<bool> visited(keys_.size());
    for (const Number leaf : leaves) {
      std::vector<std::pair<Number, bool>> stack{{leaf, false}};
      while (!stack.empty()) {
        const auto [node, processed] = stack.back();
        stack.pop_back();
        if (visited[node]) continue;
        if (processed) {
          visited[node] = true;
          order_.push_back(node);
          continue;
        }
        stack.emplace_back(node, true);
        for (const Number parent : parents_of_[node]) stack.emplace_back(parent, false);
      }
    }
    graph_.order.reserve(order_.size());
    for (const Number node : order_) graph_.order.push_back(*keys_[node]);
  }

  void collect_apps() {
    using Apps = std::set<std::string>;
    std::vector<std::shared_ptr<const Apps>> before(keys_.size());
    for (const Number node : order_) {
      std::shared_ptr<const Apps> largest;
      for (const Number parent : parents_of_[node])
        if (const auto& apps = before[parent]; apps && (!largest || apps->size() > largest->size())) largest = apps;
      const auto holds = [&](const auto& apps) {
        return std::includes(largest->begin(), largest->end(), apps.begin(), apps.end());
      };
      const std::string& own = keys_[node]->app;
      const bool same = largest && largest->contains(own) &&
                        std::all_of(parents_of_[node].begin(), parents_of_[node].end(), [&](const Number parent) {
                          return !before[parent] || before[parent] == largest || holds(*before[parent]);
                        });
      if (same) {
        before[node] = std::move(largest);
        continue;
      }
      Apps all = largest ? *largest : Apps();
      for (const Number parent : parents_of_[node])
        if (const auto& apps = before[parent]; apps && apps != largest) all.insert(apps->begin(), apps->end());
      all.insert(own);
      before[node] = std::make_shared<const Apps>(std::move(all));
    }
    for (Number node = 0; node < keys_.size(); ++node)
      if (before[node]) graph_.apps_before.emplace_hint(graph_.apps_before.end(), *keys_[node], before[node]);
  }

  std::span<const Migration> migrations_;
  const GraphOptions& options_;
  std::vector<const Migration*> sorted_;
  std::set<std::string> own_apps_;
  std::vector<Edge> missing_;
  KeySet progress_, gone_;
  std::vector<const MigrationKey*> keys_;  // by number
  std::vector<std::vector<Number>> parents_of_;
  std::vector<Number> order_;
  Graph graph_;
};

std::vector<MigrationKey> ends(const Graph& graph, const std::map<MigrationKey, std::vector<MigrationKey>>& edges,
                               const std::string& app) {
  std::vector<MigrationKey> result;
  for (auto node = graph.nodes.lower_bound({app, ""}); node != graph.nodes.end() && node->first.app == app; ++node) {
    const auto found = edges.find(node->first);
    if (found == edges.end() || std::none_of(found->second.begin(), found->second.end(),
                                             [&](const MigrationKey& key) { return key.app == app; }))
      result.push_back(node->first);
  }
  return result;
}

}  // namespace

std::vector<MigrationKey> Graph::leaves(const std::string& app) const { return ends(*this, children, app); }

std::vector<MigrationKey> Graph::roots(const std::string& app) const { return ends(*this, parents, app); }

Graph build_graph(std::span<const Migration> migrations, const GraphOptions& options) {
  return Builder(migrations, options).build();
}

}  // namespace mlint::django
