#include <cctype>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_long_identifier(const StatementView& view, Reporter& reporter) {
  std::string found;
  const std::string& text = view.statement.text;
  std::size_t run = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool part = i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_');
    if (part) {
      ++run;
      continue;
    }
    if (run > 63 && found.empty()) found = text.substr(i - run, run);
    run = 0;
  }
  if (found.empty() || view.statement.operation.as<Unparsed>()) return;
  Finding finding;
  finding.message = "name " + ticked(found) + " has " + std::to_string(found.size()) + " bytes and is cut to 63";
  finding.help = "shorten it";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule long_identifier{
    .info = {.code = "ML910",
             .name = "long-identifier",
             .group = RuleGroup::style,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A name has more than 63 bytes.",
             .effect = "The server cuts it off in silence.",
             .instead = "Shorten it.",
             .equivalents = "squawk:identifier-too-long pgsafe:identifier-too-long"},
    .on_statement = find_long_identifier,
};

}  // namespace mlint::rules
