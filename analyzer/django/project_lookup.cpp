#include "analyzer/django/project_lookup.h"

#include <algorithm>

namespace mlint::django {

std::string_view last_part(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

std::string_view without_last(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  if (dot == std::string_view::npos) return {};
  auto head = dotted.substr(0, dot);
  // "..helpers" without its last part is "..", whose dots all count.
  if (head.empty() || head.find_first_not_of('.') == std::string_view::npos) head = dotted.substr(0, dot + 1);
  return head;
}

namespace {

const py::Module* module_of(std::string_view dotted, const ReadContext& context) {
  if (!context.files.module || dotted.empty() || dotted.starts_with("django.")) return nullptr;
  return context.files.module(dotted, context.path);
}

const py::Import* import_of(const py::Module& module, std::string_view name) {
  for (const auto& import : module.imports)
    if (import.name == name) return &import;
  return nullptr;
}

// Where an import of the module `home` leads: to the same place, seen from the migration.
std::string absolute(std::string_view dotted, const std::string& home, const ReadContext& context) {
  if (!dotted.starts_with('.')) return std::string(dotted);
  std::string inside = home + std::string(dotted);
  if (module_of(without_last(inside), context) != nullptr) return inside;  // relative to a package
  return std::string(without_last(home)).append(dotted);
}

constexpr int most_hops = 3;      // from one module to the next
constexpr int most_modules = 30;  // that star imports are looked for in

// `get` looks into one module; what a module imports from others, by name or by `*`, is followed. Where a name leads
// out of the project, nothing is found, and the name is the one it has there.
template <class T, class Get>
Found<T> find_in_modules(std::string dotted, const ReadContext& context, Get get, int hops, int& modules) {
  if (hops >= most_hops || ++modules > most_modules) return {};
  const std::string home(without_last(dotted));
  const auto* module = module_of(home, context);
  if (module == nullptr) return {nullptr, nullptr, dotted};
  const auto last = last_part(dotted);
  if (const T* found = get(*module, last)) return {found, module, home};
  if (const auto* import = import_of(*module, last)) {
    return find_in_modules<T>(absolute(import->dotted, home, context), context, get, hops + 1, modules);
  }
  // The last star import that has the name binds it. Those that lead out of the project are not looked into.
  for (auto import = module->imports.rbegin(); import != module->imports.rend(); ++import) {
    if (import->name != "*") continue;
    const bool joined = import->dotted.ends_with('.');
    std::string there = absolute(import->dotted + (joined ? "" : ".") + std::string(last), home, context);
    if (auto found = find_in_modules<T>(std::move(there), context, get, hops + 1, modules); found.found) return found;
  }
  return {};
}

template <class T, class Get>
Found<T> find_in_project(std::string_view name, const ReadContext& context, Get get) {
  if (name.find('.') == std::string_view::npos) return {get(context.module, name), &context.module, {}};
  int modules = 0;
  return find_in_modules<T>(std::string(name), context, get, 0, modules);
}

}  // namespace

Found<py::Class> find_class(std::string_view name, const ReadContext& context) {
  return find_in_project<py::Class>(
      name, context, [](const py::Module& module, std::string_view wanted) { return module.find_class(wanted); });
}

Found<py::Function> find_function(std::string_view name, const ReadContext& context) {
  return find_in_project<py::Function>(
      name, context, [](const py::Module& module, std::string_view wanted) { return module.find_function(wanted); });
}

std::string seen_from_migration(std::string_view name, const std::string& home, const ReadContext& context) {
  if (home.empty()) return std::string(name);
  if (name.find('.') == std::string_view::npos) return home + "." + std::string(name);
  if (!name.starts_with('.')) return std::string(name);
  // Relative to the module, which may be a package itself.
  std::string inside = home + std::string(name);
  if (module_of(without_last(inside), context) != nullptr) return inside;
  const std::size_t levels = name.find_first_not_of('.');
  std::string_view base = home;
  for (std::size_t i = 0; i < levels && !base.empty(); ++i) base = without_last(base);
  std::string result(base);
  if (!result.empty() && !result.ends_with('.')) result += '.';
  return result.append(name.substr(std::min(levels, name.size())));
}

namespace {

std::optional<std::pair<FileId, std::string>> text_of(const std::string& dotted, const ReadContext& context) {
  if (dotted.empty()) return std::pair{context.file, std::string(context.source)};
  return context.files.module_text ? context.files.module_text(dotted, context.path) : std::nullopt;
}

std::vector<py::Bound> bind_parameters(const py::Call& call, const py::Function& function, bool method) {
  std::vector<py::Bound> bound;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const auto at = i + (method ? 1 : 0);
    if (at < function.parameters.size()) bound.push_back({function.parameters[at].name, &call.arguments[i]});
  }
  for (const auto& keyword : call.keywords) bound.push_back({keyword.name, keyword.value.get()});
  return bound;
}

}  // namespace

std::optional<py::Body> body_in_call(const py::Call& call, const Found<py::Function>& function, bool method,
                                     const ReadContext& context) {
  const auto text = text_of(function.dotted, context);
  if (!text || text->second.size() < function.found->span.end) return std::nullopt;
  py::ParseOptions options;
  options.file = text->first;
  if (context.files.constant) {
    options.resolve = [](const void* asked, std::string_view dotted) -> const py::Value* {
      const auto& from = *static_cast<const ReadContext*>(asked);
      // Relative names are not those of the migration.
      return dotted.starts_with('.') ? nullptr : from.files.constant(dotted, from.path);
    };
    options.resolve_context = &context;
  }
  return py::read_body(text->second, *function.module, function.found->span, options,
                       bind_parameters(call, *function.found, method));
}

}  // namespace mlint::django
