#include "analyzer/lint/load.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "analyzer/base/text_check.h"
#include "analyzer/discover/flyway.h"
#include "analyzer/discover/path.h"
#include "analyzer/django/read.h"
#include "analyzer/history/project_files.h"
#include "analyzer/lint/parallel.h"
#include "analyzer/lint/template.h"

namespace mlint {
namespace {

struct Job {
  std::size_t project = 0;
  std::string path;                         // relative to the project's root
  SqlRunner runner = SqlRunner::none;       // none: Python
  const SqlDirectory* directory = nullptr;  // null: Python, or a file on its own
};

// What a job makes; exactly one member, or none for a file that is no migration.
struct Outcome {
  std::optional<django::Migration> migration;
  std::optional<SqlFile> sql;
  std::optional<InputProblem> problem;
  FileId twin = FileId::none;
  std::string unreadable;
  bool read = false;
};

class Loader {
 public:
  Loader(const FileSystem& files, const Workspace& workspace) : files_(files), workspace_(workspace) {
    for (const Project& project : workspace.projects) {
      shared_.push_back(std::make_unique<SharedFiles>(files, project, sources_));
    }
  }

  Outcome run(const Job& job) {
    const Project& project = workspace_.projects[job.project];
    const std::string shown = project.prefix + job.path;
    const std::string full = path::join(project.root, job.path);
    Outcome outcome;
    Result<std::string> text = files_.read(full, max_file_size);
    if (!text && files_.size(full).value_or(0) > max_file_size) {
      outcome.problem = problem_of(job, FileId::none, shown, {}, "the file is larger than 4 MiB and was not read");
      return outcome;
    }
    if (!text) {
      outcome.unreadable = text.error().message;
      return outcome;
    }
    outcome.read = true;
    const std::string source = *text;
    const FileId file = sources_.add(shown, *std::move(text));
    if (const auto problem = check_text(source)) {
      outcome.problem = problem_of(job, file, shown, {problem->offset, problem->offset + 1}, problem->message);
    } else if (job.runner == SqlRunner::sqlmigrate_twin) {
      outcome.twin = file;
    } else if (job.runner == SqlRunner::none) {
      read_python(job, file, source, outcome);
    } else {
      read_sql(job, file, source, outcome);
    }
    return outcome;
  }

  std::vector<SourceFile> take_sources() { return sources_.take(); }
  const std::set<std::string>& settings_at_default(std::size_t project) const {
    return shared_[project]->settings_at_default();
  }

 private:
  static InputProblem problem_of(const Job& job, FileId file, const std::string& path, Span span, std::string message) {
    InputProblem problem;
    problem.kind =
        job.runner == SqlRunner::none ? InputProblem::Kind::unreadable_migration : InputProblem::Kind::unreadable_sql;
    problem.location = {file, span};
    problem.path = path;
    problem.message = std::move(message);
    return problem;
  }

  void read_python(const Job& job, FileId file, const std::string& source, Outcome& outcome) {
    const Project& project = workspace_.projects[job.project];
    SharedFiles& shared = *shared_[job.project];
    const SharedFiles::Asking asking{&shared, job.path};
    py::ParseOptions options;
    options.file = file;
    options.resolve = &SharedFiles::resolve;
    options.resolve_context = &asking;
    options.has_name = &django::exports_name;
    options.keep_tree = true;
    const App* app = project.app_of(job.path);
    auto read = django::read_migration(py::parse(source, options), file, job.path, app ? app->label : std::string(),
                                       source, shared.as_project_files());
    if (auto* migration = std::get_if<django::Migration>(&read)) {
      // The rest was read around the error; what it hides is not known.
      if (const auto& errors = migration->module.errors; !errors.empty())
        outcome.problem = problem_of(job, file, project.prefix + job.path, errors[0].span, errors[0].message);
      outcome.migration = std::move(*migration);
    }
    if (auto* unreadable = std::get_if<django::Unreadable>(&read)) {
      outcome.problem =
          problem_of(job, file, project.prefix + job.path, unreadable->location.span, unreadable->message);
      outcome.problem->location = unreadable->location;
    }
  }

  void read_sql(const Job& job, FileId file, const std::string& source, Outcome& outcome) {
    const Project& project = workspace_.projects[job.project];
    SqlParts parts;
    if (job.directory) {
      parts = parts_of(files_, project, *job.directory, job.path, source);
    } else {
      parts.up.push_back({0, static_cast<std::uint32_t>(source.size())});
    }
    SqlFile sql;
    sql.file = file;
    sql.path = project.prefix + job.path;
    sql.name = std::string(path::stem(job.path));
    if (sql.name == "up" || sql.name == "migration") sql.name = std::string(path::name(path::parent(job.path)));
    if (job.directory) sql.directory = job.directory->directory;
    sql.runner = job.runner;
    sql.transaction = parts.transaction;
    sql.parsed = parse(only(source, parts.up), placeholders_of(job));
    outcome.sql = std::move(sql);
  }

