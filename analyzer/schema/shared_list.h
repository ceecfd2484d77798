#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "analyzer/base/own.h"

namespace mlint {

// A vector whose elements are shared between copies and copied when changed. Reads like a vector of T; what changes an
// element goes through edit().
template <class T>
class SharedList {
 public:
  class const_iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    const_iterator() = default;
    explicit const_iterator(const std::shared_ptr<T>* at) : at_(at) {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return at_->get(); }
    reference operator[](difference_type n) const { return *at_[n]; }
    const_iterator& operator++() {
      ++at_;
      return *this;
    }
    const_iterator operator++(int) { return const_iterator(at_++); }
    const_iterator& operator--() {
      --at_;
      return *this;
    }
    const_iterator operator--(int) { return const_iterator(at_--); }
    const_iterator& operator+=(difference_type n) {
      at_ += n;
      return *this;
    }
    const_iterator& operator-=(difference_type n) {
      at_ -= n;
      return *this;
    }
    friend const_iterator operator+(const_iterator i, difference_type n) { return const_iterator(i.at_ + n); }
    friend const_iterator operator+(difference_type n, const_iterator i) { return i + n; }
    friend const_iterator operator-(const_iterator i, difference_type n) { return const_iterator(i.at_ - n); }
    friend difference_type operator-(const_iterator a, const_iterator b) { return a.at_ - b.at_; }
    friend bool operator==(const_iterator a, const_iterator b) { return a.at_ == b.at_; }
    friend auto operator<=>(const_iterator a, const_iterator b) { return a.at_ <=> b.at_; }

   private:
    const std::shared_ptr<T>* at_ = nullptr;
  };
  using value_type = T;
  using iterator = const_iterator;

  SharedList() = default;
  SharedList(std::initializer_list<T> values) {
    for (const T& value : values) push_back(value);
  }

  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  const T& operator[](std::size_t i) const { return *items_[i]; }
  const T& front() const { return *items_.front(); }
  const T& back() const { return *items_.back(); }
  const_iterator begin() const { return const_iterator(items_.data()); }
  const_iterator end() const { return const_iterator(items_.data() + items_.size()); }

  T& push_back(T value) {
    items_.push_back(std::make_shared<T>(std::move(value)));
    return *items_.back();
  }
  void clear() { items_.clear(); }
  void erase(std::size_t i) { items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(i)); }
  template <class Predicate>
  std::size_t erase_if(Predicate predicate) {
    return std::erase_if(items_, [&](const std::shared_ptr<T>& item) { return predicate(std::as_const(*item)); });
  }
  T& edit(std::size_t i) { return own(items_[i]); }

 private:
  std::vector<std::shared_ptr<T>> items_;
};

}  // namespace mlint
