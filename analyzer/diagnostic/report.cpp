#include "analyzer/diagnostic/report.h"

#include <algorithm>

namespace mlint {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::unattended:
      return "unattended";
    case Verdict::quiet_hours:
      return "quiet-hours";
    case Verdict::window:
      return "window";
    case Verdict::multi_release:
      return "multi-release";
    case Verdict::blocked:
      return "blocked";
  }
  return "blocked";
}

std::size_t Report::count(Severity severity) const {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(),
                                                [&](const Diagnostic& each) { return each.severity == severity; }));
}

const SourceFile* Report::source(FileId file) const {
  const auto index = static_cast<std::size_t>(file);
  return index < sources.size() ? &sources[index] : nullptr;
}

std::string Report::path_of(const Finding& finding) const {
  const SourceFile* file = source(finding.location.file);
  return file ? file->path() : finding.path;
}

std::string Report::path_of(const Label& label) const {
  const SourceFile* file = source(label.location.file);
  return file ? file->path() : label.path;
}

}  // namespace mlint
