#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/history/git.h"

// Branches of a repository, its remotes' too, and which of them others are compared with.
namespace mlint::history {

// A revision that was found, and how people call it.
struct Target {
  std::string commit;
  std::string label;
};

class Branches {
 public:
  explicit Branches(const git::Repository& repository) : repository_(repository) {}

  // The remote's branch before the local one, which may be behind it.
  std::optional<Target> named(const std::string& name) const;
  std::optional<Target> upstream_of_head() const;
  // Configured, else what the remote calls its default, else a branch of the usual names.
  std::optional<Target> default_target(const std::string& configured) const;
  const git::Reference* current() const;  // null when HEAD is detached
  std::string without_remote(const std::string& name) const;

 private:
  std::optional<Target> target_of_reference(const std::string& reference) const;
  const git::Reference* reference_named(std::string_view name) const;
  const std::vector<git::Reference>& references() const;
  std::vector<std::string> remotes_origin_first() const;

  const git::Repository& repository_;
  mutable std::optional<std::vector<git::Reference>> references_;  // asked once
};

}  // namespace mlint::history
