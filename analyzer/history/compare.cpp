#include "analyzer/history/compare.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/discover/path.h"
#include "analyzer/history/canonical.h"

namespace mlint::history {
namespace {

using django::Migration;
using django::MigrationKey;
using django::ModelOperation;

std::string named(const MigrationKey& key) { return key.app + "." + key.name; }

// ---- two versions of one migration

class Comparison {
 public:
  Comparison(const Version& before, const Version& after, const CompareRequest& request)
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

  void code() {
    const auto before = written_by_hand(before_.migration), after = written_by_hand(after_.migration);
    for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
      for (const char* name : {"code", "reverse_code"}) {
        const std::string old_code = canonical_code(before[i]->argument(name), before_);
        if (old_code == canonical_code(after[i]->argument(name), after_)) continue;
        add(Difference::Kind::code, "", "", after[i]->location);
        return;
      }
    }
  }

  const Version& before_;
  const Version& after_;
  const CompareRequest& request_;
  std::vector<Difference> found_;
};

// What a lowered migration sends, statement by statement; nothing where a part of it is not known.
std::optional<std::vector<std::string>> statements_of(const django::LoweredMigration& lowered) {
  if (!lowered.unknown.empty()) return std::nullopt;
  std::vector<std::string> result;
  for (const django::LoweredStatement& statement : lowered.statements) {
    std::string text;
    for (const Operation& operation : statement.operations) {
      if (operation.fingerprint != 0) text += "#" + std::to_string(operation.fingerprint);
    }
    if (text.empty()) text = statement.sql;
    if (!text.empty()) result.push_back(std::move(text));
  }
  if (lowered.fails) result.push_back("fails");
  return result;
}

// ---- all of a project

class Comparer {
 public:
  Comparer(const CompareRequest& request, const git::Repository& repository)
      : request_(request), repository_(repository), blobs_(repository) {
    const auto below = path::below(request.project.root, repository.root());
    prefix_ = below && !below->empty() ? std::string(*below) + "/" : "";
    for (const Migration& migration : request.migrations) {
      by_key_[migration.key] = &migration;
      for (const MigrationKey& key : migration.replaces) replaced_.insert(key);
    }
  }

  Result<Changes> run() {
    result_.base = request_.scope.base_label;
    for (const git::ChangedFile& file : request_.scope.changes) {
      if (auto error = changed(file)) return *std::move(error);
    }
    settle_by_lowering();
    if (auto error = resets()) return *std::move(error);
    if (auto error = tracking()) return *std::move(error);
    std::stable_sort(result_.changes.begin(), result_.changes.end(),
                     [](const Change& a, const Change& b) { return a.path < b.path; });
    return std::move(result_);
  }

 private:
  // Relative to the project's root; nothing for files of other projects.
  std::optional<std::string> in_project(const std::string& file) const {
    if (!file.starts_with(prefix_)) return std::nullopt;
    return file.substr(prefix_.size());
  }

  const App* app_at(std::string_view directory) const {
    for (const App& app : request_.project.apps) {
      if (app.migrations_directory == directory) return &app;
      if (app.migrations_directory.empty() && path::join(app.directory, "migrations") == directory) return &app;
    }
    return nullptr;
  }

  // The label that a directory's migrations had at the base: today's app in the same place, else the folder's name.
  std::string label_at(std::string_view directory) const {
    if (const App* app = app_at(directory)) return app->label;
    return std::string(path::name(path::parent(directory)));
  }

  const Migration* now_at(const std::string& file) const {
    for (const Migration& migration : request_.migrations) {
      const App* app = request_.project.app(migration.key.app);
      if (app == nullptr || path::stem(file) != migration.key.name) continue;
      if (app->migrations_directory == path::parent(file)) return &migration;
    }
    return nullptr;
  }

  std::string_view source_of(const Migration& migration) const {
    const auto index = static_cast<std::size_t>(migration.file);
    return index < request_.sources.size() ? request_.sources[index].text() : std::string_view();
  }

  struct AtBase {
    std::unique_ptr<std::string> source;
    Migration migration;
  };

  Result<std::optional<AtBase>> at_base(const std::string& file, const std::string& label) {
    auto text = blobs_.read(request_.scope.base, prefix_ + file, max_file_size);
    if (!text) return text.error();
    if (!*text) return std::optional<AtBase>();
    AtBase found;
    found.source = std::make_unique<std::string>(**std::move(text));
    auto read = django::read_migration_text(*found.source, FileId::none, file, label, request_.files);
    auto* migration = std::get_if<Migration>(&read);
    if (migration == nullptr) return std::optional<AtBase>();
    found.migration = std::move(*migration);
    return std::optional(std::move(found));
  }

