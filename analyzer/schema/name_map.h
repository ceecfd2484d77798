#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/operation/expression.h"

namespace mlint {

// Values by their `name`. A copy shares everything; a change copies one bucket of pointers and one value.
template <class T>
class NameMap {
 public:
  NameMap() : root_(std::make_shared<Root>()) {}

  const T* find(const QualifiedName& name) const {
    const auto& bucket = root_->buckets[slot(name)];
    if (!bucket) return nullptr;
    for (const auto& value : *bucket)
      if (value->name.name == name.name && value->name.schema == name.schema) return value.get();
    return nullptr;
  }
  bool contains(const QualifiedName& name) const { return find(name) != nullptr; }

  // Null when absent.
  T* edit(const QualifiedName& name) {
    if (!find(name)) return nullptr;
    for (auto& value : edit_bucket(slot(name))) {
      if (value->name.name != name.name || value->name.schema != name.schema) continue;
      if (value.use_count() != 1) value = std::make_shared<T>(*value);
      return value.get();
    }
    return nullptr;
  }

  // Replaces one of the same name.
  T& put(T value) {
    erase(value.name);
    auto& bucket = edit_bucket(slot(value.name));
    bucket.push_back(std::make_shared<T>(std::move(value)));
    ++edit_root().size;
    return *bucket.back();
  }

  bool erase(const QualifiedName& name) {
    if (!find(name)) return false;
    std::erase_if(edit_bucket(slot(name)), [&](const auto& value) { return value->name == name; });
    --edit_root().size;
    return true;
  }

  template <class Function>
  void for_each(Function function) const {
    for (const auto& bucket : root_->buckets) {
      if (!bucket) continue;
      for (const auto& value : *bucket) function(std::as_const(*value));
    }
  }
  std::size_t size() const { return root_->size; }

 private:
  static constexpr std::size_t bucket_count = 64;
  using Bucket = std::vector<std::shared_ptr<T>>;
  struct Root {
    std::array<std::shared_ptr<Bucket>, bucket_count> buckets;
    std::size_t size = 0;
  };

  static std::size_t slot(const QualifiedName& name) { return std::hash<std::string_view>{}(name.name) % bucket_count; }
  Root& edit_root() {
    if (root_.use_count() != 1) root_ = std::make_shared<Root>(*root_);
    return *root_;
  }
  Bucket& edit_bucket(std::size_t i) {
    auto& bucket = edit_root().buckets[i];
    if (!bucket) {
      bucket = std::make_shared<Bucket>();
    } else if (bucket.use_count() != 1) {
      bucket = std::make_shared<Bucket>(*bucket);
    }
    return *bucket;
  }

  std::shared_ptr<Root> root_;
};

}  // namespace mlint
