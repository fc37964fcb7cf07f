#!/usr/bin/env python3
"""A week of a person's mess: 500 files of every format, doubles, broken ones, strange names, loops, two stories of one name, a huge text.

    cargo build --release && tests/tools/mess.py [--large MB] [--show]

Everything that can be bound must be, everything else must be listed with a reason and a way out, and nothing else may happen. `--show`
prints the list as the person sees it. All of it in one book is given to EPUBCheck, MuPDF and foliate-js, where they are installed (see
epubcheck.sh and readers.sh). BINDERY names another program than the release build."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINDERY = os.environ.get("BINDERY", str(ROOT / "target/release/bindery"))
WORDS = """the a and of to in that it was he she they ferry lamp salt winter door letter road rain kitchen harbour morning
said asked went came stood looked waited nothing everything perhaps because before after under over again never always""".split()


def paragraphs(dice: random.Random, count: int) -> list[str]:
    return [" ".join(dice.choice(WORDS) for _ in range(dice.randint(20, 60))).capitalize() + "." for _ in range(count)]


def zipped(path: Path, files: dict[str, str], stored: str = "") -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if stored:
            archive.writestr("mimetype", stored, zipfile.ZIP_STORED)
        for name, text in files.items():
            archive.writestr(name, text)


def write(folder: Path, name: str, kind: str, title: str, text: list[str]) -> Path:
    path = folder / f"{name}.{kind}"
    if kind == "txt":
        path.write_text(f"Title: {title}\nAuthor: Ann Hollow\n\n" + "\n\n".join(text) + "\n")
    elif kind == "md":
        path.write_text(f"---\ntitle: {title}\nauthor: Ann Hollow\n---\n\n" + "\n\n".join(text) + "\n")
    elif kind == "html":
        body = "".join(f"<p>{paragraph}</p>\n" for paragraph in text)
        path.write_text(f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>")
    elif kind == "rtf":
        path.write_text("{\\rtf1\\ansi {\\b " + title + "}\\par " + "\\par ".join(text) + "\\par }")
    elif kind == "fb2":
        body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
        path.write_text('<?xml version="1.0" encoding="utf-8"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><description>'
                        f"<title-info><book-title>{title}</book-title><lang>en</lang></title-info></description><body><section>{body}</section></body></FictionBook>")
    elif kind == "docx":
        body = "".join(f"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>" for paragraph in [title, *text])
        zipped(path, {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>',
        })
    elif kind == "odt":
        body = "".join(f"<text:p>{paragraph}</text:p>" for paragraph in [title, *text])
        zipped(path, {
            "content.xml": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
                           f'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>{body}</office:text></office:body></office:document-content>',
        }, "application/vnd.oasis.opendocument.text")
    elif kind == "zip":
        zipped(path, {f"{name}.txt": f"Title: {title}\nAuthor: Ann Hollow\n\n" + "\n\n".join(text) + "\n"})
    return path


KINDS = ["txt", "md", "html", "rtf", "fb2", "docx", "odt", "zip"]
NAMES = ["new\nline", "quo'te \"both\"", "-rf", "émigré café", "ночь", "夜", "a" * 200, "con", "trailing. ", "tab\there", "🌊 wave", "‮txt.exe", "%20", "$(touch x)"]


def mess(folder: Path, large: int) -> tuple[int, set[str]]:
    """Makes the folder; gives back how many books there should be, and what should fail."""
    dice = random.Random(7)
    books, broken = 0, set()
    for number in range(400):
        kind = KINDS[number % len(KINDS)]
        place = folder / f"from {['mail', 'phone', 'old disk', 'web'][number % 4]}"
        place.mkdir(parents=True, exist_ok=True)
        path = write(place, f"piece {number} of {dice.choice(WORDS)}", kind, f"The {dice.choice(WORDS).title()} {number}", paragraphs(dice, 8))
        books += 1
        if number % 40 == 7:
            (place / f"copy of {path.name}").write_bytes(path.read_bytes())
            books += 1
    for number, name in enumerate(NAMES):
        place = folder / "strange"
        place.mkdir(exist_ok=True)
        write(place, name, "txt", f"Strange {number}", paragraphs(dice, 5))
        books += 1
    strange = os.fsencode(folder / "strange") + b"/caf\xe9 \xff.txt"
    with open(strange, "wb") as file:
        file.write(b"Title: Bytes\nAuthor: Ann Hollow\n\nIt rained on the caf\xe9 all night, and nobody came.\n")
    books += 1
    for name in ("one", "other"):
        write(folder, name, "txt", "Of One Name", paragraphs(dice, 6))
        books += 1
    bad = folder / "broken"
    bad.mkdir()
    whole = write(bad, "whole", "docx", "Whole", paragraphs(dice, 5)).read_bytes()
    books += 1
    contents = {"empty.txt": b"", "blank.txt": b" \n\n\t\n", "nul.txt": bytes(4096), "photo.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
                "half.docx": whole[: len(whole) // 2], "half.epub": whole[:100], "half.zip": whole[:200], "no.fb2": b"<FictionBook><body>",
                "front.md": b"---\ntitle: [open\n---\n\nText.\n"}
    for name, data in contents.items():
        (bad / name).write_bytes(data)
        broken.add(name)
    (bad / "stated.txt").write_text("It rained.\n")
    (bad / "stated.toml").write_text("title = It rained\n")
    broken.add("stated.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to("not there")
    (folder / "again.txt").symlink_to("one.txt")
    os.mkfifo(folder / "pipe.txt")
    (folder / "notes.xyz").write_text("no story")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    with open(folder / "huge.txt", "w") as file:
        file.write("Title: Huge\nAuthor: Ann Hollow\n\n")
        block = "\n\n".join(paragraphs(dice, 400)) + "\n\n"
        chapter = 1
        while file.tell() < large << 20:
            file.write(f"\n\nChapter {chapter}\n\n{block}")
            chapter += 1
    books += 1
    return books, broken


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--large", type=int, default=50, help="MB of the largest text")
    options.add_argument("--show", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        books, broken = mess(here / "mess", chosen.large)
        command = [BINDERY, "build", "mess", "-o", "books", "--cover", "none", "--report", "report.jsonl", "--summary", "summary.html"]
        run = subprocess.run(command, cwd=here, capture_output=True, text=True, errors="replace")
        if chosen.show:
            print(run.stderr + run.stdout)
        lines = [json.loads(line) for line in (here / "report.jsonl").read_text().splitlines()]
        stories = [line for line in lines if line["kind"] == "story"]
        failed = [story for story in stories if story["status"] == "failed"]
        named = {Path(said["file"]).name for line in lines for said in ([line] if line["kind"] == "diagnostic" else line.get("diagnostics", [])) if said["severity"] == "error"}
        faults = []
        if run.returncode != 1:
            faults.append(f"ended with {run.returncode}, not 1")
        if "panicked" in run.stderr or any(said["code"] == "internal-error" for story in failed for said in story["diagnostics"]):
            faults.append("a fault of bindery")
        made = len(list((here / "books").glob("*.epub")))
        if made != books:
            faults.append(f"{made} books, not {books}")
        missing = {name for name in broken if name not in named and name.replace("stated.txt", "stated.toml") not in named}
        if missing:
            faults.append(f"nothing said of {sorted(missing)}")
        extra = [story["input"] for story in failed if Path(story["input"]).name not in broken]
        if extra:
            faults.append(f"failed without need: {extra}")
        without = [said for story in failed for said in story["diagnostics"] if said["severity"] == "error" and not said.get("hint")]
        if without:
            faults.append(f"no way out: {without}")
        summary = lines[-1]
        if summary["doubles"] < 10:
            faults.append(f"only {summary['doubles']} doubles found")
        again = subprocess.run([*command, "--json"], cwd=here, capture_output=True, text=True, errors="replace")
        second = json.loads(again.stdout)["summary"]
        if second["unchanged"] != made or second["new"] or second["replaced"]:
            faults.append(f"a second run made books again: {second}")
        # All of it in one book, which judges open where they are installed.
        command = [BINDERY, "anthology", "mess", "--title", "A Week", "-o", "week.epub", "--json"]
        book = subprocess.run(command, cwd=here, capture_output=True, text=True, errors="replace")
        told = json.loads(book.stdout)["summary"]
        if book.returncode != 1 or told["new"] != books or told["failed"] != len(failed):
            faults.append(f"an anthology of it ended with {book.returncode}: {told}")
        for judge in ("epubcheck.sh", "readers.sh"):
            command = [str(ROOT / "tests/tools" / judge), "week.epub"]
            judged = subprocess.run(command, cwd=here, capture_output=True, text=True, env=os.environ | {"MOST": "40"})
            print(judged.stdout + judged.stderr, end="")
            if judged.returncode:
                faults.append(f"{judge} finds faults in the anthology")
        for fault in faults:
            print(f"mess: {fault}", file=sys.stderr)
        print(f"{made} books of {len(stories)} stories, {len(failed)} failed, {summary['doubles']} doubles, {summary['skipped']} skipped")
        sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
