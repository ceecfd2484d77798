#pragma once

#include <compare>

namespace mlint::django {

struct Version {  // of Django: 4.2
  int major = 6, minor = 0, patch = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};

}  // namespace mlint::django
