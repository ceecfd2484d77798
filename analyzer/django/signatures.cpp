#include "analyzer/django/signatures.h"

#include <algorithm>
#include <array>

namespace mlint::django {

namespace {

// django/db/migrations/operations/{models,fields,special}.py and django/contrib/postgres/operations.py, 3.2 to 6.0.
constexpr OperationClass core[] = {
    {"CreateModel", "name fields options bases managers", "", "", "", ""},
    {"DeleteModel", "name", "", "", "", ""},
    {"RenameModel", "old_name new_name", "", "", "", ""},
    {"AlterModelTable", "name table", "", "", "", ""},
    {"AlterModelTableComment", "name table_comment", "", "", "", ""},
    {"AlterUniqueTogether", "name unique_together", "", "", "", ""},
    {"AlterIndexTogether", "name index_together", "", "", "", ""},
    {"AlterOrderWithRespectTo", "name order_with_respect_to", "", "", "", ""},
    {"AlterModelOptions", "name options", "", "", "", ""},
    {"AlterModelManagers", "name managers", "", "", "", ""},
    {"AddField", "model_name name field preserve_default", "", "", "", ""},
    {"AlterField", "model_name name field preserve_default", "", "", "", ""},
    {"RemoveField", "model_name name field", "", "", "", ""},
    {"RenameField", "model_name old_name new_name", "", "", "", ""},
    {"AddIndex", "model_name index", "", "", "", ""},
    {"RemoveIndex", "model_name name", "", "", "", ""},
    {"RenameIndex", "model_name new_name old_name old_fields", "", "", "", ""},
    {"AddConstraint", "model_name constraint", "", "", "", ""},
    {"RemoveConstraint", "model_name name", "", "", "", ""},
    {"AlterConstraint", "model_name name constraint", "", "", "", ""},
    {"RunSQL", "sql reverse_sql state_operations hints elidable", "", "", "", ""},
    {"RunPython", "code reverse_code atomic hints elidable", "", "", "", ""},
    {"SeparateDatabaseAndState", "database_operations state_operations", "", "", "", ""},
};

constexpr OperationClass postgres[] = {
    {"CreateExtension", "name hints", "", "", "", ""},
    {"BloomExtension", "hints", "bloom", "", "", ""},
    {"BtreeGinExtension", "hints", "btree_gin", "", "", ""},
    {"BtreeGistExtension", "hints", "btree_gist", "", "", ""},
    {"CITextExtension", "hints", "citext", "", "", ""},
    {"CryptoExtension", "hints", "pgcrypto", "", "", ""},
    {"HStoreExtension", "hints", "hstore", "", "", ""},
    {"TrigramExtension", "hints", "pg_trgm", "", "", ""},
    {"UnaccentExtension", "hints", "unaccent", "", "", ""},
    {"AddIndexConcurrently", "model_name index", "", "", "", ""},
    {"RemoveIndexConcurrently", "model_name name", "", "", "", ""},
    {"CreateCollation", "name locale * provider deterministic", "", "", "", ""},
    {"RemoveCollation", "name locale * provider deterministic", "", "", "", ""},
    {"AddConstraintNotValid", "model_name constraint", "", "", "", ""},
    {"ValidateConstraint", "model_name name", "", "", "", ""},
};

// What other packages' operations do to the database. Without `known_as` their statements stay unknown.
constexpr OperationClass packages[] = {
    {"VectorExtension", "hints", "vector", "pgvector.django", "CreateExtension", ""},
    {"LtreeExtension", "hints", "ltree", "django_ltree", "CreateExtension", ""},
    {"AddTrigger", "model_name trigger", "", "pgtrigger.migrations", "AddTrigger", ""},
    {"RemoveTrigger", "model_name name", "", "pgtrigger.migrations", "RemoveTrigger", ""},
    {"SaferAddIndexConcurrently", "model_name index", "", "django_pg_migration_tools.operations",
     "AddIndexConcurrently", ""},
    {"SaferRemoveIndexConcurrently", "model_name name", "", "django_pg_migration_tools.operations",
     "RemoveIndexConcurrently", ""},
    {"SaferAddUniqueConstraint", "model_name constraint raise_if_exists", "", "django_pg_migration_tools.operations",
     "", "it builds a unique index concurrently and attaches it"},
    {"SaferAlterFieldSetNotNull", "model_name name field", "", "django_pg_migration_tools.operations", "",
     "it adds and validates a check constraint before SET NOT NULL"},
    {"SaferAddFieldForeignKey", "model_name name field", "", "django_pg_migration_tools.operations", "",
     "it adds a nullable column, an index concurrently and a key that is validated later"},
    {"SaferAddCheckConstraint", "model_name constraint", "", "django_pg_migration_tools.operations", "",
     "it adds the constraint NOT VALID and validates it"},
    {"IgnoreMigration", "", "", "django_migration_linter", "SeparateDatabaseAndState", ""},  // a mark for that linter
    {"AlterSortedManyToManyField", "model_name name field preserve_default", "", "sortedm2m.operations",
     "AlterSortedManyToManyField", ""},
    {"MigrateStreamData", "app_name model_name field_name operations_and_block_paths revisions_from chunk_size", "",
     "wagtail.blocks.migrations.migrate_operation", "RunPython", ""},
    {"BootstrapTranslatableModel", "model_string language_code", "", "wagtail.models", "RunPython", ""},
    {"BootstrapTranslatableModel", "model_string language_code", "", "wagtail.core.models", "RunPython", ""},
    {"CleanHierarkeyDuplicates", "model_name hints", "", "hierarkey.utils", "RunPython", ""},
    {"AddDefaultValue", "model_name name value", "", "django_add_default_value", "AddDefaultValue", ""},
    {"PostgresCreateModel", "name fields options bases managers", "", "psqlextra.backend.migrations.operations",
     "CreateModel", ""},
    {"PostgresCreatePartitionedModel", "name fields options partitioning_options bases managers", "",
     "psqlextra.backend.migrations.operations", "CreateModel", "the table is partitioned"},
    {"PostgresDeletePartitionedModel", "name", "", "psqlextra.backend.migrations.operations", "DeleteModel", ""},
    {"PostgresAddDefaultPartition", "model_name name", "", "psqlextra.backend.migrations.operations",
     "PostgresAddDefaultPartition", ""},
    {"PostgresAddRangePartition", "model_name name from_values to_values", "",
     "psqlextra.backend.migrations.operations", "PostgresAddRangePartition", ""},
    {"PostgresAddListPartition", "model_name name values", "", "psqlextra.backend.migrations.operations",
     "PostgresAddListPartition", ""},
    {"PostgresAddHashPartition", "model_name name modulus remainder", "", "psqlextra.backend.migrations.operations",
     "PostgresAddHashPartition", ""},
    {"PostgresDeleteRangePartition", "model_name name", "", "psqlextra.backend.migrations.operations",
     "PostgresDeletePartition", ""},
    {"PostgresDeleteListPartition", "model_name name", "", "psqlextra.backend.migrations.operations",
     "PostgresDeletePartition", ""},
    {"PostgresDeleteHashPartition", "model_name name", "", "psqlextra.backend.migrations.operations",
     "PostgresDeletePartition", ""},
    {"PostgresDeleteDefaultPartition", "model_name name", "", "psqlextra.backend.migrations.operations",
     "PostgresDeletePartition", ""},
    {"PostgresCreateViewModel", "name fields options view_options bases managers", "",
     "psqlextra.backend.migrations.operations", "", "it creates a view"},
    {"PostgresCreateMaterializedViewModel", "name fields options view_options bases managers", "",
     "psqlextra.backend.migrations.operations", "", "it creates a materialized view"},
    {"PostgresDeleteViewModel", "name", "", "psqlextra.backend.migrations.operations", "", "it drops a view"},
    {"PostgresDeleteMaterializedViewModel", "name", "", "psqlextra.backend.migrations.operations", "",
     "it drops a materialized view"},
};

constexpr std::string_view core_home = "django.db.migrations.";
constexpr std::string_view postgres_home = "django.contrib.postgres.operations.";

std::string_view last_part(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

template <std::size_t Size>
const OperationClass* by_type(const OperationClass (&table)[Size], std::string_view type) {
  const auto* found =
      std::find_if(std::begin(table), std::end(table), [&](const OperationClass& entry) { return entry.type == type; });
  return found == std::end(table) ? nullptr : found;
}

bool within(std::string_view module, std::string_view package) {
  return module == package || (module.starts_with(package) && module[package.size()] == '.');
}

}  // namespace

std::string canonical_class(std::string_view dotted) {
  for (const std::string_view home :
       {"django.db.migrations.operations.models.", "django.db.migrations.operations.fields.",
        "django.db.migrations.operations.special.", "django.db.migrations.operations."})
    if (dotted.starts_with(home)) return std::string(core_home).append(dotted.substr(home.size()));
  return std::string(dotted);
}

const OperationClass* find_operation_class(std::string_view canonical) {
  if (canonical.starts_with(core_home)) return by_type(core, canonical.substr(core_home.size()));
  if (canonical.starts_with(postgres_home)) return by_type(postgres, canonical.substr(postgres_home.size()));
  const auto type = last_part(canonical);
  if (type.size() == canonical.size()) return nullptr;
  const auto module = canonical.substr(0, canonical.size() - type.size() - 1);
  for (const auto& entry : packages)
    if (entry.type == type && within(module, entry.package)) return &entry;
  return nullptr;
}

std::vector<std::string_view> parameters_of(const OperationClass& operation) {
  std::vector<std::string_view> result;
  auto rest = operation.parameters;
  while (!rest.empty()) {
    const auto blank = rest.find(' ');
    result.push_back(rest.substr(0, blank));
    rest = blank == std::string_view::npos ? std::string_view() : rest.substr(blank + 1);
  }
  return result;
}

}  // namespace mlint::django
