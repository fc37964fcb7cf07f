#!/bin/sh
# Opens a shelf of the given folder, walks every feed of both formats from the root, and judges them by tests/tools/schemas:
#
#     tests/tools/opds.sh FOLDER
#
# Needs Java with EPUBCheck (which holds the judge of RELAX NG; see epubcheck.sh), and Python with `jsonschema`. Without them it says
# so and ends with 0, unless BINDERY_REQUIRE_TOOLS=1. The program is target/release/bindery, or what BINDERY says.
set -u
here=$(cd "$(dirname "$0")" && pwd)
what=feed
. "$here/epubcheck-jar.sh"
python=python3
[ -x "$root/.ci/tools/epubcheck/bin/python" ] && python=$root/.ci/tools/epubcheck/bin/python
"$python" -c 'import jsonschema' 2>/dev/null || skip "the Python package jsonschema is not installed"

EPUBCHECK_JAR=$jar exec "$python" "$here/opds.py" "$1"
