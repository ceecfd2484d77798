#include "parsers/sql/node.h"

#include <simdjson.h>

#include <bit>

namespace mlint::sql {
namespace {

using simdjson::dom::element;

// Two levels of JSON are one of SQL. What recurses over operations afterwards does so on ordinary stacks.
constexpr std::size_t kDeepest = 2048;

struct Handle {
  const void* document;
  std::size_t index;
};
static_assert(sizeof(element) == sizeof(Handle) && std::is_trivially_copyable_v<element>);
static_assert(sizeof(simdjson::dom::array::iterator) == sizeof(Handle));

template <class T>
T as(const void* document, std::size_t index) {
  return std::bit_cast<T>(Handle{document, index});
}

}  // namespace

Node Node::operator[](std::string_view key) const {
  Node node;
  if (document_ == nullptr) return node;
  const element self = as<element>(document_, index_);
  simdjson::dom::object object;
  if (self.get(object) != simdjson::SUCCESS) return node;
  element value;
  if (object.at_key(key).get(value) != simdjson::SUCCESS) return node;
  const auto handle = std::bit_cast<Handle>(value);
  node.document_ = handle.document;
  node.index_ = handle.index;
  return node;
}

std::string_view Node::text() const {
  std::string_view value;
  if (document_ != nullptr && as<element>(document_, index_).get(value) == simdjson::SUCCESS) return value;
  return {};
}

std::int64_t Node::number() const {
  std::int64_t value = 0;
  if (document_ != nullptr && as<element>(document_, index_).get(value) == simdjson::SUCCESS) return value;
  return 0;
}

bool Node::flag() const {
  bool value = false;
  return document_ != nullptr && as<element>(document_, index_).get(value) == simdjson::SUCCESS && value;
}

std::string_view Node::tag() const {
  simdjson::dom::object object;
  if (document_ == nullptr || as<element>(document_, index_).get(object) != simdjson::SUCCESS) return {};
  const auto first = object.begin();
  return first != object.end() ? first.key() : std::string_view{};
}

Node Node::body() const {
  Node node;
  simdjson::dom::object object;
  if (document_ == nullptr || as<element>(document_, index_).get(object) != simdjson::SUCCESS) return node;
  const auto first = object.begin();
  if (!(first != object.end())) return node;
  const auto handle = std::bit_cast<Handle>(first.value());
  node.document_ = handle.document;
  node.index_ = handle.index;
  return node;
}

Node::Iterator Node::begin() const {
  Iterator iterator;
  simdjson::dom::array array;
  if (document_ == nullptr || as<element>(document_, index_).get(array) != simdjson::SUCCESS) return iterator;
  const auto handle = std::bit_cast<Handle>(array.begin());
  iterator.document_ = handle.document;
  iterator.index_ = handle.index;
  return iterator;
}

Node::Iterator Node::end() const {
  Iterator iterator;
  simdjson::dom::array array;
  if (document_ == nullptr || as<element>(document_, index_).get(array) != simdjson::SUCCESS) return iterator;
  const auto handle = std::bit_cast<Handle>(array.end());
  iterator.document_ = handle.document;
  iterator.index_ = handle.index;
  return iterator;
}

std::size_t Node::size() const {
  simdjson::dom::array array;
  if (document_ == nullptr || as<element>(document_, index_).get(array) != simdjson::SUCCESS) return 0;
  return array.size();
}

Node Node::Iterator::operator*() const {
  const auto handle = std::bit_cast<Handle>(*as<simdjson::dom::array::iterator>(document_, index_));
  Node node;
  node.document_ = handle.document;
  node.index_ = handle.index;
  return node;
}

Node::Iterator& Node::Iterator::operator++() {
  auto iterator = as<simdjson::dom::array::iterator>(document_, index_);
  ++iterator;
  const auto handle = std::bit_cast<Handle>(iterator);
  index_ = handle.index;
  return *this;
}

struct TreeReader::Memory {
  simdjson::dom::parser parser;
  element root;
};

TreeReader::TreeReader() : memory_(std::make_unique<Memory>()) {}
TreeReader::~TreeReader() = default;

TreeReader::Status TreeReader::read(std::string_view json) {
  if (memory_->parser.capacity() < json.size() &&
      memory_->parser.allocate(json.size() * 2 + 4096, kDeepest) != simdjson::SUCCESS) {
    return Status::broken;
  }
  const auto error = memory_->parser.parse(json.data(), json.size()).get(memory_->root);
  if (error == simdjson::DEPTH_ERROR) return Status::too_deep;
  return error == simdjson::SUCCESS ? Status::ok : Status::broken;
}

Node TreeReader::root() const {
  const auto handle = std::bit_cast<Handle>(memory_->root);
  Node node;
  node.document_ = handle.document;
  node.index_ = handle.index;
  return node;
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

}  // namespace mlint::sql
