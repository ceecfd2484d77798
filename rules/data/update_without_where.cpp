#include "rules/data/every_row.h"
#include "rules/registry.h"

namespace mlint::rules {

static void find_update_without_where(const StatementView& view, Reporter& reporter) {
  find_change_of_every_row(view, reporter, Query::Kind::update);
}

constexpr Rule update_without_where{
    .info = {.code = "ML603",
             .name = "update-without-where",
             .group = RuleGroup::data,
             .severity = Severity::error,
             .summary = "UPDATE without WHERE changes every row of an existing table.",
             .effect = "Every row is locked until the transaction ends, and as many dead rows are left "
                       "behind.",
             .instead = "Update in batches, each in its own transaction.",
             .silent_when =
                 "It has a WHERE that reads the rows, or the table is made in the same migration or is temporary.",
             .equivalents = "pgfence:update-in-migration"},
    .on_statement = find_update_without_where,
};

}  // namespace mlint::rules
