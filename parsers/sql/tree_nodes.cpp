#include "parsers/sql/tree_nodes.h"

#include <pg_query.h>

namespace mlint::sql {
namespace {

constexpr int kVersionOfLayout = 150001;  // of PostgreSQL, in libpg_query 15-4.0.0

// A value of an enumeration; behind the last one of each stands one without a name.
struct Enumerator {
  std::string_view name;
  Key key;
  int value = 0;

  consteval Enumerator() = default;
  consteval Enumerator(const char* written, int number) : name(written), key(written), value(number) {}
};

enum class How : std::uint8_t {
  tag,  // the kind of node whose fields follow
  text,
  character,
  boolean,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  position,     // an int32
  enumeration,  // `detail`: its first enumerator
  list,         // of nodes
  node,         // a pointer to a node of any kind
  pointed,      // a pointer to a node of the kind `detail`
  embedded,     // such a node itself
  constant      // of A_Const: a node of one of five kinds, itself
};

// Small, for the whole table is walked again and again.
struct Row {
  Key key;
  const char* text;
  std::uint16_t offset;  // a tag's number
  std::uint16_t detail;
  How how;
  std::uint8_t size;

  consteval Row(How row_how, std::string_view name, std::uint16_t row_offset, std::uint16_t row_detail = 0)
      : key(Key::of(name)),
        text(name.data()),
        offset(row_offset),
        detail(row_detail),
        how(row_how),
        size(static_cast<std::uint8_t>(name.size())) {}
  constexpr std::string_view name() const { return {text, size}; }
};

#include "parsers/sql/tree_layout.inc"

constexpr std::size_t kRowCount = std::size(kRows);

constexpr std::uint16_t largest_tag() {
  std::uint16_t largest = 0;
  for (const Row& row : kRows) largest = row.how == How::tag && row.offset > largest ? row.offset : largest;
  return largest;
}

// From tags to rows; kRowCount for a kind that is not in the table.
constexpr auto kRowOfTag = [] {
  std::array<std::uint16_t, largest_tag() + 1> all{};
  all.fill(kRowCount);
  for (std::size_t i = 0; i < kRowCount; ++i) {
    if (kRows[i].how == How::tag) all[kRows[i].offset] = static_cast<std::uint16_t>(i);
  }
  return all;
}();

constexpr std::uint16_t tag_of(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.how == How::tag && row.name() == name) return row.offset;
  }
  return 0;
}
constexpr std::uint16_t kList = tag_of("List");

// pg_list.h
struct List {
  int tag;
  int length;
  int capacity;
  const void* const* elements;
};

template <class T>
T at(const char* place) {
  T value;
  std::memcpy(&value, place, sizeof value);
  return value;
}

class NodeReader {
 public:
  explicit NodeReader(Tree& tree) : tree_(tree) {}

  // {"stmts":[…]}
  Tree::Status read(const void* statements) {
    const std::size_t whole = tree_.begin_object({}, {});
    const std::size_t begun = tree_.begin_list("stmts");
    const List none{};
    const List& list = statements == nullptr ? none : *static_cast<const List*>(statements);
    for (int i = 0; i < list.length && status_ == Tree::Status::ok; ++i) {
      of_kind({}, {}, list.elements[i], tag_of("RawStmt"), 3);
    }
    tree_.end(begun);
    tree_.end(whole);
    return status_;
  }

 private:
  Tree& tree_;
  Tree::Status status_ = Tree::Status::ok;

  // A node of any kind: {"its kind":{…}}. One that is null is {}.
  void node(const Row* field, const void* node, std::size_t depth) {
    const std::size_t begun = begin(field);
    if (node != nullptr) {
      const auto tag = static_cast<std::size_t>(at<int>(static_cast<const char*>(node)));
      const std::size_t row = tag < kRowOfTag.size() ? kRowOfTag[tag] : kRowCount;
      if (row == kRowCount) {
        status_ = Tree::Status::unreadable;
      } else {
        of_kind(kRows[row].key, kRows[row].name(), node, kRows[row].offset, depth + 1);
      }
    }
    tree_.end(begun);
  }

