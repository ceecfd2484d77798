#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/type_data.h"

namespace mlint {
namespace {

struct ExtensionType {
  std::string_view extension, type;
};
// Of extensions that are not PostgreSQL's own; those are in the generated data.
constexpr std::array other_types{
    ExtensionType{"h3", "h3index"},
    ExtensionType{"ip4r", "ip4"},
    ExtensionType{"ip4r", "ip4r"},
    ExtensionType{"pgvector", "vector"},
    ExtensionType{"postgis", "box2d"},
    ExtensionType{"postgis", "box2df"},
    ExtensionType{"postgis", "box3d"},
    ExtensionType{"postgis", "geography"},
    ExtensionType{"postgis", "geometry"},
    ExtensionType{"postgis", "geometry_dump"},
    ExtensionType{"postgis", "gidx"},
    ExtensionType{"postgis", "spheroid"},
    ExtensionType{"postgis_raster", "raster"},
    ExtensionType{"postgis_topology", "topogeometry"},
    ExtensionType{"semver", "semver"},
    ExtensionType{"vector", "halfvec"},
    ExtensionType{"vector", "sparsevec"},
    ExtensionType{"vector", "vector"},
};

void put(Catalog& catalog, std::string_view extension, std::string_view type, const std::string& schema) {
  TypeState state;
  state.kind = TypeState::Kind::base;
  state.name = {schema, std::string(type)};
  state.created_in = catalog.unit;
  state.created_by = catalog.transaction;
  state.extension = extension;
  if (catalog.types.contains(state.name)) return;
  catalog.dropped.erase(state.name);
  catalog.types.put(std::move(state));
}

}  // namespace

void install_extension(Catalog& catalog, const std::string& name, const std::string& schema) {
  catalog.extensions.insert(std::upper_bound(catalog.extensions.begin(), catalog.extensions.end(), name), name);
  for (const data::Type& type : data::types())
    if (type.extension == name) put(catalog, name, type.name, schema);
  for (const ExtensionType& type : other_types)
    if (type.extension == name) put(catalog, name, type.type, schema);
}

bool is_of_extension(std::string_view type) {
  const data::Type* known = data::find_type(type);
  return (known != nullptr && !known->extension.empty()) ||
         std::any_of(other_types.begin(), other_types.end(),
                     [&](const ExtensionType& other) { return other.type == type; });
}

}  // namespace mlint
