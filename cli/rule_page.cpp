#include "cli/rule_page.h"

#include <algorithm>

#include "cli/example.h"

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
  const auto versions = [&](const char* product, std::string_view of) {
    if (!of.empty())
      text += std::string(", ") + product + (of[0] >= '0' && of[0] <= '9' ? " " : ": ") + std::string(of);
  };
  versions("PostgreSQL", rule.postgresql);
  versions("Django", rule.django);
  return text;
}

// What another tool gets wrong; empty for most rules.
std::string_view peer_note(std::string_view code) {
  struct Note {
    std::string_view code, text;
  };
  static constexpr Note notes[] = {
#define MLINT_PEER_NOTE(code, text) {code, text},
#include "cli/peer_notes.def"
#undef MLINT_PEER_NOTE
  };
  for (const Note& note : notes)
    if (note.code == code) return note.text;
  return {};
}

std::string indented(std::string_view text, std::size_t by) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) result += std::string(by, ' ');
    result += std::string(text.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return result;
}

// The sentence of a help, and its steps.
std::string_view sentence(const Recipe& recipe) {
  const std::size_t end = recipe.help.find('\n');
  return std::string_view(recipe.help).substr(0, end);
}
std::string_view steps(const Recipe& recipe) {
  const std::size_t end = recipe.help.find('\n');
  return end == std::string::npos ? std::string_view() : std::string_view(recipe.help).substr(end + 1);
}

std::string capitalised(std::string_view text) {
  std::string result(text);
  const bool word = result.size() > 1 && result[0] >= 'a' && result[0] <= 'z';
  if (word) result[0] = static_cast<char>(result[0] - 'a' + 'A');
  if (!result.empty() && !result.ends_with('.') && !result.ends_with(':')) result += '.';
  return result;
}

bool in_both_languages(const std::vector<Example>& examples) { return examples.size() > 1; }

// --- Markdown

std::string_view language_of(const ExampleFile& file) {
  if (file.python) return "python";
  const bool other = !file.name.empty() && !file.name.ends_with(".sql");
  return other ? (file.name.ends_with(".toml") ? "toml" : "") : "sql";
}

std::string code_block(std::string_view text, std::string_view language) {
  std::string fence = "```";
  while (text.find(fence) != std::string_view::npos) fence += '`';
  return "\n" + fence + std::string(language) + "\n" + std::string(text) + (text.ends_with('\n') ? "" : "\n") + fence +
         "\n";
}

std::string files_markdown(const std::vector<ExampleFile>& files) {
  std::string text;
  for (const ExampleFile& file : files) {
    if (!file.name.empty()) text += "\n`" + file.name + "`\n";
    text += code_block(file.text, language_of(file));
  }
  return text;
}

std::string facts_markdown(const Example& example) {
  std::string text;
  if (!example.locks.empty()) {
    text += "\n| lock | on | meanwhile |\n|---|---|---|\n";
    for (const LockFact& lock : example.locks)
      text += "| " + lock.mode + " | `" + lock.relation + "`" +
              (lock.kind.empty() || lock.kind == "table" ? "" : " (" + lock.kind + ")") + " | " +
              (lock.waits.empty() ? "reads and writes go on" : lock.waits) + " |\n";
  }
  if (!example.work.empty()) text += "\n";
  for (const std::string& work : example.work) text += "- " + work + "\n";
  if (!example.held.empty()) text += "\nThe locks are held " + example.held + ".\n";
  return text;
}

// Most of its longer words are in the other: what a rule recommends is often the help of the example, put otherwise.
bool says_again(std::string_view text, std::string_view other) {
  constexpr std::size_t telling = 4;
  const auto folded = [](std::string_view given) {
    std::string lower(given);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
  };
  const std::string where = folded(other);
  std::size_t words = 0, known = 0;
  for (const std::string& word : words_of(folded(text))) {
    if (word.size() < telling) continue;
    ++words;
    known += where.find(word.substr(0, word.find_last_not_of(".,;:") + 1)) != std::string::npos ? 1U : 0U;
  }
  return known * 3 >= words * 2;
}

