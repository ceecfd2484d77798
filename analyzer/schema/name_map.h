#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/operation/expression.h"
#include "analyzer/schema/own.h"

namespace mlint {

// Values by their `name`. A copy shares everything; a change copies two short rows of pointers, one bucket of pointers
// and one value.
template <class T>
class NameMap {
 public:
  NameMap() : root_(std::make_shared<Root>()) {}

  const T* find(const QualifiedName& name) const {
    const Entry* const entry = entry_of(name, hash_of(name));
    return entry == nullptr ? nullptr : entry->value.get();
  }
  bool contains(const QualifiedName& name) const { return find(name) != nullptr; }

  // Null when absent.
  T* edit(const QualifiedName& name) {
    const std::size_t hash = hash_of(name);
    if (entry_of(name, hash) == nullptr) return nullptr;
    for (Entry& entry : edit_bucket(hash))
      if (entry.is(name, hash)) return &own(entry.value);
    return nullptr;
  }

  // Replaces one of the same name.
  T& put(T value) {
    erase(value.name);
    const std::size_t hash = hash_of(value.name);
    Bucket& bucket = edit_bucket(hash);
    bucket.push_back({hash, std::make_shared<T>(std::move(value))});
    ++own(root_).size;
    return *bucket.back().value;
  }

  bool erase(const QualifiedName& name) {
    const std::size_t hash = hash_of(name);
    if (entry_of(name, hash) == nullptr) return false;
    std::erase_if(edit_bucket(hash), [&](const Entry& entry) { return entry.is(name, hash); });
    --own(root_).size;
    return true;
  }

  template <class Function>
  void for_each(Function function) const {
    for (const auto& row : root_->rows) {
      if (!row) continue;
      for (const auto& bucket : row->buckets) {
        if (!bucket) continue;
        for (const Entry& entry : *bucket) function(std::as_const(*entry.value));
      }
    }
  }
  std::size_t size() const { return root_->size; }

 private:
  static constexpr std::size_t row_size = 8;
  struct Entry {
    std::size_t hash;
    std::shared_ptr<T> value;
    bool is(const QualifiedName& name, std::size_t of_name) const {
      return hash == of_name && value->name.name == name.name && value->name.schema == name.schema;
    }
  };
  using Bucket = std::vector<Entry>;
  struct Row {
    std::array<std::shared_ptr<Bucket>, row_size> buckets;
  };
  struct Root {
    std::array<std::shared_ptr<Row>, row_size> rows;
    std::size_t size = 0;
  };

  static std::size_t hash_of(const QualifiedName& name) { return std::hash<std::string_view>{}(name.name); }
  static std::size_t row_of(std::size_t hash) { return hash / row_size % row_size; }

  const Entry* entry_of(const QualifiedName& name, std::size_t hash) const {
    const auto& row = root_->rows[row_of(hash)];
    const Bucket* const bucket = row ? row->buckets[hash % row_size].get() : nullptr;
    if (bucket == nullptr) return nullptr;
    for (const Entry& entry : *bucket)
      if (entry.is(name, hash)) return &entry;
    return nullptr;
  }

  Bucket& edit_bucket(std::size_t hash) { return own(own(own(root_).rows[row_of(hash)]).buckets[hash % row_size]); }

  std::shared_ptr<Root> root_;
};

}  // namespace mlint