  std::size_t begin(const Row* field) {
    return field == nullptr ? tree_.begin_object({}, {}) : tree_.begin_object(field->key, field->name());
  }

  void of_kind(Key key, std::string_view name, const void* node, std::uint16_t tag, std::size_t depth) {
    if (depth >= Tree::kDeepest) status_ = Tree::Status::too_deep;
    if (status_ != Tree::Status::ok) return;
    const std::size_t begun = tree_.begin_object(key, name);
    if (tag == kList) {
      elements("items", *static_cast<const List*>(node), depth + 1);
    } else {
      const auto* const bytes = static_cast<const char*>(node);
      for (const Row* row = &kRows[kRowOfTag[tag]] + 1; row != std::end(kRows) && row->how != How::tag; ++row) {
        field(*row, bytes + row->offset, depth + 1);
      }
    }
    tree_.end(begun);
  }

  void elements(Key key, const List& list, std::size_t depth) {
    const std::size_t begun = tree_.begin_list(key);
    for (int i = 0; i < list.length && status_ == Tree::Status::ok; ++i) node(nullptr, list.elements[i], depth + 1);
    tree_.end(begun);
  }

  void field(const Row& row, const char* place, std::size_t depth) {
    switch (row.how) {
      case How::text:
        if (const auto* text = at<const char*>(place)) tree_.add_text(row.key, tree_.keep(text));
        return;
      case How::character:
        if (*place != 0) tree_.add_text(row.key, tree_.keep({place, 1}));
        return;
      case How::boolean:
        return number(row, static_cast<std::int64_t>(*place != 0));
      case How::int16:
        return number(row, at<std::int16_t>(place));
      case How::uint16:
        return number(row, at<std::uint16_t>(place));
      case How::int32:
        return number(row, at<std::int32_t>(place));
      case How::uint32:
        return number(row, at<std::uint32_t>(place));
      case How::int64:
        return number(row, at<std::int64_t>(place));
      case How::position:
        if (const auto position = at<std::int32_t>(place); position != 0) tree_.add_position(row.key, position);
        return;
      case How::enumeration:
        return enumerator(row, at<int>(place));
      case How::list:
        if (const auto* list = at<const List*>(place)) {
          if (list->tag != kList) status_ = Tree::Status::unreadable;
          if (status_ == Tree::Status::ok) elements(row.key, *list, depth);
        }
        return;
      case How::node:
        if (const auto* pointed = at<const void*>(place)) node(&row, pointed, depth);
        return;
      case How::pointed:
        if (const auto* pointed = at<const void*>(place)) of_kind(row.key, row.name(), pointed, row.detail, depth);
        return;
      case How::embedded:
        return of_kind(row.key, row.name(), place, row.detail, depth);
      case How::constant:
        return constant(place, depth);
      case How::tag:
        return;
    }
  }

  void number(const Row& row, std::int64_t number) {
    if (number != 0) tree_.add_number(row.key, number);
  }

  void enumerator(const Row& row, int value) {
    const Enumerator* enumerator = &kEnumerators[row.detail];
    while (!enumerator->name.empty() && enumerator->value != value) ++enumerator;
    if (!enumerator->name.empty()) tree_.add_text(row.key, enumerator->name, enumerator->key);
  }

  // {"ival":{"ival":1}}: under the name of its only field. NULL has none.
  void constant(const char* place, std::size_t depth) {
    const int tag = at<int>(place);
    if (tag == 0) return;
    const Row& only = kRows[kRowOfTag[static_cast<std::size_t>(tag)] + 1];
    of_kind(only.key, only.name(), place, static_cast<std::uint16_t>(tag), depth);
  }
};

}  // namespace

bool layout_is_known() { return PG_VERSION_NUM == kVersionOfLayout && sizeof(void*) == 8 && sizeof(int) == 4; }

Tree::Status read_nodes(Tree& tree, const void* statements) {
  tree.clear();
  return NodeReader(tree).read(statements);
}

}  // namespace mlint::sql
