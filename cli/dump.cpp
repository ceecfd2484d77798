#include "analyzer/schema/dump.h"

#include <algorithm>
#include <sstream>

#include "analyzer/discover/path.h"
#include "analyzer/lint/project_history.h"
#include "analyzer/lint/run.h"
#include "cli/commands.h"
#include "cli/dump_migrations.h"
#include "cli/dump_schema.h"
#include "cli/dump_statements.h"
#include "cli/project.h"

namespace mlint::cli {
namespace {

class Dump {
 public:
  Dump(const DumpOptions& options, bool text) : options_(options), text_(text), files_(disk()) {}

  // Nothing: stderr says why.
  std::optional<std::string> run(bool& complete) {
    Result<Workspace> workspace = open_workspace(*files_, options_.project, {options_.path});
    if (!workspace) return no(workspace.error().message);
    workspace_ = *std::move(workspace);
    asked_ = in_workspace(*files_, workspace_, options_.path).value_or(".");
    if (asked_.empty()) asked_ = ".";
    const bool lone_sql = asked_.ends_with(".sql") && files_->size(options_.path);
    loaded_ =
        load(*files_, workspace_,
             {options_.project.jobs, lone_sql && !is_known(asked_) ? std::vector{asked_} : std::vector<std::string>{}});
    if (!holds_anything()) return no("no migration in `" + options_.path + "`");
    report_problems();
    complete = loaded_.unreadable.empty();
    if (options_.stage == "migrations") return migrations();
    if (options_.stage == "schema") return schemas();
    return statements();
  }

 private:
  static std::optional<std::string> no(const std::string& message) {
    trouble(message);
    return std::nullopt;
  }

  bool asked_for(const std::string& path) const { return asked_ == "." || path::below(path, asked_).has_value(); }

  bool is_known(const std::string& path) const {
    return std::any_of(workspace_.projects.begin(), workspace_.projects.end(), [&](const Project& project) {
      return std::any_of(project.sql_directories.begin(), project.sql_directories.end(), [&](const SqlDirectory& each) {
        return std::any_of(each.files.begin(), each.files.end(),
                           [&](const std::string& file) { return project.prefix + file == path; });
      });
    });
  }

  const SourceFile& source(FileId file) const { return loaded_.sources[static_cast<std::size_t>(file)]; }

  bool is_asked_for(const LoadedProject& project) const {
    return std::any_of(project.migrations.begin(), project.migrations.end(),
                       [&](const auto& each) { return asked_for(source(each.file).path()); }) ||
           std::any_of(project.sql_files.begin(), project.sql_files.end(),
                       [&](const SqlFile& each) { return asked_for(each.path); });
  }

  bool holds_anything() const {
    const auto holds = [&](const LoadedProject& project) {
      return is_asked_for(project) || std::any_of(project.problems.begin(), project.problems.end(),
                                                  [&](const InputProblem& each) { return asked_for(each.path); });
    };
    return !loaded_.unreadable.empty() || std::any_of(loaded_.projects.begin(), loaded_.projects.end(), holds);
  }

  // What a dump leaves out is said on stderr: the report on stdout is one of what was read.
  void report_problems() const {
    for (const LoadedProject& project : loaded_.projects) {
      for (const InputProblem& each : project.problems) {
        if (asked_for(each.path)) warn(each.path + ": " + each.message);
      }
    }
    for (const std::string& problem : loaded_.unreadable) trouble(problem);
  }

  int pg_version() const { return versions_of(options_.project, workspace_.config).postgresql.front(); }

  django::ReplayOptions replay_of(const LoadedProject& project) const {
    const Versions versions = versions_of(options_.project, workspace_.config);
    const std::string& found = project.project->django_version.value;
    return replay_options(project, workspace_.config, versions.django.value_or(parse_django_version(found)),
                          Server{versions.postgresql.front()});
  }

  std::string migrations() const {
    std::vector<const django::Migration*> list;
    for (const LoadedProject& project : loaded_.projects) {
      for (const django::Migration& migration : project.migrations) {
        if (asked_for(source(migration.file).path())) list.push_back(&migration);
      }
    }
    const auto file_of = [&](FileId file) -> const SourceFile* {
      const auto index = static_cast<std::size_t>(file);
      return index < loaded_.sources.size() ? &loaded_.sources[index] : nullptr;
    };
    std::ostringstream out;
    if (text_) {
      print_migrations_text(out, list, file_of);
    } else {
      print_migrations_json(out, list, file_of);
    }
    return std::move(out).str();
  }

  // After all migrations of a project, and after its SQL files where it has no others.
  Schema schema_of(const LoadedProject& project) const {
    const django::ReplayOptions replay = replay_of(project);
    if (project.migrations.empty()) {
      Session session(Schema(), replay.server);
      for (const SqlFile& file : project.sql_files) {
        for (const sql::ParsedStatement& statement : file.parsed.statements) {
          for (const Operation& operation : statement.operations) session.replay(operation);
        }
      }
      return session.schema();
    }
    return schema_before(django::build_graph(project.migrations, graph_options(project)), replay, {});
  }

  // One project is one document; several are a list of them.
  std::string schemas() const {
    std::vector<std::string> documents;
    for (const LoadedProject& project : loaded_.projects) {
      if (!is_asked_for(project)) continue;
      std::ostringstream out;
      if (text_) {
        if (loaded_.projects.size() > 1) out << "-- " << project.project->prefix << "\n";
        out << dump_schema(schema_of(project));
      } else {
        print_schema_json(out, schema_of(project));
      }
      documents.push_back(std::move(out).str());
    }
    return joined(documents, documents.size() > 1);
  }

  std::string statements() const {
    std::vector<std::string> documents;
    const bool effects = options_.stage == "effects";
    for (const LoadedProject& project : loaded_.projects) {
      if (!is_asked_for(project)) continue;
      const django::Graph graph = django::build_graph(project.migrations, graph_options(project));
      for (const FileStatements& file : statements_of(project, loaded_.sources, graph, replay_of(project))) {
        const SourceFile& from = source(file.file);
        if (!asked_for(from.path())) continue;
        if (effects) {
          documents.push_back(text_ ? effects_text(file, from, pg_version()) : effects_json(file, from, pg_version()));
        } else {
          documents.push_back(text_ ? operations_text(file, from) : operations_json(file, from));
        }
      }
    }
    return joined(documents, true);
  }

  std::string joined(const std::vector<std::string>& documents, bool as_list) const {
    std::string out;
    const bool list = as_list && !text_;
    for (const std::string& each : documents) out += (list ? (out.empty() ? "[\n" : ",\n") : "") + each;
    if (list) out += out.empty() ? "[]\n" : "\n]\n";
    return out;
  }

  const DumpOptions& options_;
  bool text_;
  std::unique_ptr<FileSystem> files_;
  Workspace workspace_;
  Loaded loaded_;
  std::string asked_;
};

}  // namespace

int run(const DumpOptions& options) {
  Output target;
  const std::string format = one_format(options.outputs, {"json", "text"}, target);
  if (format.empty()) return exit_trouble;
  bool complete = true;
  const std::optional<std::string> out = Dump(options, format == "text").run(complete);
  if (!out || !deliver(target, *out)) return exit_trouble;
  return complete ? exit_clean : exit_trouble;
}

}  // namespace mlint::cli
