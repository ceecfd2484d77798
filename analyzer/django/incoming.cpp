#include "analyzer/django/incoming.h"

#include <algorithm>

#include "analyzer/django/naming.h"

namespace mlint::django {
namespace {

bool is_relevant(const Field& relation, const Bound& altered) {
  if (!relation.foreign_key()) return false;
  if (altered.field->primary_key && relation.to_field.empty()) return true;
  return relation.to_field == altered.field->name;
}

// The name that Django sorts relations by: related_query_name().
std::string relation_name(const ModelState& model, const Field& field) {
  if (!field.related_query_name.empty()) return field.related_query_name;
  if (!field.related_name.empty()) return field.related_name;
  if (!model.options.default_related_name.empty()) return model.options.default_related_name;
  return model.name_lower;
}

void each_relation_to(const Model& target, const StateSettings& settings, std::vector<Bound>& out) {
  struct Named {
    std::string name;
    Bound bound;
  };
  std::vector<Named> found;
  const ProjectState& project = target.project();
  const std::string label = target.concrete().state().label();
  const auto points_at_target = [&](const std::string& to) {
    if (to == label) return true;
    const Model named = target.other(to);
    return named && named.state().options.proxy && named.concrete().state().label() == label;
  };
  project.each([&](const ModelPtr& state) {
    const Model model(project, state, settings);
    // A table of a many-to-many field is registered while its owner is still being made.
    for (const FieldPtr& field : state->fields) {
      if (!field->many_to_many() || (!points_at_target(field->to) && state->label() != label)) continue;
      const ModelPtr through = through_model(model, *field, settings);
      if (!through) continue;
      const Model through_bound(project, through, settings);
      for (const FieldPtr& key : through->fields) {
        if (key->foreign_key() && points_at_target(key->to)) {
          found.push_back({relation_name(*through, *key), bind(through_bound, key)});
        }
      }
    }
    for (const FieldPtr& field : model.local_fields()) {
      if (field->foreign_key() && points_at_target(field->to)) {
        found.push_back({relation_name(*state, *field), bind(model, field)});
      }
    }
  });
  if (settings.version >= Version{4, 1}) {
    std::stable_sort(found.begin(), found.end(), [](const Named& a, const Named& b) { return a.name < b.name; });
  }
  for (Named& named : found) out.push_back(std::move(named.bound));
}

// _related_non_m2m_objects(): from 4.0 on through chains of keys.
void related(const Bound& old_field, const Bound& new_field, const StateSettings& settings, std::vector<Incoming>& out,
             int depth) {
  if (depth > 20) return;
  std::vector<Bound> olds, news;
  each_relation_to(old_field.model, settings, olds);
  each_relation_to(new_field.model, settings, news);
  std::erase_if(olds, [&](const Bound& bound) { return !is_relevant(*bound.field, old_field); });
  std::erase_if(news, [&](const Bound& bound) { return !is_relevant(*bound.field, new_field); });
  for (std::size_t i = 0; i < olds.size() && i < news.size(); ++i) {
    out.push_back({olds[i], news[i]});
    if (settings.version >= Version{4, 0}) related(olds[i], news[i], settings, out, depth + 1);
  }
}

}  // namespace

std::vector<Incoming> incoming_keys(const Bound& old_field, const Bound& new_field, const StateSettings& settings) {
  std::vector<Incoming> found;
  related(old_field, new_field, settings, found, 0);
  return found;
}

}  // namespace mlint::django
