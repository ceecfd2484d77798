#pragma once

#include <catch2/catch.hpp>

#include "analyzer/discover/path.h"
#include "analyzer/history/compare.h"
#include "analyzer/history/files_at_base.h"
#include "analyzer/history/project_files.h"
#include "tests/history/scratch_repository.h"

// A project in a scratch repository whose migrations are edited after its commit.
namespace mlint {

inline constexpr const char* head = "from django.db import migrations, models\n";

inline std::string migration(const std::string& body, const std::string& before = "") {
  return head + before + "\n\nclass Migration(migrations.Migration):\n" + body;
}

// Reads the project in the work tree and compares it with HEAD.
inline history::Changes compare(const ScratchRepository& repository) {
  const auto files = disk();
  DiscoverOptions where;
  where.paths = {repository.root()};
  where.isolated = true;
  const auto workspace = discover(*files, where);
  REQUIRE(workspace);
  REQUIRE(workspace->projects.size() == 1);
  const Project& project = workspace->projects[0];
  history::ScopeRequest request;
  request.directory = repository.root();
  request.changed = "HEAD";
  auto scope = history::choose_scope(request);
  REQUIRE(scope);
  REQUIRE_FALSE(history::add_untracked(*scope, workspace->files));
  const auto before = history::files_at_base(*files, *scope);
  SourceTable table;
  SharedFiles files_now(*files, project, table), files_before(*before, project, table);
  std::vector<SourceFile> sources;
  std::vector<django::Migration> migrations;
  sources.reserve(project.migration_files.size());
  for (const std::string& file : project.migration_files) {
    const auto text = files->read(path::join(project.root, file), max_file_size);
    REQUIRE(text);
    sources.emplace_back(file, *text);
    auto read = django::read_migration_text(sources.back().text(), static_cast<FileId>(sources.size() - 1), file,
                                            project.app_of(file)->label, files_now.as_project_files());
    REQUIRE(std::holds_alternative<django::Migration>(read));
    migrations.push_back(std::get<django::Migration>(std::move(read)));
  }
  const django::Graph graph = django::build_graph(migrations, {});
  const auto changes =
      history::compare_with_base({*scope, project, migrations, sources, files_before.as_project_files(), &graph, {}});
  REQUIRE(changes);
  return *changes;
}

inline constexpr const char* initial =
    "    initial = True\n"
    "    operations = [migrations.CreateModel(name='Order', fields=[('id', models.AutoField(primary_key=True)), "
    "('note', models.CharField(max_length=20, verbose_name='Note'))], options={'ordering': ['id']})]\n";

inline std::string second(const std::string& operation, const std::string& more = "", const std::string& before = "") {
  return migration("    dependencies = [('shop', '0001_initial')]\n" + more + "    operations = [" + operation + "]\n",
                   before);
}

}  // namespace mlint
