#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/diagnostic/rule_info.h"

// A rule's own data as text, Markdown and JSON: the one source of explain, rules and docs/rules.
namespace mlint::cli {

std::string rule_text(const RuleInfo& rule);
std::string rule_markdown(const RuleInfo& rule);
nlohmann::ordered_json rule_json(const RuleInfo& rule);

std::vector<std::string> words_of(std::string_view text);  // separated by blanks

}  // namespace mlint::cli
