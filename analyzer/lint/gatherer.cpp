#include "analyzer/lint/gatherer.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <utility>

#include "analyzer/lint/facts.h"

namespace mlint {
namespace {

std::uint64_t fnv(std::string_view text, std::uint64_t hash) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash;
}

// Of what the finding is about and not of where its lines are: it survives edits elsewhere in the file.
// `project` tells apart apps of one name in several projects; empty for a project at the root.
std::string fingerprint_of(const RuleInfo& rule, const Finding& finding, const std::string& path,
                           const std::string& project) {
  std::string key(rule.code);
  if (!project.empty()) key += '\0' + project;
  for (const std::string& part :
       {finding.app, finding.migration.empty() ? path : finding.migration, finding.operation_path, finding.subject}) {
    key += '\0';
    key += part;
  }
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%016" PRIx64 "%016" PRIx64, fnv(key, 0xcbf29ce484222325U),
                fnv(key, 0x9ae16a3b2f90404fU));
  return text.data();
}

// The operation inside SeparateDatabaseAndState that a location belongs to.
const django::ModelOperation* innermost(const django::ModelOperation& operation, const Location& location) {
  for (const auto* list : {&operation.database_operations, &operation.state_operations}) {
    for (const django::ModelOperation& nested : *list) {
      if (nested.location.file == location.file && nested.location.span.contains(location.span)) {
        return innermost(nested, location);
      }
    }
  }
  return &operation;
}

// Carets belong under the name of the operation, not under all its lines.
Location header_of(const django::ModelOperation& operation) {
  return operation.name_location.span.empty() ? operation.location : operation.name_location;
}

// Which of the statements that its operation was lowered to: rules count them through the migration.
std::size_t index_in_operation(std::size_t statement, std::span<const std::size_t> operation_of) {
  if (statement >= operation_of.size()) return statement;
  std::size_t first = statement;
  while (first > 0 && operation_of[first - 1] == operation_of[statement]) --first;
  return statement - first;
}

bool has_place(const Location& location) { return location.file != FileId::none; }

}  // namespace

FindingContext::FindingContext(const Loaded& given, const RunOptions& run, const Suppressions& comments)
    : loaded(given), options(run), suppressions(comments) {
  for (const LoadedProject& project : loaded.projects) {
    for (const django::Migration& migration : project.migrations) {
      if (const SourceFile* file = source(migration.file)) migration_paths.insert(file->path());
    }
    for (const SqlFile& file : project.sql_files) migration_paths.insert(file.path);
  }
}

const SourceFile* FindingContext::source(FileId file) const {
  const auto index = static_cast<std::size_t>(file);
  return index < loaded.sources.size() ? &loaded.sources[index] : nullptr;
}

std::string FindingContext::path_of(const Finding& finding) const {
  const SourceFile* file = source(finding.location.file);
  return file ? file->path() : finding.path;
}

void Gatherer::fill_place(Finding& finding) const {
  if (!has_place(finding.location) && !finding.path.empty()) return;
  if (!has_place(finding.location) && under_.statement) finding.location = under_.statement->statement.location;
  if (!has_place(finding.location) && under_.operation) finding.location = under_.operation->location;
  if (!has_place(finding.location) && under_.migration) {
    const MigrationView& migration = *under_.migration;
    finding.location = migration.migration ? migration.migration->class_location : Location{migration.file, {}};
  }
  const django::ModelOperation* model = under_.operation ? under_.operation->model : nullptr;
  if (!model) return;
  const django::ModelOperation* inner = innermost(*model, finding.location);
  if (inner->location == finding.location) finding.location = header_of(*inner);
}

void Gatherer::fill(Finding& finding) const {
  fill_place(finding);
  if (!under_.migration) return;
  const MigrationView& migration = *under_.migration;
  if (finding.app.empty()) finding.app = migration.app;
  if (finding.migration.empty()) finding.migration = migration.name;
  if (under_.statement && !finding.statement) finding.statement = under_.statement->statement.index;
  std::vector<const Statement*> about;
  if (finding.statement) {
    for (const Statement& each : migration.statements) {
      if (each.index == *finding.statement) about.push_back(&each);
    }
  } else if (under_.operation) {
    about = under_.operation->statements;
  }
  if (finding.statement && !finding.operation && *finding.statement < migration.operation_of.size()) {
    finding.operation = migration.operation_of[*finding.statement];
  }
  if (under_.operation && !finding.operation) finding.operation = under_.operation->index;
  if (finding.operation_path.empty() && finding.operation) {
    finding.operation_path = std::to_string(*finding.operation);
    const django::History::Judged* judged = migration.judged;
    if (judged && finding.statement && *finding.statement < judged->lowered_index.size()) {
      const std::string& path = judged->lowered.statements[judged->lowered_index[*finding.statement]].path;
      if (!path.empty()) finding.operation_path = path;
    }
  }
  fill_facts(finding, about, migration.statements);
  if (migration.judged && finding.operation && !about.empty()) {
    for (const auto& [operation, reason] : migration.judged->lowered.assumed) {
      if (operation == *finding.operation) finding.notes.push_back("assumed: " + reason);
    }
    for (const auto& [operation, reason] : migration.judged->lowered.unknown) {
      if (operation == *finding.operation) finding.notes.push_back("not all of this operation is known: " + reason);
    }
  }
  const django::Migration* written = migration.migration;
  if (written && !written->operations_known && finding.operation)
    finding.notes.push_back("not every operation of this migration is known, or certain to run: " +
                            written->operations_reason);
  if (finding.statement) finding.statement = index_in_operation(*finding.statement, migration.operation_of);
}

