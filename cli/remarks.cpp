#include "cli/remarks.h"

#include <algorithm>
#include <set>

#include "analyzer/discover/path.h"
#include "analyzer/report/summary.h"

namespace mlint::cli {
namespace {

constexpr std::size_t most_runners = 5;

// As docs/runners.md has it measured; a file may say otherwise.
std::string_view transactions_of(SqlRunner runner) {
  switch (runner) {
    case SqlRunner::flyway:
    case SqlRunner::goose:
    case SqlRunner::dbmate:
    case SqlRunner::sqlx:
    case SqlRunner::diesel:
      return "each file one transaction";
    case SqlRunner::golang_migrate:
    case SqlRunner::prisma:
    case SqlRunner::supabase:
      return "each file one query, an implicit transaction";
    case SqlRunner::drizzle:
      return "all pending files one transaction";
    case SqlRunner::none:
    case SqlRunner::sqlmigrate_twin:
    case SqlRunner::plain:
      break;
  }
  return "each statement commits by itself";
}

std::string about(const SqlDirectory& directory, const std::string& place) {
  return "runner" + (place.empty() ? std::string() : " of `" + place + "`") + ": " +
         std::string(name_of(directory.runner)) + " (" + directory.runner_reason + "), " +
         std::string(transactions_of(directory.runner));
}

void add_runners(const Workspace& workspace, std::vector<std::string>& remarks) {
  std::vector<std::pair<const Project*, const SqlDirectory*>> found;
  for (const Project& project : workspace.projects)
    for (const SqlDirectory& directory : project.sql_directories)
      if (directory.runner != SqlRunner::sqlmigrate_twin && !directory.files.empty())
        found.emplace_back(&project, &directory);
  for (std::size_t i = 0; i < std::min(found.size(), most_runners); ++i) {
    const auto& [project, directory] = found[i];
    remarks.push_back(about(*directory, found.size() == 1 ? "" : project->prefix + directory->directory));
  }
  if (found.size() > most_runners)
    remarks.push_back(std::to_string(found.size() - most_runners) + " more directories of SQL migrations");
}

void add_databases(const Workspace& workspace, std::vector<std::string>& remarks) {
  for (const Project& project : workspace.projects) {
    const std::string& note = project.settings.engine_note;
    if (!note.empty() && std::find(remarks.begin(), remarks.end(), note) == remarks.end()) remarks.push_back(note);
  }
}

void add_settings(const Loaded& loaded, std::vector<std::string>& remarks) {
  std::set<std::string> names;
  for (const LoadedProject& project : loaded.projects)
    names.insert(project.settings_at_default.begin(), project.settings_at_default.end());
  if (names.empty()) return;
  std::string listed;
  for (const std::string& name : names) listed += (listed.empty() ? "`" : ", `") + name + "`";
  remarks.push_back("migrations use settings that the environment may give, taken at their defaults: " + listed);
}

void add_unjudged(const Workspace& workspace, std::vector<std::string>& remarks) {
  std::size_t other_files = 0;
  for (const Project& project : workspace.projects) other_files += project.other_sql_files;
  if (other_files > 0)
    remarks.push_back(report::counted(other_files, "other .sql file") +
                      " (dumps, seeds, schemas, other dialects) not judged: no migrations");
  if (!workspace.alembic_revisions.empty())
    remarks.push_back(report::counted(workspace.alembic_revisions.size(), "Alembic revision") +
                      " not analysed; `alembic upgrade --sql | mlint check - --stdin-filename alembic.sql` judges "
                      "their SQL");
}

}  // namespace

std::vector<std::string> remarks_on(const Workspace& workspace, const Loaded& loaded) {
  std::vector<std::string> remarks;
  add_runners(workspace, remarks);
  add_databases(workspace, remarks);
  add_settings(loaded, remarks);
  add_unjudged(workspace, remarks);
  return remarks;
}

}  // namespace mlint::cli
