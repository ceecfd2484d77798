#!/bin/sh
# Installs the Debian packages that the named groups need and that are missing; says which. Nothing else is touched.
#   install.sh build [test] [sanitize]
set -eu

build="g++ cmake make ccache pkg-config git ca-certificates libpg-query-dev libsimdjson-dev libcli11-dev nlohmann-json3-dev libtomlplusplus-dev libfmt-dev catch2"
test="python3 python3-django python3-psycopg2 python3-jsonschema python3-venv postgresql-15 pre-commit clang-format git"
# The sanitizers' and libFuzzer's runtime is a package of its own; llvm has the symbolizer.
sanitize="clang libclang-rt-14-dev llvm clang-tidy"

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
  case $(dpkg-query -W -f '${Status}' "$package" 2> /dev/null || true) in
    *"ok installed") ;;
    *) missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
as_root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo > /dev/null || { echo "install.sh: needs root or sudo to install:$missing" >&2; exit 2; }
  as_root=sudo
fi
# postgresql-common would otherwise create and start a cluster; the tests make their own, on a private socket.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  $as_root mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf > /dev/null
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of packages
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null
