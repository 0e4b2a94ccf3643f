#!/usr/bin/env bash
# Makes what is installed elsewhere, in build/package:
#
#   package.sh lambda [FILE…]     the zip of a Lambda function; FILEs (moretta.yaml, a certificate of
#                                 the database) are put beside the program
#
# The same commit gives the same bytes.
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
  [ -x build/release/moretta ] && [ -n "${MORETTA_PACKAGE_AS_BUILT:-}" ] || build release moretta_main
  /usr/bin/python3 -B tools/package/lambda_zip.py --program build/release/moretta \
    --arch "$(machine)" --version "$(version_of build/release/moretta)" \
    --epoch "$SOURCE_DATE_EPOCH" --out "$out/moretta-lambda-$(machine).zip" "$@"
}

# As Lambda calls it.
machine() {
  uname -m | sed 's/aarch64/arm64/'
}

kind=${1:-}
[ $# -eq 0 ] || shift
case $kind in
  lambda) "package_$kind" "$@" ;;
  *) echo "usage: ./dev package lambda [FILE…]" >&2; exit 64 ;;
esac
