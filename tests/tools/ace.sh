#!/bin/sh
# Judges books with Ace, the accessibility checker of the DAISY Consortium:
#
#     tests/tools/ace.sh output/*.epub
#
# Prints a line for each book and each violation. Ends with 1 at any violation.
#
# Needs Node 20 or later, Chromium, and Ace 1.4 from npm:
#
#     ELECTRON_SKIP_BINARY_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1 npm install --prefix .ci/tools/ace @daisy/ace@1.4
#
# or wherever the variable ACE says that ace-puppeteer is; PUPPETEER_EXECUTABLE_PATH may name the browser. Without them it
# says so and ends with 0, unless BINDERY_REQUIRE_TOOLS=1.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")

skip() {
    echo "SKIP: $1; no book was checked (see $0)" >&2
    [ "${BINDERY_REQUIRE_TOOLS:-0}" != 1 ]
    exit
}

ace=${ACE:-$root/.ci/tools/ace/node_modules/.bin/ace-puppeteer}
[ -x "$ace" ] || skip "Ace is not installed"
command -v node >/dev/null || skip "Node is not installed"
browser=${PUPPETEER_EXECUTABLE_PATH:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
[ -x "$browser" ] || skip "Chromium is not installed"
export PUPPETEER_EXECUTABLE_PATH="$browser"

report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT

# Has a book judged; fails when there is no judgement.
judge() {
    rm -f "$report/report.json"
    "$ace" --force --silent --outdir "$report" "$1" >"$report/log" 2>&1 && [ -f "$report/report.json" ]
}

status=0
for book in "$@"; do
    # On a busy machine the browser sometimes answers too late for Ace, which then says nothing of the book.
    if judge "$book" || { echo "again  $book" >&2 && judge "$book"; }; then
        node -e '
            const [file, book] = process.argv.slice(1);
            const report = JSON.parse(require("fs").readFileSync(file, "utf8"));
            const found = report.assertions.flatMap(document => document.assertions.map(assertion => {
                const test = assertion["earl:test"];
                const where = document["earl:testSubject"].url;
                const html = (assertion["earl:result"].html || "").slice(0, 120);
                return `    ${test["earl:impact"]} ${test["dct:title"]} ${where} ${html}`;
            }));
            console.log(`${found.length} ${book}`);
            found.slice(0, 20).forEach(line => console.log(line));
            if (found.length > 20) console.log(`    and ${found.length - 20} more`);
            process.exit(found.length ? 1 : 0);
        ' "$report/report.json" "$book" || status=1
    else
        echo "failed $book"
        sed 's/^/    /' "$report/log"
        status=1
    fi
done
exit $status
