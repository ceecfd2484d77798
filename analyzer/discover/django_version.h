#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/discover/workspace.h"

namespace mlint {

// "4.2" and why: a lock file's pin, else a requirement's; of a range the lowest version it allows, because what that
// one runs must be safe. Empty: nothing says. `directories` are asked in order, the project's own first; then those of
// `own` that look like requirements, files of the project relative to it: `dependencies/pip/requirements.txt`.
Sourced<std::string> find_django_version(const FileSystem& files, const std::vector<std::string>& directories,
                                         const std::vector<std::string>& own, const std::string& relative_to);

// The requirement of a PEP 508 line ("Django[argon2]>=4.2,<5  # LTS"): its specifiers, or nothing when the line is
// about another package.
std::optional<std::string> django_requirement(std::string_view line);
// ">=4.2,<5" -> "4.2"; "==5.1.3" -> "5.1"; "^4.2" and "~=4.2" alike; empty where no lower bound is named.
std::string minor_version(std::string_view specifiers);

}  // namespace mlint
