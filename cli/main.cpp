#include <cstdio>

int main() {
  std::puts("mlint " MLINT_VERSION);
  return 0;
}
