#include <algorithm>
#include <cstdlib>
#include <future>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

#include "analyzer/base/nearest.h"
#include "analyzer/discover/path.h"
#include "analyzer/lint/choose.h"
#include "analyzer/lint/parallel.h"
#include "analyzer/lint/run.h"
#include "analyzer/report/report.h"
#include "analyzer/report/summary.h"
#include "cli/check_scope.h"
#include "cli/commands.h"
#include "cli/merge.h"
#include "cli/project.h"
#include "cli/remarks.h"
#include "cli/terminal.h"
#include "rules/registry.h"

namespace mlint::cli {
namespace {

const std::vector<std::string>& formats() {
  static const std::vector<std::string> names = {"text",   "concise", "json",       "sarif",   "github",
                                                 "gitlab", "junit",   "checkstyle", "markdown"};
  return names;
}

// Frames of thousands of findings take their time: on all threads.
std::string render_text(const Report& report, const TextStyle& style, unsigned jobs) {
  constexpr std::size_t together = 64;
  const std::size_t count = report.findings.size();
  std::vector<std::string> parts((count + together - 1) / together);
  in_parallel(parts.size(), jobs, [&](std::size_t i) {
    std::ostringstream out;
    write_text_findings(out, report, i * together, std::min(count, (i + 1) * together), style);
    parts[i] = std::move(out).str();
  });
  std::string text;
  for (const std::string& part : parts) text += part;
  std::ostringstream out;
  write_text_summary(out, report, style);
  return text + std::move(out).str();
}

std::string render(const std::string& format, const Report& report, const TextStyle& style, unsigned jobs) {
  if (format == "text") return render_text(report, style, jobs);
  std::ostringstream out;
  if (format == "concise") write_concise(out, report, style);
  if (format == "json") write_json(out, report);
  if (format == "sarif") write_sarif(out, report);
  if (format == "github") write_github(out, report);
  if (format == "gitlab") write_gitlab(out, report);
  if (format == "junit") write_junit(out, report);
  if (format == "checkstyle") write_checkstyle(out, report);
  if (format == "markdown") write_markdown(out, report);
  return std::move(out).str();
}

// What is wrong with the command line, known before anything is read; empty: nothing.
std::string mistake_in(const CheckOptions& options) {
  for (const Output& output : options.outputs) {
    if (std::find(formats().begin(), formats().end(), output.format) == formats().end()) {
      return "unknown output format `" + output.format + "`" + did_you_mean(output.format, formats());
    }
  }
  const bool reads_stdin = std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end();
  if (reads_stdin && options.stdin_filename.empty()) return "`-` needs `--stdin-filename PATH`, the file it stands for";
  if (!options.before.empty() && options.before.find('.') == std::string::npos) {
    return "`--before " + options.before + "` is not like app.0011_name";
  }
  if (options.all + options.staged + options.changed.has_value() > 1) {
    return "`--all`, `--changed` and `--staged` exclude each other";
  }
  return {};
}

Result<RuleChoice> choice_of(const CheckOptions& options, const Config& config) {
  RuleChoice choice;
  choice.select = options.select.empty() ? config.select : options.select;
  choice.ignore = config.ignore;
  choice.ignore.insert(choice.ignore.end(), options.ignore.begin(), options.ignore.end());
  choice.levels = config.levels;
  choice.places = config.rule_places;
  for (const std::string& text : options.levels) {
    const std::size_t equals = text.rfind('=');
    const std::string name = equals == std::string::npos ? std::string() : text.substr(equals + 1);
    const std::optional<Severity> level = severity_named(name);
    if (!level) return Error{"`--level " + text + "` is not like RULE=error, RULE=warning, RULE=info or RULE=off"};
    choice.levels.emplace_back(text.substr(0, equals), *level);
  }
  return choice;
}

Result<Severity> fail_on(const CheckOptions& options, const Config& config) {
  if (options.fail_on.empty()) return config.fail_on.value_or(Severity::error);
  if (const auto level = severity_named(options.fail_on)) return *level;
  return Error{"`--fail-on " + options.fail_on + "` is not error, warning, info or never"};
}

// As `migrate` takes it, the beginning of a name is enough.
bool holds_migration(const Loaded& loaded, const django::MigrationKey& asked) {
  for (const LoadedProject& project : loaded.projects) {
    for (const django::Migration& migration : project.migrations) {
      if (migration.key.app == asked.app && migration.key.name.starts_with(asked.name)) return true;
    }
  }
  return false;
}

int exit_code(const Report& report, Severity threshold) {
  if (!report.problems.empty()) return exit_trouble;
  if (threshold == Severity::off) return exit_clean;
  for (const Diagnostic& each : report.findings) {
    if (each.severity >= threshold) return exit_findings;
  }
  return exit_clean;
}

class Check {
 public:
  explicit Check(const CheckOptions& options) : options_(options), disk_(disk()) {}

