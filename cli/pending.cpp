// Commands that are on their way; a strong definition elsewhere wins.
#include "cli/commands.h"

namespace mlint::cli {

[[gnu::weak]] int run(const CheckOptions&) { return trouble("`mlint check` is not there yet"); }
[[gnu::weak]] int run(const SqlOptions&) { return trouble("`mlint sql` is not there yet"); }
[[gnu::weak]] int run(const ExplainOptions&) { return trouble("`mlint explain` is not there yet"); }
[[gnu::weak]] int run(const RulesOptions&) { return trouble("`mlint rules` is not there yet"); }
[[gnu::weak]] int run(const GraphOptions&) { return trouble("`mlint graph` is not there yet"); }
[[gnu::weak]] int run(const DumpOptions&) { return trouble("`mlint dump` is not there yet"); }
[[gnu::weak]] int run(const DocsOptions&) { return trouble("`mlint docs` is not there yet"); }

}  // namespace mlint::cli
