#include "analyzer/history/applied.h"

#include <algorithm>
#include <optional>

namespace mlint::history {
namespace {

std::string without_colours(std::string_view line) {
  std::string result;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      i += 2;
      while (i < line.size() && !((line[i] >= 'A' && line[i] <= 'Z') || (line[i] >= 'a' && line[i] <= 'z'))) ++i;
    } else if (line[i] != '\r') {
      result += line[i];
    }
  }
  return result;
}

std::optional<Listed::State> state_of(char mark) {
  if (mark == 'X' || mark == 'x') return Listed::State::applied;
  if (mark == ' ') return Listed::State::pending;
  if (mark == '-') return Listed::State::unrecorded;
  return std::nullopt;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t()[]:/\"'") == std::string_view::npos;
}

class Reader {
 public:
  void line(std::string_view raw, std::uint32_t number) {
    const std::string text = without_colours(raw);
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string::npos) return;
    const std::string_view content = std::string_view(text).substr(begin);
    if (content.starts_with('[')) return entry(content, number);
    if (content.starts_with("(no migrations)")) {
      if (!app_.empty()) result_.apps_without.insert(app_);
      return;
    }
    // A heading stands at the left and is one word.
    const std::string_view heading = content.substr(0, content.find_last_not_of(" \t") + 1);
    if (begin == 0) app_ = is_name(heading) ? std::string(heading) : "";
  }

  Applied take() && { return std::move(result_); }

 private:
  // "[X] 0001_initial (2 squashed migrations)", "[ ]  app.0002_x ... (other.0001_initial)"
  void entry(std::string_view content, std::uint32_t number) {
    if (content.size() < 5 || content[2] != ']') return;
    const auto state = state_of(content[1]);
    if (!state) return;
    content.remove_prefix(3);
    content.remove_prefix(std::min(content.find_first_not_of(" \t"), content.size()));
    const std::string_view name = content.substr(0, content.find_first_of(" \t"));
    if (name.empty()) return;
    Listed listed{{}, *state, number};
    const std::size_t dot = name.find('.');
    if (dot != std::string_view::npos && app_.empty()) {
      result_.plan = true;
      listed.key = {std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))};
    } else if (!app_.empty()) {
      listed.key = {app_, std::string(name)};
    } else {
      return;
    }
    result_.listed.push_back(std::move(listed));
  }

  Applied result_;
  std::string app_;
};

}  // namespace

std::set<django::MigrationKey> Applied::applied() const {
  std::set<django::MigrationKey> keys;
  for (const Listed& it : listed) {
    if (it.state != Listed::State::pending) keys.insert(it.key);
  }
  return keys;
}

Result<Applied> read_showmigrations(std::string_view text) {
  Reader reader;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    reader.line(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  Applied applied = std::move(reader).take();
  if (applied.listed.empty() && applied.apps_without.empty()) {
    return Error{"no migration is listed: this is no output of `showmigrations`"};
  }
  return applied;
}

}  // namespace mlint::history
