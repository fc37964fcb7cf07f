#!/usr/bin/env python3
"""Bind a tree of stories under Apache Spark: partitioned folders in, partitioned folders out, the same bytes as a plain run.

    python3 -m venv venv && venv/bin/pip install pyspark==4.0.1        # needs Java 17
    cargo build --release
    venv/bin/python examples/spark/bind.py stories books [--partitions 8] [--lose-one]

Each partition is a stream of jobs through one `bindery build --from-jsonl - --to-jsonl -`. What comes of a line depends on the line
alone, so Spark may do a partition again, elsewhere, when a worker is lost: `--lose-one` kills one in the middle of its work to
show it. Books are written to a temporary name and renamed, so a book is there whole or not at all.

Only stories of one file are taken along here; put sidecars into `corrections`, pictures into `pictures`."""

import argparse
import base64
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

ENDINGS = {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".docx", ".odt", ".rtf", ".fb2", ".epub"}


def job(path: str, root: str) -> str:
    """One story as a line. Its path below the root is its name, on every machine."""
    with open(path, "rb") as file:
        data = file.read()
    below = os.path.relpath(path, root).replace(os.sep, "/")
    entry = {"name": os.path.basename(path), "base64": base64.b64encode(data).decode(), "modified": int(os.stat(path).st_mtime)}
    return json.dumps({"id": below, "name": below, "files": [entry]})


def bind(partition: int, paths, root: str, output: str, program: list[str], lose: str):
    """Binds the stories of a partition, into a folder of its own; gives back what became of each."""
    folder = Path(output) / f"part-{partition:05}"
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def feed():
        for path in paths:
            process.stdin.write(job(path, root) + "\n")
        process.stdin.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    for line in process.stdout:
        answer = json.loads(line)
        if answer["status"] == "made":
            target = folder / answer["name"]
            temporary = folder / f".{answer['name']}.{os.getpid()}"
            temporary.write_bytes(base64.b64decode(answer["epub"]))
            if lose and partition == 0 and not os.path.exists(lose):
                # As a machine dies: in the middle of its work, and nobody is told.
                Path(lose).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            os.replace(temporary, target)
        faults = [said["message"] for said in answer["diagnostics"] if said["severity"] == "error"]
        yield answer["id"], answer["status"], "; ".join(faults)
    feeder.join()
    # 1 says that a story failed; its line says which.
    if process.wait() not in (0, 1):
        raise RuntimeError(f"bindery ended with {process.returncode}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("stories")
    options.add_argument("books")
    options.add_argument("--partitions", type=int, default=8)
    options.add_argument("--master", default="local[2,3]", help="two workers, three attempts at each partition")
    options.add_argument("--bindery", default=str(Path(__file__).resolve().parents[2] / "target/release/bindery"))
    options.add_argument("--cover", default="draw")
    options.add_argument("--lose-one", action="store_true", help="kill one worker in the middle of its work")
    chosen = options.parse_args()
    from pyspark.sql import SparkSession

    root, output = os.path.abspath(chosen.stories), os.path.abspath(chosen.books)
    found = sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(root)
        for name in names
        if os.path.splitext(name)[1].lower() in ENDINGS and not name.startswith(".")
    )
    program = [chosen.bindery, "build", "--from-jsonl", "-", "--to-jsonl", "-", "-q", "-j", "1"]
    program += ["--cover", chosen.cover, "--name", "{author} - {title} {id}"]
    lose = os.path.join(output, ".lost-once") if chosen.lose_one else ""
    os.makedirs(output, exist_ok=True)
    spark = SparkSession.builder.master(chosen.master).appName("bindery").config("spark.ui.enabled", "false").getOrCreate()
    # Of what is lost on purpose nobody need be told; when a partition fails for good, that is raised below.
    spark.sparkContext.setLogLevel("OFF" if lose else "ERROR")
    paths = spark.sparkContext.parallelize(found, chosen.partitions)
    work = lambda partition, part: bind(partition, part, root, output, program, lose)
    results = paths.mapPartitionsWithIndex(work).collect()
    spark.stop()
    if lose:
        os.unlink(lose)
        for left in Path(output).rglob(".*.epub.*"):
            left.unlink()
        print("one worker was killed; Spark did its partition again")
    failed = [result for result in results if result[1] == "failed"]
    print(f"{len(results) - len(failed)} books in {chosen.partitions} partitions, {len(failed)} failed")
    for story, _, fault in failed:
        print(f"{story}: {fault}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
