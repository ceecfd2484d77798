#include <sstream>

#include "analyzer/lint/judge.h"
#include "cli/commands.h"
#include "cli/dump_migrations.h"
#include "cli/dump_schema.h"
#include "cli/project.h"

namespace mlint::cli {
namespace {

// After all migrations of a project, and after its SQL files where it has no others.
Schema schema_of(const DumpOptions& options, const Workspace& workspace, const LoadedProject& project) {
  const Versions versions = versions_of(options.project, workspace.config);
  const django::Version version = versions.django.value_or(parse_django_version(project.project->django_version.value));
  const Server server{versions.postgresql.front()};
  if (project.migrations.empty()) {
    Session session(Schema(), server);
    for (const SqlFile& file : project.sql_files) {
      for (const sql::ParsedStatement& statement : file.parsed.statements) {
        for (const Operation& operation : statement.operations) session.replay(operation);
      }
    }
    return session.schema();
  }
  const django::Graph graph = django::build_graph(project.migrations, graph_options(project));
  return schema_before(graph, replay_options(*project.project, workspace.config, version, server), {});
}

}  // namespace

int run(const DumpOptions& options) {
  Output target;
  if (one_format(options.outputs, {"json", "text"}, target).empty()) return exit_trouble;
  const bool schema = options.stage == "schema";
  if (!schema && options.stage != "migrations")
    return trouble("`mlint dump --stage=" + options.stage + "` is not there yet");
  const std::unique_ptr<FileSystem> files = disk();
  const Result<Workspace> workspace = open_workspace(*files, options.project, {options.path});
  if (!workspace) return trouble(workspace.error().message);
  const Loaded loaded = load(*files, *workspace, {options.project.jobs, {}});
  std::vector<const django::Migration*> migrations;
  for (const LoadedProject& project : loaded.projects) {
    for (const django::Migration& migration : project.migrations) migrations.push_back(&migration);
  }
  std::ostringstream out;
  if (schema) {
    for (const LoadedProject& project : loaded.projects)
      print_schema_json(out, schema_of(options, *workspace, project));
    return deliver(target, out.str()) ? exit_clean : exit_trouble;
  }
  print_migrations_json(out, migrations, [&](FileId file) -> const SourceFile* {
    const auto index = static_cast<std::size_t>(file);
    return index < loaded.sources.size() ? &loaded.sources[index] : nullptr;
  });
  for (const std::string& problem : loaded.unreadable) trouble(problem);
  if (!deliver(target, out.str())) return exit_trouble;
  return loaded.unreadable.empty() ? exit_clean : exit_trouble;
}

}  // namespace mlint::cli
