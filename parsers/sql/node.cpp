#include "parsers/sql/node.h"

#include <charconv>

#include "parsers/sql/fingerprint.h"

namespace mlint::sql {
namespace {

// Two levels of JSON are one of SQL. What recurses over operations afterwards does so on ordinary stacks.
constexpr std::size_t kDeepest = 2048;

constexpr std::uint64_t repeated(char c) { return static_cast<unsigned char>(c) * 0x0101010101010101U; }

// The lowest high bit that is set stands in the first byte that is zero.
constexpr std::uint64_t zero_bytes(std::uint64_t word) { return (word - repeated('\x01')) & ~word & repeated('\x80'); }
constexpr std::size_t first_byte(std::uint64_t high_bits) {
  return static_cast<std::size_t>(std::countr_zero(high_bits)) / 8;
}
constexpr std::uint64_t first_bytes(std::uint64_t word, std::size_t count) {
  return count == 0 ? 0 : word & (~std::uint64_t{0} >> (64 - 8 * count));
}

// `at` stands behind a backslash.
char unescaped(char*& at, const char* end) {
  const char c = *at++;
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'u': {  // of ASCII only
      unsigned code = 0;
      const auto [behind, error] = std::from_chars(at, end - at > 4 ? at + 4 : end, code, 16);
      at += behind - at;
      return static_cast<char>(code);
    }
    default:
      return c;
  }
}

}  // namespace

std::int64_t Node::number() const {
  std::int64_t value = 0;
  if (item_ != nullptr && item_->kind == Kind::scalar) std::from_chars(item_->text, item_->text + item_->size, value);
  return value;
}

// In front of the node stands its tag: "tag":{
std::string_view Node::tag_text() const {
  const Node node = body();
  if (!node || node.item_->kind != Kind::object) return {};
  const char* const end = node.item_->text - 2;
  const char* begin = end;
  while (begin[-1] != '"') --begin;
  return {begin, static_cast<std::size_t>(end - begin)};
}

std::size_t Node::size() const {
  std::size_t count = 0;
  for (auto item = begin(); item != end(); ++item) ++count;
  return count;
}

TreeReader::Status TreeReader::read(char* begin, char* end) {
  items_.clear();
  begin_ = at_ = begin;
  end_ = end;
  hash_ = {};
  const Status status = value({}, 1);
  return status == Status::ok && at_ != end_ ? Status::broken : status;
}

std::uint64_t TreeReader::fingerprint() const {
  const std::uint64_t mixed = combine(hash_.value(), 0);
  return mixed == 0 ? 1 : mixed;
}

TreeReader::Status TreeReader::value(Key key, std::size_t depth) {
  if (at_ == end_) return Status::broken;
  const std::size_t index = items_.size();
  Node::Item& item = items_.emplace_back(Node::Item{key, at_});
  if (*at_ == '"') return string(item) ? Status::ok : Status::broken;
  if (*at_ != '{' && *at_ != '[') {
    scalar(item);
    return Status::ok;
  }
  item.kind = *at_ == '{' ? Node::Kind::object : Node::Kind::list;
  hash_.add(key.value());
  const Status status = *at_++ == '{' ? fields(depth) : elements(depth);
  hash_.add(1);  // its end
  items_[index].extent = static_cast<std::uint32_t>(items_.size() - index);
  return status;
}

TreeReader::Status TreeReader::fields(std::size_t depth) {
  if (take('}')) return Status::ok;
  if (depth >= kDeepest) return Status::too_deep;
  do {
    Key key;
    if (!take('"') || !name(key) || !take(':')) return Status::broken;
    if (const Status status = value(key, depth + 1); status != Status::ok) return status;
  } while (take(','));
  return take('}') ? Status::ok : Status::broken;
}

TreeReader::Status TreeReader::elements(std::size_t depth) {
  if (take(']')) return Status::ok;
  if (depth >= kDeepest) return Status::too_deep;
  do {
    if (const Status status = value({}, depth + 1); status != Status::ok) return status;
  } while (take(','));
  return take(']') ? Status::ok : Status::broken;
}

bool TreeReader::name(Key& key) {
  while (true) {
    const auto left = static_cast<std::size_t>(end_ - at_);
    const std::uint64_t word = word_of(at_, left);
    if (const std::uint64_t quote = zero_bytes(word ^ repeated('"')); quote != 0) {
      const std::size_t size = first_byte(quote);
      if (size > 0) key.add(first_bytes(word, size));
      at_ += size + 1;
      return true;
    }
    if (left <= 8) return false;
    key.add(word);
    at_ += 8;
  }
}

bool TreeReader::string(Node::Item& item) {
  item.kind = Node::Kind::string;
  item.text = ++at_;
  Key content;
  while (true) {
    const auto left = static_cast<std::size_t>(end_ - at_);
    const std::uint64_t word = word_of(at_, left);
    const std::uint64_t special = zero_bytes(word ^ repeated('"')) | zero_bytes(word ^ repeated('\\'));
    if (special != 0) {
      const std::size_t size = first_byte(special);
      if (size > 0) content.add(first_bytes(word, size));
      at_ += size;
      break;
    }
    if (left <= 8) return false;
    content.add(word);
    at_ += 8;
  }
  item.size = static_cast<std::uint32_t>(at_ - item.text);
  if (*at_ == '\\') {
    if (!unescape(item)) return false;
    content = Key::of({item.text, item.size});
  }
  ++at_;
  hash_.add(item.key.value() ^ std::rotl(content.value(), 32));
  return true;
}

bool TreeReader::unescape(Node::Item& item) {
  char* to = at_;
  while (true) {
    while (at_ != end_ && *at_ != '"' && *at_ != '\\') *to++ = *at_++;
    if (end_ - at_ < 2) return false;
    if (*at_ == '"') break;
    ++at_;
    *to++ = unescaped(at_, end_);
  }
  item.size = static_cast<std::uint32_t>(to - item.text);
  return true;
}

void TreeReader::scalar(Node::Item& item) {
  while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']') ++at_;
  item.size = static_cast<std::uint32_t>(at_ - item.text);
  if (is_position(item)) return;
  hash_.add(item.key.value() ^ std::rotl(Key::of({item.text, item.size}).value(), 32));
}

// Where things stand in the text: "location":7, "stmt_location":7, "stmt_len":9
bool TreeReader::is_position(const Node::Item& item) const {
  static constexpr Key length = "stmt_len";
  static constexpr std::uint64_t location = word_of("location", 8);
  if (item.key == length) return true;
  constexpr std::ptrdiff_t behind = 2;  // ":
  return item.text - begin_ >= 8 + behind && word_of(item.text - behind - 8, 8) == location;
}

}  // namespace mlint::sql