  // Those of the configuration win.
  std::map<std::string, std::string> placeholders_of(const Job& job) const {
    std::map<std::string, std::string> values = workspace_.config.placeholders;
    if (job.runner == SqlRunner::flyway)
      values.merge(flyway_placeholders(files_, workspace_.projects[job.project].root));
    return values;
  }

  // Positions are those of the file, whatever was filled in.
  static sql::ParsedSql parse(std::string text, const std::map<std::string, std::string>& placeholders) {
    const FilledTemplate filled = fill_placeholders(std::move(text), placeholders);
    sql::ParsedSql parsed = sql::parse(filled.text);
    const auto place = [&](Span& span) { span = {filled.in_file(span.begin), filled.in_file(span.end)}; };
    for (sql::ParsedStatement& statement : parsed.statements) {
      place(statement.span);
      for (Operation& operation : statement.operations) place(operation.span);
    }
    for (sql::SqlComment& comment : parsed.comments) place(comment.span);
    for (sql::Problem& problem : parsed.problems) place(problem.span);
    return parsed;
  }

  // What is run forwards; the rest is blanked out, so that offsets hold.
  static std::string only(const std::string& source, const std::vector<Span>& parts) {
    if (parts.size() == 1 && parts[0].begin == 0 && parts[0].end == source.size()) return source;
    std::string text(source.size(), ' ');
    for (const Span part : parts) {
      const std::size_t end = std::min<std::size_t>(part.end, source.size());
      for (std::size_t i = part.begin; i < end; ++i) text[i] = source[i];
    }
    return text;
  }

  const FileSystem& files_;
  const Workspace& workspace_;
  SourceTable sources_;
  std::vector<std::unique_ptr<SharedFiles>> shared_;
};

std::string without_extension(const std::string& file) { return file.substr(0, file.rfind('.')); }

std::vector<Job> jobs_of(const Workspace& workspace, const LoadOptions& options) {
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < workspace.projects.size(); ++i) {
    const Project& project = workspace.projects[i];
    for (const std::string& path : project.migration_files) jobs.push_back({i, path, SqlRunner::none, nullptr});
    for (const SqlDirectory& directory : project.sql_directories) {
      for (const std::string& path : directory.files) jobs.push_back({i, path, directory.runner, &directory});
    }
  }
  for (const std::string& path : options.sql_files) {
    const std::optional<std::size_t> project = workspace.project_of(path);
    if (workspace.projects.empty()) break;
    const std::size_t index = project.value_or(0);
    const std::string& prefix = workspace.projects[index].prefix;
    jobs.push_back({index, path.starts_with(prefix) ? path.substr(prefix.size()) : path, SqlRunner::plain, nullptr});
  }
  return jobs;
}

}  // namespace

Loaded load(const FileSystem& files, const Workspace& workspace, const LoadOptions& options) {
  const std::vector<Job> jobs = jobs_of(workspace, options);
  std::vector<Outcome> outcomes(jobs.size());
  Loader loader(files, workspace);
  in_parallel(jobs.size(), options.jobs, [&](std::size_t i) { outcomes[i] = loader.run(jobs[i]); });
  Loaded loaded;
  for (std::size_t i = 0; i < workspace.projects.size(); ++i)
    loaded.projects.push_back({&workspace.projects[i], {}, {}, {}, {}, loader.settings_at_default(i)});
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    LoadedProject& project = loaded.projects[jobs[i].project];
    Outcome& outcome = outcomes[i];
    if (outcome.migration) project.migrations.push_back(*std::move(outcome.migration));
    if (outcome.sql) project.sql_files.push_back(*std::move(outcome.sql));
    // The text of sqlmigrate beside its migration is compared with it, not judged twice.
    if (outcome.twin != FileId::none) project.twins.emplace(without_extension(jobs[i].path), outcome.twin);
    if (outcome.problem) project.problems.push_back(*std::move(outcome.problem));
    if (!outcome.unreadable.empty()) loaded.unreadable.push_back(std::move(outcome.unreadable));
    if (outcome.read) ++loaded.files;
  }
  loaded.sources = loader.take_sources();
  return loaded;
}

}  // namespace mlint
