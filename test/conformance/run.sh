#!/bin/bash
# Runs an outside client against a queue server of its own:  run.sh SERVER CLIENT...
# The server ends with its standard input, so it cannot outlive this script.
set -eu
server=$1
shift
coproc SERVER { exec "$server"; }
read -r ENDPOINT <&"${SERVER[0]}"
export ENDPOINT
"$@"
