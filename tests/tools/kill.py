#!/usr/bin/env python3
"""Kills runs at random moments and fills a disk: no half book, and the next run ends byte for byte as an undisturbed one.

    cargo build --release && tests/tools/kill.py [--moments 100] [--stories 300]

As root on Linux the disk is a tmpfs of 300 KB. BINDERY names another program than the release build. Also checks that three shards make
the books of one plain run."""

import argparse
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINDERY = os.environ.get("BINDERY", str(ROOT / "target/release/bindery"))


def books(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*") if path.is_file() and path.suffix == ".epub"}


def build(stories: Path, output: Path, *more: str, cover: str = "none") -> list[str]:
    return [BINDERY, "build", "-q", "--cover", cover, "--folders", "shelf", "-o", str(output), *more, str(stories)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--moments", type=int, default=100)
    options.add_argument("--stories", type=int, default=300)
    chosen = options.parse_args()
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        stories = here / "stories"
        stories.mkdir()
        for number in range(chosen.stories):
            text = "\n\n".join(f"On day {dice.randrange(9999)} boat {dice.randrange(9999)} came in with {dice.randrange(99)} men." for _ in range(60))
            (stories / f"{number}.txt").write_text(f"Title: Story {number // 3}\nAuthor: Ann Hollow\n\n{text}\n")
        began = time.monotonic()
        subprocess.run(build(stories, here / "whole"), check=True)
        length = time.monotonic() - began
        whole = books(here / "whole")
        assert len(whole) == chosen.stories, len(whole)

        output = here / "killed"
        for moment in range(chosen.moments):
            run = subprocess.Popen(build(stories, output))
            time.sleep(dice.random() * length)
            run.kill()
            run.wait()
            for name, digest in books(output).items():
                assert whole.get(name) == digest, f"moment {moment}: {name} is not what it should be"
            # Every third run is left to end; the others are killed again from where they were.
            if moment % 3 == 2:
                subprocess.run(build(stories, output), check=True)
                assert books(output) == whole, f"moment {moment}: the run did not end as an undisturbed one"
                left = [name for name in os.listdir(output) if name.endswith(".bindery-tmp")]
                assert not left, left
                shutil.rmtree(output)
        print(f"killed at {chosen.moments} moments: no half book, and every next run ended as an undisturbed one")

        name = ("--name", "{author} - {title} {id}")
        subprocess.run(build(stories, here / "plain", *name), check=True)
        for shard in ("1/3", "2/3", "3/3"):
            subprocess.run(build(stories, here / "shards", *name, "--shard", shard), check=True)
        assert books(here / "plain") == books(here / "shards")
        print("three shards made the books of one plain run")

        disk = here / "disk"
        disk.mkdir()
        if os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], stderr=subprocess.DEVNULL).returncode == 0:
            try:
                run = subprocess.run(build(stories, disk / "books"), stderr=subprocess.PIPE, text=True)
                assert run.returncode == 4 and "error[disk-full]" in run.stderr and "hint:" in run.stderr, run
                for name, digest in books(disk / "books").items():
                    assert whole.get(name) == digest, f"{name} is not what it should be"
                assert 0 < len(books(disk / "books")) < chosen.stories
                print("a full disk is said to be full, and every book on it is whole")
            finally:
                subprocess.run(["umount", str(disk)], check=True)
        else:
            print("SKIPPED: no disk could be mounted to be filled", file=sys.stderr)


if __name__ == "__main__":
    main()
