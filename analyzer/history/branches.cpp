#include "analyzer/history/branches.h"

#include <algorithm>
#include <array>

namespace mlint::history {

static constexpr std::array<const char*, 4> usual = {"main", "master", "develop", "trunk"};  // default branches

const std::vector<git::Reference>& Branches::references() const {
  if (!references_) references_ = repository_.references({usual.begin(), usual.end()});
  return *references_;
}

std::vector<std::string> Branches::remotes_origin_first() const {
  std::vector<std::string> remotes = repository_.remotes();
  std::stable_partition(remotes.begin(), remotes.end(), [](const std::string& it) { return it == "origin"; });
  return remotes;
}

std::optional<Target> Branches::named(const std::string& name) const {
  for (const std::string& remote : remotes_origin_first()) {
    if (const auto commit = repository_.commit("refs/remotes/" + remote + "/" + name)) {
      return Target{*commit, remote + "/" + name};
    }
  }
  for (const char* prefix : {"refs/remotes/", "refs/heads/", "refs/tags/", ""}) {
    if (const auto commit = repository_.commit(prefix + name)) return Target{*commit, name};
  }
  return std::nullopt;
}

std::optional<Target> Branches::target_of_reference(const std::string& reference) const {
  std::optional<std::string> commit;
  for (const git::Reference& each : references()) {
    if (each.name == reference || each.stands_for == reference) commit = each.commit;
  }
  if (!commit) commit = repository_.commit(reference);
  if (!commit) return std::nullopt;
  std::string label = reference;
  for (std::string_view prefix : {"refs/remotes/", "refs/heads/"}) {
    if (label.starts_with(prefix)) label.erase(0, prefix.size());
  }
  return Target{*commit, label};
}

const git::Reference* Branches::reference_named(std::string_view name) const {
  for (const git::Reference& each : references()) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

const git::Reference* Branches::current() const {
  for (const git::Reference& each : references()) {
    if (each.current) return &each;
  }
  return nullptr;
}

std::optional<Target> Branches::upstream_of_head() const {
  const git::Reference* head = current();
  return head != nullptr && !head->upstream.empty() ? target_of_reference(head->upstream) : std::nullopt;
}

std::optional<Target> Branches::default_target(const std::string& configured) const {
  if (!configured.empty()) {
    if (const auto target = named(configured)) return target;
  }
  const std::vector<std::string> remotes = remotes_origin_first();
  for (const std::string& remote : remotes) {
    const git::Reference* head = reference_named("refs/remotes/" + remote + "/HEAD");
    if (head == nullptr || head->stands_for.empty()) continue;
    if (const auto target = target_of_reference(head->stands_for)) return target;
  }
  for (const std::string& remote : remotes) {
    for (const char* name : usual) {
      const std::string full = "refs/remotes/" + remote + "/" + name;
      if (reference_named(full) != nullptr) return target_of_reference(full);
    }
  }
  for (const char* name : usual) {
    const std::string full = "refs/heads/" + std::string(name);
    if (reference_named(full) != nullptr) return target_of_reference(full);
  }
  return std::nullopt;
}

std::string Branches::without_remote(const std::string& name) const {
  for (const std::string& remote : repository_.remotes()) {
    if (name.starts_with(remote + "/")) return name.substr(remote.size() + 1);
  }
  return name;
}

}  // namespace mlint::history
