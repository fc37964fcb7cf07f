#!/bin/sh
# Opens the pages of books in a browser and follows every link to a note, and every way back, by clicking it:
#
#     tests/tools/links.sh output/*.epub
#
# Prints a line for each book, with the number of links followed, and each fault. Ends with 1 at any fault.
#
# Needs Node 20 or later, Chromium, unzip, and the puppeteer that Ace brings with it (see ace.sh for how to install it; the
# variable ACE says where ace-puppeteer is). Without them it says so and ends with 0, unless BINDERY_REQUIRE_TOOLS=1.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")

skip() {
    echo "SKIP: $1; no link was followed (see $0)" >&2
    [ "${BINDERY_REQUIRE_TOOLS:-0}" != 1 ]
    exit
}

ace=${ACE:-$root/.ci/tools/ace/node_modules/.bin/ace-puppeteer}
[ -x "$ace" ] || skip "Ace is not installed"
command -v node >/dev/null || skip "Node is not installed"
command -v unzip >/dev/null || skip "unzip is not installed"
browser=${PUPPETEER_EXECUTABLE_PATH:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
[ -x "$browser" ] || skip "Chromium is not installed"
modules=$(cd "$(dirname "$ace")/.." && pwd)
[ -d "$modules/puppeteer" ] || skip "puppeteer is not installed beside Ace"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
number=0
for book in "$@"; do
    number=$((number + 1))
    mkdir "$folder/$number"
    unzip -q "$book" -d "$folder/$number" || exit 1
    echo "$book" >"$folder/$number/name"
done
NODE_PATH=$modules BROWSER_PATH=$browser node "$here/links.cjs" "$folder"
