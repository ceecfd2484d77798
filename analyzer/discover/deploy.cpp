#include "analyzer/discover/deploy.h"

#include <algorithm>
#include <array>

#include "analyzer/base/trimmed.h"
#include "analyzer/discover/path.h"

namespace mlint {
namespace {

template <std::size_t Size>
bool has_any(std::string_view text, const std::array<std::string_view, Size>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// Without the dash of an item either.
std::string_view content_of(std::string_view line) {
  return trimmed(line.substr(std::min(line.find_first_not_of(" \t\r-"), line.size())));
}

// "python manage.py migrate --noinput", ["python", "manage.py", "migrate"], migrate_schemas of django-tenants.
std::optional<Span> migrate_in(std::string_view line) {
  static constexpr std::array<std::string_view, 4> runners = {"manage.py", "django-admin", "-m django", "manage "};
  for (std::string_view runner : runners) {
    for (std::size_t at = line.find(runner); at != std::string_view::npos; at = line.find(runner, at + 1)) {
      std::size_t next = line.find_first_not_of(" \t\"',", at + runner.size());
      if (next == std::string_view::npos || line.substr(next, 7) != "migrate") continue;
      std::size_t end = next + 7;
      if (line.substr(end).starts_with("_schemas")) end += 8;
      const bool word =
          end == line.size() || std::string_view(" \t\r\n\"',;&|)]").find(line[end]) != std::string_view::npos;
      const std::string_view rest = line.substr(end, line.find('\n', end) - end);
      const bool only_looks =
          rest.find("--check") != std::string_view::npos || rest.find("--plan") != std::string_view::npos;
      if (word && !only_looks) return Span{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
    }
  }
  return std::nullopt;
}

bool starts_a_server(std::string_view text) {
  static constexpr std::array<std::string_view, 8> servers = {"gunicorn", "uvicorn", "daphne",    "hypercorn",
                                                              "uwsgi",    "granian", "runserver", "waitress"};
  return has_any(text, servers);
}

enum class FileKind { none, procfile, dockerfile, compose, fly, render, heroku, app_json, script };

FileKind kind_of(std::string_view file) {
  const std::string_view name = path::name(file);
  // What only tests or development use says nothing about a deployment.
  static constexpr std::array<std::string_view, 7> elsewhere = {"test",    "/ci/",  "local",   "dev",
                                                                "example", "docs/", "template"};
  if (has_any(file, elsewhere)) return FileKind::none;
  if (name == "Procfile") return FileKind::procfile;
  if (name == "fly.toml") return FileKind::fly;
  if (name == "render.yaml" || name == "render.yml") return FileKind::render;
  if (name == "heroku.yml") return FileKind::heroku;
  if (name == "app.json") return FileKind::app_json;
  if (name.find("ockerfile") != std::string_view::npos) return FileKind::dockerfile;
  if (name.find("compose") != std::string_view::npos && (name.ends_with(".yml") || name.ends_with(".yaml"))) {
    return FileKind::compose;
  }
  if (name.ends_with(".sh") || name.find("entrypoint") != std::string_view::npos) return FileKind::script;
  return FileKind::none;
}

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

std::string_view line_at(std::string_view text, std::size_t begin) {
  return text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
}

// The whole value of a YAML key (`command: >`, a list) that a line deep inside belongs to.
std::string_view command_around(std::string_view text, std::size_t at) {
  const auto line_begin = [&](std::size_t inside) {
    const std::size_t before = inside == 0 ? std::string_view::npos : text.rfind('\n', inside - 1);
    return before == std::string_view::npos ? 0 : before + 1;
  };
  std::size_t begin = line_begin(at);
  const auto is_key = [](std::string_view content) {
    return content.starts_with("command:") || content.starts_with("entrypoint:");
  };
  while (begin > 0 && !is_key(content_of(line_at(text, begin)))) begin = line_begin(begin - 1);
  const std::size_t indent = indent_of(line_at(text, begin));
  std::size_t end = begin + line_at(text, begin).size();
  while (end < text.size()) {
    const std::string_view next = line_at(text, end + 1);
    const std::size_t own = indent_of(next);
    const bool item = own == indent && next.substr(own).starts_with('-');
    if (!content_of(next).empty() && own <= indent && !item) break;
    end += 1 + next.size();
  }
  return text.substr(begin, std::min(end, text.size()) - begin);
}

class Finder {
 public:
  Finder(const FileSystem& files, const Tree& tree) : files_(files), tree_(tree) {}

  void read(const std::string& file) {
    const FileKind kind = kind_of(file);
    if (kind == FileKind::none) return;
    const auto text = files_.read(path::join(tree_.root, file), std::size_t{1} << 20);
    if (!text) return;
    if (kind == FileKind::script) read_script(file, *text);
    section_.clear();
    std::uint32_t offset = 0;
    for (std::string_view rest = *text; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      line(file, kind, rest.substr(0, end), offset, *text);
      offset += static_cast<std::uint32_t>(std::min(end + 1, rest.size()));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  FoundDeploy take() && { return std::move(found_); }

 private:
  void model(DeployModel value, const std::string& origin) {
    if (found_.model.value == DeployModel::unknown) found_.model = {value, origin};
  }

  void line(const std::string& file, FileKind kind, std::string_view text, std::uint32_t offset,
            std::string_view whole) {
    const std::string_view content = content_of(text);
    if (content.starts_with('#') || content.starts_with("//")) return;
    remember_section(kind, content);
    const auto migrate = migrate_in(text);
    if (!migrate) return;
    MigrateCall call;
    call.path = file;
    call.span = {offset + migrate->begin, offset + migrate->end};
    place(kind, whole, call);
    found_.calls.push_back(std::move(call));
  }

  // The last instruction or key that a continued command belongs to.
  void remember_section(FileKind kind, std::string_view content) {
    if (kind == FileKind::dockerfile) {
      for (std::string_view word : {"RUN", "CMD", "ENTRYPOINT"}) {
        if (content.starts_with(word)) section_ = word;
      }
      return;
    }
    const std::size_t colon = content.find_first_of(":=");
    const std::string_view key = content.substr(0, colon);
    if (colon != std::string_view::npos && key.find_first_of(" /&") == std::string_view::npos) {
      section_ = std::string(key.substr(0, key.find_last_not_of("\" ") + 1));
      if (section_.starts_with('"')) section_.erase(0, 1);
    }
    if (kind == FileKind::fly && content.starts_with("release_command")) section_ = "release_command";
  }

  void place(FileKind kind, std::string_view whole, MigrateCall& call) {
    const std::string name(path::name(call.path));
    switch (kind) {
      case FileKind::procfile:
        call.where = "`" + section_ + "` of " + name;
        call.at_start = section_ == "web";
        if (call.at_start)
          model(DeployModel::rolling, call.where + ": the first new replica migrates while others serve");
        if (section_ == "release") model(DeployModel::rolling, call.where + ": the old release serves meanwhile");
        break;
      case FileKind::dockerfile:
        call.where = section_ + " of " + name;
        call.at_start = section_ != "RUN";
        break;
      case FileKind::compose:
        call.where = "`" + section_ + "` of " + name;
        call.at_start = starts_a_server(command_around(whole, call.span.begin));
        break;
      case FileKind::fly:
      case FileKind::heroku:
        call.where = "`" + section_ + "` of " + name;
        model(DeployModel::rolling, call.where + ": the old release serves meanwhile");
        break;
      case FileKind::render:
        call.where = "`" + section_ + "` of " + name;
        call.at_start = section_ == "startCommand";
        model(DeployModel::rolling, name + ": the old instance serves until the new one is up");
        break;
      case FileKind::app_json:
        call.where = "`" + section_ + "` of " + name;
        break;
      case FileKind::script:
      case FileKind::none:
        call.where = name;
        call.at_start = starts_a_server(whole.substr(std::min<std::size_t>(call.span.end, whole.size())));
        break;
    }
  }

  // What the script does after `migrate`, not what it tells people to do.
  static std::string without_words(std::string_view text) {
    std::string result;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view content = content_of(rest.substr(0, end));
      if (!content.starts_with("echo") && !content.starts_with("printf") && !content.starts_with('#'))
        result += std::string(content) + "\n";
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return result;
  }

  // A script that stops the service, migrates and starts it again; one that migrates and then restarts.
  void read_script(const std::string& file, std::string_view text) {
    const auto migrate = migrate_in(text);
    if (!migrate) return;
    static constexpr std::array<std::string_view, 6> stops = {"systemctl stop",      "supervisorctl stop",
                                                              "service stop",        "docker compose down",
                                                              "docker-compose down", "docker stop"};
    static constexpr std::array<std::string_view, 6> restarts = {
        "systemctl restart", "systemctl reload", "supervisorctl restart",
        "kubectl rollout",   "kill -HUP",        "touch-reload"};
    const std::string name(path::name(file));
    if (has_any(without_words(text.substr(0, migrate->begin)), stops)) {
      model(DeployModel::stop_the_world, name + ": the service is stopped before `migrate`");
    } else if (has_any(without_words(text.substr(migrate->end)), restarts)) {
      model(DeployModel::rolling, name + ": the service is restarted after `migrate`");
    }
  }

  const FileSystem& files_;
  const Tree& tree_;
  std::string section_;
  FoundDeploy found_;
};

}  // namespace

FoundDeploy find_deploy(const FileSystem& files, const Tree& tree, const std::string& prefix) {
  Finder finder(files, tree);
  for (const std::string& file : tree.files) {
    const bool at_top = file.find('/') == std::string::npos;
    const bool inside = file.starts_with(prefix);
    const std::size_t below = inside ? static_cast<std::size_t>(std::count(
                                           file.begin() + static_cast<std::ptrdiff_t>(prefix.size()), file.end(), '/'))
                                     : 0;
    // Deep inside a project lie templates and examples, not its deployment.
    if (at_top || (inside && below <= 3)) finder.read(file);
  }
  return std::move(finder).take();
}

}  // namespace mlint
