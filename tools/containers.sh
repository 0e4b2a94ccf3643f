#!/usr/bin/env bash
# Builds the image and runs it and the compose stack for real, in a container engine of its own that
# leaves nothing behind. No registry is asked: the base image is made with mmdebstrap, and a
# stand-in from Debian's Postgres takes the place of the image that compose.yaml names.
# Where no engine can start it says `SKIPPED: why` and exits with 0.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/dev_lib.sh

# Debian's own docker client, which comes with BuildKit, before any other.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export DOCKER_BUILDKIT=1
export COMPOSE_PROJECT_NAME=moretta-check
export POSTGRES_PORT=${POSTGRES_PORT:-15432}
# Of this run alone.
SECRET_KEY=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
export SECRET_KEY

engine_start_s_max=30
rows_s_max=60      # a minute for 100 messages, on a machine that does other things as well
stop_s_max=40      # stop_grace_period of compose.yaml
image=moretta:local
locked_down=(--rm --read-only --cap-drop=all --security-opt no-new-privileges --network none)

skip() {
  printf 'SKIPPED: %s\n' "$*"
  exit 0
}

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

passed() {
  printf 'ok: %s\n' "$*"
}

clean_up() {
  local status=$?
  trap - EXIT
  if [ -S "$work/docker.sock" ]; then
    [ "$status" -eq 0 ] || docker-compose logs --tail 20 --no-color >&2 2>/dev/null || true
    docker-compose down --volumes --timeout 5 >/dev/null 2>&1 || true
  fi
  if [ -n "${engine_pid:-}" ]; then
    kill "$engine_pid" 2>/dev/null || true
    wait "$engine_pid" 2>/dev/null || true
  fi
  # What a killed engine leaves mounted.
  awk -v root="$work/" 'index($5, root) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
    xargs -r -n 1 umount -l 2>/dev/null || true
  rm -rf "$work"
  exit "$status"
}

# An engine with data, state and socket in $work, and without a bridge or firewall rule of its own:
# published ports go through its proxy process, builds use the machine's network.
start_engine() {
  dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/docker.pid" \
    --host "unix://$work/docker.sock" --bridge none --iptables=false --ip6tables=false \
    --ip-forward=false --ip-masq=false >"$work/docker.log" 2>&1 &
  engine_pid=$!
  export DOCKER_HOST="unix://$work/docker.sock"
  local deadline=$((SECONDS + engine_start_s_max))
  until docker info >/dev/null 2>&1; do
    if ! kill -0 "$engine_pid" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      tail -5 "$work/docker.log" >&2
      skip "the container engine does not start here, see above"
    fi
    sleep 0.5
  done
}

make_base_image() {
  mmdebstrap --quiet --variant=minbase \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    bookworm "$work/base.tar" 2>"$work/mmdebstrap.log" ||
    { tail -5 "$work/mmdebstrap.log" >&2; skip "no base system can be made here, see above"; }
  docker import "$work/base.tar" debian:bookworm-slim >/dev/null
  rm "$work/base.tar"
}

# Just enough of the postgres image for compose.yaml: its name, its variables, its port, pg_isready.
make_postgres_image() {
  mkdir "$work/postgres"
  cat >"$work/postgres/start" <<'SCRIPT'
#!/bin/bash -eu
initdb --auth-local trust --auth-host scram-sha-256 --encoding UTF8 --no-locale \
  --username "$POSTGRES_USER" --pwfile <(echo "$POSTGRES_PASSWORD") --pgdata /tmp/data >/dev/null
echo 'host all all all scram-sha-256' >>/tmp/data/pg_hba.conf
postgres --single -D /tmp/data postgres <<<"CREATE DATABASE $POSTGRES_DB" >/dev/null
exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp
SCRIPT
  chmod 755 "$work/postgres/start"
  cat >"$work/postgres/Dockerfile" <<'DOCKERFILE'
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql
COPY start /usr/local/bin/start
ENV PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin PGHOST=/tmp
USER postgres
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/local/bin/start"]
DOCKERFILE
  build_image postgres:16-alpine "$work/postgres"
}

