#!/usr/bin/env bash
# Shows that Spark makes the same books as a plain run, also when it loses an executor. Installs pyspark into a venv of its own:
#     examples/spark/check.sh [FOLDER-OF-STORIES]
set -euo pipefail
cd "$(dirname "$0")/../.."
stories=${1:-stories}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pyspark==4.0.1
cargo build --release --locked --quiet
target/release/bindery build -q --cover none --folders shelf --name '{author} - {title} {id}' -o "$work/plain" "$stories" || true
"$work/venv/bin/python" examples/spark/bind.py --cover none --lose-one "$stories" "$work/spark" || true
hashes() { find "$1" -name '*.epub' -not -name '.*' -exec sha256sum {} + | awk '{print $1}' | sort; }
if diff <(hashes "$work/plain") <(hashes "$work/spark") >/dev/null; then
    echo "the same $(hashes "$work/plain" | wc -l) books"
else
    echo "the books differ" >&2
    exit 1
fi
