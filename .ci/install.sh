#!/bin/sh
# Installs the Debian packages that the named groups need and that are missing; says which. Nothing else is touched.
#   install.sh build [test] [sanitize]
set -eu

build="g++ cmake make ccache pkg-config git ca-certificates libpg-query-dev libsimdjson-dev libcli11-dev nlohmann-json3-dev libtomlplusplus-dev libfmt-dev catch2"
test="python3 python3-django python3-psycopg2 python3-jsonschema python3-venv postgresql-15 pre-commit clang-format git"
# The sanitizers' and libFuzzer's runtime is a package of its own; llvm has the symbolizer.
sanitize="clang libclang-rt-14-dev llvm clang-tidy"

# The build uses them where they are, and does without where they cannot be had.
better="libjemalloc-dev"

is_installed() {
  case $(dpkg-query -W -f '${Status}' "$1" 2> /dev/null || true) in
    *"ok installed") return 0 ;;
    *) return 1 ;;
  esac
}

wanted=""
for group in "$@"; do
  case $group in
    build) wanted="$wanted $build" ;;
    test) wanted="$wanted $test" ;;
    sanitize) wanted="$wanted $sanitize" ;;
    *) echo "install.sh: unknown group $group" >&2; exit 2 ;;
  esac
done
# Node.js may come from elsewhere; only npm's `npm ci` is used, once.
[ -d third_party/node_modules/tree-sitter-python ] || command -v npm > /dev/null || wanted="$wanted npm"

missing=""
for package in $wanted; do
  is_installed "$package" || missing="$missing $package"
done

as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo

install_better() {
  for package in $better; do
    if is_installed "$package" || ! apt-cache show "$package" > /dev/null 2>&1; then continue; fi
    [ -z "$as_root" ] || sudo -n true 2> /dev/null || continue
    echo "installing: $package"
    timeout 60 $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      -o Acquire::Retries=0 -o Acquire::http::Timeout=10 "$package" > /dev/null 2>&1 ||
      echo "$package cannot be had: the build does without"
  done
}

if [ -z "$missing" ]; then
  install_better
  exit 0
fi

echo "installing:$missing"
if [ -n "$as_root" ]; then
  command -v sudo > /dev/null || { echo "install.sh: needs root or sudo to install:$missing" >&2; exit 2; }
fi
# postgresql-common would otherwise create and start a cluster; the tests make their own, on a private socket.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  $as_root mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf > /dev/null
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of packages
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null
install_better