build_image() {
  docker build --network host --quiet --build-arg MORETTA_COMMIT="$(commit_name)" --tag "$1" "$2" >"$work/build.log" 2>&1 ||
    { tail -40 "$work/build.log" >&2; fail "cannot build the image $1, see above"; }
}

check_image() {
  local user libraries
  user=$(docker image inspect --format '{{.Config.User}}' "$image")
  [[ "$user" =~ ^[1-9][0-9]*: ]] || fail "the image runs as '$user', not as a numeric user"
  docker run "${locked_down[@]}" "$image" --version
  libraries=$(docker run "${locked_down[@]}" --entrypoint ldd "$image" /usr/local/bin/moretta)
  ! grep 'not found' <<<"$libraries" || fail "the image lacks a library"
  passed "starts read-only, without capabilities or network, as user $user"

  local status=0
  docker run "${locked_down[@]}" --interactive --env SECRET_KEY "$image" mask --preset logins \
    <examples/logins.jsonl >"$work/rows.jsonl" 2>"$work/rejects.jsonl" || status=$?
  [ "$status" -eq 3 ] ||
    { tail -3 "$work/rejects.jsonl" >&2; fail "mask ended with $status, not with 3 (rejects)"; }
  [ "$(wc -l <"$work/rows.jsonl")" -eq 99 ] || fail "mask did not give 99 rows"
  passed "masks the 100 messages there: 99 rows, 1 reject"

  local size base
  size=$(docker image inspect --format '{{.Size}}' "$image")
  base=$(docker image inspect --format '{{.Size}}' debian:bookworm-slim)
  passed "image: $((size / 1000000)) MB, of which $((base / 1000000)) MB base"
}

check_secret_key_is_asked_for() {
  local said
  ! said=$(env -u SECRET_KEY docker-compose config -q 2>&1) ||
    fail "compose.yaml is content without SECRET_KEY"
  grep -q 'set SECRET_KEY' <<<"$said" || fail "compose.yaml does not ask for SECRET_KEY: $said"
  docker-compose config -q
  passed "compose.yaml is valid, and asks for SECRET_KEY"
}

count() {
  docker-compose exec -T postgres psql -U moretta -d moretta -Atc "SELECT count(*) FROM $1" 2>/dev/null
}

check_compose() {
  docker-compose up --detach >"$work/up.log" 2>&1 ||
    { tail -20 "$work/up.log" >&2; fail "the compose stack does not come up, see above"; }
  local deadline=$((SECONDS + rows_s_max))
  until [ "$(count user_logins)" = 99 ]; do
    [ "$SECONDS" -lt "$deadline" ] || fail "$(count user_logins) rows after $rows_s_max s, not 99"
    sleep 0.5
  done
  [ "$(count moretta_quarantine)" = 1 ] || fail "the malformed message is not in the quarantine"
  passed "the stack stored 99 rows and quarantined 1 message"

  local container started status
  container=$(docker-compose ps -q moretta)
  started=$SECONDS
  docker-compose stop moretta >/dev/null 2>&1
  status=$(docker container inspect --format '{{.State.ExitCode}}' "$container")
  [ "$status" = 0 ] || fail "SIGTERM ended moretta with $status, not with 0"
  [ $((SECONDS - started)) -lt "$stop_s_max" ] || fail "moretta took $stop_s_max s to stop"
  passed "SIGTERM ended moretta with 0 after $((SECONDS - started)) s"

  docker-compose down --volumes >"$work/down.log" 2>&1
  [ -z "$(docker ps --all --quiet)$(docker volume ls --quiet)" ] || fail "containers are left"
}

[ "$(id -u)" -eq 0 ] || skip "a container engine of one's own needs root"
# A pattern, because the package is named like a registry.
is_installed 'docker[.]io' || need_packages '^docker[.]io$'
need_packages docker-compose mmdebstrap iptables

work=$(mktemp -d)
trap clean_up EXIT
say "starting a container engine"
start_engine
say "making a base image"
make_base_image
say "building the image"
build_image "$image" .
check_image
say "running the compose stack"
check_secret_key_is_asked_for
make_postgres_image
check_compose
say "containers: all of it works"
