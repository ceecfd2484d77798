#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "analyzer/base/own.h"

namespace mlint {

// A vector whose elements are shared between copies and copied when changed. Reads like a vector of T; what changes an
// element goes through edit(). Elements hang together in chunks, shared too: a table of many thousand indexes that gets
// one more costs a pointer for each chunk, not for each index.
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
    const_iterator(const SharedList* list, difference_type at) : list_(list), at_(at) {}
    reference operator*() const { return (*this)[0]; }
    pointer operator->() const { return &**this; }
    reference operator[](difference_type n) const { return (*list_)[static_cast<std::size_t>(at_ + n)]; }
    const_iterator& operator++() {
      ++at_;
      return *this;
    }
    const_iterator operator++(int) { return const_iterator(list_, at_++); }
    const_iterator& operator--() {
      --at_;
      return *this;
    }
    const_iterator operator--(int) { return const_iterator(list_, at_--); }
    const_iterator& operator+=(difference_type n) {
      at_ += n;
      return *this;
    }
    const_iterator& operator-=(difference_type n) {
      at_ -= n;
      return *this;
    }
    friend const_iterator operator+(const_iterator i, difference_type n) { return i += n; }
    friend const_iterator operator+(difference_type n, const_iterator i) { return i += n; }
    friend const_iterator operator-(const_iterator i, difference_type n) { return i -= n; }
    friend difference_type operator-(const_iterator a, const_iterator b) { return a.at_ - b.at_; }
    friend bool operator==(const_iterator a, const_iterator b) { return a.at_ == b.at_; }
    friend auto operator<=>(const_iterator a, const_iterator b) { return a.at_ <=> b.at_; }

   private:
    const SharedList* list_ = nullptr;
    difference_type at_ = 0;
  };
  using value_type = T;
  using iterator = const_iterator;

  SharedList() = default;
  SharedList(std::initializer_list<T> values) {
    for (const T& value : values) push_back(T(value));
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](std::size_t i) const { return *shared(i); }
  const T& front() const { return (*this)[0]; }
  const T& back() const { return (*this)[size_ - 1]; }
  const_iterator begin() const { return {this, 0}; }
  const_iterator end() const { return {this, static_cast<std::ptrdiff_t>(size_)}; }

  T& push_back(T&& value) {
    if (size_ % chunk_size == 0) chunks_.emplace_back(std::make_shared<Chunk>())->reserve(usual_size);
    Chunk& last = own(chunks_.back());
    last.push_back(std::make_shared<T>(std::move(value)));
    ++size_;
    return *last.back();
  }
  void clear() { shorten(0); }
  void erase(std::size_t i) {
    for (; i + 1 < size_; ++i) put(i, shared(i + 1));
    shorten(size_ - 1);
  }
  template <class Predicate>
  std::size_t erase_if(Predicate predicate) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      if (predicate((*this)[i])) continue;
      if (kept != i) put(kept, shared(i));
      ++kept;
    }
    const std::size_t erased = size_ - kept;
    if (erased > 0) shorten(kept);
    return erased;
  }
  T& edit(std::size_t i) { return own(slot(i)); }

  // Chunks that are one and the same in both.
  std::size_t chunks_shared_with(const SharedList& other) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < std::min(chunks_.size(), other.chunks_.size()); ++i)
      if (chunks_[i] == other.chunks_[i]) ++count;
    return count;
  }
  static constexpr std::size_t chunk_size = 64;
  static constexpr std::size_t usual_size = 4;

 private:
  using Chunk = std::vector<std::shared_ptr<T>>;

  const std::shared_ptr<T>& shared(std::size_t i) const { return (*chunks_[i / chunk_size])[i % chunk_size]; }
  std::shared_ptr<T>& slot(std::size_t i) { return own(chunks_[i / chunk_size])[i % chunk_size]; }
  void put(std::size_t i, std::shared_ptr<T> item) { slot(i) = std::move(item); }
  void shorten(std::size_t size) {
    size_ = size;
    chunks_.resize((size + chunk_size - 1) / chunk_size);
    if (size % chunk_size != 0) own(chunks_.back()).resize(size % chunk_size);
  }

  std::vector<std::shared_ptr<Chunk>> chunks_;  // all full but the last
  std::size_t size_ = 0;
};

}  // namespace mlint
