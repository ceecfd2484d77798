#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "analyzer/history/git.h"

// A repository in a temporary directory, gone with the object.
class ScratchRepository {
 public:
  ScratchRepository() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mlint-test-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = std::filesystem::canonical(pattern).string();
    git({"init", "-q", "-b", "main"});
  }
  // A clone of another one.
  explicit ScratchRepository(const std::string& cloned, const std::vector<std::string>& options = {})
      : ScratchRepository() {
    std::filesystem::remove_all(root_);
    std::vector<std::string> arguments = {"-c", "protocol.allow=always", "clone", "-q"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back("file://" + cloned);
    arguments.push_back(root_);
    std::string command = "git";
    for (const std::string& it : arguments) command += " '" + it + "'";
    REQUIRE(std::system((command + " 2>/dev/null").c_str()) == 0);
  }
  ~ScratchRepository() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  ScratchRepository(const ScratchRepository&) = delete;
  ScratchRepository& operator=(const ScratchRepository&) = delete;

  const std::string& root() const { return root_; }

  std::string git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"});
    const auto output = mlint::git::run(root_, arguments);
    REQUIRE(output);
    INFO(output->err);
    REQUIRE(output->status == 0);
    std::string text = output->out;
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }

  // mlint's own way of asking git fetches nothing.
  void fetch() const { REQUIRE(std::system(("git -C '" + root_ + "' fetch -q origin").c_str()) == 0); }

  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path full = std::filesystem::path(root_) / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << text;
  }
  void remove(const std::string& path) const { std::filesystem::remove(std::filesystem::path(root_) / path); }

  std::string commit(const std::string& message) const {
    git({"add", "-A"});
    git({"commit", "-q", "--allow-empty", "-m", message});
    return git({"rev-parse", "HEAD"});
  }

 private:
  std::string root_;
};
