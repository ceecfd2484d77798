#include "parsers/python/tree_memory.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

namespace mlint::py {

namespace {

constexpr std::size_t header = 8;  // before each piece: its class; keeps pieces aligned to 8
constexpr std::size_t smallest_block = std::size_t{1} << 18;
constexpr std::size_t kept = std::size_t{1} << 22;  // of blocks between two parses

// tree-sitter's allocator takes no context: it is this thread's, and malloc outside a scope.
constinit thread_local TreeMemory* active = nullptr;

TreeMemory& of_thread() {
  thread_local TreeMemory memory;
  return memory;
}

void* checked(void* piece) {
  if (piece == nullptr) std::abort();  // as tree-sitter's own does
  return piece;
}

void* allocate(std::size_t size) {
  return active != nullptr ? active->allocate(size) : checked(std::malloc(std::max<std::size_t>(size, 1)));
}

void* allocate_zeroed(std::size_t count, std::size_t size) {
  if (active == nullptr) return checked(std::calloc(std::max<std::size_t>(count, 1), std::max<std::size_t>(size, 1)));
  return std::memset(active->allocate(count * size), 0, count * size);
}

void release(void* piece) {
  if (active == nullptr) return std::free(piece);
  if (piece != nullptr) active->release(piece);
}

void* reallocate(void* piece, std::size_t size) {
  if (active == nullptr) return checked(std::realloc(piece, std::max<std::size_t>(size, 1)));
  if (piece == nullptr) return active->allocate(size);
  const std::size_t before = TreeMemory::size_of(piece);
  if (size <= before) return piece;
  void* const grown = active->allocate(size);
  std::memcpy(grown, piece, before);
  active->release(piece);
  return grown;
}

}  // namespace

std::size_t TreeMemory::class_of(std::size_t size) {
  if (size <= (first_powers - 1) * 16) return std::max<std::size_t>((size + 15) / 16, 1);
  return first_powers + static_cast<std::size_t>(std::bit_width(size - 1)) - 10;
}

std::size_t TreeMemory::class_size(std::size_t index) {
  return index < first_powers ? index * 16 : std::size_t{1024} << (index - first_powers);
}

std::size_t TreeMemory::size_of(const void* piece) {
  std::size_t index = 0;
  std::memcpy(&index, static_cast<const std::byte*>(piece) - header, sizeof index);
  return class_size(index);
}

std::byte* TreeMemory::fresh(std::size_t size) {
  while (block_ < blocks_.size() && used_ + size > blocks_[block_].size) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    const std::size_t wanted = std::max(smallest_block, size);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(wanted), wanted});
  }
  std::byte* const begin = blocks_[block_].bytes.get() + used_;
  used_ += size;
  return begin;
}

void* TreeMemory::allocate(std::size_t size) {
  const std::size_t index = class_of(size);
  if (Free* const piece = free_[index]; piece != nullptr) {
    free_[index] = piece->next;
    return piece;
  }
  std::byte* const begin = fresh(header + class_size(index));
  std::memcpy(begin, &index, sizeof index);
  return begin + header;
}

void TreeMemory::release(void* piece) {
  std::size_t index = 0;
  std::memcpy(&index, static_cast<std::byte*>(piece) - header, sizeof index);
  free_[index] = new (piece) Free{free_[index]};
}

void TreeMemory::forget_all() {
  free_.fill(nullptr);
  std::size_t total = 0;
  const auto first_dropped = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& block) {
    total += block.size;
    return total > kept;
  });
  blocks_.erase(first_dropped, blocks_.end());
  block_ = used_ = 0;
}

TreeMemoryScope::TreeMemoryScope() { active = &of_thread(); }

TreeMemoryScope::~TreeMemoryScope() {
  active->forget_all();
  active = nullptr;
}

void install_tree_memory() { ts_set_allocator(allocate, allocate_zeroed, reallocate, release); }

}  // namespace mlint::py
