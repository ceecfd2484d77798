#pragma once

#include "analyzer/discover/config.h"
#include "analyzer/django/graph.h"
#include "analyzer/django/replay.h"
#include "analyzer/lint/load.h"

// What the graph and the replay of a project's history are told about it.
namespace mlint {

django::GraphOptions graph_options(const LoadedProject& project);
django::ReplayOptions replay_options(const LoadedProject& project, const Config& config, django::Version version,
                                     Server server);

// The schema just before a migration, for SQL that is judged inside its project.
Schema schema_before(const django::Graph& graph, const django::ReplayOptions& options, const django::MigrationKey& key);

}  // namespace mlint