  int run() {
    if (const std::string mistake = mistake_in(options_); !mistake.empty()) return trouble(mistake);
    std::vector<std::string> paths = options_.paths;
    if (paths.empty()) paths.emplace_back(".");
    read_stdin(paths);
    const DiscoverOptions where =
        discover_options(options_.project, discovered_from(paths), options_.stdin_filename.ends_with(".sql"));
    Result<Workspace> placed = place_workspace(files(), where);
    if (!placed) return trouble(placed.error().message);
    for (const std::string& warning : placed->config.warnings) warn(warning);
    Result<RuleChoice> choice = choice_of(options_, placed->config);
    if (!choice) return trouble(choice.error().message);
    Result<std::vector<ChosenRule>> rules = choose_rules(rules::all(), *choice);
    if (!rules) return trouble(rules.error().message);
    Result<Severity> threshold = fail_on(options_, placed->config);
    if (!threshold) return trouble(threshold.error().message);
    // git answers while files are found and read.
    auto asked = std::async(thread_if_possible, [request = scope_request(files(), *placed, options_, paths)] {
      return history::choose_scope(request);
    });
    Workspace workspace = discover(files(), *placed, where);
    Result<CheckScope> named = named_by(files(), workspace, paths);
    if (!named) return trouble(named.error().message);
    const LoadOptions load_options{options_.project.jobs, named->lone_sql_files};
    std::optional<Loaded> loaded;
    if (!options_.staged) loaded = load(files(), workspace, load_options);
    Result<history::Scope> found = asked.get();
    if (!found) return trouble(found.error().message);
    Result<CheckScope> scope = check_scope(files(), workspace, options_, *std::move(named), *std::move(found));
    if (!scope) return trouble(scope.error().message);
    // What is staged is read from the index, which stands in for the work tree.
    if (read_index(scope->found)) {
      placed = place_workspace(files(), where);
      if (!placed) return trouble(placed.error().message);
      workspace = discover(files(), *std::move(placed), where);
    }
    if (!loaded) loaded = load(files(), workspace, load_options);
    return judge(workspace, *loaded, *std::move(rules), *scope, *threshold);
  }

 private:
  const FileSystem& files() const { return index_ ? *index_ : piped_ ? *piped_ : *disk_; }

  // --staged judges what the index holds, where the work tree differs from it.
  bool read_index(const history::Scope& scope) {
    std::map<std::string, std::string> contents;
    for (const auto& [path, text] : scope.index_contents)
      if (text && scope.git) contents[path::join(scope.git->root(), path)] = *text;
    if (contents.empty()) return false;
    index_ = overlay(files(), std::move(contents));
    return true;
  }

  void read_stdin(std::vector<std::string>& paths) {
    const auto dash = std::find(paths.begin(), paths.end(), "-");
    if (dash == paths.end()) return;
    std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    // Discovery asks by real paths: the file that it stands for may not exist, nor may its directory.
    std::string parent(path::parent(options_.stdin_filename)), below(path::name(options_.stdin_filename));
    while (!parent.empty() && parent != "/" && !disk_->exists(path::join(".", parent))) {
      below = path::join(path::name(parent), below);
      parent = std::string(path::parent(parent));
    }
    const std::string full = path::normal(path::join(disk_->real_path(path::join(".", parent)), below));
    piped_ = overlay(*disk_, {{full, text}, {options_.stdin_filename, std::move(text)}});
    *dash = full;
    paths.erase(std::remove(paths.begin(), paths.end(), "-"), paths.end());
  }

  // Text that is piped in belongs to the project around the working directory, where it lies below it.
  std::vector<std::string> discovered_from(std::vector<std::string> paths) const {
    const std::string here = files().real_path(".");
    for (std::string& each : paths) {
      if (piped_ && path::is_absolute(each) && path::below(each, here)) each = ".";
    }
    return paths;
  }

  RunOptions run_options(std::vector<ChosenRule> rules, CheckScope& scope, const Versions& versions) const {
    RunOptions run;
    run.jobs = options_.project.jobs;
    run.rules = std::move(rules);
    run.known_rules = rules::all();
    run.django_version = versions.django;
    run.django_origin = versions.django_origin;
    run.assume_in_transaction = options_.assume_in_transaction;
    run.strict = options_.strict;
    run.scope = scope.scope;
    run.before = scope.before;
    run.applied = scope.applied ? &*scope.applied : nullptr;
    return run;
  }

