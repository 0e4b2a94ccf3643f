#!/usr/bin/env bash
# The story of docs/story.md, told by the programs themselves, in an empty database:
#
#     DATABASE_URL=postgresql://… examples/story.sh
#
# 100 real messages are stored under plain MD5; audit undoes them; the columns are upgraded in place;
# audit finds nothing to undo; the key is rotated; one value is recovered, and one person is erased.
# Takes two minutes of one core; less with PROVE_SPACE, a part of what audit would try.
set -euo pipefail

moretta=${MORETTA:-moretta}
unmask=${MORETTA_UNMASK:-moretta-unmask}
examples=$(cd "$(dirname "$0")" && pwd)
prove=(--prove "${PROVE_SECONDS:-300}" ${PROVE_CORES:+--cores "$PROVE_CORES"})
for space in ${PROVE_SPACE:-}; do
  prove+=(--space "$space")
done
: "${DATABASE_URL:?says where the empty database is}"

folder=$(mktemp -d)
queue=
end() {
  test -z "$queue" || kill "$queue"
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"

say() { printf '\n== %s\n' "$1"; }
run() {
  printf '\n$ %s\n' "$*" | sed "s#$moretta#moretta#; s#$unmask#moretta-unmask#; s#$examples/##g"
  "$@"
}

say "A key, a queue with the messages, and the table, as the first user has it: plain MD5"
"$moretta" init --key moretta.key 2> /dev/null
SECRET_KEY=$(cat moretta.key)
export SECRET_KEY AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
"$moretta" devqueue --port 0 --queue logins --load "$examples/logins.jsonl" > queue.json 2> queue.log &
queue=$!
for _ in $(seq 100); do
  test -s queue.json && break
  sleep 0.1
done
QUEUE_URL=$(sed -n 's/.*"queue_url": *"\([^"]*\)".*/\1/p' queue.json)
export QUEUE_URL
cp "$examples/logins.yaml" md5.yaml
run "$moretta" schema -c md5.yaml --apply
run "$moretta" drain -c md5.yaml --no-progress --log-level error || test $? = 3 # one message is bad

say "What was masked how is on record, in a chain under the key"
run "$moretta" manifest -c md5.yaml

say "What does the table give away? Undo it, and see"
run "$moretta" audit -c md5.yaml --k locale,device_type "${prove[@]}"

say "Upgrade in place: the stored digests are tagged under the key, and new rows get the same tokens"
sed 's/method: md5/method: hmac-sha256+md5/' md5.yaml > keyed.yaml
run "$moretta" rewrap masked_ip -c keyed.yaml
run "$moretta" rewrap masked_device_id -c keyed.yaml

say "The same attack again; from now on a pipeline fails if digests without a key come back"
run "$moretta" audit -c keyed.yaml "${prove[@]}" --fail-on unkeyed,proven,mixed

say "The key is rotated: another one is added everywhere first, and promoted then"
run "$moretta" keys new moretta.keys --from env:SECRET_KEY > /dev/null
run "$moretta" keys add moretta.keys > /dev/null
run "$moretta" keys promote moretta.keys 2
sed 's#env:SECRET_KEY#file:moretta.keys#' keyed.yaml > rotated.yaml
run "$unmask" rewrap masked_ip -c rotated.yaml --reason "rotation of the key"
run "$unmask" rewrap masked_device_id -c rotated.yaml --reason "rotation of the key"
run "$moretta" keys disable moretta.keys 1 > /dev/null
run "$moretta" keys destroy moretta.keys 1 -c rotated.yaml --rows 1

say "Somebody with the key and a reason recovers one value, by way of the vault"
printf '%s' 199.172.111.135 > address.txt
run "$moretta" lookup -c rotated.yaml --column masked_ip < address.txt | tee lookup.txt
tail -n 1 lookup.txt | tr -d "()'" > token.txt
run "$unmask" --key file:moretta.keys --reason "the story of the examples" --domain ip < token.txt > recovered.txt
cmp <(tail -n 1 recovered.txt) <(cat address.txt; echo)
echo "recovered, and it is what was sent"

say "That person asks to be forgotten"
run "$moretta" erase masked_ip -c rotated.yaml --reason "request 1" < address.txt
if "$unmask" --key file:moretta.keys --reason "to see that it is gone" --domain ip < token.txt > again.txt 2> /dev/null; then
  echo "still recoverable: the erasure failed" >&2
  exit 1
fi
echo "nobody recovers it any more"
