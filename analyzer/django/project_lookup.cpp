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

constexpr int deepest_import = 6;
constexpr int most_modules = 30;  // that star imports are looked for in

// `get` looks into one module; what a module imports from others, by name or with a star, is followed. Where that leads
// out of the project, nothing is found, and the name is the one it has there.
template <class T, class Get>
Found<T> exported(const std::string& dotted, const ReadContext& context, Get get, int deepest, int& modules) {
  if (++modules > most_modules) return {};
  const std::string home(without_last(dotted)), last(last_part(dotted));
  const auto* module = module_of(home, context);
  if (module == nullptr) return {nullptr, nullptr, dotted};
  if (const T* found = get(*module, last)) return {found, module, home};
  if (deepest == 0) return {};
  if (const auto* import = import_of(*module, last))
    return exported<T>(seen_from_migration(import->dotted, home, context), context, get, deepest - 1, modules);
  Found<T> outside;
  for (auto import = module->imports.rbegin(); import != module->imports.rend(); ++import) {
    if (import->name != "*") continue;
    std::string_view from = import->dotted;
    if (from.ends_with(".*")) from.remove_suffix(2);
    const std::string name = std::string(from) + (from.ends_with('.') ? "" : ".") + last;
    auto result = exported<T>(seen_from_migration(name, home, context), context, get, deepest - 1, modules);
    if (result.found != nullptr) return result;
    if (outside.dotted.empty()) outside = result;
  }
  return outside;
}

template <class T, class Get>
Found<T> find_in_project(std::string_view name, const ReadContext& context, Get get) {
  if (name.find('.') == std::string_view::npos) return {get(context.module, name), &context.module, {}};
  int modules = 0;
  return exported<T>(std::string(name), context, get, deepest_import, modules);
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
  const std::size_t dots = std::min(name.find_first_not_of('.'), name.size());
  // One dot less where the module is a package itself, which only what lies beside it tells.
  std::string result;
  for (const std::size_t levels : {dots - 1, dots}) {
    std::string_view base = home;
    for (std::size_t i = 0; i < levels && !base.empty(); ++i) base = without_last(base);
    result = base;
    if (!result.empty() && !result.ends_with('.')) result += '.';
    result.append(name.substr(dots));
    const auto inner = without_last(result);
    if (levels < dots && inner != home && module_of(inner, context) != nullptr) return result;
  }
  return result;
}

std::optional<std::pair<FileId, std::string>> text_of(const std::string& dotted, const ReadContext& context) {
  if (dotted.empty()) return std::pair{context.file, std::string(context.source)};
  return context.files.module_text ? context.files.module_text(dotted, context.path) : std::nullopt;
}

std::string_view base_name(const py::Value& base) {
  const auto* generic = base.as<py::Subscript>();
  return py::dotted_name(generic != nullptr ? *generic->base : base);
}

namespace {

// `*values` or `**values` hide what is given to which parameter.
bool hides_arguments(const py::Call& call) {
  return std::any_of(call.arguments.begin(), call.arguments.end(),
                     [](const py::Value& argument) { return argument.is<py::Starred>(); }) ||
         std::any_of(call.keywords.begin(), call.keywords.end(),
                     [](const py::Keyword& keyword) { return keyword.name.empty(); });
}

}  // namespace

std::vector<py::Bound> bound_in(const py::Call& call, const py::Function& function, bool method) {
  std::vector<py::Bound> bound;
  for (std::size_t i = 0; i < call.arguments.size() && !call.arguments[i].is<py::Starred>(); ++i) {
    const auto at = i + (method ? 1 : 0);
    if (at >= function.parameters.size() || function.parameters[at].name.starts_with('*')) break;
    bound.push_back({function.parameters[at].name, &call.arguments[i]});
  }
  for (const auto& keyword : call.keywords) bound.push_back({keyword.name, keyword.value.get()});
  return bound;
}

std::optional<py::Body> body_in_call(const py::Call& call, const Found<py::Function>& function, bool method,
                                     const ReadContext& context, py::Evaluator::Answer answer, bool whole) {
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
  py::InCall asked;
  asked.bound = bound_in(call, *function.found, method);
  asked.whole = whole && !hides_arguments(call);
  asked.answer = answer;
  return py::read_called_body(text->second, *function.module, function.found->span, options, asked);
}

}  // namespace mlint::django
