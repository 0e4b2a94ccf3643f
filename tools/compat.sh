#!/usr/bin/env bash
# Judges from other registries than Debian's: SQS servers that others wrote, the newest boto3,
# docker compose v2's own reader, other Postgres versions. What cannot be had is SKIPPED, with the
# reason; a table at the end says what was judged. Fails if a judge that was there says no.
#
#   compat.sh [PART…]   all parts without arguments; names as in the table
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/dev_lib.sh

moretta=${MORETTA:-$PWD/build/release/moretta}
cache=$PWD/build/compat  # what was fetched or compiled, for the next time
start_s_max=60           # a Java server on a busy machine takes a quarter of a minute
skipped=77               # the exit code by which a part says that it could not be judged
work=$(mktemp -d)
chmod 711 "$work"        # the Postgres server runs as a user of its own
parts_asked=("$@")
table=()
failures=0

clean_up() {
  local status=$?
  trap - EXIT
  stop_postgres
  rm -rf "$work"
  exit "$status"
}
trap clean_up EXIT

# In a part: ends it as not judged.
skip() {
  echo "$*" >"$work/note"
  exit "$skipped"
}

# In a part: what the table says of it.
note() {
  echo "$*" >"$work/note"
}

# part NAME FUNCTION [ARGUMENT…]: runs it in a shell of its own and notes how it ended
part() {
  local name=$1 status result
  shift
  [ ${#parts_asked[@]} -eq 0 ] || [[ " ${parts_asked[*]} " == *" $name "* ]] || return 0
  say "$name"
  : >"$work/note"
  set +e
  ( set -e; "$@" )
  status=$?
  set -e
  case $status in
    0) result=passed ;;
    "$skipped") result=SKIPPED; echo "SKIPPED: $name: $(cat "$work/note")" ;;
    *) result=FAILED; failures=$((failures + 1)) ;;
  esac
  table+=("$(printf '%-14s %-8s %s' "$name" "$result" "$(cat "$work/note")")")
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# fetch WHAT COMMAND…: runs a registry's client quietly; a part that cannot fetch is skipped
fetch() {
  local what=$1
  shift
  "$@" >"$work/fetch.log" 2>&1 || { tail -3 "$work/fetch.log"; skip "cannot fetch $what, see above"; }
}

## A Postgres server for this run

start_postgres() {
  postgres_bin=$(dirname "$(find /usr/lib/postgresql -path '*/bin/initdb' | sort -V | tail -1)")
  as_postgres=()
  mkdir "$work/postgres"
  if [ "$(id -u)" -eq 0 ]; then
    as_postgres=(runuser -u postgres --)  # Postgres refuses to run as root
    chown postgres "$work/postgres"
  fi
  "${as_postgres[@]}" "$postgres_bin/initdb" --no-sync -A trust -E UTF8 --no-locale -U moretta \
    -D "$work/postgres/data" >"$work/initdb.log"
  "${as_postgres[@]}" "$postgres_bin/pg_ctl" -w -s -D "$work/postgres/data" \
    -l "$work/postgres/log" -o "-c listen_addresses= -k $work/postgres -c fsync=off" start
}

stop_postgres() {
  [ -f "$work/postgres/data/postmaster.pid" ] || return 0
  "${as_postgres[@]}" "$postgres_bin/pg_ctl" -s -D "$work/postgres/data" -m immediate stop
}

database_url() {
  echo "postgresql:///$1?host=$work/postgres&user=moretta"
}

## SQS servers as judges of our client

need_node_judges() {
  need_node
  [ -d "$cache/npm/node_modules/$1" ] && return 0
  mkdir -p "$cache/npm"
  fetch "fauxqs and local-aws-sqs" npm install --prefix "$cache/npm" --no-package-lock --no-audit \
    --no-fund fauxqs@1.9.2 local-aws-sqs@2.0.2
}

# moto and the newest boto3. Debian's boto3 is the sender elsewhere, because it needs no fetching.
need_python_judges() {
  [ -f "$cache/venv/ready" ] && return 0
  need_packages python3-venv
  rm -rf "$cache/venv"
  /usr/bin/python3 -m venv "$cache/venv"
  fetch "moto and boto3" "$cache/venv/bin/pip" install 'moto[server]==5.2.1' boto3
  touch "$cache/venv/ready"
}

python_version_of() {
  "$1" -c "import importlib.metadata as m; print(m.version('$2'))"
}

# start_server NAME PORT COMMAND…: starts it, waits for it, and ends it with the part
start_server() {
  local name=$1 port=$2 pid
  shift 2
  "$@" >"$work/$name.log" 2>&1 &
  pid=$!
  # shellcheck disable=SC2064  # this server's
  trap "kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true" EXIT
  local deadline=$((SECONDS + start_s_max))
  until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    if ! kill -0 "$pid" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      tail -20 "$work/$name.log"
      note "the server did not start"
      exit 1
    fi
    sleep 0.2
  done
}

