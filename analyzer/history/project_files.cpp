#include "analyzer/history/project_files.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "analyzer/base/text_check.h"
#include "analyzer/discover/path.h"
#include "analyzer/discover/setting_value.h"
#include "analyzer/django/model_state.h"
#include "parsers/python/constant.h"

namespace mlint {
namespace {

constexpr int deepest_import = 8;

// "..helpers.run" inside "apps/shop/migrations/0002_x.py" is apps.shop.helpers.run.
std::string absolute_name(std::string_view dotted, std::string_view from) {
  const std::size_t dots = std::min(dotted.find_first_not_of('.'), dotted.size());
  if (dots == 0) return std::string(dotted);
  std::string_view package = path::parent(from);
  for (std::size_t i = 1; i < dots; ++i) package = path::parent(package);
  std::string name(package);
  std::replace(name.begin(), name.end(), '/', '.');
  const std::string_view rest = dotted.substr(dots);
  if (!name.empty() && !rest.empty()) name += '.';
  return name + std::string(rest);
}

// Cheap looks before a module is parsed: is the name bound at the beginning of a line, by `=`, `:` or `class`?
enum class Bound : std::uint8_t { value, class_ };

bool may_bind(std::string_view text, std::string_view name, Bound as) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t line = text.rfind('\n', at) + 1;  // npos + 1 is 0
    if (text.substr(line, at - line) != (as == Bound::class_ ? "class " : "")) continue;
    const std::size_t next = text.find_first_not_of(" \t", at + name.size());
    const std::string_view follows = as == Bound::class_ ? ":(" : "=:+";
    if (next != std::string_view::npos && follows.find(text[next]) != std::string_view::npos) return true;
  }
  return false;
}

// May a name be bound where the parsed module does not tell: after `except`, by `global` or `:=`, in pairs of a
// `while`? What only reads it stands behind `=` or in brackets.
bool may_bind_deeper(std::string_view text, std::string_view name) {
  const auto is_part = [](char c) { return c == '_' || c == '.' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::string_view after = text.substr(at + name.size());
    if ((at > 0 && is_part(text[at - 1])) || (!after.empty() && is_part(after[0]))) continue;
    const std::size_t line = text.rfind('\n', at) + 1;  // npos + 1 is 0
    if (text.substr(line, at - line).find_first_of("=([{#") == std::string_view::npos) return true;
    const std::string_view next = after.substr(std::min(after.find_first_not_of(" \t"), after.size()));
    if (next.starts_with(":=") || (next.starts_with('=') && !next.starts_with("=="))) return true;
  }
  return false;
}

// Does a module hand on by its name what another one defines, in a line that begins with `from`? What a package imports
// may stand in brackets.
bool may_hand_on(std::string_view text, std::string_view name, std::string_view path) {
  const bool package = path::name(path) == "__init__.py";
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (package || text.substr(text.rfind('\n', at) + 1).starts_with("from ")) return true;
  }
  return false;
}

struct SplitName {
  std::string_view head, last;
};

SplitName split_last(std::string_view dotted) {
  const std::size_t dot = dotted.rfind('.');
  if (dot == std::string_view::npos) return {{}, dotted};
  return {dotted.substr(0, dot), dotted.substr(dot + 1)};
}

std::vector<std::string> roots_of(const Project& project) {
  return project.import_roots.empty() ? std::vector<std::string>{""} : project.import_roots;
}

}  // namespace

FileId SourceTable::add(const std::string& path, std::string text) {
  SourceFile file(path, std::move(text));
  const std::lock_guard lock(mutex_);
  const auto [found, is_new] = ids_.try_emplace(path, static_cast<FileId>(files_.size()));
  if (is_new) files_.push_back(std::move(file));
  return found->second;
}

std::vector<SourceFile> SourceTable::take() { return std::move(files_); }

SharedFiles::SharedFiles(const FileSystem& files, const Project& project, SourceTable& sources)
    : files_(files), project_(project), sources_(sources) {
  for (const std::string& root : roots_of(project)) {
    const auto entries = files.list(path::join(project.root, root));
    if (!entries) continue;
    for (const FileSystem::Entry& entry : *entries) {
      if (entry.directory) top_level_.insert(entry.name);
      if (entry.name.ends_with(".py")) top_level_.insert(entry.name.substr(0, entry.name.size() - 3));
    }
  }
}

