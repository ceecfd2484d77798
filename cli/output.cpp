#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "analyzer/base/nearest.h"
#include "cli/commands.h"

namespace mlint::cli {
namespace {

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool write_file(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0) return false;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  const bool written = write_all(descriptor, text) && ::fchmod(descriptor, 0666 & ~mask) == 0;
  const bool closed = ::close(descriptor) == 0;
  if (written && closed && ::rename(temporary.c_str(), path.c_str()) == 0) return true;
  const int reason = errno;
  ::unlink(temporary.c_str());
  errno = reason;
  return false;
}

// What a link leads to is written, and the link stays.
std::string behind_links(const std::string& path) {
  std::filesystem::path at = path;
  std::error_code none;
  for (int links = 0; links < 40 && std::filesystem::is_symlink(at, none); ++links)
    at = at.parent_path() / std::filesystem::read_symlink(at, none);
  return at.string();
}

bool is_special(const std::string& path) {  // /dev/stdout, a pipe: nothing to rename over
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

bool write_special(const std::string& path, std::string_view text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool written = write_all(descriptor, text);
  return ::close(descriptor) == 0 && written;
}

}  // namespace

int trouble(std::string_view message) {
  const std::string line = "mlint: error: " + std::string(message) + "\n";
  std::fputs(line.c_str(), stderr);
  return exit_trouble;
}

void warn(std::string_view message) {
  const std::string line = "mlint: warning: " + std::string(message) + "\n";
  std::fputs(line.c_str(), stderr);
}

bool deliver(const Output& output, std::string_view text) {
  if (output.file.empty()) {
    if (write_all(STDOUT_FILENO, text) || errno == EPIPE) return true;
    trouble(std::string("cannot write to standard output: ") + std::strerror(errno));
    return false;
  }
  if (is_special(output.file) ? write_special(output.file, text) : write_file(behind_links(output.file), text))
    return true;
  trouble("cannot write `" + output.file + "`: " + std::strerror(errno));
  return false;
}

std::string one_format(const std::vector<Output>& outputs, const std::vector<std::string>& formats, Output& target) {
  if (outputs.size() > 1) {
    trouble("this command writes one output");
    return {};
  }
  target = outputs.empty() ? Output{formats.front(), {}} : outputs.front();
  if (std::find(formats.begin(), formats.end(), target.format) != formats.end()) return target.format;
  std::string known;
  for (const std::string& format : formats) known += (known.empty() ? "" : ", ") + format;
  trouble("unknown output format `" + target.format + "`" + did_you_mean(target.format, formats) + " (" + known + ")");
  return {};
}

}  // namespace mlint::cli
