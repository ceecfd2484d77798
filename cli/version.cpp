#include <nlohmann/json.hpp>

#include "cli/commands.h"

namespace mlint::cli {

int run(const VersionOptions& options) {
  Output target;
  const std::string format = one_format(options.outputs, {"text", "json"}, target);
  if (format.empty()) return exit_trouble;
  std::string text = "mlint " MLINT_VERSION "\n";
  if (format == "json") {
    const nlohmann::ordered_json json = {{"version", 1}, {"tool", {{"name", "mlint"}, {"version", MLINT_VERSION}}}};
    text = json.dump(2) + "\n";
  }
  return deliver(target, text) ? exit_clean : exit_trouble;
}

}  // namespace mlint::cli
