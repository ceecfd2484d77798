#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// The parse tree that libpg_query writes as JSON, behind a small cursor: no other file sees the JSON library. Fields
// that are zero are left out by libpg_query, so that an absent field reads as zero, empty or false.
namespace mlint::sql {

class Node {
 public:
  class Iterator {
   public:
    Node operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    friend class Node;
    const void* document_ = nullptr;
    std::size_t index_ = 0;
  };

  explicit operator bool() const { return document_ != nullptr; }
  Node operator[](std::string_view key) const;  // of an object
  std::string_view text() const;
  std::int64_t number() const;
  bool flag() const;
  std::string_view text(std::string_view key) const { return (*this)[key].text(); }
  std::int64_t number(std::string_view key) const { return (*this)[key].number(); }
  bool flag(std::string_view key) const { return (*this)[key].flag(); }
  // A node of any kind is {"SelectStmt": {…}}.
  std::string_view tag() const;
  Node body() const;
  // Of a list; empty for anything else.
  Iterator begin() const;
  Iterator end() const;
  std::size_t size() const;

 private:
  friend class TreeReader;
  const void* document_ = nullptr;
  std::size_t index_ = 0;
};

// Reads one tree after the other with the same memory; a Node is valid until the next read.
class TreeReader {
 public:
  TreeReader();
  ~TreeReader();
  TreeReader(const TreeReader&) = delete;
  TreeReader& operator=(const TreeReader&) = delete;

  enum class Status : std::uint8_t { ok, too_deep, broken };
  Status read(std::string_view json);
  Node root() const;

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

bool is_utf8(std::string_view text);

}  // namespace mlint::sql
