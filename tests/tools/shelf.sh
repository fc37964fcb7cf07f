#!/bin/sh
# Uses a shelf as people do, in a browser: browses, searches, hides, downloads, reads, brings a story, corrects and binds it and puts
# it on the shelf; at the size of a phone and of a desk, with scripts and without. axe looks at every page.
#
#     tests/tools/shelf.sh output/*.epub
#
# The books are copied to a folder of their own first. Prints a line for each way through, and each fault. Ends with 1 at any fault.
# SHOTS=FOLDER keeps pictures of the pages.
#
# Needs Node 20 or later, Chromium, and from npm playwright-core and axe-core (.ci/run puts them into .ci/tools/browser; the variable
# BROWSER_MODULES says where else they are). BINDERY names the program, if it is not target/release/bindery. Without any of these it says so and
# ends with 0, unless BINDERY_REQUIRE_TOOLS=1.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")

skip() {
    echo "SKIP: $1; nobody looked at the shelf (see $0)" >&2
    [ "${BINDERY_REQUIRE_TOOLS:-0}" != 1 ]
    exit
}

modules=${BROWSER_MODULES:-$root/.ci/tools/browser/node_modules}
program=${BINDERY:-$root/target/release/bindery}
command -v node >/dev/null || skip "Node is not installed"
[ -d "$modules/playwright-core" ] || skip "playwright-core is not installed"
[ -d "$modules/axe-core" ] || skip "axe-core is not installed"
browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
[ -x "$browser" ] || skip "Chromium is not installed"
[ -x "$program" ] || skip "$program is not built"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/books"
cp "$@" "$folder/books/" || exit 1
NODE_PATH=$modules BROWSER_PATH=$browser PROGRAM=$program node "$here/shelf.cjs" "$folder/books"
