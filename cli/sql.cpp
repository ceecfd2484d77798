#include "cli/sql.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "analyzer/discover/workspace.h"
#include "analyzer/effect/body.h"
#include "cli/commands.h"
#include "cli/project.h"
#include "parsers/sql/parse_each.h"

namespace mlint::cli {
namespace {

constexpr std::size_t file_limit = std::size_t{256} << 20;

Result<std::string> read_standard_input() {
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got == 0) return text;
    if (got < 0) return Error{"cannot read standard input"};
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > file_limit) return Error{"standard input is too large"};
  }
}

// Context runs as psql would run it, and its session goes on.
void replay(Session& session, std::string_view text) {
  sql::parse_each(text, [&](const sql::ParsedStatement& statement) {
    for (const Operation& operation : statement.operations) session.replay(operation);
  });
  session.commit();
}

SqlJudgement judge(const std::vector<std::string>& context, const SourceFile& source, const sql::ParsedSql& parsed,
                   int version, bool in_transaction) {
  Session session(Schema(), Server{version, true});
  for (const std::string& text : context) replay(session, text);
  session.schema().reset_session(true);
  session.begin_unit(1);
  if (in_transaction) session.begin();
  SqlJudgement judgement{version, {}};
  for (const sql::ParsedStatement& statement : parsed.statements) {
    if (statement.operations.empty()) continue;
    const std::string text(source.text(statement.span));
    const Schema before = session.schema();
    Statement first = session.run(statement.operations.front(), text, {FileId{0}, statement.span});
    for (std::size_t i = 1; i < statement.operations.size(); ++i) {
      const Effects more = session.run(statement.operations[i], {}, {}).effects;
      add_effects(first.effects, more, before, session.schema());
    }
    first.index = judgement.statements.size();
    judgement.statements.push_back({std::move(first), {}});
  }
  if (in_transaction) session.commit();
  return judgement;
}

}  // namespace

int run_sql_file(const SqlOptions& options) {
  Output target;
  const std::string format = one_format(options.outputs, {"text", "sql", "json"}, target);
  if (format.empty()) return exit_trouble;
  const std::unique_ptr<FileSystem> files = disk();
  std::vector<std::string> context;
  for (const std::string& path : options.schema) {
    auto text = files->read(path, file_limit);
    if (!text) return trouble(text.error().message);
    context.push_back(std::move(*text));
  }
  const std::string& path = options.targets.front();
  auto text = path == "-" ? read_standard_input() : files->read(path, file_limit);
  if (!text) return trouble(text.error().message);
  const SourceFile source(path, std::move(*text));
  const sql::ParsedSql parsed = sql::parse(source.text());
  for (const sql::Problem& problem : parsed.problems) {
    const Position at = source.position(problem.span.begin);
    warn(path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + problem.message);
  }
  const Result<Workspace> around =
      place_workspace(*files, discover_options(options.project, {path == "-" ? "." : path}));
  if (!around) return trouble(around.error().message);
  const std::vector<int> versions = versions_of(options.project, around->config).postgresql;
  std::vector<SqlJudgement> judgements;
  for (const int version : versions) {
    judgements.push_back(judge(context, source, parsed, version, options.assume_in_transaction));
  }
  std::string out;
  if (format == "json") out = sql_json(judgements, &source);
  if (format == "text") out = sql_text(judgements);
  if (format == "sql") out = sql_script(judgements, options.facts);
  return deliver(target, out) ? exit_clean : exit_trouble;
}

int run(const SqlOptions& options) {
  if (options.all) return run_sql_migration(options);
  if (options.targets.empty()) return trouble("`mlint sql` needs a PATH, or APP NAME");
  const bool one = options.targets.size() == 1;
  const bool python = one && options.targets.front().ends_with(".py");
  if (one && !python && !options.targets.front().ends_with(".sql") && options.targets.front() != "-") {
    const std::unique_ptr<FileSystem> files = disk();
    const std::string& target = options.targets.front();
    if (!files->size(target))
      return trouble("`" + target + "` is no file; of an app, name the migration too: `mlint sql " + target + " NAME`");
  }
  if (!one || python || options.backwards) return run_sql_migration(options);
  return run_sql_file(options);
}

}  // namespace mlint::cli
