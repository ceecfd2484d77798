#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"

namespace mlint::cli {

inline constexpr int exit_clean = 0;
inline constexpr int exit_findings = 1;
inline constexpr int exit_trouble = 2;  // usage, configuration, git, an unreadable file, an internal error

// One file a command; each returns the exit code.
int run(const CheckOptions& options);
int run(const SqlOptions& options);
int run(const ExplainOptions& options);
int run(const RulesOptions& options);
int run(const GraphOptions& options);
int run(const DumpOptions& options);
int run(const DocsOptions& options);
int run(const VersionOptions& options);

// "mlint: error: …" on stderr; returns exit_trouble.
int trouble(std::string_view message);
// "mlint: warning: …" on stderr.
void warn(std::string_view message);

// Sends a finished report to stdout, or into a file that appears only when it is whole. False: could not be written,
// and stderr says so; a reader of stdout that went away is no failure.
bool deliver(const Output& output, std::string_view text);

// The format of a command that knows only `formats` (the first is the default) and one destination; says on stderr
// what is wrong and is empty then.
std::string one_format(const std::vector<Output>& outputs, const std::vector<std::string>& formats, Output& target);

}  // namespace mlint::cli
