#include "analyzer/history/compare.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/base/text_check.h"
#include "analyzer/discover/path.h"
#include "analyzer/history/asked.h"

namespace mlint::history {
namespace {

using django::Migration;
using django::MigrationKey;

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
    if (auto error = relabelled_apps()) return *std::move(error);
    for (const git::ChangedFile& file : request_.scope.changes) note_rename(file);
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

  // The label that an app in that directory had at the base: as its apps.py says, else the folder's name.
  Result<std::string> base_label(const std::string& directory) {
    const auto text = blobs_.read(request_.scope.base, prefix_ + path::join(directory, "apps.py"), max_file_size);
    if (!text) return text.error();
    std::string label(path::name(directory));
    if (!*text || check_text(**text)) return label;
    const py::Module module = py::parse(**text, {});
    for (const py::Class& it : module.classes) {
      const py::Value* given = it.find("label");
      const py::Value* name = given == nullptr ? it.find("name") : given;
      const auto* string = name == nullptr ? nullptr : name->as<py::String>();
      if (string != nullptr) return string->text.substr(string->text.rfind('.') + 1);
    }
    return label;
  }

  void relabel(const std::string& before, const std::string& now, std::string file) {
    if (before == now || request_.project.app(before) != nullptr) return;
    if (request_.relabelled.emplace(before, now).second) result_.labels.push_back({before, now, std::move(file)});
  }

  // By an edited apps.py, or by a directory that has another name.
  std::optional<Error> relabelled_apps() {
    for (const git::ChangedFile& file : request_.scope.changes) {
      const auto now = in_project(file.path);
      if (!now || file.kind == git::ChangedFile::Kind::added || file.kind == git::ChangedFile::Kind::deleted) continue;
      const bool renamed = file.kind == git::ChangedFile::Kind::renamed;
      const std::string old_file = renamed ? in_project(file.old_path).value_or(std::string()) : *now;
      std::string_view directory = path::parent(*now), old_directory = path::parent(old_file);
      const bool in_migrations = path::name(directory) == "migrations" && path::name(old_directory) == "migrations";
      if (renamed && in_migrations && path::name(*now) == path::name(old_file) && may_be_migration(*now)) {
        directory = path::parent(directory);
        old_directory = path::parent(old_directory);
        if (directory == old_directory) continue;
      } else if (path::name(*now) != "apps.py" || directory != old_directory) {
        continue;
      }
      const App* app = app_at(path::join(directory, "migrations"));
      if (app == nullptr) continue;
      const auto before = base_label(std::string(old_directory));
      if (!before) return before.error();
      relabel(*before, app->label, path::name(*now) == "apps.py" ? *now : std::string(directory));
    }
    return std::nullopt;
  }

  // Migrations that depend on a renamed one name it anew: no finding of their own.
  void note_rename(const git::ChangedFile& file) {
    const auto now = in_project(file.path), before = in_project(file.old_path);
    if (file.kind != git::ChangedFile::Kind::renamed || !now || !before) return;
    if (path::parent(*now) != path::parent(*before) || !may_be_migration(*before)) return;
    const Migration* migration = now_at(*now);
    if (migration == nullptr) return;
    const MigrationKey old_key{migration->key.app, std::string(path::stem(*before))};
    if (!by_key_.contains(old_key)) request_.renamed.emplace(old_key, migration->key);
  }

  bool was_relabelled(const std::string& label) const {
    return std::any_of(request_.relabelled.begin(), request_.relabelled.end(),
                       [&](const auto& it) { return it.second == label; });
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
    // A squash that is new stands for what the base has.
    if (kind == Change::Kind::added && now != nullptr && now->replaces.empty()) added_.insert(now->key);
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
    if (old_key != now.key) {
      // git takes boilerplate for likeness: what asks something else is another migration.
      const auto found = differences((*before)->migration, *(*before)->source, now, source_of(now), request_);
      const bool other = std::any_of(found.begin(), found.end(),
                                     [](const Difference& it) { return it.kind == Difference::Kind::statements; });
      if (!other || by_key_.contains(old_key)) return renamed(old_key, now, file);
      add(Change::Kind::added, now.key, file, &now);
      return removed(old_file);
    }
    Change& change = add(Change::Kind::edited, now.key, file, &now);
    if (was_relabelled(now.key.app)) return std::nullopt;  // one cause, one finding
    change.differences = differences((*before)->migration, *(*before)->source, now, source_of(now), request_);
    const bool as_written = std::any_of(change.differences.begin(), change.differences.end(),
                                        [](const Difference& it) { return it.kind == Difference::Kind::statements; });
    if (as_written) unsettled_.emplace(now.key, Unsettled{result_.changes.size() - 1, **std::move(before)});
    return std::nullopt;
  }

  struct Unsettled {
    std::size_t change;  // index
    AtBase before;
  };

  // As written they differ; what counts is what each asks of the database in its place of its own history.
  void settle_by_lowering() {
    if (request_.graph == nullptr || unsettled_.empty()) return;
    django::History history(request_.replay);
    std::optional<django::History> history_before;  // as at the base, from the first edited migration on
    std::size_t left = unsettled_.size();
    for (const MigrationKey& key : request_.graph->order) {
      if (left == 0) return;
      const auto node = request_.graph->nodes.find(key);
      if (node == request_.graph->nodes.end()) continue;
      const Migration& now = *node->second;
      if (const auto found = unsettled_.find(key); found != unsettled_.end()) {
        --left;
        if (!history_before) history_before = history;
        settle(found->second, now, *history_before, history);
        history_before->replay(found->second.before.migration);
      } else if (history_before && !added_.contains(key)) {
        history_before->replay(now);
      }
      history.replay(now);
    }
  }

  void settle(const Unsettled& it, const Migration& now, const django::History& history_before,
              const django::History& history) {
    const Migration& before = it.before.migration;
    const std::string_view source = *it.before.source;
    const Asked old_asked = asked_by({before, source}, history_before.lower(before));
    const Asked new_asked = asked_by({now, source_of(now)}, history.lower(now));
    const Comparison found = compare_asked(old_asked, new_asked);
    std::vector<Difference>& known = result_.changes[it.change].differences;
    if (found.answer == Answer::same) {
      known = differences(before, source, now, source_of(now), request_, true);
      if (known.empty() && !found.same_order)
        known.push_back({Difference::Kind::code, "", "", now.operations_location, true});
      return;
    }
    for (Difference& difference : known) {
      if (difference.kind != Difference::Kind::statements) continue;
      difference.known = found.answer == Answer::differs;
      if (!difference.known) continue;
      difference.before = found.before;
      difference.after = found.after;
      const bool located = found.operation < now.operations.size();
      difference.location = located ? now.operations[found.operation].location : now.operations_location;
    }
  }

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

  CompareRequest request_;
  const git::Repository& repository_;
  git::Blobs blobs_;
  std::string prefix_;
  std::map<MigrationKey, const Migration*> by_key_;
  std::set<MigrationKey> replaced_, added_;
  std::map<MigrationKey, Unsettled> unsettled_;
  Changes result_;
};

}  // namespace

Result<Changes> compare_with_base(const CompareRequest& request) {
  if (!request.scope.git) return Changes{};
  return Comparer(request, *request.scope.git).run();
}

}  // namespace mlint::history
