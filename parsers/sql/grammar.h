#pragma once

#include <cstddef>
#include <string>
#include <type_traits>

#include "parsers/sql/node.h"

// libpg_query behind values. Every guard that keeps it alive is in its caller (parse.cpp), but for the stack.
namespace mlint::sql {

struct GrammarResult {
  enum class Outcome : std::uint8_t { read, refused, not_read };
  Outcome outcome = Outcome::refused;
  std::string message;     // of the server, or why its tree is not read
  std::size_t offset = 0;  // byte in the text where the error is
  bool has_offset = false;
};

// `text` ends with a NUL byte behind its last character. The statements are in `tree` when it was read.
GrammarResult run_grammar(const char* text, std::size_t size, Tree& tree);
// The same, slower, of any release of libpg_query.
GrammarResult run_grammar_through_json(const char* text, std::size_t size, Tree& tree);
int linked_grammar_version();

// Runs `work` on a thread with a stack for statements of 1 MiB: libpg_query's JSON writer takes 128 bytes of stack a
// level, and two bytes of SQL ("+1") can be a level.
// False: the system has no memory for such a thread.
bool run_on_large_stack(void (*function)(void*), void* argument);

template <class Work>
bool on_large_stack(Work&& work) {
  return run_on_large_stack([](void* pointer) { (*static_cast<std::remove_reference_t<Work>*>(pointer))(); }, &work);
}

}  // namespace mlint::sql
