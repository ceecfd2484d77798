#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "analyzer/base/word.h"

// The parse tree of libpg_query behind a small cursor. Fields that are zero are left out, so that an absent field reads
// as zero, empty or false.
namespace mlint::sql {

// A name that libpg_query chooses, never the user: of a field, of a kind of node, of a value of an enumeration. A hash
// of 64 bits, of literals made when they are compiled: some thousand names do not meet in it.
class Key {
 public:
  constexpr Key() = default;
  consteval Key(const char* name) : Key(of(name)) {}  // NOLINT: a literal reads as a key
  static constexpr Key of(std::string_view name) {
    Key key;
    for (std::size_t i = 0; i < name.size(); i += 8) key.add(word_of(name.data() + i, name.size() - i));
    return key;
  }

  constexpr void add(std::uint64_t word) { value_ = (std::rotl(value_, 23) ^ word) * 0x9E3779B97F4A7C15U; }
  constexpr std::uint64_t value() const { return value_; }
  constexpr explicit operator bool() const { return value_ != 0; }
  friend constexpr bool operator==(Key, Key) = default;

 private:
  std::uint64_t value_ = 0;
};

// Tables by name.
template <class T>
struct Named {
  Key key;
  T value;
};
template <class Table>
constexpr auto find_named(const Table& table, Key key) -> decltype(&table.begin()->value) {
  for (const auto& entry : table) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

class Node {
 public:
  class Iterator;

  Node() = default;
  explicit operator bool() const { return item_ != nullptr; }
  Node operator[](Key key) const;  // of an object
  std::string_view text() const;
  Key name() const { return Key::of(text()); }  // of an enumeration's value
  std::int64_t number() const { return is(Kind::number) ? item_->number : 0; }
  bool flag() const { return number() != 0; }
  std::string_view text(Key key) const { return (*this)[key].text(); }
  Key name(Key key) const { return (*this)[key].name(); }
  std::int64_t number(Key key) const { return (*this)[key].number(); }
  bool flag(Key key) const { return (*this)[key].flag(); }
  // A node of any kind is {"SelectStmt": {…}}.
  Key tag() const;
  std::string_view tag_text() const;
  Node body() const;
  // Of a list; empty for anything else.
  Iterator begin() const;
  Iterator end() const;
  std::size_t size() const;
  // The same names, kinds, texts and numbers. The JSON of libpg_query 15-4.0.0 has no integers below zero: none are the
  // same as any.
  friend bool same(Node a, Node b);

 private:
  friend class Tree;
  enum class Kind : std::uint8_t { object, list, string, number };
  // What is inside follows; `extent` items, this one included.
  struct Item {
    Key key;  // of a field of an object
    union {
      const char* text = nullptr;  // of a string; the name of an object
      std::int64_t number;
    };
    std::uint32_t size = 0;  // of the text
    std::uint32_t extent = 1;
    Kind kind = Kind::number;
  };

  explicit Node(const Item* item) : item_(item) {}
  bool is(Kind kind) const { return item_ != nullptr && item_->kind == kind; }
  const Item* item_ = nullptr;
};

class Node::Iterator {
 public:
  Node operator*() const { return Node(item_); }
  Iterator& operator++() {
    item_ += item_->extent;
    return *this;
  }
  bool operator!=(const Iterator& other) const { return item_ != other.item_; }

 private:
  friend class Node;
  friend bool same(Node a, Node b);
  explicit Iterator(const Item* item) : item_(item) {}
  const Item* item_;
};

inline Node Node::operator[](Key key) const {
  if (!is(Kind::object)) return {};
  const Item* const end = item_ + item_->extent;
  for (const Item* field = item_ + 1; field != end; field += field->extent) {
    if (field->key == key) return Node(field);
  }
  return {};
}

inline std::string_view Node::text() const {
  return is(Kind::string) ? std::string_view(item_->text, item_->size) : std::string_view();
}

inline Node Node::body() const { return is(Kind::object) && item_->extent > 1 ? Node(item_ + 1) : Node(); }

inline std::string_view Node::tag_text() const {
  const Node node = body();
  return node.is(Kind::object) ? std::string_view(node.item_->text, node.item_->size) : std::string_view();
}

inline Key Node::tag() const {
  const Node field = body();
  return field ? field.item_->key : Key();
}

inline Node::Iterator Node::begin() const { return Iterator(is(Kind::list) ? item_ + 1 : nullptr); }

inline Node::Iterator Node::end() const { return Iterator(is(Kind::list) ? item_ + item_->extent : nullptr); }

// Trees, one after the other in the same memory: a Node is valid until the next one begins. Whoever reads a tree adds
// its nodes in the order of a walk; the fingerprint is made on the way.
class Tree {
 public:
  enum class Status : std::uint8_t { ok, too_deep, unreadable };
  // Two levels of these are one of SQL. What recurses over operations afterwards does so on ordinary stacks.
  static constexpr std::size_t kDeepest = 2048;

  Node root() const { return Node(items_.data()); }
  // Of what was read, without positions and without the lengths of statements. Never 0.
  std::uint64_t fingerprint() const;

  void clear();
  std::string_view keep(std::string_view text);  // a copy that lives as long as the tree
  // Of an object and of a list; what is returned is for end(). Names and texts are kept or constant.
  std::size_t begin_object(Key key, std::string_view name);
  std::size_t begin_list(Key key);
  void end(std::size_t begun);
  void add_text(Key key, std::string_view text) { add_text(key, text, Key::of(text)); }
  void add_text(Key key, std::string_view text, Key content);  // whose key is known
  void add_number(Key key, std::int64_t number);
  void add_position(Key key, std::int64_t position);  // where something stands in the text

 private:
  Node::Item& add(Node::Kind kind, Key key);

  std::vector<Node::Item> items_;  // grown ahead: `size_` of them are of this tree
  std::size_t size_ = 0;
  std::array<char, std::size_t{8} << 10> first_texts_;
  std::pmr::monotonic_buffer_resource texts_{first_texts_.data(), first_texts_.size()};
  Key hash_;
};

inline Node::Item& Tree::add(Node::Kind kind, Key key) {
  if (size_ == items_.size()) items_.resize(2 * size_ + 256);
  Node::Item& item = items_[size_++];
  item = Node::Item();
  item.key = key;
  item.kind = kind;
  return item;
}

inline std::size_t Tree::begin_object(Key key, std::string_view name) {
  Node::Item& item = add(Node::Kind::object, key);
  item.text = name.data();
  item.size = static_cast<std::uint32_t>(name.size());
  hash_.add(key.value());
  return size_ - 1;
}

inline std::size_t Tree::begin_list(Key key) {
  add(Node::Kind::list, key);
  hash_.add(key.value());
  return size_ - 1;
}

inline void Tree::end(std::size_t begun) {
  items_[begun].extent = static_cast<std::uint32_t>(size_ - begun);
  hash_.add(1);
}

inline void Tree::add_text(Key key, std::string_view text, Key content) {
  Node::Item& item = add(Node::Kind::string, key);
  item.text = text.data();
  item.size = static_cast<std::uint32_t>(text.size());
  hash_.add(key.value() ^ std::rotl(content.value(), 32));
}

inline void Tree::add_position(Key key, std::int64_t position) { add(Node::Kind::number, key).number = position; }

inline void Tree::add_number(Key key, std::int64_t number) {
  add_position(key, number);
  Key content;
  content.add(static_cast<std::uint64_t>(number));
  hash_.add(key.value() ^ std::rotl(content.value(), 32));
}

// The JSON that libpg_query writes, which has no blanks. Its strings lose their escapes in place.
Tree::Status read_json(Tree& tree, char* begin, char* end);

}  // namespace mlint::sql
