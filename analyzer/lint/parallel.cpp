#include "analyzer/lint/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace mlint {

namespace {

// Tasks that wait; more of them would only hold memory.
constexpr std::size_t longest_queue = 256;

unsigned threads_of(unsigned jobs) { return jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency()); }

// `count` more threads, or as many as the limits of the user or the container leave: whoever starts them works too.
template <class Work>
std::vector<std::thread> helpers(std::size_t count, const Work& work) {
  std::vector<std::thread> threads;
  try {
    while (threads.size() < count) threads.emplace_back(work);
  } catch (const std::system_error&) {
  }
  return threads;
}

}  // namespace

void in_parallel(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& task) {
  const std::size_t threads = std::min<std::size_t>(threads_of(jobs), count);
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) task(i);
    } catch (...) {
      const std::lock_guard lock(failure_mutex);
      failure = std::current_exception();
    }
  };
  std::vector<std::thread> others = helpers(threads == 0 ? 0 : threads - 1, work);
  work();
  for (std::thread& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
}

Workers::Workers(unsigned jobs) {
  threads_ = helpers(threads_of(jobs) - 1, [this] { work(); });
}

Workers::~Workers() {
  try {
    finish();
  } catch (...) {  // somebody else's failure is on its way already
  }
}

void Workers::run(std::function<void()>& task) {
  try {
    task();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
  }
  task = nullptr;
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    posted_.wait(lock, [&] { return finished_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    run(task);
    lock.lock();
  }
}

void Workers::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (!threads_.empty() && tasks_.size() < longest_queue) tasks_.push_back(std::exchange(task, nullptr));
  }
  if (task) return run(task);
  posted_.notify_one();
}

void Workers::finish() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  posted_.notify_all();
  work();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

}  // namespace mlint
