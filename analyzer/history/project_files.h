#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/source.h"
#include "analyzer/discover/workspace.h"
#include "analyzer/django/read.h"

namespace mlint {

// The files of a run by FileId. May be asked from any thread.
class SourceTable {
 public:
  // The same path gives the same id; `text` counts only at the first call.
  FileId add(const std::string& path, std::string text);
  std::vector<SourceFile> take();

 private:
  std::mutex mutex_;
  std::vector<SourceFile> files_;
  std::map<std::string, FileId> ids_;
};

// What migrations take from elsewhere in their project: modules they import, constants, SQL files they read.
class SharedFiles {
 public:
  SharedFiles(const FileSystem& files, const Project& project, SourceTable& sources);

  django::ProjectFiles as_project_files();
  // The value behind a dotted name that `from` (relative to the project's root) uses; null: not a constant of the
  // project.
  const py::Value* constant(std::string_view dotted, const std::string& from);

  // Settings that were asked for and that the environment gives: their defaults were taken. Once nobody asks any more.
  const std::set<std::string>& settings_at_default() const { return settings_at_default_; }

  struct Asking {  // what py::ParseOptions hands back to the resolver
    SharedFiles* files;
    std::string from;
  };
  static const py::Value* resolve(const void* asking, std::string_view dotted);

 private:
  struct Shared {
    FileId file = FileId::none;
    std::string path;
    std::string text;
    std::unique_ptr<py::Module> module;  // parsed at the first need
    Asking asking;
    bool star = false;                                            // has `import *`
    bool busy = false;                                            // being parsed: an import cycle
    std::map<std::string, const py::Value*, std::less<>> values;  // of the names that were asked for
  };
  bool may_hold(std::string_view dotted) const;
  Shared* find(std::string_view dotted, std::string_view from);
  Shared* read(const std::string& path);
  const py::Module* parsed(Shared& shared);
  std::optional<const py::Value*> bound(Shared& shared, std::string_view name, int deepest);
  const py::Value* setting(std::string_view name);
  const py::Value* converted_setting(const py::Call& call, std::string_view name);
  const py::Class* model(Shared& shared, std::string_view name, int deepest);
  const py::Value* table_of(std::string_view dotted, const std::string& from);
  const py::Value* django_version();
  std::optional<std::string> text_path(std::string_view path, std::string_view from) const;

  const FileSystem& files_;
  const Project& project_;
  SourceTable& sources_;
  std::set<std::string, std::less<>> top_level_;                         // modules and packages at the import roots
  std::recursive_mutex mutex_;                                           // a module being parsed asks for others
  std::map<std::string, std::unique_ptr<Shared>, std::less<>> by_path_;  // null: cannot be read
  std::map<std::string, Shared*, std::less<>> by_name_;                  // absolute dotted name
  std::map<std::string, py::Value, std::less<>> settings_;               // that a built-in function makes
  std::set<std::string> settings_at_default_;
  std::map<const py::Class*, py::Value> tables_;  // of models that were asked for
  std::optional<py::Value> django_version_;
  int depth_ = 0;
};

}  // namespace mlint
