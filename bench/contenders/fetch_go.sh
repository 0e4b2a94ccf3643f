#!/usr/bin/env bash
# Compiles a contender that is a Go module:  fetch_go.sh FOLDER PROGRAM MODULE@VERSION
# FOLDER has its main.go, which names the components; PROGRAM is kept, so that this is done once.
# On two cores it takes up to an hour: most of it are drivers that Go compiles whether they are used or not.
set -euo pipefail
folder=$1 program=$2 module=$3
[ ! -x "$program" ] || exit 0
source=$program.src
mkdir -p "$source"
cp "$folder/main.go" "$source/"
cd "$source"
[ -f go.mod ] || go mod init "moretta/bench/$(basename "$program")"
go get "$module"
nice go build -mod=mod -o "$program" .
