#include "tests/schema/server.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

namespace mlint::test {
namespace {

namespace fs = std::filesystem;

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return text;
  std::array<char, 65536> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), n);
  pclose(pipe);
  return text;
}

// The server refuses to run as root.
std::string as_server_user(const std::string& command) {
  return geteuid() == 0 ? "su postgres -s /bin/sh -c '" + command + "'" : "sh -c '" + command + "'";
}

std::string newest_installed() {
  if (const char* named = std::getenv("MLINT_PG_BIN")) return named;
  std::string best;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
    const std::string bin = entry.path() / "bin";
    if (fs::exists(bin + "/initdb", error) && bin > best) best = bin;
  }
  return best;
}

}  // namespace

std::optional<Server> Server::start() {
  Server server;
  server.bin_ = newest_installed();
  if (server.bin_.empty() || output_of("command -v psql").empty()) return std::nullopt;
  std::string pattern = (fs::temp_directory_path() / "mlint-schema-XXXXXX").string();
  if (!mkdtemp(pattern.data())) return std::nullopt;
  server.directory_ = pattern;
  const std::string& dir = server.directory_;
  if (geteuid() == 0 && std::system(("chown postgres " + dir).c_str()) != 0) return std::nullopt;
  const std::string init = server.bin_ + "/initdb -D " + dir + "/data -U postgres -A trust -E UTF8 --locale=C -N";
  const std::string options = "-c listen_addresses= -c port=54409 -c unix_socket_directories=" + dir +
                              " -c fsync=off -c autovacuum=off -c timezone=UTC -c shared_buffers=16MB";
  const std::string start =
      server.bin_ + "/pg_ctl -D " + dir + "/data -l " + dir + "/log -w -o \"" + options + "\" start";
  if (std::system(as_server_user(init + " >/dev/null 2>&1 && " + start + " >/dev/null 2>&1").c_str()) != 0) {
    fs::remove_all(dir);
    return std::nullopt;
  }
  server.version_ = std::atoi(server.run("show server_version_num;").c_str()) / 10000;
  return server;
}

Server::Server(Server&& other) noexcept
    : bin_(std::move(other.bin_)), directory_(std::exchange(other.directory_, {})), version_(other.version_) {}

Server::~Server() {
  if (directory_.empty()) return;
  const int stopped = std::system(
      as_server_user(bin_ + "/pg_ctl -D " + directory_ + "/data -m immediate -w stop >/dev/null 2>&1").c_str());
  std::error_code error;
  if (stopped == 0) fs::remove_all(directory_, error);
}

std::string Server::run(const std::string& script) const {
  const std::string file = directory_ + "-script.sql";
  std::ofstream(file) << script;
  std::string text =
      output_of("psql -XAtq -h " + directory_ + " -p 54409 -U postgres -d postgres -f " + file + " 2>/dev/null");
  std::error_code error;
  fs::remove(file, error);
  return text;
}

}  // namespace mlint::test