  static bool is_migration_path(std::string_view file) {
    const std::string_view name = path::name(file);
    return name.ends_with(".py") && !name.starts_with('_') && !name.starts_with('~');
  }

  bool may_be_migration(std::string_view file) const {
    if (!is_migration_path(file)) return false;
    const std::string_view directory = path::parent(file);
    return path::name(directory) == "migrations" || app_at(directory) != nullptr;
  }

  std::optional<Error> changed(const git::ChangedFile& file) {
    const auto now = in_project(file.path);
    const bool gone = file.kind == git::ChangedFile::Kind::deleted;
    if (!gone && now && may_be_migration(*now)) {
      if (const Migration* migration = now_at(*now)) {
        const std::string old_file = file.kind == git::ChangedFile::Kind::renamed ? file.old_path : file.path;
        if (file.kind == git::ChangedFile::Kind::added) {
          add(Change::Kind::added, migration->key, *now, migration);
          return std::nullopt;
        }
        return edited(*migration, *now, in_project(old_file).value_or(*now));
      }
    }
    const std::string old_path = file.kind == git::ChangedFile::Kind::renamed ? file.old_path : file.path;
    const auto before = in_project(old_path);
    const bool was_there = gone || file.kind == git::ChangedFile::Kind::renamed;
    if (was_there && before && may_be_migration(*before)) return removed(*before);
    return std::nullopt;
  }

  Change& add(Change::Kind kind, const MigrationKey& key, const std::string& file, const Migration* now) {
    Change change;
    change.kind = kind;
    change.key = key;
    change.path = file;
    if (now != nullptr) {
      change.file = now->file;
      change.location = now->class_location;
    }
    result_.changes.push_back(std::move(change));
    return result_.changes.back();
  }

  // The file is still there, perhaps under another name or in another directory.
  std::optional<Error> edited(const Migration& now, const std::string& file, const std::string& old_file) {
    // An app that moved keeps its label: the recorded names stay the same.
    const bool same_name = path::stem(old_file) == now.key.name;
    const App* old_app = app_at(path::parent(old_file));
    const std::string label = same_name && old_app == nullptr ? now.key.app : label_at(path::parent(old_file));
    auto before = at_base(old_file, label);
    if (!before) return before.error();
    if (!*before) {
      add(Change::Kind::added, now.key, file, &now);
      return std::nullopt;
    }
    const MigrationKey old_key = (*before)->migration.key;
    if (old_key != now.key) return renamed(old_key, now, file);
    Change& change = add(Change::Kind::edited, now.key, file, &now);
    change.differences = differences((*before)->migration, *(*before)->source, now, source_of(now), request_);
    const bool as_written = std::any_of(change.differences.begin(), change.differences.end(),
                                        [](const Difference& it) { return it.kind == Difference::Kind::statements; });
    if (as_written) unsettled_.emplace(now.key, Unsettled{result_.changes.size() - 1, **std::move(before)});
    return std::nullopt;
  }

  // As written they differ; what counts is what both would ask of the database in the same place of the history.
  void settle_by_lowering() {
    if (request_.graph == nullptr || unsettled_.empty()) return;
    django::History history(request_.replay);
    std::size_t left = unsettled_.size();
    for (const MigrationKey& key : request_.graph->order) {
      if (left == 0) return;
      const auto node = request_.graph->nodes.find(key);
      if (node == request_.graph->nodes.end()) continue;
      const Migration& now = *node->second;
      if (const auto found = unsettled_.find(key); found != unsettled_.end()) {
        --left;
        const AtBase& before = found->second.before;
        const auto old_statements = statements_of(history.lower(before.migration));
        const auto new_statements = statements_of(history.lower(now));
        if (old_statements && new_statements && *old_statements == *new_statements) {
          result_.changes[found->second.change].differences =
              differences(before.migration, *before.source, now, source_of(now), request_, true);
        }
      }
      history.replay(now);
    }
  }

  struct Unsettled {
    std::size_t change;  // index
    AtBase before;
  };

  std::optional<Error> renamed(const MigrationKey& old_key, const Migration& now, const std::string& file) {
    if (by_key_.contains(old_key)) {  // copied: the old one is still there
      add(Change::Kind::added, now.key, file, &now);
      return std::nullopt;
    }
    Change& change = add(Change::Kind::renamed, old_key, file, &now);
    change.renamed = now.key;
    change.replaced = replaced_.contains(old_key);
    return std::nullopt;
  }

