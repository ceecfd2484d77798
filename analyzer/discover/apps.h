#pragma once

#include <string>
#include <vector>

#include "analyzer/discover/python_modules.h"

namespace mlint {

struct FoundApps {
  std::vector<App> apps;  // by label
  std::vector<DuplicateLabel> duplicates;
  std::vector<std::string> notes;
  std::vector<DiscoveryProblem> problems;  // paths relative to the project root
};

// Every app of the project: those that INSTALLED_APPS names, and every other directory with Django migrations.
// `python_files`: the project's own, relative to its root, sorted. `root_name`: of the root's directory, the label of
// an app that is the root itself. `settings` is null when none were found.
FoundApps find_apps(PythonModules& modules, const FileSystem& files, const std::vector<std::string>& python_files,
                    const std::string& root_name, const DjangoSettings* settings);

}  // namespace mlint
