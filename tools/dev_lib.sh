# shellcheck shell=bash disable=SC2034
# What the verbs of ./dev are made of.

jobs=$(nproc)

# What compiling needs; the Dockerfile installs just these.
compile_packages=(
  g++ cmake ninja-build ccache lld pkg-config ca-certificates
  libcurl4-openssl-dev libssl-dev libpq-dev libsimdjson-dev libpugixml-dev libyaml-cpp-dev
  libcli11-dev libfmt-dev libspdlog-dev libmicrohttpd-dev
)

# What building and running needs. Postgres is for the demo and the tests: a private throwaway server.
build_packages=(
  "${compile_packages[@]}"
  postgresql postgresql-client openssl python3
)

# What only the tests need: a test framework, sanitizer and lint tools, outside clients as judges.
test_packages=(
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
  prometheus chromium
  clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev
  python3-boto3 python3-cryptography python3-psycopg2 python3-yaml python3-jsonschema faketime
  shellcheck yamllint systemd git fish zsh groff-base
  binutils patchelf
  valgrind
)

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

need_packages() {
  local missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    echo "cannot install packages: neither root nor sudo; install them, then run this again" >&2
    exit 1
  fi
  local log
  log=$(mktemp)
  if ! { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
         apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    echo "cannot install packages: apt-get failed, see above" >&2
    exit 1
  fi
  rm -f "$log"
}

# Any Node.js from 18 on with npm; Debian's own if there is none.
need_node() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    need_packages nodejs npm
  fi
}

# Outside judges from npm: the AWS SDK for JavaScript on the devqueue's JSON wire; the schemas of
# Kubernetes and the parser of HCL for deploy/.
need_npm_judges() {
  local folder
  for folder in test/browser test/conformance test/deploy; do
    if [ ! -d "$folder/node_modules" ] || [ "$folder/package-lock.json" -nt "$folder/node_modules" ]; then
      say "installing the packages of $folder"
      (cd "$folder" && npm ci --silent --no-audit --no-fund && touch node_modules)
    fi
  done
}

# For --version: of the tree if it is a checkout, else what the caller says (the Dockerfile).
commit_name() {
  git describe --always --dirty --abbrev=12 --exclude '*' 2>/dev/null || echo "${MORETTA_COMMIT:-}"
}

# build PRESET [TARGET…]
build() {
  local preset=$1
  shift
  say "building $preset${*:+ ($*)}"
  cmake --preset "$preset" -DMORETTA_WERROR="${MORETTA_WERROR:-OFF}" \
    -DMORETTA_COMMIT="$([ "$preset" != release ] || commit_name)" >/dev/null
  cmake --build --preset "$preset" -j "$jobs" ${@:+--target "$@"}
}

sources() {
  git ls-files -co --exclude-standard '*.cpp' '*.hpp'
}

# Since the upstream branch; on that branch itself, what the last commit changed.
changed_sources() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then
    base=$(git rev-parse -q --verify HEAD~1) || return 0
  fi
  { git diff --name-only --diff-filter=d "$base"; git ls-files -o --exclude-standard; } |
    sort -u | grep -E '^(src|sim|test|fuzz|bench)/.*\.cpp$' || true
}

fuzz_targets() {
  sed -n 's/^moretta_fuzz(\([a-z_]*\) .*/\1/p' fuzz/CMakeLists.txt
}

# A fuzzer that misses what is there to be found, or whose finding is passed over, tests nothing.
fuzz_finds_a_planted_bug() {
  local said
  if said=$(tools/fuzz.sh planted 30) || ! grep -q 'base64 -d' <<<"$said"; then
    printf '%s\n' "$said" >&2
    echo "fuzzing did not report the bug of fuzz/planted.cpp: what the others report means nothing" >&2
    return 1
  fi
}
