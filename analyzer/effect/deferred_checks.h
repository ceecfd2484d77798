#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/operation/operation.h"
#include "analyzer/schema/schema.h"

// Deferred checks of foreign keys that wait for the end of the transaction: until then most DDL on their table fails
// with 55006.
namespace mlint {

// Deferred checks of rows written earlier in the transaction are still queued on `table`.
struct PendingEvents {
  QualifiedName table;
  std::size_t since = 0;  // index of the statement that wrote them; past the end: of another unit
};

class DeferredChecks {
 public:
  // What an operation on this schema, in a transaction, queues or takes from the queue. `certain`: it surely runs.
  void follow(const Operation& operation, const Schema& before, std::size_t index, bool certain);
  void end_transaction();
  std::size_t size() const { return queued_.size(); }
  void shorten(std::size_t size);  // ROLLBACK TO
  std::vector<PendingEvents> pending() const;

 private:
  struct Queued {
    QualifiedName table;
    std::string constraint;
    std::size_t since = 0;
  };
  struct Written {  // to the rows of a table
    bool adds = false, changes = false, removes = false;
    const Query* query = nullptr;  // its assignments; all columns without
  };

  bool is_deferred(const Constraint& constraint) const;
  void write(const Query& query, const Schema& before, std::size_t index);
  void queue(const Relation& table, const Written& written, const Schema& before, std::size_t index);
  void set(const SetConstraints& set, bool certain);
  void rename(const QualifiedName& from, const QualifiedName& to, bool certain);

  std::vector<Queued> queued_;                         // in order
  std::optional<bool> all_deferred_;                   // SET CONSTRAINTS ALL, of this transaction
  std::map<std::string, bool> deferred_by_name_ = {};  // SET CONSTRAINTS name
};

}  // namespace mlint
