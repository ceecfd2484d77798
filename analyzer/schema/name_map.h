#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/base/own.h"
#include "analyzer/base/word.h"
#include "analyzer/operation/expression.h"

namespace mlint {

// Values by their `name`, in a tree of the hash of its last part: sixteen ways at each node, a few values at each leaf.
// A copy shares everything; a change copies the nodes on the way to one value, and the value.
template <class T>
class NameMap {
 public:
  const T* find(std::string_view schema, std::string_view name) const {
    if (!root_) return nullptr;
    const std::size_t hash = hash_of(name);
    const Node* const leaf = leaf_of(hash);
    if (leaf == nullptr) return nullptr;
    for (const Entry& entry : leaf->entries) {
      if (entry.is(schema, name, hash)) return entry.value.get();
    }
    return nullptr;
  }
  const T* find(const QualifiedName& name) const { return find(name.schema, name.name); }
  bool contains(std::string_view schema, std::string_view name) const { return find(schema, name) != nullptr; }
  bool contains(const QualifiedName& name) const { return find(name) != nullptr; }

  // Of those with that last part, in whatever schema, the one whose schema has the lowest rank; no rank: not that one.
  template <class Rank>
  const T* find_first(std::string_view name, Rank rank_of) const {
    if (!root_) return nullptr;
    const std::size_t hash = hash_of(name);
    const Node* const leaf = leaf_of(hash);
    if (leaf == nullptr) return nullptr;
    const T* first = nullptr;
    std::size_t lowest = 0;
    for (const Entry& entry : leaf->entries) {
      if (entry.hash != hash || entry.value->name.name != name) continue;
      const std::optional<std::size_t> rank = rank_of(entry.value->name.schema);
      if (!rank || (first != nullptr && *rank >= lowest)) continue;
      first = entry.value.get();
      lowest = *rank;
    }
    return first;
  }

  // Null when absent.
  T* edit(const QualifiedName& name) {
    if (!contains(name)) return nullptr;
    const std::size_t hash = hash_of(name.name);
    for (Entry& entry : edit_leaf(hash).entries) {
      if (entry.is(name.schema, name.name, hash)) return &own(entry.value);
    }
    return nullptr;
  }

  // Replaces one of the same name.
  T& put(T&& value) {
    const std::size_t hash = hash_of(value.name.name);
    Node& leaf = edit_leaf(hash);
    for (Entry& entry : leaf.entries) {
      if (!entry.is(value.name.schema, value.name.name, hash)) continue;
      entry.value = std::make_shared<T>(std::move(value));
      return *entry.value;
    }
    ++size_;
    return *leaf.entries.emplace_back(Entry{hash, std::make_shared<T>(std::move(value))}).value;
  }

  bool erase(const QualifiedName& name) {
    if (!contains(name)) return false;
    const std::size_t hash = hash_of(name.name);
    std::erase_if(edit_leaf(hash).entries, [&](const Entry& entry) { return entry.is(name.schema, name.name, hash); });
    --size_;
    return true;
  }

  template <class Function>
  void for_each(Function function) const {
    if (root_) root_->for_each(function);
  }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t bits = 4;
  static constexpr std::size_t ways = std::size_t{1} << bits;
  static constexpr std::size_t most_entries = 12;

  struct Entry {
    std::size_t hash;
    std::shared_ptr<T> value;
    bool is(std::string_view schema, std::string_view name, std::size_t hash_of_name) const {
      return hash == hash_of_name && value->name.name == name && value->name.schema == schema;
    }
  };
  struct Node {
    std::vector<Entry> entries;
    std::vector<std::shared_ptr<Node>> children;  // none: a leaf

    template <class Function>
    void for_each(Function& function) const {
      for (const Entry& entry : entries) function(std::as_const(*entry.value));
      for (const auto& child : children) {
        if (child) child->for_each(function);
      }
    }
    void split(std::size_t shift) {
      children.resize(ways);
      for (Entry& entry : entries) own(children[way(entry.hash, shift)]).entries.push_back(std::move(entry));
      entries = {};
    }
  };

  // A word and a multiplication at a time: names are short, and asked for often.
  static std::size_t hash_of(std::string_view name) {
    std::uint64_t hash = name.size();
    for (std::size_t i = 0; i < name.size(); i += 8) {
      hash = (std::rotl(hash, 23) ^ word_of(name.data() + i, name.size() - i)) * 0x9E3779B97F4A7C15U;
    }
    return static_cast<std::size_t>(hash ^ (hash >> 32U));
  }
  static std::size_t way(std::size_t hash, std::size_t shift) { return (hash >> shift) % ways; }

  const Node* leaf_of(std::size_t hash) const {
    const Node* node = root_.get();
    for (std::size_t shift = 0; node != nullptr && !node->children.empty(); shift += bits) {
      node = node->children[way(hash, shift)].get();
    }
    return node;
  }

  // With room for one more.
  Node& edit_leaf(std::size_t hash) {
    Node* node = &own(root_);
    for (std::size_t shift = 0; shift + bits < 8 * sizeof(hash); shift += bits) {
      if (node->children.empty()) {
        if (node->entries.size() < most_entries) break;
        node->split(shift);
      }
      node = &own(node->children[way(hash, shift)]);
    }
    return *node;
  }

  std::shared_ptr<Node> root_;
  std::size_t size_ = 0;
};

}  // namespace mlint
