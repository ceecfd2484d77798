#pragma once

#include <functional>
#include <ostream>
#include <span>

#include "analyzer/base/source.h"
#include "analyzer/django/migration.h"

namespace mlint {

// `dump --stage=migrations`: what the files say, as JSON. Null for a file that is not known.
using FileLookup = std::function<const SourceFile*(FileId)>;
void print_migrations_json(std::ostream& out, std::span<const django::Migration* const> migrations,
                           const FileLookup& file_of);
void print_migrations_text(std::ostream& out, std::span<const django::Migration* const> migrations,
                           const FileLookup& file_of);

}  // namespace mlint
