#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

// The parse tree that libpg_query writes as JSON, behind a small cursor. Fields that are zero are left out by
// libpg_query, so that an absent field reads as zero, empty or false.
namespace mlint::sql {

// The bytes at `text`, the first one lowest: eight of them, or zeros behind `size`.
constexpr std::uint64_t word_of(const char* text, std::size_t size) {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    if (!std::is_constant_evaluated() && size >= 8) {
      std::memcpy(&word, text, 8);
      return word;
    }
  }
  for (std::size_t i = 0; i < size && i < 8; ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  }
  return word;
}

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
  std::int64_t number() const;
  bool flag() const;
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

 private:
  friend class TreeReader;
  enum class Kind : std::uint8_t { object, list, string, scalar };
  // What is inside follows; `extent` items, this one included.
  struct Item {
    Key key;  // of a field of an object
    const char* text = nullptr;
    std::uint32_t size = 0;  // of the text of strings and scalars
    std::uint32_t extent = 1;
    Kind kind = Kind::scalar;
  };

  explicit Node(const Item* item) : item_(item) {}
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
  explicit Iterator(const Item* item) : item_(item) {}
  const Item* item_;
};

inline Node Node::operator[](Key key) const {
  if (item_ == nullptr || item_->kind != Kind::object) return {};
  const Item* const end = item_ + item_->extent;
  for (const Item* field = item_ + 1; field != end; field += field->extent) {
    if (field->key == key) return Node(field);
  }
  return {};
}

inline std::string_view Node::text() const {
  return item_ != nullptr && item_->kind == Kind::string ? std::string_view(item_->text, item_->size)
                                                         : std::string_view();
}

inline bool Node::flag() const { return item_ != nullptr && item_->kind == Kind::scalar && *item_->text == 't'; }

inline Node Node::body() const {
  return item_ != nullptr && item_->kind == Kind::object && item_->extent > 1 ? Node(item_ + 1) : Node();
}

inline Key Node::tag() const {
  const Node field = body();
  return field ? field.item_->key : Key();
}

inline Node::Iterator Node::begin() const {
  return Iterator(item_ != nullptr && item_->kind == Kind::list ? item_ + 1 : nullptr);
}

inline Node::Iterator Node::end() const {
  return Iterator(item_ != nullptr && item_->kind == Kind::list ? item_ + item_->extent : nullptr);
}

// Reads one tree after the other with the same memory; a Node is valid until the next read, and as long as the text.
// One pass makes what is wanted of a tree: its items, names as numbers, and its fingerprint. Knows the JSON that
// libpg_query writes, which has no blanks.
class TreeReader {
 public:
  enum class Status : std::uint8_t { ok, too_deep, broken };
  Status read(char* begin, char* end);  // strings lose their escapes in place
  Node root() const { return Node(items_.data()); }
  // Of what was read, without positions and without the lengths of statements.
  std::uint64_t fingerprint() const;

 private:
  Status value(Key key, std::size_t depth);
  Status fields(std::size_t depth);
  Status elements(std::size_t depth);
  bool name(Key& key);
  bool string(Node::Item& item);
  bool unescape(Node::Item& item);
  void scalar(Node::Item& item);
  bool is_position(const Node::Item& item) const;
  bool take(char c) { return at_ != end_ && *at_ == c && (++at_, true); }

  std::vector<Node::Item> items_;
  char* begin_ = nullptr;
  char* at_ = nullptr;
  char* end_ = nullptr;
  Key hash_;
};

}  // namespace mlint::sql
