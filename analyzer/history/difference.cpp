#include <algorithm>
#include <set>

#include "analyzer/history/canonical.h"
#include "analyzer/history/compare.h"

// Two versions of one migration, as written.
namespace mlint::history {
namespace {

using django::Migration;
using django::MigrationKey;
using django::ModelOperation;

std::string named(const MigrationKey& key) { return key.app + "." + key.name; }

class AsWritten {
 public:
  AsWritten(const Version& before, const Version& after, const CompareRequest& request)
      : before_(before), after_(after), request_(request) {}

  std::vector<Difference> run(bool same_statements) {
    if (!same_statements) operations();
    reverse();
    if (before_.migration.atomic != after_.migration.atomic) {
      add(Difference::Kind::atomic, before_.migration.atomic ? "atomic = True" : "atomic = False",
          after_.migration.atomic ? "atomic = True" : "atomic = False", after_.migration.atomic_location);
    }
    edges();
    replaces();
    if (found_.empty()) code();
    return std::move(found_);
  }

 private:
  void add(Difference::Kind kind, std::string before, std::string after, Location location) {
    if (location.file == FileId::none) location = after_.migration.class_location;
    found_.push_back({kind, std::move(before), std::move(after), location});
  }

  struct Item {
    std::string text;
    const ModelOperation* operation;
  };
  static std::vector<Item> items(const Version& version) {
    std::vector<Item> result;
    for (const ModelOperation& operation : version.migration.operations) {
      std::string text = canonical(operation, version);
      if (!text.empty()) result.push_back({std::move(text), &operation});
    }
    return result;
  }

  static std::string shown(const Item* item) {
    if (item == nullptr) return {};
    constexpr std::size_t enough = 300;
    std::string text = item->operation->known_as == "RunSQL" && !item->operation->sql.empty()
                           ? item->operation->sql.front().text
                           : item->text;
    if (text.size() > enough) text = text.substr(0, enough) + "…";
    return text;
  }

  void operations() {
    const std::vector<Item> before = items(before_), after = items(after_);
    std::size_t at = 0;
    while (at < before.size() && at < after.size() && before[at].text == after[at].text) ++at;
    if (at == before.size() && at == after.size()) return;
    const Item* old_item = at < before.size() ? &before[at] : nullptr;
    const Item* new_item = at < after.size() ? &after[at] : nullptr;
    add(Difference::Kind::statements, shown(old_item), shown(new_item),
        new_item != nullptr ? new_item->operation->location : after_.migration.operations_location);
  }

  // Operations that carry their own way back, in order.
  static std::vector<const ModelOperation*> written_by_hand(const Migration& migration) {
    std::vector<const ModelOperation*> result;
    for (const ModelOperation& operation : migration.operations) {
      const bool own = operation.known_as == "RunSQL" || operation.known_as == "RunPython" ||
                       operation.known_as.empty() || operation.known_as == "SeparateDatabaseAndState";
      if (own) result.push_back(&operation);
    }
    return result;
  }

  void reverse() {
    if (!found_.empty()) return;
    const auto before = written_by_hand(before_.migration), after = written_by_hand(after_.migration);
    for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
      const std::string old_text = canonical_reverse(*before[i], before_);
      const std::string new_text = canonical_reverse(*after[i], after_);
      if (old_text == new_text) continue;
      if (before[i]->known_as == "RunPython" && after[i]->known_as == "RunPython") continue;  // see code()
      const auto first_sql = [](const ModelOperation& operation) {
        return operation.reverse_sql.empty() ? std::string() : operation.reverse_sql.front().text;
      };
      add(Difference::Kind::reverse_statements, first_sql(*before[i]), first_sql(*after[i]), after[i]->location);
      return;
    }
  }

  // A dependency on a replaced migration and on the squash that replaces it are the same edge.
  std::set<std::string> targets(const std::vector<django::Dependency>& dependencies) const {
    std::set<std::string> result;
    for (const django::Dependency& it : dependencies) {
      if (!it.swappable.empty()) {
        result.insert("swappable " + it.swappable);
        continue;
      }
      MigrationKey key = it.key;
      if (const auto found = request_.relabelled.find(key.app); found != request_.relabelled.end())
        key.app = found->second;
      if (const auto found = request_.renamed.find(key); found != request_.renamed.end()) key = found->second;
      for (const Migration& other : request_.migrations) {
        if (std::find(other.replaces.begin(), other.replaces.end(), key) != other.replaces.end()) key = other.key;
      }
      result.insert(named(key));
    }
    return result;
  }

  static std::string listed(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  }

  void edges() {
    const auto compare = [&](const auto& before, const auto& after, const char* what) {
      const std::set<std::string> old_targets = targets(before), new_targets = targets(after);
      if (old_targets == new_targets) return;
      add(Difference::Kind::graph, what + listed(old_targets), what + listed(new_targets),
          after_.migration.dependencies_location);
    };
    compare(before_.migration.dependencies, after_.migration.dependencies, "depends on ");
    compare(before_.migration.run_before, after_.migration.run_before, "runs before ");
  }

  void replaces() {
    std::set<std::string> before, after;
    for (const MigrationKey& key : before_.migration.replaces) before.insert(named(key));
    for (const MigrationKey& key : after_.migration.replaces) after.insert(named(key));
    // A squash that has served loses its `replaces` when the replaced files go: Django's own advice.
    if (before == after || after.empty()) return;
    add(Difference::Kind::replaces, listed(before), listed(after), after_.migration.class_location);
  }

  static void add_python(const std::vector<ModelOperation>& operations, std::vector<const ModelOperation*>& result) {
    for (const ModelOperation& operation : operations) {
      if (operation.argument("code") != nullptr) result.push_back(&operation);
      add_python(operation.database_operations, result);
    }
  }

  static bool given(const py::Value* value) { return value != nullptr && !value->is<py::None>(); }

  // Where the Python of two operations first differs; null: nowhere.
  const ModelOperation* first_other(const std::vector<const ModelOperation*>& before,
                                    const std::vector<const ModelOperation*>& after, std::string_view name) const {
    for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
      // A way back where there was none changes nothing that was done.
      if (name == "reverse_code" && !given(before[i]->argument(name))) continue;
      const std::string old_code = canonical_code(before[i]->argument(name), before_);
      if (old_code != canonical_code(after[i]->argument(name), after_)) return after[i];
    }
    return nullptr;
  }

  void code() {
    std::vector<const ModelOperation*> before, after;
    add_python(before_.migration.operations, before);
    add_python(after_.migration.operations, after);
    if (const ModelOperation* other = first_other(before, after, "code")) {
      add(Difference::Kind::code, "", "", other->location);
    } else if (before.size() != after.size()) {
      add(Difference::Kind::code, "", "", after_.migration.operations_location);
    } else if (const ModelOperation* back = first_other(before, after, "reverse_code")) {
      add(Difference::Kind::reverse_code, "", "", back->location);
    }
  }

  const Version& before_;
  const Version& after_;
  const CompareRequest& request_;
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> differences(const Migration& before, std::string_view before_source, const Migration& after,
                                    std::string_view after_source, const CompareRequest& request,
                                    bool same_statements) {
  const Version old_version{before, before_source}, new_version{after, after_source};
  return AsWritten(old_version, new_version, request).run(same_statements);
}

}  // namespace mlint::history
