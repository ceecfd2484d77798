#include <algorithm>

#include "analyzer/django/runner.h"

// Operations on models and fields.
namespace mlint::django {

void Runner::create(const ModelOperation& operation, const ProjectState& state) {
  const Model made = model(state, operation.text("name"));
  if (!made) return unknown("the model could not be evaluated");
  if (!made.can_migrate()) return;
  for (const std::string& reason : made.state().unread) editor_.note_unknown(reason);
  editor_.create_model(made);
}

void Runner::drop(const ModelOperation& operation, const ProjectState& state) {
  const Model gone = model(state, operation.text("name"));
  if (!models(operation, gone, gone, gone)) return;
  editor_.delete_model(gone);
}

void Runner::add_field(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                       bool with_default) {
  const Model from_model = model(from, operation.text("model_name")),
              to_model = model(to, operation.text("model_name"));
  if (!models(operation, from_model, to_model, to_model)) return;
  Bound added = field(to_model, operation.text("name"));
  if (!added.field) return;
  FieldPtr with_own_default;
  if (with_default && is_false(operation.argument("preserve_default"))) {
    if (const py::Value* value = operation.argument("field")) {
      const FieldContext context = field_context(settings_, app_, to_model.state().name_lower);
      with_own_default = make_field(added.field->name, *value, context);
      added.default_value = with_own_default->default_value;
    }
  }
  editor_.add_field(from_model, added);
}

void Runner::remove_field(const ModelOperation& operation, const ProjectState& from) {
  const Model from_model = model(from, operation.text("model_name"));
  if (!models(operation, from_model, from_model, from_model)) return;
  const std::string_view name = operation.text("name");
  if (operation.in_earlier_state && !from_model.field(name)) {
    // The last of this name: the database still has its column.
    const auto& gone = from_model.state().removed;
    const auto last = std::find_if(gone.rbegin(), gone.rend(), [&](const FieldPtr& it) { return it->name == name; });
    if (last != gone.rend()) return editor_.remove_field(from_model, bind(from_model, *last));
  }
  const Bound removed = field(from_model, name);
  if (removed.field) editor_.remove_field(from_model, removed);
}

void Runner::alter_field(const ModelOperation& operation, const ProjectState& from, const ProjectState& to,
                         std::string_view old_name, std::string_view new_name, bool with_default) {
  const Model from_model = model(from, operation.text("model_name")),
              to_model = model(to, operation.text("model_name"));
  if (!models(operation, from_model, to_model, to_model)) return;
  const Bound old_field = field(from_model, old_name);
  Bound new_field = field(to_model, new_name);
  if (!old_field.field || !new_field.field) return;
  FieldPtr with_own_default;
  if (with_default && is_false(operation.argument("preserve_default"))) {
    if (const py::Value* value = operation.argument("field")) {
      const FieldContext context = field_context(settings_, app_, to_model.state().name_lower);
      with_own_default = make_field(new_field.field->name, *value, context);
      new_field.default_value = with_own_default->default_value;
    }
  }
  editor_.alter_field(from_model, old_field, new_field);
}

namespace {

// Foreign keys and many-to-many fields of any model that point at it: label of their model, and name.
std::vector<std::pair<std::string, std::string>> related_fields(const Model& target) {
  std::vector<std::pair<std::string, std::string>> result;
  const std::string label = target.state().label();
  target.project().each([&](const ModelPtr& state) {
    for (const FieldPtr& field : state->fields) {
      // _meta.related_objects leaves out hidden relations unless they are many-to-many
      if (field->hidden() && !field->many_to_many()) continue;
      if (field->relation && field->to == label) result.emplace_back(state->label(), field->name);
    }
  });
  return result;
}

Bound with_zero(Bound column) {
  static const py::Value zero{py::Integer{"0"}, {}, {}};
  column.default_value = &zero;
  return column;
}

}  // namespace

void Runner::rename_model(const ProjectState& from, const ProjectState& to, std::string_view old_name,
                          std::string_view new_name) {
  const Model old_model = model(from, old_name), new_model = model(to, new_name);
  if (!old_model || !new_model) {
    return unknown("model `" + app_ + "." + std::string(old_name) + "` is not known here");
  }
  if (!new_model.can_migrate()) return;
  editor_.alter_db_table(old_model.table(), new_model.table());
  for (const auto& [label, name] : related_fields(old_model)) {
    const bool own = label == old_model.state().label();
    const Model before(from, from.find(label), settings_.state);
    const Model after(to, to.find(own ? new_model.state().label() : label), settings_.state);
    if (!before || !after) continue;
    const FieldPtr old_field = before.state().own_field(name);
    const FieldPtr new_field = after.state().own_field(name);
    if (old_field && new_field) editor_.alter_field(after, bind(before, old_field), bind(after, new_field));
  }
  for (const FieldPtr& old_field : old_model.local_many_to_many()) {
    const FieldPtr new_field = new_model.state().own_field(old_field->name);
    if (!new_field || new_field->to == new_model.state().label() || !new_field->through.empty()) continue;
    const Bound old_bound = bind(old_model, old_field), new_bound = bind(new_model, new_field);
    if (settings_.state.version >= Version{4, 2}) {
      editor_.alter_many_to_many(new_model, old_bound, new_bound);
      continue;
    }
    const ModelPtr old_through = through_model(old_model, *old_field, settings_.state);
    const ModelPtr new_through = through_model(new_model, *new_field, settings_.state);
    if (!old_through || !new_through) continue;
    editor_.alter_db_table(old_through->table, new_through->table);
    const Model before(from, old_through, settings_.state), after(to, new_through, settings_.state);
    const FieldPtr old_key = old_through->own_field(old_model.state().name_lower);
    const FieldPtr new_key = new_through->own_field(new_model.state().name_lower);
    if (old_key && new_key) editor_.alter_field(after, bind(before, old_key), bind(after, new_key));
  }
}

void Runner::alter_table(const ModelOperation& operation, const ProjectState& from, const ProjectState& to) {
  const Model old_model = model(from, operation.text("name")), new_model = model(to, operation.text("name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  editor_.alter_db_table(old_model.table(), new_model.table());
  for (const FieldPtr& old_field : old_model.local_many_to_many()) {
    const FieldPtr new_field = new_model.state().own_field(old_field->name);
    if (!new_field) continue;
    const ModelPtr old_through = through_model(old_model, *old_field, settings_.state);
    const ModelPtr new_through = through_model(new_model, *new_field, settings_.state);
    if (old_through && new_through) editor_.alter_db_table(old_through->table, new_through->table);
  }
}

// sortedm2m: the column by which the table of a many-to-many field is sorted comes or goes.
void Runner::alter_sorted(const ModelOperation& operation, const ProjectState& from, const ProjectState& to) {
  const std::string_view owner = operation.text("model_name");
  const Model old_model = model(from, owner), new_model = model(to, owner);
  if (!models(operation, old_model, new_model, new_model)) return;
  const Bound old_field = field(old_model, operation.text("name"));
  const Bound new_field = field(new_model, operation.text("name"));
  if (!old_field.field || !new_field.field) return;
  const bool adds = !new_field.field->sort_column.empty();
  const Bound& sorted = adds ? new_field : old_field;
  const ModelPtr through = through_model(sorted.model, *sorted.field, settings_.state);
  if (!through || sorted.field->sort_column.empty()) {
    return editor_.fail("TypeError: AlterSortedManyToManyField on a field that was not and is not sorted");
  }
  const Model table(sorted.model.project(), through, settings_.state);
  const Bound column = bind(table, table.field(sorted.field->sort_column));
  if (!adds) return editor_.remove_field(table, column);
  editor_.add_field(table, with_zero(column));
}

void Runner::order(const ModelOperation& operation, const ProjectState& from, const ProjectState& to) {
  const Model old_model = model(from, operation.text("name")), new_model = model(to, operation.text("name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  const bool was = old_model.state().options.order_with_respect_to.has_value();
  const bool is = new_model.state().options.order_with_respect_to.has_value();
  if (was && !is) {
    editor_.remove_field(old_model, bind(old_model, old_model.field("_order")));
  } else if (is && !was) {
    editor_.add_field(old_model, with_zero(bind(new_model, new_model.field("_order"))));
  }
}

void Runner::comment(const ModelOperation& operation, const ProjectState& from, const ProjectState& to) {
  const Model old_model = model(from, operation.text("name")), new_model = model(to, operation.text("name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  editor_.execute(comment_on_table(new_model.table(), new_model.state().options.db_table_comment.value_or("")));
}

void Runner::together(const ModelOperation& operation, const ProjectState& from, const ProjectState& to) {
  const Model old_model = model(from, operation.text("name")), new_model = model(to, operation.text("name"));
  if (!models(operation, old_model, new_model, new_model)) return;
  editor_.alter_together(old_model, new_model, operation.known_as == "AlterUniqueTogether");
}

}  // namespace mlint::django
