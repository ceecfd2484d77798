#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"

namespace mlint {

enum class Severity : std::uint8_t { off, info, warning, error };
std::string_view name_of(Severity severity);

enum class Applicability : std::uint8_t { safe, unsafe, manual };

struct Edit {
  Location replace;
  std::string with;
};

struct Fix {
  std::string title;
  Applicability applicability = Applicability::unsafe;
  std::vector<Edit> edits;
};

// A second place that explains the finding. A file that is gone (a deleted migration) has a path and no location.
struct Label {
  Location location;
  std::string path;  // only when `location` names no file
  std::string text;
};

// A lock or a piece of work as reports print it; made from effects by lint, so that report needs no effect model.
struct LockFact {
  std::string relation;    // as quote_ident writes it, schema-qualified
  std::string kind;        // "table", "partitioned table" …
  std::string mode;        // "ACCESS EXCLUSIVE"
  std::string waits = {};  // who waits for it: "reads and writes wait"; empty when nobody does
};

// What a rule says. It knows neither its rule's severity nor whether it is in scope.
struct Finding {
  Location location;  // file none: about something absent, `path` says what
  std::string path;
  std::string message;  // lower case, no full stop, identifiers in backticks
  std::vector<Label> labels = {};
  std::vector<std::string> notes = {};
  std::string help = {};  // what to do instead; may have several lines
  std::optional<Fix> fix = {};
  // Where in the migration; filled by lint for rules that judge an operation or a statement.
  std::string app = {}, migration = {};
  std::optional<std::size_t> operation = {};
  std::string operation_path = {};            // "2.database_operations.0", "3.sql[1]"
  std::optional<std::size_t> statement = {};  // rules count through the migration, reports through the operation
  std::string sql = {};
  std::vector<LockFact> locks = {};
  std::vector<std::string> work = {};          // "rewrite", "scan", "index_build", "fk_validation" …
  std::vector<std::string> work_details = {};  // the same as sentences: "reads `public.orders` to check a constraint"
  std::string held = {};                       // how long the locks are held: "until COMMIT, under 2 more statements"
  // What the finding is about, for merging and for a fingerprint that survives line moves:
  // "public.orders_order.status".
  std::string subject = {};
  // A rule may judge by size or traffic: then this replaces the rule's default severity.
  std::optional<Severity> severity = {};
};

struct RuleInfo;

// A finding with what the run decided about it.
struct Diagnostic {
  const RuleInfo* rule = nullptr;
  Severity severity = Severity::error;
  Finding finding;
  std::string fingerprint;
  std::vector<int> pg_versions = {};  // when several were judged and it holds on some of them only
};

}  // namespace mlint
