#include "cli/rule_page.h"

namespace mlint::cli {
namespace {

// Lines of at most 100 columns, indented.
std::string wrapped(std::string_view text, std::size_t indent) {
  constexpr std::size_t width = 100;
  const std::string margin(indent, ' ');
  std::string result, line = margin;
  for (const std::string& word : words_of(text)) {
    if (line.size() > indent && line.size() + 1 + word.size() > width) {
      result += line + "\n";
      line = margin;
    }
    if (line.size() > indent) line += ' ';
    line += word;
  }
  return result + line + "\n";
}

std::string facts_of(const RuleInfo& rule) {
  std::string text = std::string(name_of(rule.severity)) + " by default";
  if (!rule.enabled) text = "off by default";
  text += ", group " + std::string(name_of(rule.group)) + ", since " + std::string(rule.since);
  if (!rule.postgresql.empty()) text += ", PostgreSQL " + std::string(rule.postgresql);
  if (!rule.django.empty()) text += ", Django " + std::string(rule.django);
  return text;
}

}  // namespace

std::string rule_text(const RuleInfo& rule) {
  std::string text = std::string(rule.name) + " (" + std::string(rule.code) + ")\n" + facts_of(rule) + "\n";
  const auto part = [&](const char* title, std::string_view body) {
    if (!body.empty()) text += std::string("\n") + title + "\n" + wrapped(body, 2);
  };
  part("What it sees", rule.summary);
  part("What happens", rule.effect);
  part("Instead", rule.instead);
  part("Silent when", rule.silent_when);
  if (!rule.equivalents.empty()) {
    text += "\nOther tools call it\n";
    for (const std::string& id : words_of(rule.equivalents)) text += "  " + id + "\n";
  }
  text += "\nTo allow it on one operation\n  # mlint: ignore[" + std::string(rule.name) + "] -- reason\n";
  return text;
}

std::string rule_markdown(const RuleInfo& rule) {
  std::string text = "# " + std::string(rule.name) + " (" + std::string(rule.code) + ")\n\n" + facts_of(rule) + ".\n";
  const auto part = [&](const char* title, std::string_view body) {
    if (!body.empty()) text += std::string("\n## ") + title + "\n\n" + std::string(body) + "\n";
  };
  part("What it sees", rule.summary);
  part("What happens", rule.effect);
  part("Instead", rule.instead);
  part("Silent when", rule.silent_when);
  if (!rule.equivalents.empty()) {
    text += "\n## Other tools\n\n";
    for (const std::string& id : words_of(rule.equivalents)) text += "- `" + id + "`\n";
  }
  return text;
}

}  // namespace mlint::cli