  std::optional<Error> removed(const std::string& file) {
    const std::string_view directory = path::parent(file);
    const App* app = app_at(directory);
    auto before = at_base(file, label_at(directory));
    if (!before) return before.error();
    if (!*before) return std::nullopt;
    const MigrationKey key = (*before)->migration.key;
    if (by_key_.contains(key)) return std::nullopt;  // moved with its app
    Change& change = add(Change::Kind::deleted, key, file, nullptr);
    change.replaced = replaced_.contains(key);
    change.app_gone = app == nullptr || !app->installed;
    return std::nullopt;
  }

  // ---- an app's migrations removed and begun anew

  std::optional<Error> resets() {
    std::map<std::string, std::string> directories;  // of apps that lost a migration
    for (const Change& change : result_.changes) {
      if (change.kind == Change::Kind::deleted && !change.replaced && !change.app_gone) {
        directories[change.key.app] = std::string(path::parent(change.path));
      }
    }
    for (const auto& [label, directory] : directories) {
      const auto listed =
          repository_.ask({"ls-tree", "-z", "--name-only", request_.scope.base, prefix_ + directory + "/"});
      if (!listed) return listed.error();
      if (is_reset(label, listed->out)) mark_reset(label);
    }
    return std::nullopt;
  }

  // Of what the base had nothing is left but perhaps a 0001 that was written anew.
  bool is_reset(const std::string& label, std::string_view listed) const {
    bool initial_now = false;
    for (const Migration& migration : request_.migrations) {
      if (migration.key.app == label && migration.key.name.starts_with("0001")) initial_now = true;
    }
    if (!initial_now) return false;
    while (!listed.empty()) {
      const std::size_t end = std::min(listed.find('\0'), listed.size());
      const std::string_view file = listed.substr(0, end);
      listed.remove_prefix(std::min(end + 1, listed.size()));
      if (!is_migration_path(file)) continue;
      const MigrationKey key{label, std::string(path::stem(file))};
      if (!by_key_.contains(key)) continue;
      const auto change =
          std::find_if(result_.changes.begin(), result_.changes.end(), [&](const Change& it) { return it.key == key; });
      const bool rewritten = change != result_.changes.end() && change->kind == Change::Kind::edited &&
                             !change->differences.empty() && key.name.starts_with("0001");
      if (!rewritten) return false;
    }
    return true;
  }

  void mark_reset(const std::string& label) {
    for (Change& change : result_.changes) {
      if (change.key.app != label) continue;
      change.app_reset = true;
      // One cause, one finding: the new 0001 is told by the reset.
      if (change.kind == Change::Kind::edited) change.differences.clear();
    }
  }

  // ---- what git does not know

  std::optional<Error> tracking() {
    std::vector<std::string> files;
    for (const std::string& file : request_.project.migration_files) files.push_back(prefix_ + file);
    const auto found = tracking_of(repository_, files);
    if (!found) return found.error();
    const auto mark = [&](const std::string& file, bool ignored) {
      const auto inside = in_project(file);
      const Migration* migration = inside ? now_at(*inside) : nullptr;
      if (migration == nullptr) return;
      auto change = std::find_if(result_.changes.begin(), result_.changes.end(), [&](const Change& it) {
        return it.path == *inside && it.kind != Change::Kind::deleted;
      });
      Change& marked =
          change != result_.changes.end() ? *change : add(Change::Kind::added, migration->key, *inside, migration);
      marked.untracked = true;
      marked.ignored = ignored;
    };
    for (const std::string& file : found->untracked) mark(file, false);
    for (const std::string& file : found->ignored) mark(file, true);
    return std::nullopt;
  }

  const CompareRequest& request_;
  const git::Repository& repository_;
  git::Blobs blobs_;
  std::string prefix_;
  std::map<MigrationKey, const Migration*> by_key_;
  std::set<MigrationKey> replaced_;
  std::map<MigrationKey, Unsettled> unsettled_;
  Changes result_;
};

}  // namespace

std::vector<Difference> differences(const Migration& before, std::string_view before_source, const Migration& after,
                                    std::string_view after_source, const CompareRequest& request,
                                    bool same_statements) {
  const Version old_version{before, before_source}, new_version{after, after_source};
  return Comparison(old_version, new_version, request).run(same_statements);
}

Result<Changes> compare_with_base(const CompareRequest& request) {
  if (request.scope.repository.empty()) return Changes{};
  const auto opened = git::Repository::open(request.scope.repository);
  if (!opened) return opened.error();
  if (!*opened) return Changes{};
  return Comparer(request, **opened).run();
}

}  // namespace mlint::history
