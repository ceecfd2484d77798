#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

// What the command line says, one struct a command. Filled by parse_command_line(); values that need the project's or
// the rules' knowledge (names of rules, versions) are checked by the commands.
namespace mlint::cli {

struct Output {
  std::string format;
  std::string file;  // empty: stdout
};

// Where the facts about the project and the server come from.
struct ProjectOptions {
  std::string config;  // a file; empty: searched
  bool isolated = false;
  std::vector<int> pg_versions;  // 12 to 19; empty: not given
  std::string django_version;    // "4.2"; empty: not given
  unsigned jobs = 0;             // 0: as many as processors
  int verbose = 0;
  std::string color = "auto";  // auto, always, never
};

struct CheckOptions {
  ProjectOptions project;
  std::vector<std::string> paths;  // "-": stdin
  bool all = false;
  std::optional<std::string> changed;  // empty: against the base that the situation tells
  bool staged = false;
  std::string applied;  // file with the saved output of showmigrations
  bool allow_empty = false;
  bool assume_in_transaction = false;
  bool strict = false;
  std::vector<std::string> select, ignore, levels;
  std::string fail_on;
  std::string stdin_filename;
  std::string before;  // APP.NAME
  std::vector<Output> outputs;
};

struct SqlOptions {
  ProjectOptions project;
  std::vector<std::string> targets;  // PATH, or APP NAME
  std::vector<std::string> schema;
  bool assume_in_transaction = false;
  bool backwards = false;
  bool facts = false;
  bool all = false;
  std::vector<Output> outputs;
};

struct ExplainOptions {
  ProjectOptions project;
  std::string what;
  std::vector<Output> outputs;
};

struct RulesOptions {
  ProjectOptions project;
  bool enabled = false;
  std::vector<Output> outputs;
};

struct GraphOptions {
  ProjectOptions project;
  std::string app;
  std::string path = ".";
  std::vector<Output> outputs;
};

struct DumpOptions {
  ProjectOptions project;
  std::string stage;
  std::string path = ".";
  std::vector<Output> outputs;
};

struct DocsOptions {
  bool check = false;
  std::string directory = ".";
};

struct VersionOptions {
  std::vector<Output> outputs;
};

struct Exit {  // nothing to run: help was asked for, or the command line is wrong
  int code = 0;
};

using Command = std::variant<Exit, CheckOptions, SqlOptions, ExplainOptions, RulesOptions, GraphOptions, DumpOptions,
                             DocsOptions, VersionOptions>;

// Prints help to stdout and mistakes to stderr itself.
Command parse_command_line(int argc, const char* const* argv);

}  // namespace mlint::cli
