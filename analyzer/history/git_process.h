#pragma once

#include <sys/types.h>

#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/result.h"

// Starting git as a child process, shared by one question (`run`) and the long conversation of Blobs.
namespace mlint::git {

// A pipe whose ends are closed with it.
struct Pipe {
  int read = -1, write = -1;
  Pipe();
  ~Pipe();
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool open() const { return read >= 0; }
  void close_read();
  void close_write();
};

// A child that ends early must not end us by SIGPIPE.
class IgnoreBrokenPipe {
 public:
  IgnoreBrokenPipe();
  ~IgnoreBrokenPipe();
  IgnoreBrokenPipe(const IgnoreBrokenPipe&) = delete;
  IgnoreBrokenPipe& operator=(const IgnoreBrokenPipe&) = delete;

 private:
  struct sigaction before_ {};
};

// Starts git with its three streams on pipes (err may be -1: thrown away); 0 is success, else errno.
int start(const std::string& directory, const std::vector<std::string>& arguments, int in, int out, int err,
          pid_t& child);
Error not_started(int problem);
int wait_for(pid_t child);

// Appends what can be read now; false at the end of the stream.
bool fill(int descriptor, std::string& into);

}  // namespace mlint::git
