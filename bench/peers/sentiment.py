"""Texts per second with their sentiment: Hugging Face's pipeline and `herald batch sentiment` in turns, on the same
texts and cores.

The peer is a model of the same size (six layers of 384, on the weights that script/setup installed, with a head of three
classes that means nothing: only its speed counts), loaded and warm. Herald's time is the whole command's: its start, reading
the file and writing the answer are in it. They take turns, so that a machine that is busy for a while slows both; a
ratio is taken within each round.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import encoder

BASE = "pipeline, batch 32"
CONTENDERS = (BASE, "pipeline, batch 1", "herald batch sentiment")
LABELS = 3


def main(arguments):
    options = _options(arguments)
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    herald = Path(options.herald)
    if not herald.is_file():
        print("bench: %s is missing: cargo build --release" % herald, file=sys.stderr)
        return 1
    texts = read_texts(Path(options.data), options.count)
    pipeline = load_pipeline(options.threads)
    rates = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text"])
            writer.writerows([text] for text in texts)
        for _ in range(options.rounds):
            rates[BASE].append(time_pipeline(pipeline, texts, 32))
            rates["pipeline, batch 1"].append(time_pipeline(pipeline, texts, 1))
            rates["herald batch sentiment"].append(time_herald(herald, path, Path(folder), len(texts)))
    _table(rates, len(texts))
    print("versions: %s" % json.dumps(encoder.versions()))
    return 0


def read_texts(data, count):
    """The tweets and sentences of the dev parts, as often as it takes."""
    texts = []
    for name in ("tweeteval/val.tsv", "sst2/dev.tsv"):
        with (data / "sentiment" / name).open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            texts += [row["text"] for row in rows]
    return (texts * (count // len(texts) + 1))[:count]


def load_pipeline(threads):
    import torch
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification, pipeline
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    torch.set_num_threads(threads)
    config = AutoConfig.from_pretrained(str(encoder.WEIGHTS), num_labels=LABELS)
    model = BertForSequenceClassification.from_pretrained(str(encoder.WEIGHTS), config=config)
    tokenizer = AutoTokenizer.from_pretrained(str(encoder.WEIGHTS))
    return pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu", top_k=LABELS)


def time_pipeline(pipeline, texts, batch):
    pipeline(texts[: 2 * batch], batch_size=batch, truncation=True, max_length=encoder.MAX_TOKENS)
    began = time.perf_counter()
    pipeline(texts, batch_size=batch, truncation=True, max_length=encoder.MAX_TOKENS)
    return len(texts) / (time.perf_counter() - began)


def time_herald(program, path, folder, count):
    """The whole command. Herald decides by itself how its threads wait and how many there are."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    with (folder / "out.csv").open("w", encoding="utf-8") as out:
        began = time.perf_counter()
        subprocess.run(
            [program, "batch", "sentiment", path], check=True, stdout=out, cwd=encoder.ROOT, env=environment
        )
        took = time.perf_counter() - began
    with (folder / "out.csv").open(encoding="utf-8", newline="") as out:
        rows = sum(1 for _ in csv.DictReader(out))
    assert rows == count, "herald answered %d of %d texts" % (rows, count)
    return count / took


def _table(rates, count):
    print("%d texts\n%-26s %10s %28s" % (count, "", "texts/s", "times " + BASE))
    for name, values in rates.items():
        ratios = [value / base for value, base in zip(values, rates[BASE])]
        words = "%.2f  (%.2f to %.2f)" % (statistics.median(ratios), min(ratios), max(ratios)) if name != BASE else ""
        print("%-26s %10.1f %28s" % (name, statistics.median(values), words))


def _options(arguments):
    target = Path(os.environ.get("CARGO_TARGET_DIR", encoder.ROOT / "target"))
    parser = argparse.ArgumentParser(prog="script/bench sentiment", description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="the folder of the public sets")
    parser.add_argument("--count", type=int, default=4000, help="how many texts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--herald", default=target / "release" / "herald", help="the built program")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
