#!/usr/bin/env python3
"""Walks the feeds of a shelf and judges them; see opds.sh, which finds what this needs."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree as tree
from collections import deque
from pathlib import Path
from urllib.parse import urljoin

import jsonschema

HERE = Path(__file__).resolve().parent
BINDERY = os.environ.get("BINDERY", str(HERE.parent.parent / "target" / "release" / "bindery"))
ATOM = "{http://www.w3.org/2005/Atom}"
# Every feed of a large shelf would take long; these are of every kind.
MOST = 400


def fetch(address):
    request = urllib.request.Request(address, headers={"Accept-Encoding": "identity"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read()


def walk(root):
    """Feeds and entries by their addresses, with their types."""
    waiting, seen, found = deque([root]), {root}, {}
    while waiting and len(found) < MOST:
        address = waiting.popleft()
        kind, body = fetch(address)
        if "atom" not in kind and "opds" not in kind:
            continue
        found[address] = (kind, body)
        for link, kind in links(kind, body):
            link = urljoin(address, link)
            if link not in seen and "{" not in link and ("atom" in kind or "opds" in kind):
                seen.add(link)
                waiting.append(link)
    return found


def links(kind, body):
    if "json" not in kind:
        return [(link.get("href"), link.get("type")) for link in tree.fromstring(body).iter(ATOM + "link")]
    found = []

    def look(value):
        if isinstance(value, dict):
            if "href" in value:
                found.append((value["href"], value["type"]))
            for field in value.values():
                look(field)
        elif isinstance(value, list):
            for item in value:
                look(item)

    look(json.loads(body))
    return found


def judge_atom(feeds):
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for number, (address, (_, body)) in enumerate(feeds.items()):
            path = Path(folder, f"{number}.xml")
            path.write_bytes(body)
            paths[str(path)] = address
        driver = ["java", "-cp", os.environ["EPUBCHECK_JAR"], "com.thaiopensource.relaxng.util.Driver", "-c", str(HERE / "schemas" / "opds-1.2.rnc")]
        judged = subprocess.run(driver + list(paths), capture_output=True, text=True, check=False)
        said = judged.stdout + judged.stderr
        for path, address in paths.items():
            said = said.replace(path, address)
        if judged.returncode:
            print(said)
        return judged.returncode == 0


def judge_json(feeds):
    schema = json.loads((HERE / "schemas" / "opds-2.0.json").read_text())
    sound = True
    for address, (kind, body) in feeds.items():
        which = "publication" if "publication" in kind else "feed"
        judge = jsonschema.Draft7Validator({**schema, "anyOf": [{"$ref": f"#/definitions/{which}"}]})
        for error in judge.iter_errors(json.loads(body)):
            deepest = jsonschema.exceptions.best_match([error])
            print(f"{address}: {'/'.join(map(str, deepest.absolute_path))}: {deepest.message[:200]}")
            sound = False
    return sound


def main():
    shelf = subprocess.Popen([BINDERY, "shelf", "--port", "0", sys.argv[1]], stdout=subprocess.PIPE, text=True)
    try:
        root = re.search(r"http://\S+/", shelf.stdout.readline()).group()
        for _ in range(100):
            if json.loads(fetch(root + "opds/v2/books")[1]).get("publications"):
                break
            time.sleep(0.1)
        atom, of_json = walk(root + "opds/v1"), walk(root + "opds/v2")
        # What no link leads to: a search, one that finds nothing, and both where something is hidden.
        for found, version in [(atom, "v1"), (of_json, "v2")]:
            for asked in ["the", "zzzzzz", "%22%3C%26"]:
                for base in ["", "hide/rating=teen,warning=violence/"]:
                    address = f"{root}{base}opds/{version}/books?query={asked}"
                    found[address] = fetch(address)
        sound = [judge_atom(atom), judge_json(of_json)]
        print(f"{len(atom)} feeds of OPDS 1.2 and {len(of_json)} of 2.0: {'valid' if all(sound) else 'NOT VALID'}")
    finally:
        shelf.send_signal(signal.SIGINT)
        code = shelf.wait(20)
    sys.exit(0 if all(sound) and code == 0 and len(atom) > 10 and len(of_json) > 10 else 1)


main()
