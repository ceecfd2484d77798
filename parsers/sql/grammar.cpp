#include "parsers/sql/grammar.h"

#include <pg_query.h>
#include <pthread.h>

#include <cstdlib>
#include <cstring>

#include "parsers/sql/tree_nodes.h"

// As pg_query/pg_query_internal.h declares it, which wants the server's headers.
extern "C" {
struct MemoryContextData;
struct PgQueryInternalParsetreeAndError {
  void* tree;
  char* stderr_buffer;
  PgQueryError* error;
};
PgQueryInternalParsetreeAndError pg_query_raw_parse(const char* input);
void pg_query_free_error(PgQueryError* error);
MemoryContextData* pg_query_enter_memory_context();
void pg_query_exit_memory_context(MemoryContextData* context);
}

namespace mlint::sql {
namespace {

constexpr std::size_t kLargeStack = std::size_t{256} << 20;  // address space; pages that are not touched cost nothing

// Error positions count characters from 1.
std::size_t byte_offset(std::string_view text, int character) {
  std::size_t offset = 0;
  for (int i = 1; i < character && offset < text.size(); ++i) {
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0) == 0x80) ++offset;
  }
  return offset;
}

void take_error(GrammarResult& result, const PgQueryError& error, std::string_view text) {
  result.message = error.message == nullptr ? "syntax error" : error.message;
  result.has_offset = error.cursorpos > 0;
  result.offset = byte_offset(text, error.cursorpos);
}

// What the grammar allocates lives for one statement.
class GrammarMemory {
 public:
  GrammarMemory() : context_(pg_query_enter_memory_context()) {}
  ~GrammarMemory() { pg_query_exit_memory_context(context_); }
  GrammarMemory(const GrammarMemory&) = delete;
  GrammarMemory& operator=(const GrammarMemory&) = delete;

 private:
  MemoryContextData* context_;
};

void take_status(GrammarResult& result, Tree::Status status) {
  const bool read = status == Tree::Status::ok;
  result.outcome = read ? GrammarResult::Outcome::read : GrammarResult::Outcome::not_read;
  if (!read) result.message = status == Tree::Status::too_deep ? "nested too deeply" : "the parse tree cannot be read";
}

struct Job {
  void (*function)(void*);
  void* argument;
};

void* run_job(void* pointer) {
  const Job& job = *static_cast<Job*>(pointer);
  job.function(job.argument);
  return nullptr;
}

}  // namespace

GrammarResult run_grammar(const char* text, std::size_t size, Tree& tree) {
  if (!layout_is_known()) return run_grammar_through_json(text, size, tree);
  GrammarResult result;
  const GrammarMemory memory;
  const PgQueryInternalParsetreeAndError parsed = pg_query_raw_parse(text);
  std::free(parsed.stderr_buffer);
  if (parsed.error != nullptr) {
    take_error(result, *parsed.error, {text, size});
    pg_query_free_error(parsed.error);
    return result;
  }
  const Tree::Status status = read_nodes(tree, parsed.tree);
  if (status == Tree::Status::unreadable) return run_grammar_through_json(text, size, tree);
  take_status(result, status);
  return result;
}

GrammarResult run_grammar_through_json(const char* text, std::size_t size, Tree& tree) {
  GrammarResult result;
  const PgQueryParseResult parsed = pg_query_parse(text);
  if (parsed.error != nullptr) {
    take_error(result, *parsed.error, {text, size});
  } else {
    take_status(result, read_json(tree, parsed.parse_tree, parsed.parse_tree + std::strlen(parsed.parse_tree)));
  }
  pg_query_free_parse_result(parsed);
  return result;
}

int linked_grammar_version() { return PG_VERSION_NUM / 10000; }

bool run_on_large_stack(void (*function)(void*), void* argument) {
  Job job{function, argument};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kLargeStack);
  pthread_t thread;
  const bool started = pthread_create(&thread, &attributes, run_job, &job) == 0;
  pthread_attr_destroy(&attributes);
  if (started) pthread_join(thread, nullptr);
  return started;
}

}  // namespace mlint::sql
