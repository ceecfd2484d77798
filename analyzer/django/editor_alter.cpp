#include <algorithm>

#include "analyzer/django/editor.h"
#include "analyzer/django/incoming.h"
#include "analyzer/django/naming.h"

// AlterField: which statements, in which order (_alter_field of the base and of the PostgreSQL editor).
namespace mlint::django {
namespace {

bool is_text(const std::string& type, std::string_view family) { return type.starts_with(family); }

bool leaves_text_family(const Bound& old_field, const std::string& old_type, const std::string& new_type) {
  if (!old_field.field->db_index && !old_field.field->unique()) return false;
  for (const std::string_view family :
       {std::string_view("varchar"), std::string_view("text"), std::string_view("citext")}) {
    if (is_text(old_type, family) && !is_text(new_type, family)) return true;
  }
  return false;
}

std::string integer_type(Internal internal) {
  return internal == Internal::big_auto ? "bigint" : internal == Internal::small_auto ? "smallint" : "integer";
}

bool needs_using(const Bound& old_field, const Bound& new_field, const Version& version) {
  if (new_field.field->generated() && version >= Version{5, 2}) return false;
  const Field* old_base = old_field.field.get();
  const Field* new_base = new_field.field.get();
  if (old_base->internal == Internal::array && new_base->internal == Internal::array) {
    const auto innermost = [](const Field* field) {
      while (field->internal == Internal::array && field->base) field = field->base.get();
      return field;
    };
    old_base = innermost(old_base);
    new_base = innermost(new_base);
    return type_family({old_field.model, std::make_shared<Field>(*old_base)}, version) !=
           type_family({new_field.model, std::make_shared<Field>(*new_base)}, version);
  }
  return type_family(old_field, version) != type_family(new_field, version);
}

// The adapters of these values have no equality, so that even an unchanged default differs.
bool compares_by_identity(const Bound& bound, const Version& version) {
  const Internal internal = internal_type(*bound.field);
  // Up to 4.1 JSON was compared as the text of json.dumps().
  if (internal == Internal::json) return version >= Version{4, 2};
  return internal == Internal::ip_address || internal == Internal::binary;
}

std::string comment_of(const Field& field) { return field.comment.value_or(""); }

}  // namespace

// One AlterField on its way.
struct Editor::Altering {
  Editor& editor;
  const Model& model;
  const Bound& old_bound;
  const Bound& new_bound;
  const Field& old_field = *old_bound.field;
  const Field& new_field = *new_bound.field;
  const Version& version = editor.version();
  const std::string table = model.table();
  const std::string old_type = db_type(old_bound, version), new_type = db_type(new_bound, version);
  const std::string old_collation = collation_of(old_bound, version), new_collation = collation_of(new_bound, version);
  bool keys_dropped = false;
  bool drop_incoming = false;
  std::vector<Incoming> incoming = {};
  std::vector<Ddl> afterwards = {};
  bool default_set = false;

