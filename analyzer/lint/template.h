#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// SQL files that a runner fills in before it sends them: {{ … }}, ${ … }, :name.
namespace mlint {

bool holds_placeholders(std::string_view sql);

struct FilledTemplate {
  std::string text;
  // Of every byte of `text` and of its end: the offset in the file. Empty: nothing was filled in.
  std::vector<std::uint32_t> offsets;

  std::uint32_t in_file(std::uint32_t offset) const { return offsets.empty() ? offset : offsets[offset]; }
};

// By name, from [placeholders]: Namespace stands for ${Namespace}, :Namespace, {{Namespace}}, {{ .Namespace }} and
// {{ index .Options "Namespace" }}. Others stay.
FilledTemplate fill_placeholders(std::string text, const std::map<std::string, std::string>& values);

}  // namespace mlint