Lines Gatherer::lines_of(const Location& location) const {
  const SourceFile* file = context_.source(location.file);
  if (!file) return {};
  const std::uint32_t end = std::max(location.span.begin, location.span.end);
  return {file->position(location.span.begin).line, file->position(end > location.span.begin ? end - 1 : end).line};
}

// Where a comment may stand: at the finding, at its statement, at its operation, at the one around that.
std::vector<Lines> Gatherer::places_of(const Finding& finding) const {
  std::vector<Lines> places{lines_of(finding.location)};
  const auto add = [&](const Location& location) {
    if (location.file == finding.location.file) places.push_back(lines_of(location));
  };
  if (under_.statement) add(under_.statement->statement.location);
  const django::ModelOperation* model = under_.operation ? under_.operation->model : nullptr;
  if (!model && under_.migration && under_.migration->migration && finding.operation) {
    const auto& operations = under_.migration->migration->operations;
    if (*finding.operation < operations.size()) model = &operations[*finding.operation];
  }
  if (!model) return places;
  add(model->location);
  add(innermost(*model, finding.location)->location);
  return places;
}

std::vector<std::size_t> Gatherer::suppressed_by(const Finding& finding) const {
  if (!has_place(finding.location) || context_.suppressions.all().empty()) return {};
  return context_.suppressions.covering(*under_.rule->rule, finding.location.file, places_of(finding));
}

// Findings about a migration follow the scope. Those about the project as a whole belong to everybody; where they are
// only remarks, they wait for a look at everything.
bool Gatherer::is_listed(const Finding& finding) const {
  const Scope& scope = context_.options.scope;
  const std::string path = context_.path_of(finding);
  if (under_.migration) return scope.lists(under_.migration->path);
  const bool whole = scope.everything || scope.history, excluded = scope.excludes(path);
  if (whole && scope.directories.empty() && !excluded) return true;
  const auto reaches = [&](const std::string& each) { return scope.lists(each) || (whole && scope.within(each)); };
  if (reaches(path)) return true;
  for (const Label& label : finding.labels) {
    const SourceFile* file = context_.source(label.location.file);
    if (reaches(file ? file->path() : label.path)) return true;
  }
  if (excluded) return false;
  if (under_.rule->rule->info.name == "unreadable-migration") return true;  // it stops `migrate` for everybody
  const bool about_migration = context_.migration_paths.contains(path) || !finding.migration.empty();
  return !about_migration && finding.severity.value_or(under_.rule->rule->info.severity) == Severity::error;
}

void Gatherer::add(Finding finding) {
  const RuleInfo& rule = under_.rule->rule->info;
  Severity severity = finding.severity.value_or(rule.severity);
  if (severity == Severity::off) return;
  if (under_.rule->level) severity = *under_.rule->level;
  fill(finding);
  Draft draft;
  draft.suppressed_by = suppressed_by(finding);
  draft.listed = is_listed(finding);
  if (!draft.listed && context_.options.scope.excludes(context_.path_of(finding))) return;
  const bool counts = (draft.listed || context_.options.scope.history) && draft.suppressed_by.empty();
  draft.diagnostic = {&rule, severity, std::move(finding), {}, {}};
  if (counts) {
    const Finding& kept = draft.diagnostic.finding;
    const Location& place = kept.location;
    draft.elsewhere = has_place(place) && under_.operation && !under_.operation->location.span.contains(place.span);
    draft.diagnostic.fingerprint =
        fingerprint_of(rule, kept, context_.path_of(kept),
                       under_.migration ? under_.migration->project.project.prefix : std::string());
  }
  drafts_.push_back(std::move(draft));
}

}  // namespace mlint
