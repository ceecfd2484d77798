#include "parsers/sql/lexer.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// The text of the statement and not its tree: the grammar has cut the names in the tree.
static void find_long_identifier(const StatementView& view, Reporter& reporter) {
  std::string found;
  const std::string& text = view.statement.text;
  for (const sql::Token& token : sql::tokenize(text)) {
    if (token.kind != sql::Token::Kind::word && token.kind != sql::Token::Kind::quoted) continue;
    std::string name = sql::identifier_of(text, token);
    if (name.size() > 63 && found.empty()) found = std::move(name);
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
