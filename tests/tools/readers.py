#!/usr/bin/env python3
"""Opens books in MuPDF and compares its contents with the books' own; called by readers.sh."""

import sys
import xml.etree.ElementTree as ElementTree
import zipfile

import pymupdf

XHTML = "{http://www.w3.org/1999/xhtml}"
TYPE = "{http://www.idpf.org/2007/ops}type"


def contents(book: str) -> list[tuple[int, str]]:
    """The contents as the book's own page has them: how deep each entry stands, and its words."""
    with zipfile.ZipFile(book) as archive:
        page = ElementTree.fromstring(archive.read("EPUB/nav.xhtml"))
    found = []

    def walk(element, depth: int) -> None:
        for child in element:
            if child.tag == f"{XHTML}a":
                found.append((depth, " ".join("".join(child.itertext()).split())))
            walk(child, depth + (child.tag == f"{XHTML}ol"))

    for nav in page.iter(f"{XHTML}nav"):
        if nav.get(TYPE) == "toc":
            walk(nav, 0)
    return found


def faults_of(book: str) -> tuple[int, int, list[str]]:
    own = contents(book)
    with pymupdf.open(book) as document:
        pages = document.page_count
        seen = [(level, " ".join(label.split()), page) for level, label, page in document.get_toc()]
        empty = [label for _, label, page in seen if page < 1 or not document[page - 1].get_text().strip()]
    faults = []
    if pages == 0:
        faults.append("no pages")
    if [entry[:2] for entry in seen] != own:
        missing = [entry for entry in own if entry not in {seen_entry[:2] for seen_entry in seen}]
        faults.append(f"{len(seen)} entries, the book's page has {len(own)}; not there: {missing[:3]}")
    if empty:
        faults.append(f"{len(empty)} entries lead to no words, such as {empty[0]!r}")
    order = [page for _, _, page in seen]
    if order != sorted(order):
        faults.append("the entries do not stand in the order of their pages")
    return len(seen), pages, faults


def main() -> None:
    is_clean = True
    for book in sys.argv[1:]:
        entries, pages, faults = faults_of(book)
        print(f"MuPDF: {pages} pages, {entries} entries, {len(faults)} faults: {book}")
        for fault in faults:
            print(f"    {fault}")
        is_clean &= not faults
    sys.exit(0 if is_clean and len(sys.argv) > 1 else 1)


if __name__ == "__main__":
    main()
