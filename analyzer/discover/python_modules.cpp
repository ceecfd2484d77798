#include "analyzer/discover/python_modules.h"

#include <algorithm>

#include "analyzer/discover/path.h"

namespace mlint {
namespace {

constexpr int max_imports_deep = 12;
// Settings are small; a generated module of megabytes is not worth the time.
constexpr std::size_t max_module_size = std::size_t{1} << 20;

std::string slashed(std::string_view dotted) {
  std::string path(dotted);
  std::replace(path.begin(), path.end(), '.', '/');
  return path;
}

bool is_dotted_name(std::string_view text) {
  bool at_start = true;
  for (char c : text) {
    if (c == '.') {
      if (at_start) return false;
      at_start = true;
      continue;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
    if (!letter && (at_start || c < '0' || c > '9')) return false;
    at_start = false;
  }
  return !at_start;
}

// The dotted name of a star import may or may not carry the star itself.
std::string star_of(std::string dotted) {
  if (dotted.ends_with(".*")) dotted.resize(dotted.size() - 2);
  return dotted;
}

}  // namespace

struct PythonModules::Asking {
  PythonModules* modules;
  std::string from;
};

PythonModules::PythonModules(const FileSystem& files, const Tree& tree, std::string prefix,
                             std::vector<std::string> roots)
    : files_(files), tree_(tree), prefix_(std::move(prefix)), roots_(std::move(roots)) {}

PythonModules::~PythonModules() = default;

void PythonModules::add_root(std::string root) {
  if (std::find(roots_.begin(), roots_.end(), root) == roots_.end()) roots_.push_back(std::move(root));
}

std::string PythonModules::in_tree(std::string_view path) const {
  std::string full = prefix_;
  full += path;
  while (full.ends_with('/')) full.pop_back();
  return full;
}

bool PythonModules::has(std::string_view path) const { return tree_.has(in_tree(path)); }

bool PythonModules::has_directory(std::string_view path) const { return tree_.has_directory(in_tree(path)); }

std::optional<std::string> PythonModules::file_of(std::string_view dotted) const {
  if (!is_dotted_name(dotted)) return std::nullopt;
  for (const std::string& root : roots_) {
    const std::string base = path::join(root, slashed(dotted));
    if (has(base + "/__init__.py")) return base + "/__init__.py";
    if (has(base + ".py")) return base + ".py";
  }
  return std::nullopt;
}

std::optional<std::string> PythonModules::directory_of(std::string_view dotted) const {
  if (!is_dotted_name(dotted)) return std::nullopt;
  for (const std::string& root : roots_) {
    std::string base = path::join(root, slashed(dotted));
    if (has_directory(base)) return base;
  }
  return std::nullopt;
}

std::string PythonModules::dotted_of(std::string_view path) const {
  std::string_view best;
  for (const std::string& root : roots_) {
    if (!root.empty() && path::below(path, root) && root.size() > best.size()) best = root;
  }
  std::string dotted(path::below(path, best).value_or(path));
  if (dotted.ends_with("/__init__.py")) {
    dotted.resize(dotted.size() - 12);
  } else if (dotted.ends_with(".py")) {
    dotted.resize(dotted.size() - 3);
  }
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  return dotted;
}

std::string PythonModules::absolute(std::string_view dotted, std::string_view from) const {
  if (!dotted.starts_with('.')) return std::string(dotted);
  std::string_view package = path::parent(from);
  dotted.remove_prefix(1);
  while (dotted.starts_with('.')) {
    package = path::parent(package);
    dotted.remove_prefix(1);
  }
  std::string base = package.empty() ? "" : dotted_of(package);
  if (!base.empty() && !dotted.empty()) base += '.';
  return base + std::string(dotted);
}

const PythonModules::Loaded* PythonModules::load(std::string_view dotted) {
  const auto path = file_of(dotted);
  return path ? load_file(*path) : nullptr;
}

const PythonModules::Loaded* PythonModules::load_file(const std::string& path) {
  const auto [at, fresh] = loaded_.try_emplace(path);
  if (!fresh) return at->second.get();
  if (depth_ >= max_imports_deep) return nullptr;
  auto text = files_.read(path::join(tree_.root, in_tree(path)), max_module_size);
  if (!text || text->find('\0') != std::string::npos) return nullptr;
  Asking asking{this, path};
  py::ParseOptions options;
  options.resolve = &PythonModules::resolve;
  options.resolve_context = &asking;
  options.likeliest = true;
  ++depth_;
  auto loaded = std::make_unique<Loaded>();
  loaded->path = path;
  loaded->source = *std::move(text);
  loaded->module = py::parse(loaded->source, options);
  --depth_;
  // The map's nodes are stable, but reading may have added others: look the entry up again.
  auto& slot = loaded_[path];
  slot = std::move(loaded);
  return slot.get();
}

const py::Value* PythonModules::resolve(const void* context, std::string_view dotted) {
  const auto& asking = *static_cast<const Asking*>(context);
  const std::string full = asking.modules->absolute(dotted, asking.from);
  const std::size_t dot = full.rfind('.');
  if (dot == std::string::npos) return nullptr;
  const Loaded* module = asking.modules->load(std::string_view(full).substr(0, dot));
  return module == nullptr ? nullptr : asking.modules->value(*module, std::string_view(full).substr(dot + 1));
}

void PythonModules::add_names(const Loaded& module, std::set<std::string>& into) {
  std::vector<const Loaded*> modules = {&module};
  for (std::size_t i = 0; i < modules.size(); ++i) {
    const Loaded& at = *modules[i];
    for (const py::Binding& binding : at.module.bindings) into.insert(binding.name);
    for (const py::Import& import : at.module.imports) {
      if (import.name != "*") {
        into.insert(import.name);
        continue;
      }
      const Loaded* other = load(star_of(absolute(import.dotted, at.path)));
      if (other != nullptr && std::find(modules.begin(), modules.end(), other) == modules.end())
        modules.push_back(other);
    }
  }
}

const py::Value* PythonModules::value(const Loaded& module, std::string_view name, int depth) {
  if (const py::Value* bound = module.module.find(name)) return bound;
  if (depth >= max_imports_deep) return nullptr;
  for (auto at = module.module.imports.rbegin(); at != module.module.imports.rend(); ++at) {
    std::string dotted = absolute(at->dotted, module.path);
    std::string_view wanted = name;
    if (at->name == "*") {
      dotted = star_of(std::move(dotted));
    } else if (at->name == name && dotted.find('.') != std::string::npos) {
      const std::size_t dot = dotted.rfind('.');
      wanted = std::string_view(at->dotted).substr(at->dotted.rfind('.') + 1);
      dotted.resize(dot);
    } else {
      continue;
    }
    const Loaded* other = load(dotted);
    if (other == nullptr || other == &module) continue;
    if (const py::Value* found = value(*other, wanted, depth + 1)) return found;
  }
  return nullptr;
}

}  // namespace mlint
