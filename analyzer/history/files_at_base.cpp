#include "analyzer/history/files_at_base.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "analyzer/discover/path.h"

namespace mlint::history {
namespace {

class FilesAtBase final : public FileSystem {
 public:
  FilesAtBase(const FileSystem& now, const Scope& scope, git::Repository repository)
      : now_(now), scope_(scope), repository_(std::move(repository)), blobs_(repository_) {
    using Kind = git::ChangedFile::Kind;
    for (const git::ChangedFile& change : scope.changes) {
      was_there_[change.path] = change.kind == Kind::edited || change.kind == Kind::deleted;
      if (change.kind == Kind::renamed) was_there_[change.old_path] = true;
    }
  }

  Result<std::string> read(const std::string& path, std::size_t limit) const override {
    const auto change = change_of(path);
    if (!change) return now_.read(path, limit);
    if (!change->second) return Error{"`" + path + "` is not at the base"};
    const std::lock_guard lock(mutex_);
    Result<std::optional<std::string>> text = blobs_.read(scope_.base, change->first, limit);
    if (!text) return text.error();
    if (!*text) return Error{"`" + path + "` is not at the base"};
    return **std::move(text);
  }

  // What stands there now, and what stood there at the base.
  Result<std::vector<Entry>> list(const std::string& directory) const override {
    Result<std::vector<Entry>> entries = now_.list(directory);
    const auto below = path::below(path::normal(directory), repository_.root());
    if (!entries || !below) return entries;
    for (const auto& [path, there] : was_there_) {
      const auto rest = path::below(path, *below);
      if (!there || !rest || rest->empty()) continue;
      const std::size_t slash = rest->find('/');
      const std::string_view name = rest->substr(0, slash);
      const auto place = std::lower_bound(entries->begin(), entries->end(), name,
                                          [](const Entry& entry, std::string_view it) { return entry.name < it; });
      if (place != entries->end() && place->name == name) continue;
      entries->insert(place, Entry{std::string(name), slash != std::string_view::npos, false});
    }
    return entries;
  }

  bool exists(const std::string& path) const override {
    const auto change = change_of(path);
    return change ? change->second : now_.exists(path);
  }

  std::optional<std::size_t> size(const std::string& path) const override {
    if (!change_of(path)) return now_.size(path);
    const auto text = read(path, max_file_size);
    return text ? std::optional(text->size()) : std::nullopt;
  }

  std::string real_path(const std::string& path) const override { return now_.real_path(path); }

 private:
  // Its path in the repository, and whether the base has it; nothing for what did not change.
  std::optional<std::pair<std::string, bool>> change_of(const std::string& path) const {
    const std::string normal = path::normal(path);
    const auto below = path::below(normal, repository_.root());
    const auto found = below ? was_there_.find(*below) : was_there_.end();
    if (found == was_there_.end()) return std::nullopt;
    return *found;
  }

  const FileSystem& now_;
  const Scope& scope_;
  const git::Repository repository_;
  std::map<std::string, bool, std::less<>> was_there_;
  mutable std::mutex mutex_;
  mutable git::Blobs blobs_;
};

}  // namespace

std::unique_ptr<FileSystem> files_at_base(const FileSystem& now, const Scope& scope) {
  if (!scope.base.empty() && scope.git) return std::make_unique<FilesAtBase>(now, scope, *scope.git);
  return overlay(now, {});
}

}  // namespace mlint::history
