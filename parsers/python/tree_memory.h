#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

// Memory of tree-sitter for the time of one parse: it asks for very many small pieces, and all of them may go at once.
namespace mlint::py {

class TreeMemory {
 public:
  void* allocate(std::size_t size);
  void release(void* piece);  // to be handed out again
  static std::size_t size_of(const void* piece);
  void forget_all();  // every piece is gone; memory for the next parse stays

 private:
  static constexpr std::size_t first_powers = 33;  // classes below are multiples of 16
  struct Free {
    Free* next;
  };
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };

  static std::size_t class_of(std::size_t size);
  static std::size_t class_size(std::size_t index);
  std::byte* fresh(std::size_t size);

  std::array<Free*, first_powers + 64> free_{};
  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0;
};

// While it lives, tree-sitter takes memory from this thread's own TreeMemory. What was made meanwhile need not be
// deleted and must not be touched afterwards. Not to be nested.
class TreeMemoryScope {
 public:
  TreeMemoryScope();
  ~TreeMemoryScope();
  TreeMemoryScope(const TreeMemoryScope&) = delete;
  TreeMemoryScope& operator=(const TreeMemoryScope&) = delete;
};

// Once, before tree-sitter is first used.
void install_tree_memory();

}  // namespace mlint::py
