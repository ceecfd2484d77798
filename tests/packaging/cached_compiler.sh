# Sourced: a wheel is compiled by ccache as the build of MLINT was, from its cache. The sources stand somewhere below DIRECTORY.
#   . cached_compiler.sh MLINT DIRECTORY
if command -v ccache > /dev/null; then
  export CCACHE_DIR=${CCACHE_DIR:-$(dirname "$1")/ccache} CCACHE_BASEDIR=$2 CCACHE_NOHASHDIR=1
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
  export SKBUILD_BUILD_DIR=build  # as deep below the sources as the build of MLINT is
  # By the same name too: Python would have another name for the same compiler.
  compiler() { sed -n "s/^CMAKE_$1_COMPILER:[A-Z]*=//p" "$2" 2> /dev/null || true; }
  cc=$(compiler C "$(dirname "$1")/CMakeCache.txt") cxx=$(compiler CXX "$(dirname "$1")/CMakeCache.txt")
  [ -z "$cc" ] || export CC=$cc CXX=$cxx
fi
