#pragma once

#include <optional>
#include <string>

namespace mlint::test {

// A PostgreSQL of this machine, started on a private socket and stopped when the value dies.
class Server {
 public:
  // Nothing where no server is installed (MLINT_PG_BIN names another directory of binaries), or where it does not
  // start.
  static std::optional<Server> start();
  Server(Server&& other) noexcept;
  Server& operator=(Server&&) = delete;
  ~Server();

  // What `psql -XAt` prints for the script; errors of statements go to nowhere.
  std::string run(const std::string& script) const;
  int version() const { return version_; }

 private:
  Server() = default;
  std::string bin_, directory_;
  int version_ = 0;
};

}  // namespace mlint::test