# judge_drain NAME SENDER WIRES COMMAND…: starts a server, %PORT% in its command replaced, and
# drains 100 messages from it on each wire
judge_drain() {
  local name=$1 sender=$2 wires=$3 port wire
  shift 3
  port=$(free_port)
  start_server "$name" "$port" "${@//%PORT%/$port}"
  for wire in $wires; do
    createdb -h "$work/postgres" -U moretta "${name//-/_}_$wire"
    "$sender" test/compat/judge_drain.py --moretta "$moretta" --wire "$wire" \
      --endpoint "http://127.0.0.1:$port" --database-url "$(database_url "${name//-/_}_$wire")" ||
      { note "wire $wire, see above"; exit 1; }
  done
}

debian_python=/usr/bin/python3

# Checks no signatures; slow with thousands of messages, closes every connection.
part_moto() {
  need_python_judges
  judge_drain moto "$debian_python" "json query" "$cache/venv/bin/moto_server" -H 127.0.0.1 -p %PORT%
  note "moto $(python_version_of "$cache/venv/bin/python" moto), JSON and Query"
}

# Speaks JSON only; queue URLs have a host that only its clients resolve.
part_fauxqs() {
  need_python_judges
  need_node_judges fauxqs
  judge_drain fauxqs "$cache/venv/bin/python" json env -C "$cache/npm" node -e \
    "import('fauxqs').then(({buildApp}) => buildApp().listen({host: '127.0.0.1', port: %PORT%}))"
  note "fauxqs 1.9.2, JSON (it has no Query)"
}

# Answers an empty receive with an empty body, omits empty lists of batch replies, and does not
# escape the XML of the Query wire: a body with & or < could not be read. The 100 have none.
part_local_aws_sqs() {
  need_node_judges local-aws-sqs
  judge_drain local-aws-sqs "$debian_python" "json query" env -C "$cache/npm" node -e \
    "import('local-aws-sqs').then(m => m.createSqsServer({hostname: '127.0.0.1', port: %PORT%}))"
  note "local-aws-sqs 2.0.2, JSON and Query"
}

# Its JSON errors have `Message` for `message` and a header without `;Sender`.
part_elasticmq() {
  command -v java >/dev/null || skip "there is no Java"
  command -v mvn >/dev/null || skip "there is no Maven"
  if [ ! -d "$cache/elasticmq" ]; then
    fetch ElasticMQ mvn -q -B -f test/compat/elasticmq/pom.xml dependency:copy-dependencies \
      -DoutputDirectory="$cache/elasticmq.new"
    mv "$cache/elasticmq.new" "$cache/elasticmq"
  fi
  judge_drain elasticmq "$debian_python" "json query" java -cp "$cache/elasticmq/*" \
    -Dnode-address.host=127.0.0.1 -Dnode-address.port=%PORT% -Drest-sqs.bind-port=%PORT% \
    -Drest-sqs.bind-hostname=127.0.0.1 -Drest-stats.enabled=false org.elasticmq.server.Main
  note "ElasticMQ 1.7.1, JSON and Query"
}

# Finds no entries in a SendMessageBatch, has no ChangeMessageVisibilityBatch, ignores a visibility
# timeout of 0, and gives the time of the receive as SentTimestamp.
part_goaws() {
  command -v go >/dev/null || skip "there is no Go"
  mkdir -p "$cache"
  fetch goaws go build -C test/compat/goaws -o "$cache/goaws" .
  judge_drain goaws "$debian_python" "json query" "$cache/goaws" %PORT% test/compat/goaws/goaws.yaml
  note "goaws 0.5.4, JSON and Query"
}

## AWS's emulator of Lambda as a judge of our function

part_lambda() {
  command -v go >/dev/null || skip "there is no Go"
  mkdir -p "$cache"
  fetch "the Runtime Interface Emulator" go build -C test/compat/rie -o "$cache/aws-lambda-rie" \
    github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie
  createdb -h "$work/postgres" -U moretta lambda
  "$debian_python" test/compat/judge_lambda.py --moretta "$moretta" --emulator "$cache/aws-lambda-rie" \
    --port "$(free_port)" --api-port "$(free_port)" --database-url "$(database_url lambda)" \
    2>"$work/lambda.log" || { tail -20 "$work/lambda.log"; note "see above"; exit 1; }
  note "aws-lambda-rie $(sed -n 's/.*emulator v0.0.0-\([0-9]*\)-.*/\1/p' test/compat/rie/go.mod)"
}

## Others

# Debian's boto3 speaks the Query wire, the newest speaks JSON.
part_boto3() {
  need_python_judges
  local suite=test/conformance/devqueue_boto3.py port
  [ -f "$suite" ] || skip "$suite is missing"
  port=$(free_port)
  start_server devqueue "$port" "$moretta" devqueue --port "$port"
  ENDPOINT="http://127.0.0.1:$port" "$cache/venv/bin/python" "$suite" || { note "see above"; exit 1; }
  note "boto3 $(python_version_of "$cache/venv/bin/python" boto3) on JSON, against the devqueue"
}

part_compose() {
  command -v go >/dev/null || skip "there is no Go"
  mkdir -p "$cache"
  fetch compose-go go build -C test/compat/compose -o "$cache/compose" .
  local all
  all=$(SECRET_KEY=x "$cache/compose" compose.yaml takehome)
  [[ $all == *moretta* && $all == *takehome-postgres* ]] || { note "services: $all"; exit 1; }
  ! env -u SECRET_KEY "$cache/compose" compose.yaml 2>/dev/null ||
    { note "content without SECRET_KEY"; exit 1; }
  note "compose-go $(sed -n 's/.*compose-go.v2 v//p' test/compat/compose/go.mod): compose.yaml as compose v2 reads it"
}

## The artefacts of deploy/

# Knows SAM, and what CloudFormation takes for every property.
part_cfn_lint() {
  need_packages python3-venv
  if [ ! -f "$cache/cfn-lint/ready" ]; then
    rm -rf "$cache/cfn-lint"
    /usr/bin/python3 -m venv "$cache/cfn-lint"
    fetch cfn-lint "$cache/cfn-lint/bin/pip" install cfn-lint==1.51.0
    touch "$cache/cfn-lint/ready"
  fi
  local template=deploy/lambda/template.yaml
  "$cache/cfn-lint/bin/cfn-lint" "$template" deploy/monitoring/cloudwatch.yaml || { note "see above"; exit 1; }
  sed 's/BatchSize: 1000/BatchSise: 1000/' "$template" >"$work/broken.yaml"
  ! "$cache/cfn-lint/bin/cfn-lint" "$work/broken.yaml" >/dev/null ||
    { note "content with a property that does not exist"; exit 1; }
  note "cfn-lint 1.51.0: the SAM template, and the alarms and the dashboard that it has"
}

# Builds the example, and asks the schemas about what comes out.
part_kustomize() {
  command -v go >/dev/null || skip "there is no Go"
  need_node
  need_npm_judges
  mkdir -p "$cache/kustomize"
  fetch kustomize env GOBIN="$cache/kustomize" go install sigs.k8s.io/kustomize/kustomize/v5@v5.5.0
  "$cache/kustomize/kustomize" build deploy/kubernetes/overlays/example >"$work/built.yaml" ||
    { note "see above"; exit 1; }
  /usr/bin/python3 -c 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))' \
    <"$work/built.yaml" | node test/deploy/kubernetes_schema.mjs >"$work/verdict.json"
  [ "$(cat "$work/verdict.json")" = "[null,null,null,null,null,null]" ] ||
    { cat "$work/verdict.json"; note "see above"; exit 1; }
  note "kustomize 5.5.0: the example's 6 objects, each by its schema"
}