std::string recipes_markdown(const Example& example, std::string_view instead) {
  std::string text;
  for (const Recipe& recipe : example.recipes) {
    if (!recipe.versions.empty()) text += "\n**" + recipe.versions + ".** ";
    if (steps(recipe).empty() && recipe.versions.empty() && says_again(sentence(recipe), instead)) continue;
    text += (recipe.versions.empty() ? "\n" : "") + capitalised(sentence(recipe)) + "\n";
    if (!steps(recipe).empty()) text += code_block(steps(recipe), example.python ? "python" : "sql");
  }
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
  const std::vector<Example> examples = examples_of(rule);
  for (const Example& example : examples) {
    text += std::string("\nExample") + (example.python && in_both_languages(examples) ? " (Django)" : "") + "\n";
    for (const ExampleFile& file : example.bad)
      text += (file.name.empty() ? "" : "  [" + file.name + "]\n") + indented(file.text, 4);
    if (!example.message.empty()) text += wrapped(example.severity + ": " + example.message, 2);
    for (const LockFact& lock : example.locks)
      text += "  lock: " + lock.mode + " on " + lock.relation + (lock.waits.empty() ? "" : "; " + lock.waits) + "\n";
    for (const std::string& work : example.work) text += "  work: " + work + "\n";
    if (!example.held.empty()) text += "  held: " + example.held + "\n";
  }
  part("Instead", rule.instead);
  for (const Example& example : examples)
    for (const Recipe& recipe : example.recipes) {
      if (steps(recipe).empty() && recipe.versions.empty()) continue;
      text += "\n" +
              wrapped((recipe.versions.empty() ? "" : recipe.versions + ": ") + std::string(sentence(recipe)), 2) +
              indented(steps(recipe), 4);
    }
  for (const Example& example : examples)
    if (!example.good.empty()) {
      text += std::string("\nNothing is said about") +
              (example.python && in_both_languages(examples) ? " (Django)" : "") + "\n";
      for (const ExampleFile& file : example.good)
        text += (file.name.empty() ? "" : "  [" + file.name + "]\n") + indented(file.text, 4);
    }
  part("Silent when", rule.silent_when);
  if (!rule.equivalents.empty()) {
    text += "\nOther tools call it\n";
    for (const std::string& id : words_of(rule.equivalents)) text += "  " + id + "\n";
  }
  part("Where they differ", peer_note(rule.code));
  text += "\nTo allow it on one operation\n  # mlint: ignore[" + std::string(rule.name) + "] -- reason\n";
  return text;
}

std::string rule_markdown(const RuleInfo& rule) {
  std::string text = "# " + std::string(rule.name) + "\n\n`" + std::string(rule.code) + "` · " + facts_of(rule) +
                     "\n\n**" + std::string(rule.summary) + "** " + std::string(rule.effect) + "\n";
  const std::vector<Example> examples = examples_of(rule);
  if (!examples.empty()) text += "\n## Example\n";
  for (const Example& example : examples) {
    if (in_both_languages(examples)) text += example.python ? "\n### Django\n" : "\n### SQL\n";
    text += files_markdown(example.bad);
    if (!example.message.empty()) text += "\n> " + example.severity + ": " + example.message + "\n";
    text += facts_markdown(example);
  }
  text += "\n## Instead\n\n" + std::string(rule.instead) + "\n";
  for (const Example& example : examples) {
    const std::string recipes = recipes_markdown(example, rule.instead);
    if (in_both_languages(examples) && !recipes.empty())
      text += example.python ? "\n### In Django\n" : "\n### In SQL\n";
    text += recipes;
  }
  bool any_good = false;
  for (const Example& example : examples) any_good = any_good || !example.good.empty();
  if (!rule.silent_when.empty()) text += "\n## Silent when\n\n" + std::string(rule.silent_when) + "\n";
  if (any_good) text += rule.silent_when.empty() ? "\n## Nothing is said about\n" : "\nNothing is said about:\n";
  for (const Example& example : examples) text += files_markdown(example.good);
  if (!rule.equivalents.empty()) {
    text += "\n## Other tools\n\n";
    for (const std::string& id : words_of(rule.equivalents)) text += "- `" + id + "`\n";
  }
  const std::string_view note = peer_note(rule.code);
  if (!note.empty())
    text += std::string(rule.equivalents.empty() ? "\n## Other tools\n" : "") + "\n" + std::string(note) + "\n";
  return text;
}

}  // namespace mlint::cli
