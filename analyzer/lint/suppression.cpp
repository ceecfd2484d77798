#include "analyzer/lint/suppression.h"

#include <algorithm>
#include <set>

#include "analyzer/base/nearest.h"
#include "analyzer/base/trimmed.h"

namespace mlint {
namespace {

std::string_view without_marks(std::string_view comment) {
  if (comment.starts_with("/*")) {
    comment.remove_prefix(2);
    if (comment.ends_with("*/")) comment.remove_suffix(2);
  } else if (comment.starts_with("--")) {
    comment.remove_prefix(2);
  } else if (comment.starts_with('#')) {
    comment.remove_prefix(1);
  }
  return trimmed(comment);
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

template <class Visit>
void each_part(std::string_view list, char separator, Visit visit) {
  while (true) {
    const std::size_t end = list.find(separator);
    visit(trimmed(list.substr(0, end)));
    if (end == std::string_view::npos) return;
    list.remove_prefix(end + 1);
  }
}

template <class Visit>
void each_equivalent(const RuleInfo& rule, Visit visit) {
  each_part(rule.equivalents, ' ', [&](std::string_view id) {
    if (!id.empty()) visit(id);
  });
}

bool only_comment_before(const SourceFile& file, std::uint32_t line, std::uint32_t offset) {
  const std::string_view text = file.line(line);
  const auto column = offset - static_cast<std::size_t>(text.data() - file.text().data());
  return trimmed(text.substr(0, std::min(column, text.size()))).empty();
}

bool is_comment_line(std::string_view line) {
  line = trimmed(line);
  return line.starts_with('#') || line.starts_with("--") || line.starts_with("/*");
}

// A comment on a line of its own speaks about the first line below it that is no comment.
std::uint32_t line_meant(const SourceFile& file, Span comment) {
  const std::uint32_t first = file.position(comment.begin).line;
  if (!only_comment_before(file, first, comment.begin)) return first;
  std::uint32_t line = file.position(comment.end).line + 1;
  while (line <= file.line_count() && is_comment_line(file.line(line))) ++line;
  return line;
}

}  // namespace

std::vector<const Rule*> RuleNames::find(std::string_view name) const {
  std::vector<const Rule*> found;
  std::set<std::string_view> tools;
  for (const Rule* rule : rules_) {
    if (rule->info.name == name || rule->info.code == name) return {rule};
    each_equivalent(rule->info, [&](std::string_view id) {
      const std::string_view bare = id.substr(id.find(':') + 1);
      if (id != name && bare != name) return;
      if (found.empty() || found.back() != rule) found.push_back(rule);
      tools.insert(id);
    });
  }
  if (tools.size() > 1 && name.find(':') == std::string_view::npos) return {};  // two tools use the word for two things
  return found;
}

std::vector<const Rule*> RuleNames::select(std::string_view name) const {
  std::vector<const Rule*> found;
  for (const Rule* rule : rules_) {
    if (name == "all" || name == name_of(rule->info.group)) found.push_back(rule);
  }
  return found.empty() ? find(name) : found;
}

std::string RuleNames::unknown(std::string_view name) const {
  std::vector<std::string_view> candidates{"all"};
  for (const Rule* rule : rules_) {
    candidates.push_back(rule->info.name);
    candidates.push_back(rule->info.code);
    each_equivalent(rule->info, [&](std::string_view id) { candidates.push_back(id); });
  }
  return "unknown rule `" + std::string(name) + "`" + did_you_mean(name, candidates);
}

std::optional<SuppressionText> parse_suppression(std::string_view comment) {
  std::string_view text = without_marks(comment);
  if (!take(text, "mlint:")) return std::nullopt;
  text = trimmed(text);
  SuppressionText result;
  result.whole_file = take(text, "ignore-file");
  if (!result.whole_file && !take(text, "ignore")) {
    result.problem = "`mlint:` is followed by no `ignore[rule]`";
    return result;
  }
  text = trimmed(text);
  const std::size_t close = text.find(']');
  if (!text.starts_with('[') || close == std::string_view::npos) {
    result.problem = "the list of rules is missing: nothing is suppressed";
    return result;
  }
  each_part(text.substr(1, close - 1), ',', [&](std::string_view rule) {
    if (!rule.empty()) result.rules.emplace_back(rule);
  });
  if (result.rules.empty()) result.problem = "the list of rules is empty: nothing is suppressed";
  std::string_view rest = trimmed(text.substr(close + 1));
  if (rest.empty()) return result;
  if (!take(rest, "--")) {
    result.problem = "`" + std::string(rest.substr(0, 40)) + "` after the list: a reason begins with `--`";
    return result;
  }
  result.reason = std::string(trimmed(rest));
  return result;
}

void Suppressions::read(const SourceFile& file, FileId id, std::span<const Span> comments, const RuleNames& names,
                        std::vector<InputProblem>& problems) {
  for (const Span comment : comments) {
    const std::optional<SuppressionText> text = parse_suppression(file.text(comment));
    if (!text) continue;
    const auto complain = [&](std::string message) {
      problems.push_back({InputProblem::Kind::malformed_suppression, {id, comment}, file.path(), std::move(message)});
    };
    if (!text->problem.empty()) {
      complain(text->problem);
      continue;
    }
    const std::uint32_t line = text->whole_file ? 0 : line_meant(file, comment);
    for (const std::string& name : text->rules) {
      const std::vector<const Rule*> rules = names.find(name);
      if (rules.empty()) complain(names.unknown(name));
      for (const Rule* rule : rules) suppressions_.push_back({{id, comment}, line, rule, name});
    }
  }
}

std::vector<std::size_t> Suppressions::covering(const Rule& rule, FileId file, std::span<const Lines> places) const {
  std::vector<std::size_t> covering;
  for (std::size_t i = 0; i < suppressions_.size(); ++i) {
    const Suppression& each = suppressions_[i];
    if (each.rule != &rule || each.location.file != file) continue;
    const bool here = each.line == 0 || std::any_of(places.begin(), places.end(), [&](Lines lines) {
                        return each.line == lines.first || each.line == lines.last;
                      });
    if (here) covering.push_back(i);
  }
  return covering;
}

}  // namespace mlint
