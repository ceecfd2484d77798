#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>

#include "analyzer/base/nearest.h"
#include "cli/commands.h"

namespace mlint::cli {
namespace {

// Raised by the converters below and by nothing else; caught in parse_command_line().
struct Usage {
  std::string message;
};

// CLI11 gives an optional value to `--changed` only by taking the next argument, a PATH perhaps. The contract is
// `--changed` or `--changed=REF`, so a bare one gets a value that no ref can have.
constexpr const char* no_ref = "\x01";

struct Raw {                                 // texts that need converting after parsing
  std::string pg_version = no_ref, changed;  // an empty version is a wrong one
  std::vector<std::string> outputs, select, ignore;
  std::string jobs;
};

Output output_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  Output output{text.substr(0, equals), {}};
  if (equals == std::string::npos) return output;
  output.file = text.substr(equals + 1);
  if (output.file.empty()) throw Usage{"`--output " + text + "` names no file after `=`"};
  if (output.file == "-") output.file.clear();
  return output;
}

std::vector<Output> outputs_of(const std::vector<std::string>& texts) {
  std::vector<Output> outputs;
  for (const std::string& text : texts) outputs.push_back(output_of(text));
  return outputs;
}

std::vector<std::string> split_commas(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const std::string& text : texts) {
    std::size_t begin = 0;
    while (begin <= text.size()) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      if (end > begin) parts.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return parts;
}

std::vector<int> pg_versions_of(const std::string& text) {
  std::vector<int> versions;
  for (const std::string& part : split_commas({text})) {
    int version = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), version);
    if (error != std::errc() || end != part.data() + part.size() || version < 12 || version > 19) {
      throw Usage{"`--pg-version " + text + "`: `" + part + "` is not a major version from 12 to 19"};
    }
    if (std::find(versions.begin(), versions.end(), version) == versions.end()) versions.push_back(version);
  }
  if (versions.empty()) throw Usage{"`--pg-version` needs a major version from 12 to 19"};
  return versions;
}

unsigned jobs_of(const std::string& text) {
  unsigned jobs = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), jobs);
  if (error != std::errc() || end != text.data() + text.size() || jobs > 1024)
    throw Usage{"`--jobs " + text + "` is not a number of threads from 0 to 1024"};
  return jobs;
}

void check_django_version(const std::string& text) {
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.size() < 4 && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const std::size_t dot = text.find('.');
  const std::size_t second = dot == std::string::npos ? dot : text.find('.', dot + 1);
  const bool well_formed = dot != std::string::npos && digits(std::string_view(text).substr(0, dot)) &&
                           digits(std::string_view(text).substr(dot + 1, second - dot - 1)) &&
                           (second == std::string::npos || digits(std::string_view(text).substr(second + 1)));
  if (!well_formed) throw Usage{"`--django-version " + text + "` is not like 4.2"};
}

