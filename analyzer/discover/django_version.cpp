#include "analyzer/discover/django_version.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/base/trimmed.h"
#include "analyzer/discover/path.h"

namespace mlint {
namespace {

std::string_view bare(std::string_view text) { return trimmed(text, " \t\r\n\"',;"); }

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
         });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class Take>
void each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (take(text.substr(0, end)) || end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

// Where a quoted or bare "django" stands as a whole word, followed by something that can be a specifier.
std::string from_requirements(std::string_view text) {
  std::string found;
  each_line(text, [&](std::string_view line) {
    const auto specifiers = django_requirement(line);
    if (specifiers) found = minor_version(*specifiers);
    return !found.empty();
  });
  return found;
}

// `- django=4.2` of conda's environment, `- Django==4.2` of its pip.
std::string from_environment(std::string_view text) {
  std::string found;
  each_line(text, [&](std::string_view line) {
    line = bare(line);
    if (!line.starts_with("- ")) return false;
    if (const auto specifiers = django_requirement(line.substr(2))) found = minor_version(*specifiers);
    return !found.empty();
  });
  return found;
}

// Files that `-r base.txt` and `--constraint limits.txt` name.
std::vector<std::string> included_by(std::string_view text) {
  std::vector<std::string> result;
  each_line(text, [&](std::string_view line) {
    line = bare(line.substr(0, line.find(" #")));
    for (std::string_view option : {"-r", "-c", "--requirement", "--constraint"}) {
      if (!line.starts_with(option) || line.size() == option.size()) continue;
      const char after = line[option.size()];
      if (after != ' ' && after != '=' && option.starts_with("--")) continue;
      const std::string_view file = bare(line.substr(option.size() + (after == '=' ? 1 : 0)));
      if (!file.empty() && !path::is_absolute(file)) result.emplace_back(file);
      break;
    }
    return false;
  });
  return result;
}

// [[package]] name = "django" / version = "4.2.1", as poetry, uv and pdm write it.
std::string from_lock(std::string_view text) {
  bool in_django = false;
  std::string found;
  each_line(text, [&](std::string_view line) {
    const std::size_t equals = line.find('=');
    if (line.starts_with("[[")) in_django = false;
    if (equals == std::string_view::npos) return false;
    const std::string_view key = bare(line.substr(0, equals));
    const std::string_view value = bare(line.substr(equals + 1));
    if (key == "name") in_django = equal_ignoring_case(value, "django");
    if (key == "version" && in_django) found = minor_version("==" + std::string(value));
    return !found.empty();
  });
  return found;
}

// "django": {"hashes": […], "version": "==4.2.1"}
std::string from_pipfile_lock(std::string_view text) {
  const std::size_t name = text.find("\"django\":");
  if (name == std::string_view::npos) return {};
  const std::size_t version = text.find("\"version\":", name);
  if (version == std::string_view::npos) return {};
  const std::size_t begin = text.find('"', version + 10);
  const std::size_t end = begin == std::string_view::npos ? begin : text.find('"', begin + 1);
  return end == std::string_view::npos ? "" : minor_version(text.substr(begin + 1, end - begin - 1));
}

// pyproject.toml, Pipfile, setup.cfg and setup.py: a quoted requirement anywhere, or a key `django = "…"`.
std::string from_declarations(std::string_view text) {
  std::string found;
  each_line(text, [&](std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos && equal_ignoring_case(bare(line.substr(0, equals)), "django")) {
      std::string_view value = line.substr(equals + 1);
      if (const std::size_t version = value.find("version"); version != std::string_view::npos) {
        value = value.substr(version + 7);
        value = value.substr(std::min(value.find('"'), value.size()));
      }
      found = minor_version(bare(value.substr(0, value.find('}'))));
      if (!found.empty()) return true;
    }
    for (std::size_t quote = line.find_first_of("\"'"); quote != std::string_view::npos;
         quote = line.find_first_of("\"'", quote + 1)) {
      const std::size_t end = line.find(line[quote], quote + 1);
      if (end == std::string_view::npos) break;
      const auto specifiers = django_requirement(line.substr(quote + 1, end - quote - 1));
      if (specifiers) found = minor_version(*specifiers);
      if (!found.empty()) return true;
      quote = end;
    }
    if (const auto specifiers = django_requirement(line)) found = minor_version(*specifiers);
    return !found.empty();
  });
  return found;
}

