#pragma once

#include <atomic>
#include <memory>

namespace mlint {

// Copy on write: what `pointer` holds when nobody else does, else a copy of it, or a new one where there is none.
// Another thread may just have let go of its share: the fence makes what it read before come before what is written.
template <class T>
T& own(std::shared_ptr<T>& pointer) {
  if (!pointer) {
    pointer = std::make_shared<T>();
  } else if (pointer.use_count() != 1) {
    pointer = std::make_shared<T>(*pointer);
  } else {
    std::atomic_thread_fence(std::memory_order_acquire);
  }
  return *pointer;
}

}  // namespace mlint