void add_project(CLI::App& app, ProjectOptions& options, Raw& raw) {
  app.add_option("--config", options.config, "configuration file to use")->type_name("FILE");
  app.add_flag("--isolated", options.isolated, "read no configuration file");
  app.add_option("--pg-version", raw.pg_version, "PostgreSQL major version, 12 to 19; several with commas")
      ->type_name("N[,N]");
  app.add_option("--django-version", options.django_version, "Django version, like 4.2")->type_name("X.Y");
  app.add_option("-j,--jobs", raw.jobs, "threads; 0: as many as processors")->type_name("N");
  app.add_flag("-v,--verbose", options.verbose, "say more");
  app.add_option("--color", options.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
}

void add_output(CLI::App& app, Raw& raw, const char* formats) {
  app.add_option("-o,--output", raw.outputs, std::string("format, optionally with a file: ") + formats)
      ->type_name("FORMAT[=FILE]")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

void add_check(CLI::App& root, CheckOptions& options, Raw& raw) {
  CLI::App& app = *root.add_subcommand("check", "judge migrations");
  app.add_option("path", options.paths, "files or directories; - reads standard input")->type_name("PATH");
  app.add_flag("--all", options.all, "judge every migration, old ones too");
  app.add_option("--changed", raw.changed, "judge what changed since the base, or since REF")->type_name("[=REF]");
  app.add_flag("--staged", options.staged, "judge what is staged");
  app.add_option("--applied", options.applied, "saved output of showmigrations: what is applied is not judged")
      ->type_name("FILE");
  app.add_flag("--allow-empty", options.allow_empty, "finding no migration is no failure");
  app.add_option("--select", raw.select, "rules, codes, groups or other tools' ids; all: every rule")
      ->type_name("RULE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--ignore", raw.ignore, "rules not to run")
      ->type_name("RULE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--level", options.levels, "severity of a rule: error, warning, info, off")
      ->type_name("RULE=LEVEL")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--fail-on", options.fail_on, "lowest severity that makes the exit code 1 (default: error)")
      ->type_name("LEVEL");
  app.add_flag("--strict", options.strict, "operations that could not be analysed are errors");
  app.add_flag("--assume-in-transaction", options.assume_in_transaction,
               "the runner wraps each .sql file in a transaction");
  app.add_option("--stdin-filename", options.stdin_filename, "the file that - stands for")->type_name("PATH");
  app.add_option("--before", options.before, "judge SQL on the schema just before this migration")
      ->type_name("APP.NAME");
  add_output(app, raw, "text, concise, json, sarif, github, gitlab, junit, checkstyle, markdown");
  add_project(app, options.project, raw);
}

void add_sql(CLI::App& root, SqlOptions& options, Raw& raw) {
  CLI::App& app = *root.add_subcommand("sql", "the statements of a migration with their locks and work");
  app.add_option("target", options.targets, "a file, or an app and the name of a migration")
      ->type_name("PATH|APP NAME");
  app.add_option("--schema", options.schema, "SQL that runs first, as context")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_flag("--assume-in-transaction", options.assume_in_transaction, "BEGIN before the file, COMMIT after it");
  app.add_flag("--backwards", options.backwards, "what undoes the migration");
  app.add_flag("--facts", options.facts, "with sql: the facts of each statement as a comment above it");
  app.add_flag("--all", options.all, "every migration of the project");
  add_output(app, raw, "text, sql, json");
  add_project(app, options.project, raw);
}

void add_explain(CLI::App& root, ExplainOptions& options, Raw& raw) {
  CLI::App& app = *root.add_subcommand("explain", "a rule, a code, another tool's id, or a lock mode");
  app.add_option("what", options.what, "blocking-index-build, ML101, \"ACCESS EXCLUSIVE\"")->type_name("RULE|LOCK");
  add_output(app, raw, "text, json, markdown");
  add_project(app, options.project, raw);
}

void add_rules(CLI::App& root, RulesOptions& options, Raw& raw) {
  CLI::App& app = *root.add_subcommand("rules", "every rule");
  app.add_flag("--enabled", options.enabled, "only those that run by default");
  add_output(app, raw, "text, json");
  add_project(app, options.project, raw);
}

void add_graph(CLI::App& root, GraphOptions& options, Raw& raw) {
  CLI::App& app = *root.add_subcommand("graph", "the migration graph");
  app.add_option("app", options.app, "label of one app")->type_name("APP");
  app.add_option("--path", options.path, "a path in the project")->type_name("PATH");
  add_output(app, raw, "text, json, dot, mermaid");
  add_project(app, options.project, raw);
}

void add_dump(CLI::App& root, DumpOptions& options, Raw& raw) {
  CLI::App& app = *root.add_subcommand("dump", "an intermediate form, for tests and the curious");
  app.add_option("--stage", options.stage, "migrations, operations, schema or effects")
      ->required()
      ->check(CLI::IsMember({"migrations", "operations", "schema", "effects"}))
      ->type_name("STAGE");
  app.add_option("path", options.path, "a path in the project, or a .sql file")->type_name("PATH");
  add_output(app, raw, "json, text");
  add_project(app, options.project, raw);
}

void add_docs(CLI::App& root, DocsOptions& options) {
  CLI::App& app = *root.add_subcommand("docs", "write the generated pages");
  app.group("");  // hidden: for the project itself
  app.add_flag("--check", options.check, "write nothing; fail when a page is stale");
  app.add_option("directory", options.directory, "root of the source tree")->type_name("DIR");
}

struct CommandLine {
  Raw raw;
  CheckOptions check;
  SqlOptions sql;
  ExplainOptions explain;
  RulesOptions rules;
  GraphOptions graph;
  DumpOptions dump;
  DocsOptions docs;
  VersionOptions version;
};

void build(CLI::App& app, CommandLine& line) {
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "print this help and exit");
  app.set_version_flag("-V,--version", "mlint " MLINT_VERSION);
  add_check(app, line.check, line.raw);
  add_sql(app, line.sql, line.raw);
  add_explain(app, line.explain, line.raw);
  add_rules(app, line.rules, line.raw);
  add_graph(app, line.graph, line.raw);
  add_dump(app, line.dump, line.raw);
  add_docs(app, line.docs);
  CLI::App& version = *app.add_subcommand("version", "the version, of the grammar too");
  add_output(version, line.raw, "text, json");
  app.footer("Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 trouble (usage, configuration, files, git).");
}

template <class Options>
Command finish(Options& options, const Raw& raw) {
  options.outputs = outputs_of(raw.outputs);
  if constexpr (requires { options.project; }) {
    if (raw.pg_version != no_ref) options.project.pg_versions = pg_versions_of(raw.pg_version);
    if (!raw.jobs.empty()) options.project.jobs = jobs_of(raw.jobs);
    if (!options.project.django_version.empty()) check_django_version(options.project.django_version);
  }
  return std::move(options);
}

Command finish_check(CheckOptions& options, const Raw& raw) {
  options.select = split_commas(raw.select);
  options.ignore = split_commas(raw.ignore);
  if (!raw.changed.empty()) options.changed = raw.changed == no_ref ? std::string() : raw.changed;
  return finish(options, raw);
}

Command command_of(const CLI::App& app, CommandLine& line) {
  const std::string name = app.get_subcommands().front()->get_name();
  if (name == "check") return finish_check(line.check, line.raw);
  if (name == "sql") return finish(line.sql, line.raw);
  if (name == "explain") {
    if (line.explain.what.empty())
      throw Usage{"`mlint explain` needs a RULE, a code or a LOCK; `mlint rules` lists them"};
    return finish(line.explain, line.raw);
  }
  if (name == "rules") return finish(line.rules, line.raw);
  if (name == "graph") return finish(line.graph, line.raw);
  if (name == "dump") return finish(line.dump, line.raw);
  if (name == "docs") return line.docs;
  return finish(line.version, line.raw);
}

std::vector<std::string> words_of(int argc, const char* const* argv) {
  std::vector<std::string> words;
  bool options_over = false;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "--") options_over = true;
    if (!options_over && word == "--changed") word = std::string("--changed=") + no_ref;
    words.push_back(std::move(word));
  }
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  return words;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// The word CLI11 stumbled over, told in our own words with what was probably meant.
std::string explain_error(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) {
    const std::string word = argc > 1 ? argv[1] : "";
    if (word.empty()) return "no command given; `mlint check` judges the project in this directory";
    if (word.starts_with("-")) return "no command given, and no option `" + word + "` without one";
    std::string hint = did_you_mean(word, command_names(app));
    if (hint.empty()) hint = "; did you mean `mlint check " + word + "`?";
    return "no command `" + word + "`" + hint;
  }
  const std::vector<std::string> names = option_names(*chosen.front());
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string_view(argv[i]).find('='));
    if (!word.starts_with("--") || std::find(names.begin(), names.end(), word) != names.end()) continue;
    return "no option `" + word + "` of `mlint " + chosen.front()->get_name() + "`" + did_you_mean(word, names);
  }
  return error.what();
}

}  // namespace

Command parse_command_line(int argc, const char* const* argv) {
  CLI::App app{"Finds the dangerous steps in migrations of Django projects and SQL files for PostgreSQL.", "mlint"};
  CommandLine line;
  build(app, line);
  try {
    app.parse(words_of(argc, argv));
    return command_of(app, line);
  } catch (const CLI::Success& success) {
    return Exit{app.exit(success) == 0 ? exit_clean : exit_trouble};
  } catch (const CLI::ParseError& error) {
    return Exit{trouble(explain_error(app, error, argc, argv))};
  } catch (const Usage& usage) {
    return Exit{trouble(usage.message)};
  }
}

}  // namespace mlint::cli