// Most names are Django's: they are told from the project's own without waiting for other threads.
bool SharedFiles::may_hold(std::string_view dotted) const {
  return dotted.starts_with('.') || top_level_.contains(dotted.substr(0, dotted.find('.')));
}

SharedFiles::Shared* SharedFiles::read(const std::string& path) {
  const auto [found, is_new] = by_path_.try_emplace(path);
  if (!is_new) return found->second.get();
  const std::string full = path::join(project_.root, path);
  if (!files_.exists(full)) return nullptr;
  Result<std::string> text = files_.read(full, max_file_size);
  if (!text || check_text(*text)) return nullptr;
  auto shared = std::make_unique<Shared>();
  shared->path = path;
  shared->text = *text;
  shared->star = shared->text.find("import *") != std::string::npos;
  shared->file = sources_.add(project_.prefix + path, *std::move(text));
  found->second = std::move(shared);
  return found->second.get();
}

SharedFiles::Shared* SharedFiles::find(std::string_view dotted, std::string_view from) {
  const std::string name = absolute_name(dotted, from);
  const auto [found, is_new] = by_name_.try_emplace(name, nullptr);
  if (!is_new || name.empty()) return found->second;
  std::string as_path = name;
  std::replace(as_path.begin(), as_path.end(), '.', '/');
  for (const std::string& root : roots_of(project_)) {
    const std::string below = path::join(root, as_path);
    Shared* shared = read(below + ".py");
    if (!shared) shared = read(below + "/__init__.py");
    if (shared) return by_name_[name] = shared;
  }
  return nullptr;
}

const py::Module* SharedFiles::parsed(Shared& shared) {
  if (shared.busy) return nullptr;
  if (!shared.module && depth_ < deepest_import) {
    shared.busy = true;
    ++depth_;
    shared.asking = {this, shared.path};
    py::ParseOptions options;
    options.file = shared.file;
    options.resolve = &SharedFiles::resolve;
    options.resolve_context = &shared.asking;
    options.has_name = &django::exports_name;
    auto module = std::make_unique<py::Module>(py::parse(shared.text, options));
    --depth_;
    shared.busy = false;
    shared.module = std::move(module);
  }
  return shared.module.get();
}

// The value of a name of the module, which may be that of a module it imports the name from: what stands last in the
// text counts. Null: bound to something that is not read; nothing: the module says nothing of the name.
std::optional<const py::Value*> SharedFiles::bound(Shared& shared, std::string_view name, int deepest) {
  constexpr const py::Value* unread = nullptr;
  const bool named = shared.text.find(name) != std::string::npos;
  if (!named && !shared.star) return std::nullopt;
  if (named && !shared.star && !may_bind(shared.text, name, Bound::value)) {
    if (may_bind(shared.text, name, Bound::class_) || !may_hand_on(shared.text, name, shared.path)) return unread;
  }
  const py::Module* module = parsed(shared);
  if (!module) return named ? std::optional(unread) : std::nullopt;
  const py::Binding* own = module->binding(name);
  const bool elsewhere = !own && named && may_bind_deeper(shared.text, name);
  for (auto import = module->imports.rbegin(); import != module->imports.rend(); ++import) {
    if (own && import->span.begin < own->name_span.begin) break;
    const bool star = import->name == "*";
    if (star ? elsewhere : import->name != name) continue;
    if (deepest == 0) return unread;
    std::string_view dotted = import->dotted;
    if (star && dotted.ends_with(".*")) dotted.remove_suffix(2);
    const auto [head, last] = star ? SplitName{dotted, name} : split_last(dotted);
    Shared* other = may_hold(dotted) ? find(head, shared.path) : nullptr;
    const auto value = other ? bound(*other, last, deepest - 1) : std::nullopt;
    if (value || !star) return value.value_or(unread);
  }
  if (own) return &own->value;
  return elsewhere ? std::optional(unread) : std::nullopt;
}

