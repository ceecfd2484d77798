#include "parsers/sql/grammar.h"

#include <pg_query.h>
#include <pthread.h>

#include <utility>

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

GrammarResult run_grammar(const char* text, std::size_t size) {
  GrammarResult result;
  PgQueryParseResult parsed = pg_query_parse(text);
  if (parsed.error != nullptr) {
    take_error(result, *parsed.error, {text, size});
  } else {
    result.ok = true;
    result.json.reset(std::exchange(parsed.parse_tree, nullptr));
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
