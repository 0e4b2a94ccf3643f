#!/usr/bin/env bash
# Makes what is installed elsewhere, in build/package:
#
#   package.sh lambda [FILE…]     the zip of a Lambda function; FILEs (moretta.yaml, a certificate of
#                                 the database) are put beside the program
#   package.sh deb                moretta and moretta-unmask as Debian packages
#
# The same binaries and libraries give the same bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/dev_lib.sh

out=$PWD/build/package
# Of the commit, in seconds: the time of every file in a package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

version_of() {
  "$1" --version | cut -d ' ' -f 2-
}

package_lambda() {
  need_packages binutils patchelf
  build release moretta_main
  /usr/bin/python3 -B tools/package/lambda_zip.py --program build/release/moretta \
    --arch "$(machine)" --version "$(version_of build/release/moretta)" \
    --epoch "$SOURCE_DATE_EPOCH" --out "$out/moretta-lambda-$(machine).zip" "$@"
}

# As Lambda calls it.
machine() {
  uname -m | sed 's/aarch64/arm64/'
}

# In the folder named: manual pages out of --help, and changelogs as Debian wants them.
generate_files() {
  local folder=$1 version moment
  version=$(sed -n 's/^project(moretta VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  moment=$(date -u -R -d "@$SOURCE_DATE_EPOCH")
  mkdir -p "$folder"
  gzip -9nc CHANGELOG.md >"$folder/changelog.gz"
  gzip -9nc >"$folder/changelog.Debian.gz" <<CHANGELOG
moretta ($version-1) unstable; urgency=medium

  * Made from the tree; what has changed is in changelog.gz.

 -- The moretta developers <moretta@packages.debian.org>  $moment
CHANGELOG
  local program
  for program in moretta moretta-unmask; do
    help2man --no-info --no-discard-stderr --source=moretta --output=- \
      --name="$(sed -n "s/^$program: //p" deploy/debian/manual-names)" "build/release/$program" |
      gzip -9n >"$folder/$program.1.gz"
  done
}

package_deb() {
  need_packages dpkg-dev help2man
  build release
  generate_files "$out/files"
  cmake --preset release -DMORETTA_PACKAGE_FILES="$out/files" >/dev/null
  # Not fakeroot: cpack writes root as the owner by itself.
  (umask 022 && cpack --config build/release/CPackConfig.cmake -B "$out" >"$out/cpack.log") ||
    { tail -20 "$out/cpack.log" >&2; exit 1; }
  rm -rf "$out/_CPack_Packages"
  ls -l "$out"/*.deb
}

kind=${1:-}
[ $# -eq 0 ] || shift
case $kind in
  lambda | deb) "package_$kind" "$@" ;;
  *) echo "usage: ./dev package lambda [FILE…] | deb" >&2; exit 64 ;;
esac
