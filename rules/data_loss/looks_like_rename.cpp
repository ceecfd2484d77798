#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "rules/data/data_step.h"
#include "rules/deploy/running_code.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_looks_like_rename {

static bool same_or_wider(const TypeName& old, const TypeName& now) {
  if (old.name.name.empty() || old.name != now.name || old.array_dimensions != now.array_dimensions) return false;
  if (now.modifiers.empty() || old.modifiers == now.modifiers) return true;
  return !old.modifiers.empty() && now.modifiers.size() == 1 && now.modifiers[0] >= old.modifiers[0];
}

// int to bigint, varchar to text: the new type holds every value of the old.
static bool is_wider(const TypeName& old, const TypeName& now) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> wider = {{{"int2", "int4"},
                                                                                   {"int2", "int8"},
                                                                                   {"int4", "int8"},
                                                                                   {"float4", "float8"},
                                                                                   {"varchar", "text"},
                                                                                   {"bpchar", "text"},
                                                                                   {"bpchar", "varchar"}}};
  return old.array_dimensions == now.array_dimensions && std::any_of(wider.begin(), wider.end(), [&](const auto& pair) {
           return pair.first == old.name.name && pair.second == now.name.name;
         });
}

// A rename may keep a word ("shipping_method", "shipping_method_name"), or stand alone: one column of the table goes,
// one comes. Where several do, like types are a matter of chance.
static std::size_t words_in(std::string_view a, std::string_view b) {
  std::size_t shared = 0;
  for (std::size_t at = 0; at < a.size();) {
    const std::size_t end = std::min(a.find('_', at), a.size());
    const std::string_view word = a.substr(at, end - at);
    if (word.size() > 2 && word != "ids" && b.find(word) != std::string_view::npos) ++shared;
    at = end + 1;
  }
  return shared;
}

static std::size_t shared_words(std::string_view a, std::string_view b) {
  return std::max(words_in(a, b), words_in(b, a));
}

using Kind = ColumnStep::Kind;

static std::size_t count_on(const std::vector<ColumnStep>& steps, Kind kind, const QualifiedName& table) {
  return static_cast<std::size_t>(std::count_if(steps.begin(), steps.end(), [&](const ColumnStep& step) {
    return step.kind == kind && !step.whole_table && step.table == table;
  }));
}

// Most of the columns of both, a plain `id` aside, are alike: two at least, or names alone would decide.
static bool share_most_columns(const ColumnStep& old, const ColumnStep& now) {
  std::size_t of_old = 0, shared = 0, of_now = 0;
  for (const Column& column : now.columns) of_now += column.name == "id" ? 0 : 1;
  for (const Column& column : old.columns) {
    if (column.name == "id") continue;
    ++of_old;
    shared += std::any_of(now.columns.begin(), now.columns.end(), [&](const Column& other) {
      return other.name == column.name && same_or_wider(column.type, other.type);
    });
  }
  return shared >= 2 && 2 * shared > of_old && 2 * shared > of_now;
}

static bool may_be_renamed(const ColumnStep& old, const ColumnStep& now, bool alone) {
  if (old.whole_table != now.whole_table) return false;
  if (old.whole_table) return old.table != now.table && share_most_columns(old, now);
  const Column &left = old.columns[0], &right = now.columns[0];
  if (old.table != now.table || left.name == right.name) return false;
  // Keys of one table are none of another.
  if (!old.keys_of.name.empty() && !now.keys_of.name.empty() && old.keys_of != now.keys_of) return false;
  const bool words = shared_words(left.name, right.name) > 0;
  return same_or_wider(left.type, right.type) ? alone || words : alone && words && is_wider(left.type, right.type);
}

// A new column has one old name: of several that go, the one that shares the most words with it, or the first that has
// no new name yet.
static bool is_nearest(const std::vector<ColumnStep>& steps, std::size_t old, std::size_t now,
                       const std::set<std::size_t>& named) {
  if (steps[old].whole_table) return true;
  const auto shared = [&](std::size_t step) {
    return shared_words(steps[step].columns[0].name, steps[now].columns[0].name);
  };
  for (std::size_t other = 0; other < steps.size(); ++other) {
    if (other == old || steps[other].kind != Kind::dropped || !may_be_renamed(steps[other], steps[now], false))
      continue;
    const bool before = other < old && !named.contains(other);
    if (shared(other) > shared(old) || (shared(other) == shared(old) && before)) return false;
  }
  return true;
}

