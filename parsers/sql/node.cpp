#include "parsers/sql/node.h"

#include "parsers/sql/fingerprint.h"

namespace mlint::sql {

std::size_t Node::size() const {
  std::size_t count = 0;
  for (auto item = begin(); item != end(); ++item) ++count;
  return count;
}

bool same(Node a, Node b) {
  static constexpr Key integer = "ival";
  if (!a || !b || a.item_->key != b.item_->key || a.item_->kind != b.item_->kind) return false;
  if (a.is(Node::Kind::number)) return a.number() == b.number();
  if (a.is(Node::Kind::string)) return a.text() == b.text();
  const auto lost = [](Node::Iterator item) { return (*item).item_->key == integer && (*item).number() < 0; };
  Node::Iterator one(a.item_ + 1), two(b.item_ + 1);
  const Node::Iterator end_of_one(a.item_ + a.item_->extent), end_of_two(b.item_ + b.item_->extent);
  while (one != end_of_one || two != end_of_two) {
    if (one != end_of_one && lost(one)) {
      ++one;
    } else if (two != end_of_two && lost(two)) {
      ++two;
    } else if (one != end_of_one && two != end_of_two && same(*one, *two)) {
      ++one;
      ++two;
    } else {
      return false;
    }
  }
  return true;
}

void Tree::clear() {
  size_ = 0;
  texts_.release();
  hash_ = {};
}

std::string_view Tree::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* const copy = static_cast<char*>(texts_.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

std::uint64_t Tree::fingerprint() const {
  const std::uint64_t mixed = combine(hash_.value(), 0);
  return mixed == 0 ? 1 : mixed;
}

}  // namespace mlint::sql
