#include "rules/history/graph_problem.h"

namespace mlint::rules {
namespace of_squash_differs {

static void check(const ProjectView& view, Reporter& reporter) {
  for (const django::SquashComparison& squash : view.squashes) {
    if (squash.only_in_chain.empty() && squash.only_in_squash.empty()) continue;
    Finding finding = finding_about(*squash.squash, "squash " + ticked(squash.squash->key) +
                                                        " leaves another schema than the migrations that it replaces: "
                                                        "new databases will differ from old ones");
    constexpr std::size_t enough = 3;
    for (std::size_t i = 0; i < squash.only_in_chain.size() && i < enough; ++i)
      finding.notes.push_back("only after the chain: " + squash.only_in_chain[i]);
    for (std::size_t i = 0; i < squash.only_in_squash.size() && i < enough; ++i)
      finding.notes.push_back("only after the squash: " + squash.only_in_squash[i]);
    finding.help = "make the squash again with `squashmigrations`, or correct it by hand until both leave the same";
    reporter.add(std::move(finding));
  }
}

}  // namespace of_squash_differs

constexpr Rule squash_differs{
    .info = {.code = "ML020",
             .name = "squash-differs",
             .group = RuleGroup::history,
             .severity = Severity::error,
             .summary = "A squash leaves another schema than the migrations that it replaces.",
             .effect = "Databases made from the squash differ from those that ran the chain, and later migrations fail "
                       "on one of them.",
             .instead = "Make the squash again, or correct it until both leave the same schema.",
             .silent_when = "Both leave the same tables, columns, constraints and indexes, whatever their names."},
    .on_project = of_squash_differs::check,
};

}  // namespace mlint::rules
