# Everything mlint links, behind one interface target. Debian packages first (find_package / find_library), so that a newer
# libpg_query installed elsewhere is used as it is; the Python grammar comes from third_party/package-lock.json.
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(simdjson 3 REQUIRED)
find_package(tomlplusplus 3 REQUIRED)
find_package(Threads REQUIRED)

find_path(PG_QUERY_INCLUDE_DIR pg_query.h REQUIRED)
find_library(PG_QUERY_LIBRARY NAMES libpg_query.a pg_query REQUIRED)

find_library(JEMALLOC_LIBRARY libjemalloc.a)  # not needed

set(MLINT_NODE_MODULES ${PROJECT_SOURCE_DIR}/third_party/node_modules CACHE PATH "where the tree-sitter sources are")
if(NOT EXISTS ${MLINT_NODE_MODULES}/tree-sitter-python/src/parser.c)
  find_program(NPM npm REQUIRED)
  # --ignore-scripts: the packages' install scripts would build node add-ons that mlint does not use.
  execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund
                  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/third_party COMMAND_ERROR_IS_FATAL ANY)
endif()

set(TS_ROOT ${MLINT_NODE_MODULES}/tree-sitter/vendor/tree-sitter/lib)
add_library(ts_core STATIC ${TS_ROOT}/src/lib.c)
# BEFORE: /usr/include/tree_sitter/api.h of Debian's 0.20 must not shadow these headers.
target_include_directories(ts_core BEFORE PUBLIC ${TS_ROOT}/include PRIVATE ${TS_ROOT}/src)
target_compile_definitions(ts_core PRIVATE _POSIX_C_SOURCE=200112L _DEFAULT_SOURCE)
target_compile_options(ts_core PRIVATE -w -O3)
set_target_properties(ts_core PROPERTIES C_STANDARD 11)
add_library(ts_python STATIC ${MLINT_NODE_MODULES}/tree-sitter-python/src/parser.c
                             ${MLINT_NODE_MODULES}/tree-sitter-python/src/scanner.c)
target_include_directories(ts_python PRIVATE ${MLINT_NODE_MODULES}/tree-sitter-python/src)
target_compile_options(ts_python PRIVATE -w -O2)

add_library(mlint_third_party INTERFACE)
target_include_directories(mlint_third_party SYSTEM INTERFACE ${PG_QUERY_INCLUDE_DIR})
target_link_libraries(mlint_third_party INTERFACE
  ts_python ts_core ${PG_QUERY_LIBRARY} nlohmann_json::nlohmann_json CLI11::CLI11 fmt::fmt simdjson::simdjson
  tomlplusplus::tomlplusplus Threads::Threads)
