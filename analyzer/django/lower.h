#pragma once

#include <functional>

#include "analyzer/django/editor.h"

// Operations of a migration, forwards and backwards: what they do to the model state, and what they ask the schema
// editor for (django/db/migrations/operations).
namespace mlint::django {

// The state after the operation. `settings` tell how fields are read.
struct ReadSettings {
  StateSettings state;
  const std::map<std::string, std::string>* field_types = nullptr;
};
FieldContext field_context(const ReadSettings& settings, const std::string& app, const std::string& model);
ProjectState state_forwards(const ModelOperation& operation, const std::string& app, ProjectState state,
                            const ReadSettings& settings);

// Called before each operation with the state so far.
using BeforeOperation = std::function<void(std::size_t operation, const ProjectState& models)>;

// Sends the migration's statements to the editor and leaves `models` as they are after it.
void run_forwards(const Migration& migration, ProjectState& models, Editor& editor, const ReadSettings& settings,
                  const BeforeOperation& before);
// `models` are those before the migration, as they shall be again; the catalogue is the one after it.
void run_backwards(const Migration& migration, const ProjectState& models, Editor& editor,
                   const ReadSettings& settings);

}  // namespace mlint::django