using Reader = std::string (*)(std::string_view);
struct Source {
  std::string_view name;
  Reader read;
};

constexpr std::array<Source, 8> pinned = {{{"uv.lock", from_lock},
                                           {"poetry.lock", from_lock},
                                           {"pdm.lock", from_lock},
                                           {"Pipfile.lock", from_pipfile_lock},
                                           {"requirements.txt", from_requirements},
                                           {"requirements/production.txt", from_requirements},
                                           {"requirements/prod.txt", from_requirements},
                                           {"requirements/base.txt", from_requirements}}};
constexpr std::array<Source, 6> declared = {{{"pyproject.toml", from_declarations},
                                             {"Pipfile", from_declarations},
                                             {"setup.cfg", from_declarations},
                                             {"setup.py", from_declarations},
                                             {"environment.yml", from_environment},
                                             {"environment.yaml", from_environment}}};

constexpr int max_includes_deep = 4;

bool holds_requirements(std::string_view directory) {
  static constexpr std::array<std::string_view, 7> names = {"requirements", "requires", "reqs", "dependencies",
                                                            "deps",         "pip",      "conda"};
  return std::find(names.begin(), names.end(), path::name(directory)) != names.end();
}

// How a file below the project is read; nothing where it does not look like requirements.
Reader reader_of(std::string_view file) {
  const std::string_view name = path::name(file);
  for (const Source& source : pinned)
    if (name == source.name) return source.read;
  const bool named = name.find("requirements") != std::string_view::npos || holds_requirements(path::parent(file));
  if (named && (name.ends_with(".txt") || name.ends_with(".in") || name.ends_with(".lock"))) return from_requirements;
  for (const Source& source : declared)
    if (name == source.name) return source.read;
  return nullptr;
}

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What is installed to run the project before what is installed to develop it; what lies higher before what lies
// deeper.
std::pair<int, int> rank(std::string_view file) {
  static constexpr std::array<std::string_view, 19> aside = {
      "dev",           "devel",   "develop", "development", "test",    "tests",    "testing", "doc",   "docs",   "lint",
      "documentation", "linting", "ci",      "e2e",         "example", "examples", "tool",    "tools", "tooling"};
  bool is_aside = false;
  for (std::size_t at = 0; at < file.size();) {
    const std::size_t end = std::min(file.find_first_of("/_-.", at), file.size());
    is_aside = is_aside || is_one_of(file.substr(at, end - at), aside);
    at = end + 1;
  }
  return {is_aside ? 1 : 0, static_cast<int>(std::count(file.begin(), file.end(), '/'))};
}

bool is_lower_rank(std::string_view left, std::string_view right) { return rank(left) < rank(right); }

// Documentation, examples and tests install what they want.
bool is_beside_the_project(std::string_view file) {
  static constexpr std::array<std::string_view, 6> folders = {"docs", "doc", "examples", "example", "tests", "test"};
  for (std::string_view folder = path::parent(file); !folder.empty(); folder = path::parent(folder))
    if (is_one_of(path::name(folder), folders)) return true;
  return false;
}

class Search {
 public:
  Search(const FileSystem& files, const std::string& relative_to) : files_(files), relative_to_(relative_to) {}

  std::optional<Sourced<std::string>> in(const std::string& directory) const {
    for (const Source& source : pinned) {
      if (auto found = ask(path::join(directory, source.name), source.read)) return found;
    }
    if (auto found = in_requirement_files(directory)) return found;
    if (auto found = in_requirement_files(path::join(directory, "requirements"))) return found;
    for (const Source& source : declared) {
      if (auto found = ask(path::join(directory, source.name), source.read)) return found;
    }
    return std::nullopt;
  }

  // Of the files of a project in folders one to three deep.
  std::optional<Sourced<std::string>> below(const std::string& directory, const std::vector<std::string>& own) const {
    std::vector<std::string_view> candidates;
    for (const std::string& file : own) {
      const auto deep = std::count(file.begin(), file.end(), '/');
      if (deep > 0 && deep <= 3 && !is_beside_the_project(file) && reader_of(file) != nullptr)
        candidates.push_back(file);
    }
    std::stable_sort(candidates.begin(), candidates.end(), is_lower_rank);
    for (std::string_view file : candidates) {
      if (auto found = ask(path::join(directory, file), reader_of(file))) return found;
    }
    return std::nullopt;
  }