// Code that names the column or its field, or the table or its model ("clinic_patient": Patient), or, of a relation of
// many to many ("clinic_patient_tags"), its field.
static bool reads(std::string_view text, const ColumnStep& old) {
  const std::string code = lower(text);
  const std::string name = lower(old.whole_table ? old.table.name : old.columns[0].name);
  if (names_word(code, name)) return true;
  if (!old.whole_table) return names_word(code, field_of(name));
  const std::size_t first = name.find('_');
  const std::size_t second = first == std::string::npos ? first : name.find('_', first + 1);
  return (first != std::string::npos && names_word(code, name.substr(first + 1))) ||
         (second != std::string::npos && names_word(code, name.substr(second + 1)));
}

// A step behind the addition and before the drop that saves what was there; code that is not known may.
static bool is_copied(const std::vector<ColumnStep>& steps, std::size_t old, std::size_t now) {
  for (std::size_t i = now + 1; i < old; ++i) {
    if (steps[i].kind == Kind::data && (steps[i].text.empty() || reads(steps[i].text, steps[old]))) return true;
  }
  return false;
}

static Finding about(const MigrationView& view, const ColumnStep& old, const ColumnStep& now) {
  Finding finding;
  const bool django = view.language == Language::django;
  if (old.whole_table) {
    finding.message = "table " + ticked(old.table) + " is dropped and " + ticked(now.table) +
                      " with most of its columns is made: if this is a rename, the rows are lost";
    finding.help = django ? "use RenameModel, or copy the rows in a RunPython between CreateModel and DeleteModel"
                          : "use RENAME TO, or copy the rows by INSERT … SELECT in between";
    finding.subject = subject_of(old.table);
  } else {
    const std::string &gone = old.columns[0].name, &made = now.columns[0].name;
    finding.message =
        ticked(gone) + " of " + ticked(old.table) + " is dropped and " + ticked(made) +
        (same_or_wider(old.columns[0].type, now.columns[0].type) ? " of the same type" : " of a wider type") +
        " is added: if this is a rename, the values are lost";
    finding.help = django ? "use RenameField, or copy the values in a RunPython between AddField and RemoveField"
                          : "use RENAME COLUMN, or copy the values by UPDATE in between";
    finding.subject = subject_of(old.table, gone);
  }
  finding.severity = severity_on(view, Hazard::looks_like_rename, old.table);
  return finding;
}

static void check(const MigrationView& view, Reporter& reporter) {
  std::vector<ColumnStep> steps(view.steps_before.begin(), view.steps_before.end());
  const std::size_t earlier = steps.size();
  for (ColumnStep& step : column_steps(view)) steps.push_back(std::move(step));
  std::set<std::size_t> named;  // columns of which the other name is found
  for (std::size_t old = 0; old < steps.size(); ++old) {
    if (steps[old].kind != Kind::dropped) continue;
    const QualifiedName& table = steps[old].table;
    const bool alone = count_on(steps, Kind::dropped, table) == 1 && count_on(steps, Kind::added, table) == 1;
    for (std::size_t now = 0; now < steps.size(); ++now) {
      if (steps[now].kind != Kind::added || named.contains(now)) continue;
      if (!may_be_renamed(steps[old], steps[now], alone) || is_copied(steps, old, now)) continue;
      if (!is_nearest(steps, old, now, named)) continue;
      if (!steps[old].whole_table) named.insert({old, now});
      if (old < earlier && now < earlier) break;  // said there
      // It stands on the drop, or, where that is an earlier migration's, on what is added behind it.
      const bool on_drop = old >= earlier;
      const ColumnStep& here = steps[on_drop ? old : now];
      const ColumnStep& there = steps[on_drop ? now : old];
      Finding finding = about(view, steps[old], steps[now]);
      finding.location = here.location;
      finding.statement = view.statements[here.statement].index;
      const std::string what = ticked(there.whole_table ? there.table.name : there.columns[0].name);
      finding.labels.push_back({there.location, {}, what + (on_drop ? " is added here" : " was dropped here")});
      reporter.add(std::move(finding));
      break;
    }
  }
}

}  // namespace of_looks_like_rename

constexpr Rule looks_like_rename{
    .info = {.code = "ML211",
             .name = "looks-like-rename",
             .group = RuleGroup::data_loss,
             .severity = Severity::error,
             .summary = "A column or table is dropped and a like one is made.",
             .effect = "What was meant as a rename throws the values away.",
             .instead = "Rename it (RenameField, RenameModel), or copy the values in between.",
             .silent_when =
                 "A data step between both reads the old, the types differ, the values are keys of different tables, "
                 "several columns come "
                 "and go and the names have no word in common, or less than most of the columns of two tables are "
                 "alike."},
    .on_migration = of_looks_like_rename::check,
};

}  // namespace mlint::rules
