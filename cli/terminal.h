#pragma once

#include <string>

#include "analyzer/report/report.h"

namespace mlint::cli {

// --color, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then TERM, then whether stdout is a terminal; never for
// files.
TextStyle style_for(const std::string& color, int verbose, bool to_file);

}  // namespace mlint::cli