const py::Value* SharedFiles::constant(std::string_view dotted, const std::string& from) {
  constexpr std::string_view table = "._meta.db_table";
  const auto [head, name] = split_last(dotted);
  const bool settings = head == "django.conf.settings", version = dotted == "django.VERSION";
  if (!settings && !version && !may_hold(dotted)) return nullptr;
  const std::lock_guard lock(mutex_);
  if (settings) return setting(name);
  if (version) return django_version();
  if (dotted.ends_with(table)) return table_of(dotted.substr(0, dotted.size() - table.size()), from);
  if (head.empty() || head.find_first_not_of('.') == std::string_view::npos) {
    // `from . import x`: x is a module, no constant; `import x` alone neither.
    if (head.empty()) return nullptr;
  }
  if (Shared* shared = find(head, from)) {
    if (depth_ > 0)
      return bound(*shared, name, deepest_import).value_or(nullptr);  // within a cycle of imports less may be known
    const auto [known, is_new] = shared->values.try_emplace(std::string(name));
    if (is_new) known->second = bound(*shared, name, deepest_import).value_or(nullptr);
    return known->second;
  }
  // A constant of a plain class: `limits.Lengths.NAME`. Of an enumeration the member would be another value.
  const auto [outer, class_name] = split_last(head);
  if (outer.empty()) return nullptr;
  Shared* shared = find(outer, from);
  if (!shared || !may_bind(shared->text, class_name, Bound::class_)) return nullptr;
  const py::Module* module = parsed(*shared);
  const py::Class* found = module ? module->find_class(class_name) : nullptr;
  return found && found->bases.empty() && found->keywords.empty() ? found->find(name) : nullptr;
}

// `settings.CODE_LENGTH` of the project's own settings, or its default where the environment may say another. Names of
// models stay symbolic: they are swappable.
const py::Value* SharedFiles::setting(std::string_view name) {
  if (name.ends_with("_MODEL") || project_.settings.file.empty()) return nullptr;
  Shared* shared = read(project_.settings.file);
  if (!shared) return nullptr;
  const py::Value* found = bound(*shared, name, deepest_import).value_or(nullptr);
  if (!found) return nullptr;
  const py::Value& value = settled(*found);
  if (const auto* call = value.as<py::Call>()) return converted_setting(*call, name);
  const bool plain = value.is<py::Integer>() || value.is<py::String>() || value.is<py::Boolean>();
  if (plain && &value != found) settings_at_default_.emplace(name);
  return plain ? &value : nullptr;
}

// int(os.environ.get("LENGTH", "40"))
const py::Value* SharedFiles::converted_setting(const py::Call& call, std::string_view name) {
  const std::string_view to = py::dotted_name(*call.callee);
  if ((to != "int" && to != "bool" && to != "str") || call.arguments.size() != 1 || !call.keywords.empty())
    return nullptr;
  const auto known = settings_.find(name);
  if (known != settings_.end()) return &known->second;
  const py::Value& given = settled(call.arguments[0]);
  if (!py::is_constant(given)) return nullptr;
  py::Values arguments;
  arguments.push_back(given.clone());
  std::vector<py::Keyword> none;
  py::Budget budget;
  auto made = py::call_builtin(to, arguments, none, budget);
  if (!made) return nullptr;
  if (&given != &call.arguments[0]) settings_at_default_.emplace(name);
  py::Value value;
  value.kind = *std::move(made);
  return &settings_.emplace(name, std::move(value)).first->second;
}

// A class of a module, or of another one that it imports the name from.
const py::Class* SharedFiles::model(Shared& shared, std::string_view name, int deepest) {
  const py::Module* module = parsed(shared);
  if (!module || deepest == 0) return nullptr;
  if (const py::Class* own = module->find_class(name)) return own;
  for (auto import = module->imports.rbegin(); import != module->imports.rend(); ++import) {
    const bool star = import->name == "*";
    if (!star && import->name != name) continue;
    std::string_view dotted = import->dotted;
    if (star && dotted.ends_with(".*")) dotted.remove_suffix(2);
    const auto [head, last] = star ? SplitName{dotted, name} : split_last(dotted);
    Shared* other = may_hold(dotted) ? find(head, shared.path) : nullptr;
    const py::Class* found = other ? model(*other, last, deepest - 1) : nullptr;
    if (found || !star) return found;
  }
  return nullptr;
}

