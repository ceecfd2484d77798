#pragma once

#include <cstddef>
#include <functional>

namespace mlint {

// task(0) … task(count - 1) on `jobs` threads (0: as many as processors), each once, in no order.
void in_parallel(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& task);

}  // namespace mlint