# The newest boto3 knows metric math in a scaling policy, Debian's does not.
part_ecs() {
  need_python_judges
  "$cache/venv/bin/python" - <<'PYTHON' || { note "see above"; exit 1; }
import json
import botocore.session
import botocore.validate

for service, operation, file in (
        ("ecs", "RegisterTaskDefinition", "task-definition.json"),
        ("application-autoscaling", "PutScalingPolicy", "scaling-policy.json")):
    model = botocore.session.get_session().get_service_model(service).operation_model(operation)
    with open(f"deploy/ecs/{file}") as opened:
        parameters = json.load(opened)
    report = botocore.validate.ParamValidator().validate(parameters, model.input_shape)
    assert not report.has_errors(), f"{file}: {report.generate_report()}"
PYTHON
  note "botocore $(python_version_of "$cache/venv/bin/python" botocore): task definition and scaling policy"
}

# Its providers, and so their schemas, are in a registry of its own.
part_terraform() {
  command -v terraform >/dev/null || skip "there is no terraform"
  terraform fmt -check -diff deploy/terraform || { note "see above"; exit 1; }
  note "terraform fmt only: no provider, so no validate"
}

part_postgres() {
  [ -x tools/pg_versions.sh ] || skip "tools/pg_versions.sh is missing"
  build debug test_pg
  tools/pg_versions.sh build/debug 2>&1 | tee "$work/pg_versions.log"
  local reason
  reason=$(sed -n 's/^pg-versions: SKIPPED: //p' "$work/pg_versions.log")
  [ -z "$reason" ] || skip "$reason"
  note "$(sed -n 's/^pg-versions: postgres (PostgreSQL) //p' "$work/pg_versions.log" | xargs)"
}

start_postgres
mkdir -p "$cache"
part moto part_moto
part fauxqs part_fauxqs
part local-aws-sqs part_local_aws_sqs
part elasticmq part_elasticmq
part goaws part_goaws
part lambda part_lambda
part boto3 part_boto3
part compose part_compose
part cfn-lint part_cfn_lint
part kustomize part_kustomize
part ecs part_ecs
part terraform part_terraform
part postgres part_postgres

[ ${#table[@]} -gt 0 ] || { echo "no such part: ${parts_asked[*]}" >&2; exit 64; }
say "judged"
printf '%s\n' "part           result   with" "${table[@]}"
[ "$failures" -eq 0 ]
