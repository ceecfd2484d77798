#include "rules/data/every_row.h"
#include "rules/registry.h"

namespace mlint::rules {

static void find_delete_without_where(const StatementView& view, Reporter& reporter) {
  find_change_of_every_row(view, reporter, Query::Kind::delete_);
}

constexpr Rule delete_without_where{
    .info = {.code = "ML209",
             .name = "delete-without-where",
             .group = RuleGroup::data_loss,
             .severity = Severity::error,
             .summary = "DELETE without WHERE changes every row of an existing table.",
             .effect = "Every row is locked until the transaction ends, and as many dead rows are left "
                       "behind.",
             .instead = "Delete in batches, each in its own transaction.",
             .silent_when =
                 "It has a WHERE that reads the rows, or the table is made in the same migration or is temporary.",
             .equivalents = "pgfence:delete-without-where"},
    .on_statement = find_delete_without_where,
};

}  // namespace mlint::rules
