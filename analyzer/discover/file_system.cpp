#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "analyzer/discover/path.h"
#include "analyzer/discover/workspace.h"

namespace mlint {
namespace {

std::string reason(int error) {
  std::string text = std::strerror(error);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

std::string named(const std::string& path) { return path.empty() ? "." : path; }

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

class Disk final : public FileSystem {
 public:
  Result<std::string> read(const std::string& path, std::size_t limit) const override {
    // O_NONBLOCK: opening a named pipe must not wait for a writer.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (file.get() < 0 || fstat(file.get(), &status) != 0) {
      return Error{"cannot read `" + path + "`: " + reason(errno)};
    }
    if (!S_ISREG(status.st_mode)) return Error{"cannot read `" + path + "`: not a regular file"};
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > limit) return too_large(path, limit);
    std::string text(size + 1, '\0');  // one more, to see whether it has grown
    std::size_t filled = 0;
    for (;;) {
      const ssize_t got = ::read(file.get(), text.data() + filled, text.size() - filled);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return Error{"cannot read `" + path + "`: " + reason(errno)};
      filled += static_cast<std::size_t>(got);
      if (filled > limit) return too_large(path, limit);
      if (filled < text.size()) break;  // a regular file gives less than was asked for only at its end
      text.resize(text.size() * 2);
    }
    text.resize(filled);
    return text;
  }

  Result<std::vector<Entry>> list(const std::string& directory) const override {
    const std::string path = named(directory);
    DIR* opened = opendir(path.c_str());
    if (opened == nullptr) return Error{"cannot read directory `" + path + "`: " + reason(errno)};
    std::vector<Entry> entries;
    const int descriptor = dirfd(opened);
    errno = 0;
    while (const dirent* entry = readdir(opened)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      entries.push_back(entry_of(*entry, descriptor));
    }
    const int error = errno;
    closedir(opened);
    if (error != 0) return Error{"cannot read directory `" + path + "`: " + reason(error)};
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return entries;
  }

  bool exists(const std::string& path) const override {
    struct stat status {};
    return stat(named(path).c_str(), &status) == 0;
  }

  std::optional<std::size_t> size(const std::string& path) const override {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<std::size_t>(status.st_size);
  }

  std::string real_path(const std::string& path) const override {
    char* resolved = realpath(named(path).c_str(), nullptr);
    if (resolved == nullptr) return path;
    std::string result = resolved;
    std::free(resolved);
    return result;
  }

 private:
  static Error too_large(const std::string& path, std::size_t limit) {
    return Error{"`" + path + "` is larger than " + std::to_string(limit >> 20) + " MiB"};
  }

  static Entry entry_of(const dirent& entry, int directory) {
    Entry result{entry.d_name, entry.d_type == DT_DIR, entry.d_type == DT_LNK};
    if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return result;
    struct stat status {};
    const int saved = errno;
    if (entry.d_type == DT_UNKNOWN && fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      result.link = S_ISLNK(status.st_mode);
    }
    if (fstatat(directory, entry.d_name, &status, 0) == 0) result.directory = S_ISDIR(status.st_mode);
    errno = saved;
    return result;
  }
};

class Overlay final : public FileSystem {
 public:
  Overlay(const FileSystem& below, std::map<std::string, std::string>&& files) : below_(below) {
    for (auto& [path, text] : files) files_.insert_or_assign(path::normal(path), std::move(text));
  }

  Result<std::string> read(const std::string& path, std::size_t limit) const override {
    const auto found = files_.find(path::normal(path));
    if (found == files_.end()) return below_.read(path, limit);
    if (found->second.size() > limit) {
      return Error{"`" + path + "` is larger than " + std::to_string(limit >> 20) + " MiB"};
    }
    return found->second;
  }

  Result<std::vector<Entry>> list(const std::string& directory) const override {
    std::map<std::string, Entry> entries;
    Result<std::vector<Entry>> real = below_.list(directory);
    if (real) {
      for (Entry& entry : *real) entries.emplace(entry.name, entry);
    }
    bool any = false;
    const std::string wanted = path::normal(directory);
    for (const auto& [path, text] : files_) {
      const auto rest = path::below(path, wanted);
      if (!rest || rest->empty()) continue;
      any = true;
      const std::size_t slash = rest->find('/');
      const std::string name(rest->substr(0, slash));
      entries.insert_or_assign(name, Entry{name, slash != std::string_view::npos, false});
    }
    if (!real && !any) return real;
    std::vector<Entry> sorted;
    for (auto& [name, entry] : entries) sorted.push_back(std::move(entry));
    return sorted;
  }

  bool exists(const std::string& path) const override {
    const std::string wanted = path::normal(path);
    const auto at = files_.lower_bound(wanted);
    if (at != files_.end() && at->first == wanted) return true;
    return holds_directory(wanted) || below_.exists(path);
  }

  std::optional<std::size_t> size(const std::string& path) const override {
    const auto found = files_.find(path::normal(path));
    return found == files_.end() ? below_.size(path) : std::optional(found->second.size());
  }

  std::string real_path(const std::string& path) const override {
    const std::string wanted = path::normal(path);
    if (files_.contains(wanted) && !below_.exists(path)) {
      return path::join(real_path(std::string(path::parent(wanted))), path::name(wanted));
    }
    return below_.real_path(path);
  }

 private:
  bool holds_directory(const std::string& directory) const {
    return std::any_of(files_.begin(), files_.end(), [&](const auto& file) {
      const auto rest = path::below(file.first, directory);
      return rest && !rest->empty();
    });
  }

  const FileSystem& below_;
  std::map<std::string, std::string> files_;
};

}  // namespace

std::unique_ptr<FileSystem> disk() { return std::make_unique<Disk>(); }

std::unique_ptr<FileSystem> overlay(const FileSystem& below, std::map<std::string, std::string> files) {
  return std::make_unique<Overlay>(below, std::move(files));
}

}  // namespace mlint
