#include "analyzer/diagnostic/finding.h"
#include "analyzer/diagnostic/rule_info.h"

namespace mlint {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::off:
      return "off";
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

std::string_view name_of(RuleGroup group) {
  switch (group) {
    case RuleGroup::locking:
      return "locking";
    case RuleGroup::data_loss:
      return "data-loss";
    case RuleGroup::deploy:
      return "deploy";
    case RuleGroup::history:
      return "history";
    case RuleGroup::reversibility:
      return "reversibility";
    case RuleGroup::transactions:
      return "transactions";
    case RuleGroup::data:
      return "data";
    case RuleGroup::input:
      return "input";
    case RuleGroup::policy:
      return "policy";
    case RuleGroup::style:
      return "style";
  }
  return "input";
}

}  // namespace mlint
