#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

namespace mlint {

// Of std::async: where no thread can be had, whoever asks for the result makes it.
inline constexpr std::launch thread_if_possible = std::launch::async | std::launch::deferred;

// task(0) … task(count - 1) on `jobs` threads (0: as many as processors), each once, in no order.
void in_parallel(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& task);

// Threads beside the one that posts, `jobs` with it (0: as many as processors). Alone it runs each task at once.
class Workers {
 public:
  explicit Workers(unsigned jobs);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void post(std::function<void()> task);
  void finish();  // helps, until everything posted is done; passes on what a task threw

 private:
  void work();
  void run(std::function<void()>& task);

  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
  bool finished_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace mlint
