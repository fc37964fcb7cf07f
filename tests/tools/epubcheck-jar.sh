# For `.`: finds EPUBCheck and Java, or ends the script that asked with what is missing. `here` is the folder of that script, `what` is
# what it would have checked; `root` and `jar` are set.
root=$(dirname "$(dirname "$here")")

skip() {
    echo "SKIP: $1; no $what was checked (see $0)" >&2
    [ "${BINDERY_REQUIRE_TOOLS:-0}" != 1 ]
    exit
}

jar=${EPUBCHECK_JAR:-}
for found in "$root"/.ci/tools/epubcheck/lib/python3*/site-packages/epubcheck/epubcheck.jar; do
    [ -n "$jar" ] || jar=$found
done
[ -f "$jar" ] || skip "EPUBCheck is not installed"
command -v java >/dev/null || skip "Java is not installed"
