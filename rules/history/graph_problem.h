#pragma once

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

// "`app.name`"
inline std::string ticked(const django::MigrationKey& key) { return ticked(key.app + "." + key.name); }

// A finding about a migration: `migration` for its app, name and, where `location` is not given, its place.
inline Finding finding_about(const django::Migration& migration, std::string message, Location location = {}) {
  Finding finding;
  finding.location = location.file == FileId::none ? migration.class_location : location;
  finding.message = std::move(message);
  finding.app = migration.key.app;
  finding.migration = migration.key.name;
  finding.subject = migration.key.app + "." + migration.key.name;
  return finding;
}

}  // namespace mlint::rules
