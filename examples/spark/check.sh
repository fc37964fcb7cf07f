#!/usr/bin/env bash
# Shows that Spark makes the same books as a plain run, also when it loses a worker:
#
#     examples/spark/check.sh [FOLDER-OF-STORIES]
#
# Needs Java 17 or later and Python 3.9 to 3.13; installs pyspark (some 450 MB) into a temporary folder, or uses that of the Python that SPARK_PYTHON
# names. Takes a minute or two.
set -euo pipefail
cd "$(dirname "$0")/../.."
stories=${1:-stories}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v java >/dev/null || { echo "Spark needs Java 17 or later" >&2; exit 1; }
python=${SPARK_PYTHON:-$work/venv/bin/python}
if [ -z "${SPARK_PYTHON:-}" ]; then
    echo "installing pyspark"
    python3 -m venv "$work/venv"
    "$python" -m pip install --quiet pyspark==4.0.1
fi
echo "building bindery"
cargo build --release --locked --quiet
echo "a plain run, then Spark"
target/release/bindery build -q --cover none --folders shelf --name '{author} - {title} {id}' -o "$work/plain" "$stories" || true
PYSPARK_PYTHON=$python "$python" examples/spark/bind.py --cover none --lose-one "$stories" "$work/spark" || true
hashes() { find "$1" -name '*.epub' -not -name '.*' -exec sha256sum {} + | awk '{print $1}' | sort; }
if diff <(hashes "$work/plain") <(hashes "$work/spark") >/dev/null; then
    echo "the same $(hashes "$work/plain" | wc -l) books"
else
    echo "the books differ" >&2
    exit 1
fi
