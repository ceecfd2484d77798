#include "parsers/sql/tree_nodes.h"

#include <pg_query.h>

#include <utility>

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

constexpr std::size_t fields_of(std::size_t row) {
  std::size_t end = row + 1;
  while (end < kRowCount && kRows[end].how != How::tag) ++end;
  return end - row - 1;
}

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

// Reads nodes by code that is made for each kind from its rows: most fields of most nodes are zero, and asking a row
// what it is took longer than asking the field.
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
      of_kind<kRowOfTag[tag_of("RawStmt")]>({}, {}, static_cast<const char*>(list.elements[i]), 3);
    }
    tree_.end(begun);
    tree_.end(whole);
    return status_;
  }

 private:
  using Read = void (NodeReader::*)(Key key, std::string_view name, const char* node, std::size_t depth);
  static const std::array<Read, kRowOfTag.size()> kReaders;  // by tag; null for a kind that is not in the table

  Tree& tree_;
  Tree::Status status_ = Tree::Status::ok;

  // A node of any kind: {"its kind":{…}}. One that is null is {}.
  void node(Key key, std::string_view name, const void* node, std::size_t depth) {
    const std::size_t begun = tree_.begin_object(key, name);
    if (node != nullptr) {
      const auto tag = static_cast<std::size_t>(at<int>(static_cast<const char*>(node)));
      const Read reader = tag < kReaders.size() ? kReaders[tag] : nullptr;
      if (reader == nullptr) {
        status_ = Tree::Status::unreadable;
      } else {
        const Row& kind = kRows[kRowOfTag[tag]];
        (this->*reader)(kind.key, kind.name(), static_cast<const char*>(node), depth + 1);
      }
    }
    tree_.end(begun);
  }

  template <std::size_t kRow>
  void of_kind(Key key, std::string_view name, const char* node, std::size_t depth) {
    if (depth >= Tree::kDeepest) status_ = Tree::Status::too_deep;
    if (status_ != Tree::Status::ok) return;
    const std::size_t begun = tree_.begin_object(key, name);
    if constexpr (kRows[kRow].offset == kList) {
      elements("items", *reinterpret_cast<const List*>(node), depth + 1);
    } else {
      [&]<std::size_t... kField>(std::index_sequence<kField...>) { (field<kRow + 1 + kField>(node, depth + 1), ...); }
      (std::make_index_sequence<fields_of(kRow)>());
    }
    tree_.end(begun);
  }

  void elements(Key key, const List& list, std::size_t depth) {
    const std::size_t begun = tree_.begin_list(key);
    for (int i = 0; i < list.length && status_ == Tree::Status::ok; ++i) node({}, {}, list.elements[i], depth + 1);
    tree_.end(begun);
  }

  template <std::size_t kRow>
  void field(const char* node_begin, std::size_t depth) {
    constexpr Row row = kRows[kRow];
    const char* const place = node_begin + row.offset;
    if constexpr (row.how == How::text) {
      if (const auto* text = at<const char*>(place)) tree_.add_text(row.key, tree_.keep(text));
    } else if constexpr (row.how == How::character) {
      if (*place != 0) tree_.add_text(row.key, tree_.keep({place, 1}));
    } else if constexpr (row.how == How::boolean) {
      if (*place != 0) tree_.add_number(row.key, 1);
    } else if constexpr (row.how == How::int16) {
      number(row.key, at<std::int16_t>(place));
    } else if constexpr (row.how == How::uint16) {
      number(row.key, at<std::uint16_t>(place));
    } else if constexpr (row.how == How::int32) {
      number(row.key, at<std::int32_t>(place));
    } else if constexpr (row.how == How::uint32) {
      number(row.key, at<std::uint32_t>(place));
    } else if constexpr (row.how == How::int64) {
      number(row.key, at<std::int64_t>(place));
    } else if constexpr (row.how == How::position) {
      if (const auto position = at<std::int32_t>(place); position != 0) tree_.add_position(row.key, position);
    } else if constexpr (row.how == How::enumeration) {
      enumerator(row.key, &kEnumerators[row.detail], at<int>(place));
    } else if constexpr (row.how == How::list) {
      if (const auto* list = at<const List*>(place)) {
        if (list->tag != kList) status_ = Tree::Status::unreadable;
        if (status_ == Tree::Status::ok) elements(row.key, *list, depth);
      }
    } else if constexpr (row.how == How::node) {
      if (const auto* pointed = at<const void*>(place)) node(row.key, row.name(), pointed, depth);
    } else if constexpr (row.how == How::pointed) {
      if (const auto* pointed = at<const char*>(place)) {
        of_kind<kRowOfTag[row.detail]>(row.key, row.name(), pointed, depth);
      }
    } else if constexpr (row.how == How::embedded) {
      of_kind<kRowOfTag[row.detail]>(row.key, row.name(), place, depth);
    } else {
      static_assert(row.how == How::constant);
      constant(place, depth);
    }
  }

  void number(Key key, std::int64_t number) {
    if (number != 0) tree_.add_number(key, number);
  }

  void enumerator(Key key, const Enumerator* enumerator, int value) {
    while (!enumerator->name.empty() && enumerator->value != value) ++enumerator;
    if (!enumerator->name.empty()) tree_.add_text(key, enumerator->name, enumerator->key);
  }

  // {"ival":{"ival":1}}: under the name of its only field. NULL has none.
  void constant(const char* place, std::size_t depth) {
    const int tag = at<int>(place);
    if (tag == 0) return;
    const Row& only = kRows[kRowOfTag[static_cast<std::size_t>(tag)] + 1];
    (this->*kReaders[static_cast<std::size_t>(tag)])(only.key, only.name(), place, depth);
  }

  template <std::size_t... kTag>
  static constexpr std::array<Read, kRowOfTag.size()> readers(std::index_sequence<kTag...>) {
    return {reader_of<kTag>()...};
  }
  template <std::size_t kTag>
  static constexpr Read reader_of() {
    if constexpr (kRowOfTag[kTag] != kRowCount) return &NodeReader::of_kind<kRowOfTag[kTag]>;
    return nullptr;
  }
};

constexpr std::array<NodeReader::Read, kRowOfTag.size()> NodeReader::kReaders =
    NodeReader::readers(std::make_index_sequence<kRowOfTag.size()>());

}  // namespace

bool layout_is_known() { return PG_VERSION_NUM == kVersionOfLayout && sizeof(void*) == 8 && sizeof(int) == 4; }

Tree::Status read_nodes(Tree& tree, const void* statements) {
  tree.clear();
  return NodeReader(tree).read(statements);
}

}  // namespace mlint::sql