 private:
  std::optional<Sourced<std::string>> ask(const std::string& file, Reader read, int depth = 0) const {
    if (!files_.size(file)) return std::nullopt;
    const auto text = files_.read(file, std::size_t{32} << 20);  // lock files are long
    if (!text) return std::nullopt;
    const std::string version = read(*text);
    if (!version.empty())
      return Sourced<std::string>{version, std::string(path::below(file, relative_to_).value_or(file))};
    if (read != from_requirements || depth >= max_includes_deep) return std::nullopt;
    for (const std::string& included : included_by(*text)) {
      const std::string beside = path::normal(path::join(path::parent(file), included));
      if (!path::below(beside, relative_to_)) continue;
      if (auto found = ask(beside, read, depth + 1)) return found;
    }
    return std::nullopt;
  }

  std::optional<Sourced<std::string>> in_requirement_files(const std::string& directory) const {
    const auto entries = files_.list(directory);
    if (!entries) return std::nullopt;
    const bool inside = path::name(directory) == "requirements";
    std::vector<std::string_view> candidates;
    for (const FileSystem::Entry& entry : *entries) {
      const bool named = inside || entry.name.find("requirements") != std::string::npos;
      if (entry.directory || !named || !(entry.name.ends_with(".txt") || entry.name.ends_with(".in"))) continue;
      candidates.push_back(entry.name);
    }
    std::stable_sort(candidates.begin(), candidates.end(), is_lower_rank);
    for (const std::string_view name : candidates) {
      if (auto found = ask(path::join(directory, name), from_requirements)) return found;
    }
    return std::nullopt;
  }

  const FileSystem& files_;
  const std::string& relative_to_;
};

}  // namespace

std::optional<std::string> django_requirement(std::string_view line) {
  line = bare(line);
  constexpr std::string_view name = "django";
  if (line.size() < name.size() || !equal_ignoring_case(line.substr(0, name.size()), name)) return std::nullopt;
  std::string_view rest = line.substr(name.size());
  rest = rest.substr(0, std::min({rest.find(" #"), rest.find(';'), rest.find("--hash"), rest.find('\\')}));
  if (!rest.empty() && rest[0] == '[') rest = rest.substr(std::min(rest.find(']') + 1, rest.size()));
  rest = bare(rest);
  if (rest.empty()) return std::string();
  if (std::string_view("=<>~!^(@").find(rest[0]) == std::string_view::npos) return std::nullopt;
  return std::string(rest);
}

std::string minor_version(std::string_view specifiers) {
  // The clause with a lower bound; an exact pin wins over everything.
  std::string_view chosen;
  for (std::size_t at = 0; at < specifiers.size();) {
    const std::size_t end = std::min(specifiers.find(',', at), specifiers.size());
    std::string_view clause = specifiers.substr(at, end - at);
    at = end + 1;
    clause = clause.substr(std::min(clause.find_first_not_of(" ()\"'"), clause.size()));
    if (clause.empty() || clause[0] == '<' || clause[0] == '!') continue;
    if (chosen.empty() || clause.starts_with("==")) chosen = clause;
  }
  const std::size_t begin = chosen.find_first_not_of("=<>~^ (v\"'");
  if (begin == std::string_view::npos || !is_digit(chosen[begin])) return {};
  chosen = chosen.substr(begin);
  std::size_t end = 0;
  while (end < chosen.size() && is_digit(chosen[end])) ++end;
  if (end > 2) return {};
  std::string version(chosen.substr(0, end));
  if (end + 1 < chosen.size() && chosen[end] == '.' && is_digit(chosen[end + 1])) {
    std::size_t minor_end = end + 1;
    while (minor_end < chosen.size() && is_digit(chosen[minor_end])) ++minor_end;
    if (minor_end - end > 3) return {};
    return std::string(chosen.substr(0, minor_end));
  }
  return version + ".0";
}

Sourced<std::string> find_django_version(const FileSystem& files, const std::vector<std::string>& directories,
                                         const std::vector<std::string>& own, const std::string& relative_to) {
  const Search search(files, relative_to);
  for (const std::string& directory : directories) {
    if (auto found = search.in(directory)) return *std::move(found);
  }
  if (directories.empty()) return {};
  return search.below(directories.front(), own).value_or(Sourced<std::string>());
}

}  // namespace mlint
