#!/bin/sh
# Opens a shelf of the given folder, walks every feed of both formats from the root, and judges them by tests/tools/schemas:
#
#     tests/tools/opds.sh FOLDER
#
# Needs Java with EPUBCheck (which holds the judge of RELAX NG; see epubcheck.sh), and Python with `jsonschema`. Without them it says
# so and ends with 0, unless BINDERY_REQUIRE_TOOLS=1. The program is target/release/bindery, or what BINDERY says.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")

skip() {
    echo "SKIP: $1; no feed was checked (see $0)" >&2
    [ "${BINDERY_REQUIRE_TOOLS:-0}" != 1 ]
    exit
}

jar=${EPUBCHECK_JAR:-}
for found in "$root"/.ci/tools/epubcheck/lib/python3*/site-packages/epubcheck/epubcheck.jar; do
    [ -n "$jar" ] || jar=$found
done
[ -f "$jar" ] || skip "EPUBCheck is not installed"
command -v java >/dev/null || skip "Java is not installed"
python=python3
[ -x "$root/.ci/tools/epubcheck/bin/python" ] && python=$root/.ci/tools/epubcheck/bin/python
"$python" -c 'import jsonschema' 2>/dev/null || skip "the Python package jsonschema is not installed"

EPUBCHECK_JAR=$jar exec "$python" "$here/opds.py" "$1"
