#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/lower.h"

namespace mlint::django {

// Whether an argument is given as False.
bool is_false(const py::Value* value);

// One migration on its way to the schema editor: database_forwards() and database_backwards() of its operations.
class Runner {
 public:
  Runner(const std::string& app, Editor& editor, const ReadSettings& settings, bool atomic)
      : app_(app), editor_(editor), settings_(settings), atomic_(atomic) {}

  void forwards(const ModelOperation& operation, const ProjectState& from, const ProjectState& to, const Origin& origin,
                int depth);
  void backwards(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                 const Origin& origin, int depth);

 private:
  Model model(const ProjectState& state, std::string_view name) const {
    return {state, state.find(app_, lower_case(name)), settings_.state};
  }
  // Both models, and whether the operation does anything to the database.
  bool models(const ModelOperation& operation, const Model& from, const Model& to, const Model& asked);
  void unknown(std::string reason);
  Bound field(const Model& owner, std::string_view name);

  void create(const ModelOperation& operation, const ProjectState& state);
  void drop(const ModelOperation& operation, const ProjectState& state);
  void add_field(const ModelOperation& operation, const ProjectState& from, const ProjectState& to, bool with_default);
  void remove_field(const ModelOperation& operation, const ProjectState& from);
  void alter_field(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                   std::string_view old_name, std::string_view new_name, bool with_default);
  void alter_sorted(const ModelOperation& operation, const ProjectState& from, const ProjectState& to);
  void rename_model(const ProjectState& from, const ProjectState& to, std::string_view old_name,
                    std::string_view new_name);
  void alter_table(const ModelOperation& operation, const ProjectState& from, const ProjectState& to);
  void order(const ModelOperation& operation, const ProjectState& from, const ProjectState& to);
  void comment(const ModelOperation& operation, const ProjectState& from, const ProjectState& to);
  void together(const ModelOperation& operation, const ProjectState& from, const ProjectState& to);
  struct Named {
    Model owner;
    bool index;  // else a constraint
    bool concurrently;
  };
  // What an operation on an index or a constraint is about; nothing where its model is not known.
  std::optional<Named> named_by(const ModelOperation& operation, const ProjectState& state);
  void add_named(const ModelOperation& operation, const ProjectState& state, std::string_view name);
  void remove_named(const ModelOperation& operation, const ProjectState& state, std::string_view name);
  void rename_index(const ModelOperation& operation, const ProjectState& from, const ProjectState& to, bool back);
  void validate(const ModelOperation& operation, const ProjectState& state);
  void extension(const ModelOperation& operation, bool make);
  void collation(const ModelOperation& operation, bool make);
  void run_sql(const ModelOperation& operation, const Origin& origin, bool back);
  void run_python(const ModelOperation& asked, bool back);
  void package_operation(const ModelOperation& asked, const ProjectState& state, bool back);
  bool option_operation(const ModelOperation& operation, const ProjectState& from, const ProjectState& to, bool back);
  bool other_operation(const ModelOperation& operation, const Origin& origin, bool back);

  const std::string& app_;
  Editor& editor_;
  const ReadSettings& settings_;
  bool atomic_;
};

}  // namespace mlint::django
