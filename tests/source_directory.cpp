#include "tests/source_directory.h"

namespace mlint {

// Defined for this file alone, so that the others compile the same from any directory.
std::string source_directory() { return MLINT_SOURCE_DIR; }

}  // namespace mlint