  int judge(const Workspace& workspace, const Loaded& loaded, std::vector<ChosenRule> rules, CheckScope& scope,
            Severity threshold) {
    if (const std::string empty = nothing_at(workspace, loaded, scope); !empty.empty() && !options_.allow_empty) {
      return trouble(empty + " (`--allow-empty` makes this no failure)");
    }
    if (!options_.before.empty() && !holds_migration(loaded, *scope.before)) {
      return trouble("`--before " + options_.before + "` names no migration here");
    }
    if (const Result<bool> limited = limit_to_pending(files(), loaded, options_, scope); !limited) {
      return trouble(limited.error().message);
    }
    const Versions versions = versions_of(options_.project, workspace.config);
    RunOptions run = run_options(std::move(rules), scope, versions);
    const BranchChanges branch = changes_of(files(), workspace, loaded, scope, run);
    const std::vector<history::Changes>& changes = branch.projects;
    for (const history::Changes& each : changes) run.history.push_back(&each);
    const auto exclude = [&](const std::string& path) {
      if (workspace.excluded(path)) run.scope.excluded.insert(path);
    };
    for (const SourceFile& source : loaded.sources) exclude(source.path());
    // A formatter's commit brings no migration anew: what asks the same as at the base stays context.
    for (std::size_t i = 0; i < changes.size() && i < workspace.projects.size(); ++i) {
      for (const history::Change& change : changes[i].changes) {
        const std::string path = workspace.projects[i].prefix + change.path;
        exclude(path);
        const bool named =
            std::find(scope.named_files.begin(), scope.named_files.end(), path) != scope.named_files.end();
        const bool same = change.kind == history::Change::Kind::edited && change.differences.empty();
        if (same && !change.app_reset && !named) run.scope.files.erase(path);
        // git does not list what it ignores; it is new all the same.
        if (change.ignored && scope.named_files.empty()) run.scope.files.insert(path);
      }
    }
    std::vector<Report> reports;
    for (const int version : versions.postgresql) {
      run.pg_version = version;
      reports.push_back(run_rules(workspace, loaded, run));
    }
    Report report = merge_versions(std::move(reports), versions.postgresql);
    complete(report, workspace, loaded, scope, versions);
    report.problems.insert(report.problems.end(), branch.problems.begin(), branch.problems.end());
    leave(write(report, threshold));
  }

  // The process ends here: to give back every piece of what was read, one by one, would only take time.
  [[noreturn]] static void leave(int code) { std::_Exit(code); }

  void complete(Report& report, const Workspace& workspace, const Loaded& loaded, const CheckScope& scope,
                const Versions& versions) const {
    report.postgresql_origin = versions.postgresql_origin;
    report.terminal_prefix = terminal_prefix(files(), workspace);
    report.repository_prefix = repository_prefix(files(), workspace);
    report.problems = loaded.unreadable;
    for (const DiscoveryProblem& problem : workspace.problems) {
      const std::string text = problem.path.empty() ? problem.message : problem.path + ": " + problem.message;
      (problem.kind == DiscoveryProblem::Kind::unreadable ? report.problems : report.notes).push_back(text);
    }
    if (!scope.note.empty()) report.remarks.push_back(scope.note);
    for (std::string& remark : remarks_on(workspace, loaded)) report.remarks.push_back(std::move(remark));
    for (const std::string& file : workspace.alembic_revisions)
      report.unanalyzed.push_back({{}, "Alembic revision `" + file + "`", "only its SQL can be judged"});
  }

  int write(const Report& report, Severity threshold) const {
    std::vector<Output> outputs = options_.outputs;
    if (outputs.empty()) outputs.push_back({"text", {}});
    for (const std::string& problem : report.problems) trouble(problem);
    bool delivered = true;
    for (const Output& output : outputs) {
      const TextStyle style = style_for(options_.project.color, options_.project.verbose, !output.file.empty());
      delivered = deliver(output, render(output.format, report, style, options_.project.jobs)) && delivered;
    }
    const int code = exit_code(report, threshold);
    const bool unread = options_.strict && threshold != Severity::off && !report.unanalyzed.empty();
    return !delivered ? exit_trouble : code == exit_clean && unread ? exit_findings : code;
  }

  const CheckOptions& options_;
  std::unique_ptr<FileSystem> disk_, piped_, index_;  // each over the one before
};

}  // namespace

int run(const CheckOptions& options) { return Check(options).run(); }

}  // namespace mlint::cli