// `Order._meta.db_table` of a model as the project has it now. An app that is not known, a proxy and a `Meta` that
// extends another say nothing.
const py::Value* SharedFiles::table_of(std::string_view dotted, const std::string& from) {
  const auto [head, name] = split_last(dotted);
  Shared* shared = head.empty() ? nullptr : find(head, from);
  const py::Class* found = shared ? model(*shared, name, deepest_import) : nullptr;
  if (!found || found->bases.empty()) return nullptr;
  const auto [known, is_new] = tables_.try_emplace(found);
  if (!is_new) return known->second.is<py::String>() ? &known->second : nullptr;
  const App* app = nullptr;
  for (const App& each : project_.apps) {
    const bool holds = path::below(shared->path, each.directory).has_value();
    if (holds && (!app || each.directory.size() > app->directory.size())) app = &each;
  }
  if (!app) return nullptr;
  std::string label = app->label, table;
  const auto meta = std::find_if(found->classes.begin(), found->classes.end(),
                                 [](const py::Class& inner) { return inner.name == "Meta"; });
  if (meta != found->classes.end()) {
    if (!meta->bases.empty() || meta->find("proxy") || meta->find("abstract")) return nullptr;
    for (const auto& [option, into] : {std::pair{"app_label", &label}, std::pair{"db_table", &table}}) {
      const py::Value* given = meta->find(option);
      const auto* text = given ? given->as<py::String>() : nullptr;
      if (given && !text) return nullptr;
      if (text) *into = text->text;
    }
  }
  if (table.empty()) table = label + "_" + django::lower_case(found->name);
  known->second.kind = py::String{std::move(table), {}};
  return &known->second;
}

// `django.VERSION`, which migrations of packages compare with (1, 8): (4, 2) is enough of it for that.
const py::Value* SharedFiles::django_version() {
  if (django_version_) return &*django_version_;
  const std::string& version = project_.django_version.value;
  const std::size_t dot = version.find('.');
  if (dot == std::string::npos) return nullptr;
  const std::string minor = version.substr(dot + 1, version.find('.', dot + 1) - dot - 1);
  py::Tuple parts;
  for (const std::string& digits : {version.substr(0, dot), minor, std::string("0")}) {
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return nullptr;
    parts.items.push_back({py::Integer{digits}, {}, {}});
  }
  django_version_ = py::Value{std::move(parts), {}, {}};
  return &*django_version_;
}

const py::Value* SharedFiles::resolve(const void* asking, std::string_view dotted) {
  const auto& from = *static_cast<const Asking*>(asking);
  return from.files->constant(dotted, from.from);
}

std::optional<std::string> SharedFiles::text_path(std::string_view path, std::string_view from) const {
  const std::string beside = path::normal(path::join(path::parent(from), path));
  for (const std::string& candidate : {beside, path::normal(path)}) {
    if (candidate.starts_with("..") || path::is_absolute(candidate)) continue;
    if (files_.exists(path::join(project_.root, candidate))) return candidate;
  }
  return std::nullopt;
}

django::ProjectFiles SharedFiles::as_project_files() {
  django::ProjectFiles project_files;
  project_files.module = [this](std::string_view dotted, std::string_view from) -> const py::Module* {
    if (!may_hold(dotted)) return nullptr;
    const std::lock_guard lock(mutex_);
    Shared* shared = find(dotted, from);
    return shared ? parsed(*shared) : nullptr;
  };
  project_files.module_text = [this](std::string_view dotted,
                                     std::string_view from) -> std::optional<std::pair<FileId, std::string>> {
    const std::lock_guard lock(mutex_);
    Shared* shared = find(dotted, from);
    if (!shared) return std::nullopt;
    return std::pair{shared->file, shared->text};
  };
  project_files.text = [this](std::string_view path,
                              std::string_view from) -> std::optional<std::pair<FileId, std::string>> {
    const std::lock_guard lock(mutex_);
    const std::optional<std::string> found = text_path(path, from);
    Shared* shared = found ? read(*found) : nullptr;
    if (!shared) return std::nullopt;
    return std::pair{shared->file, shared->text};
  };
  project_files.constant = [this](std::string_view dotted, std::string_view from) {
    return constant(dotted, std::string(from));
  };
  return project_files;
}

}  // namespace mlint