  void run();
  void drop_own_foreign_keys();
  void drop_unique();
  void drop_incoming_keys();
  void drop_indexes();
  bool check_changes() const;
  void drop_checks();
  void rename();
  Fragment type_fragment(const Model& of, const Bound& from, const Bound& to, std::vector<Ddl>& after);
  Fragment serial_fragment(const Model& of, const Bound& to, std::vector<Ddl>& after);
  void alter_column();
  void four_way(const Literal& value);
  void keys_and_indexes();
  void retype_incoming();
  void add_foreign_keys();
  void finish();
  void change_spatial_index();
};

void Editor::Altering::drop_own_foreign_keys() {
  if (!old_field.foreign_key() || !old_field.db_constraint) return;
  if (version >= Version{4, 2} && !editor.should_be_altered(old_bound, new_bound, true)) return;
  Wanted wanted;
  wanted.foreign_key = true;
  std::vector<std::string> names = editor.constraint_names(table, {old_field.column()}, wanted, {});
  if (names.empty() && !editor.knows_table(table)) {
    if (const auto key = editor.foreign_key(model, old_bound, {})) names.push_back(constraint_of(*key).name);
  }
  for (const std::string& name : names) {
    keys_dropped = true;
    editor.execute(drop_foreign_key(table, name));
  }
}

void Editor::Altering::drop_unique() {
  const bool became_key = !old_field.primary_key && new_field.primary_key;
  if (!old_field.unique() || (new_field.unique() && !became_key)) return;
  Wanted wanted;
  wanted.unique = wanted.not_primary = true;
  std::vector<std::string> names =
      editor.constraint_names(table, {old_field.column()}, wanted, meta_names(model, false, true));
  if (names.empty() && !editor.knows_table(table) && !old_field.primary_key) {
    names.push_back(index_name(table, std::vector{old_field.column()}, "_uniq"));
  }
  for (const std::string& name : names) editor.execute(drop_constraint(table, name));
}

void Editor::Altering::drop_incoming_keys() {
  const bool keyed = (old_field.primary_key && new_field.primary_key) || (old_field.unique() && new_field.unique());
  const bool collation_counts = version >= Version{4, 1} && old_collation != new_collation;
  drop_incoming = keyed && (old_type != new_type || collation_counts);
  if (!drop_incoming) return;
  incoming = incoming_keys(old_bound, new_bound, editor.settings_.state);
  Wanted wanted;
  wanted.foreign_key = true;
  for (const Incoming& relation : incoming) {
    const std::string& other = relation.new_field.model.table();
    for (const std::string& name : editor.constraint_names(other, {relation.new_field.field->column()}, wanted, {})) {
      editor.execute(drop_foreign_key(other, name));
    }
  }
}

void Editor::Altering::drop_indexes() {
  if (!old_field.db_index || old_field.unique() || (new_field.db_index && !new_field.unique())) return;
  Wanted wanted;
  wanted.index = wanted.btree = true;
  std::vector<std::string> names =
      editor.constraint_names(table, {old_field.column()}, wanted, meta_names(model, true, false));
  if (names.empty() && !editor.knows_table(table)) {
    names.push_back(index_name(table, std::vector{old_field.column()}, ""));
  }
  for (const std::string& name : names) {
    if (version >= Version{5, 1}) {
      editor.remove_index(model, name, false);
    } else {
      editor.drop_index_of(table, name, false);
    }
  }
}

bool Editor::Altering::check_changes() const {
  // Up to 4.2 the text of the check held the column's name, so that a rename alone made it another check.
  const bool renamed = version < Version{5, 0} && old_field.column() != new_field.column();
  return has_check(old_field) != has_check(new_field) || (has_check(old_field) && renamed);
}

void Editor::Altering::drop_checks() {
  if (!check_changes() || !has_check(old_field)) return;
  Wanted wanted;
  wanted.check = true;
  std::vector<std::string> names =
      editor.constraint_names(table, {old_field.column()}, wanted, meta_names(model, false, true));
  if (names.empty() && !editor.knows_table(table)) names.push_back(table + "_" + old_field.column() + "_check");
  for (const std::string& name : names) editor.execute(drop_constraint(table, name));
}

void Editor::Altering::rename() {
  if (old_field.column() == new_field.column()) return;
  editor.execute(rename_column(table, old_field.column(), new_field.column()));
  editor.rename_deferred_column(table, old_field.column(), new_field.column());
}

// 3.2 and 4.0: an automatic field is a serial, whose sequence is made by hand.
Fragment Editor::Altering::serial_fragment(const Model& of, const Bound& to, std::vector<Ddl>& after) {
  const std::string own = strip_quotes(of.table()), column = strip_quotes(to.field->column());
  const std::string sequence = own + "_" + column + "_seq";
  after.push_back(drop_sequence(sequence));
  after.push_back(create_sequence(sequence));
  after.push_back(default_from_sequence(own, column, sequence));
  after.push_back(set_sequence_to_maximum(own, column, sequence));
  after.push_back(own_sequence(own, column, sequence));
  return set_type(column, integer_type(to.field->internal), {}, false);
}

Fragment Editor::Altering::type_fragment(const Model& of, const Bound& from, const Bound& to, std::vector<Ddl>& after) {
  const std::string from_type = db_type(from, version), to_type = db_type(to, version);
  const std::string collation = version < Version{4, 2} ? std::string{} : collation_of(to, version);
  const std::string column = to.field->column();
  const bool using_cast = needs_using(from, to, version);
  const Internal from_internal = internal_type(*from.field), to_internal = internal_type(*to.field);
  if (from_internal == Internal::geometry && to_internal == Internal::geometry) {
    return set_geometry_type(column, to_type, from.field->dimension, to.field->dimension, editor.left_using_);
  }
  editor.left_using_ = using_cast;
  if (version >= Version{4, 2} && leaves_text_family(from, from_type, to_type)) {
    editor.remove_index(of, index_name(of.table(), std::vector{from.field->column()}, "_like"), false);
  }
  if (version < Version{4, 1}) {
    if (is_auto(to_internal)) {
      Fragment fragment = serial_fragment(of, to, after);
      // the cast names the serial's own integer type
      return using_cast ? set_type(strip_quotes(column), integer_type(to_internal), {}, true) : std::move(fragment);
    }
    if (is_auto(from_internal)) after.push_back(drop_sequence(strip_quotes(of.table()) + "_" + column + "_seq"));
    return set_type(column, to_type, {}, using_cast);
  }
  if (is_auto(to_internal) && !is_auto(from_internal)) {
    after.push_back(alter_table(strip_quotes(of.table()), {add_identity(column)}));
    return set_type(column, to_type, {}, using_cast);
  }
  if (is_auto(from_internal) && !is_auto(to_internal)) {
    editor.execute(alter_table(strip_quotes(of.table()), {drop_identity(column)}));
    const std::string sequence = editor.sequence_name(of.table(), column);
    if (!sequence.empty()) after.push_back(drop_sequence(sequence));
    return set_type(column, to_type, collation, using_cast);
  }
  if (is_auto(to_internal) && from_internal != to_internal) {
    const std::string sequence = editor.sequence_name(of.table(), column);
    if (!sequence.empty()) after.push_back(alter_sequence_type(sequence, integer_type(to_internal)));
    return set_type(column, to_type, collation, using_cast);
  }
  if (version >= Version{4, 2} && comment_of(*from.field) != comment_of(*to.field)) {
    after.push_back(comment_on_column(of.table(), column, comment_of(*to.field)));
  }
  return set_type(column, to_type, collation, using_cast);
}

void Editor::Altering::four_way(const Literal& value) {
  const Literal given = value ? value : plain_literal(py::Value{}, version);  // default=None
  editor.execute(update_nulls(table, new_field.column(), given, version >= Version{4, 1}));
  editor.execute(alter_table(table, {set_not_null(new_field.column())}));
}

void Editor::Altering::alter_column() {
  std::vector<Fragment> fragments;
  const bool suffix_changes = version >= Version{4, 1} && is_auto(old_field.internal) != is_auto(new_field.internal);
  const bool comment_changes = version >= Version{4, 2} && comment_of(old_field) != comment_of(new_field);
  if (old_type.empty() || new_type.empty()) {
    // Two keys to the same column of a model that is not known have the same type.
    const bool same = old_field.foreign_key() && new_field.foreign_key() && !old_field.to.empty() &&
                      old_field.to == new_field.to && old_field.to_field == new_field.to_field;
    if (old_field.path != new_field.path && !same) {
      editor.note_unknown("the column type of field `" + new_field.name + "` is not known before or after");
    }
  } else if (old_type != new_type || suffix_changes || old_collation != new_collation || comment_changes) {
    // Up to 4.1 a change of collation was written instead of a change of type; from 4.2 on they are one.
    if (version < Version{4, 2} && old_collation != new_collation) {
      fragments.push_back(set_type(new_field.column(), new_type, new_collation, false));
    } else {
      fragments.push_back(type_fragment(model, old_bound, new_bound, afterwards));
    }
  }
  if (new_field.db_default != nullptr) {
    const Literal value = editor.db_default_sql(new_bound);
    if (old_field.db_default == nullptr || repr(*old_field.db_default) != repr(*new_field.db_default)) {
      fragments.push_back(set_default(new_field.column(), value));
    }
  } else if (old_field.db_default != nullptr) {
    fragments.push_back(drop_default(new_field.column()));
  }
  const bool becomes_required = old_field.null && !new_field.null;
  Literal value;
  if (becomes_required && new_field.db_default == nullptr) {
    value = effective_default(new_bound, version);
    if (!value) editor.note_converted_none(new_field);
    if (value && (compares_by_identity(new_bound, version) || !effective_default(old_bound, version).same(value))) {
      default_set = true;
      fragments.push_back(set_default(new_field.column(), value));
    }
  }
  const bool in_four_ways = becomes_required && (new_bound.default_value != nullptr || new_field.db_default != nullptr);
  if (old_field.null != new_field.null && !in_four_ways) {
    fragments.push_back(new_field.null ? drop_not_null(new_field.column()) : set_not_null(new_field.column()));
  }
  if (!fragments.empty()) editor.execute(alter_table(table, std::move(fragments)));
  if (in_four_ways) four_way(new_field.db_default != nullptr ? editor.db_default_sql(new_bound) : value);
  for (Ddl& ddl : afterwards) editor.execute(std::move(ddl));
}

void Editor::Altering::keys_and_indexes() {
  if (old_field.primary_key && !new_field.primary_key) {
    Wanted wanted;
    wanted.primary = true;
    for (const std::string& name : editor.constraint_names(table, {}, wanted, {})) {
      editor.execute(drop_constraint(table, name));
    }
  }
  const bool key_counts = version >= Version{4, 1};
  const bool add_unique = new_field.unique() && (!key_counts || !new_field.primary_key) &&
                          (!old_field.unique() || (old_field.primary_key && !new_field.primary_key));
  if (add_unique) {
    ConstraintSpec unique;
    unique.table = table;
    unique.columns = {new_field.column()};
    unique.suffix = "_uniq";
    editor.execute(render(unique, version));
  }
  if ((!old_field.db_index || old_field.unique()) && new_field.db_index && !new_field.unique()) {
    editor.execute(render(editor.own_index(model, new_bound), version));
  }
}

void Editor::Altering::retype_incoming() {
  if (!old_field.primary_key && new_field.primary_key) {
    ConstraintSpec key;
    key.kind = ConstraintSpec::Kind::primary_key;
    key.table = table;
    key.columns = {new_field.column()};
    key.suffix = "_pk";
    editor.execute(render(key, version));
    incoming = incoming_keys(old_bound, new_bound, editor.settings_.state);
  }
  for (const Incoming& relation : incoming) {
    std::vector<Ddl> after;
    const std::string collation = collation_of(relation.new_field, version);
    // 4.1 alone writes a change of collation in place of one of type here too.
    const bool collates =
        version >= Version{4, 1} && version < Version{4, 2} && collation != collation_of(relation.old_field, version);
    Fragment fragment =
        collates ? set_type(relation.new_field.field->column(), db_type(relation.new_field, version), collation, false)
                 : type_fragment(relation.new_field.model, relation.old_field, relation.new_field, after);
    editor.execute(alter_table(relation.new_field.model.table(), {std::move(fragment)}));
    for (Ddl& ddl : after) editor.execute(std::move(ddl));
  }
}

void Editor::Altering::add_foreign_keys() {
  if (new_field.foreign_key() && new_field.db_constraint &&
      (keys_dropped || !old_field.foreign_key() || !old_field.db_constraint)) {
    if (const auto key = editor.foreign_key(model, new_bound, {})) editor.execute(render(*key, version));
  }
  if (!drop_incoming) return;
  for (const Incoming& relation : incoming) {
    if (!relation.new_field.field->db_constraint) continue;
    // 3.2 asked _meta.related_objects, which leaves out hidden relations: their keys, and those of many-to-many tables,
    // stay dropped.
    if (version < Version{4, 0} && relation.new_field.field->hidden()) continue;
    const auto key = editor.foreign_key(relation.new_field.model, relation.new_field, "_fk");
    if (key) editor.execute(render(*key, version));
  }
}

void Editor::Altering::finish() {
  if (check_changes() && has_check(new_field)) {
    ConstraintSpec check;
    check.kind = ConstraintSpec::Kind::check;
    check.table = table;
    check.name = index_name(table, std::vector{new_field.column()}, "_check");
    check.expression = quote_name(new_field.column()) + " >= 0";
    check.parsed = not_negative(new_field.column());
    editor.execute(render(check, version));
  }
  if (default_set) editor.execute(alter_table(table, {drop_default(new_field.column())}));
  const bool was_indexed = old_field.db_index || old_field.unique();
  if ((!was_indexed && new_field.db_index) || (!old_field.unique() && new_field.unique()) ||
      (version >= Version{5, 2} && leaves_text_family(old_bound, old_type, new_type))) {
    if (const auto like = editor.like_index(model, new_bound)) editor.execute(render(*like, version));
  }
  if (old_field.unique() && !new_field.db_index && !new_field.unique()) {
    const std::string name = index_name(table, std::vector{old_field.column()}, "_like");
    if (version >= Version{5, 1}) {
      editor.remove_index(model, name, false);
    } else {
      editor.drop_index_of(table, name, false);
    }
  }
}

// From 5.2 contrib.gis looks at spatial_index when all else is done.
void Editor::Altering::change_spatial_index() {
  const bool was = old_field.internal == Internal::geometry && old_field.spatial_index;
  const bool is = new_field.internal == Internal::geometry && new_field.spatial_index;
  if (version < Version{5, 2} || was == is) return;
  if (is) return editor.execute(render(editor.own_index(model, new_bound), version));
  editor.remove_index(model, index_name(table, std::vector{old_field.column()}, "_id"), false);
}

void Editor::Altering::run() {
  if (version < Version{4, 2} && leaves_text_family(old_bound, old_type, new_type)) {
    editor.drop_index_of(table, index_name(table, std::vector{old_field.column()}, "_like"), false);
  }
  drop_own_foreign_keys();
  drop_unique();
  drop_incoming_keys();
  drop_indexes();
  drop_checks();
  rename();
  alter_column();
  keys_and_indexes();
  retype_incoming();
  add_foreign_keys();
  finish();
  change_spatial_index();
}

void Editor::alter_field(const Model& model, const Bound& old_bound, const Bound& new_bound) {
  if (!should_be_altered(old_bound, new_bound, false)) return;
  const Field& old_field = *old_bound.field;
  const Field& new_field = *new_bound.field;
  if (!old_field.read) note_unknown(old_field.unread_reason);
  if (!new_field.read) note_unknown(new_field.unread_reason);
  if (old_field.many_to_many() && new_field.many_to_many()) {
    const bool old_through = old_field.through.empty(), new_through = new_field.through.empty();
    if (old_through && new_through) return alter_many_to_many(model, old_bound, new_bound);
    if (old_through == new_through) return;
    return fail("ValueError: cannot alter field `" + new_field.name + "`: `through` cannot be added or removed");
  }
  if (!old_field.concrete() && !new_field.concrete()) return;
  if (!old_field.concrete() || !new_field.concrete()) {
    return fail("ValueError: cannot alter field `" + new_field.name + "`: not compatible types");
  }
  if (version() >= Version{5, 0} && (old_field.generated() || new_field.generated())) {
    const bool same = old_field.generated() && new_field.generated() && old_field.db_persist == new_field.db_persist &&
                      repr(*old_field.expression) == repr(*new_field.expression);
    if (!same) return fail("ValueError: modifying GeneratedField `" + new_field.name + "` is not supported");
  }
  Altering{*this, model, old_bound, new_bound}.run();
}

void Editor::alter_many_to_many(const Model&, const Bound& old_bound, const Bound& new_bound) {
  const ModelPtr old_state = through_model(old_bound.model, *old_bound.field, settings_.state);
  const ModelPtr new_state = through_model(new_bound.model, *new_bound.field, settings_.state);
  if (!old_state || !new_state) return;
  const Model old_through(old_bound.model.project(), old_state, settings_.state);
  const Model new_through(new_bound.model.project(), new_state, settings_.state);
  alter_db_table(old_through.table(), new_through.table());
  const auto [old_own, old_other] = through_field_names(old_bound.model, *old_bound.field);
  const auto [new_own, new_other] = through_field_names(new_bound.model, *new_bound.field);
  alter_field(new_through, bind(old_through, old_state->own_field(old_other)),
              bind(new_through, new_state->own_field(new_other)));
  alter_field(new_through, bind(old_through, old_state->own_field(old_own)),
              bind(new_through, new_state->own_field(new_own)));
}

}  // namespace mlint::django
