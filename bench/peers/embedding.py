"""Sentences per second: sentence-transformers and Herald in turns, on the same weights, texts and cores.

Both sides read the same JSON Lines file of texts, each of exactly the wanted number of word pieces with [CLS] and
[SEP]; both are warm, and time tokenising and encoding alone. They take turns, A B A B, so that a machine that is
busy for a while slows both; a ratio is taken within each round.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import encoder

CONTENDERS = ("peer float32", "peer bfloat16", "herald float32", "herald bfloat16")
BASE = "peer float32"


def main(arguments):
    options = _options(arguments)
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    import torch

    torch.set_num_threads(options.threads)
    herald = Path(options.herald)
    contenders = [name for name in CONTENDERS if name in options.contenders]
    if any(name.startswith("herald") for name in contenders) and not herald.is_file():
        print("bench: %s is missing: cargo build --release --example embed_bench" % herald, file=sys.stderr)
        return 1

    peers = {name: encoder.load(name.split()[1]) for name in contenders if name.startswith("peer")}
    results = []
    for tokens in options.tokens:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(options.texts) if options.texts else write_texts(Path(folder), tokens, options.count)
            texts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
            rates = {name: [] for name in contenders}
            for _ in range(options.rounds):
                for name in contenders:
                    rate = (
                        time_peer(peers[name], texts, options.batch)
                        if name in peers
                        else time_herald(herald, path, name.split()[1], options)
                    )
                    rates[name].append(rate)
        results.append(
            {
                "tokens": tokens,
                "batch": options.batch,
                "threads": options.threads,
                "texts": len(texts),
                "rounds": options.rounds,
                "sentences_per_s": {name: round(statistics.median(values), 1) for name, values in rates.items()},
                "times_base": _ratios(rates),
            }
        )
        print(json.dumps(results[-1]), flush=True)
    _table(results, contenders)
    print("versions: %s" % json.dumps(encoder.versions()))
    return 0


def write_texts(folder, tokens, count):
    """`count` texts of exactly `tokens` word pieces: words that are one piece each, the same ones every time."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(encoder.WEIGHTS / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    vocabulary = (encoder.WEIGHTS / "vocab.txt").read_text(encoding="utf-8").splitlines()
    words = [word for word in vocabulary if word.isascii() and word.isalpha() and word.islower() and len(word) > 2]
    generator = random.Random(tokens)
    texts = [" ".join(generator.choice(words) for _ in range(tokens - 2)) for _ in range(count)]
    for text in texts:
        length = len(tokenizer.encode(text).ids)
        assert length == tokens, "a text has %d pieces instead of %d: %s" % (length, tokens, text)
    path = folder / ("texts-%d.jsonl" % tokens)
    path.write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
    return path


def time_peer(model, texts, batch):
    model.encode(texts[: 2 * batch], batch_size=batch)
    began = time.perf_counter()
    model.encode(texts, batch_size=batch)
    return len(texts) / (time.perf_counter() - began)


def time_herald(program, path, dtype, options):
    """One warm round of the example, which warms up by itself."""
    command = [program, "--texts", path, "--batch", str(options.batch), "--rounds", "1", "--dtype", dtype]
    command += ["--threads", str(options.threads), "--model", encoder.WEIGHTS]
    # Herald decides by itself how its threads wait and how many there are.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(done.stdout)["sentences_per_s"]


def _ratios(rates):
    """Per contender the median, least and largest ratio to the base within a round."""
    found = {}
    for name, values in rates.items():
        if name != BASE and BASE in rates:
            ratios = [value / base for value, base in zip(values, rates[BASE])]
            found[name] = [round(figure, 2) for figure in (statistics.median(ratios), min(ratios), max(ratios))]
    return found


def _table(results, contenders):
    print("\n%-18s %7s %14s %22s" % ("", "tokens", "sentences/s", "times " + BASE))
    for result in results:
        for name in contenders:
            ratio = result["times_base"].get(name)
            words = "%.2f  (%.2f to %.2f)" % tuple(ratio) if ratio else ""
            print("%-18s %7d %14.1f %22s" % (name, result["tokens"], result["sentences_per_s"][name], words))


def _options(arguments):
    target = Path(os.environ.get("CARGO_TARGET_DIR", encoder.ROOT / "target"))
    parser = argparse.ArgumentParser(prog="script/bench embedding", description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, nargs="+", default=[20, 64], help="word pieces a text")
    parser.add_argument("--count", type=int, default=256, help="how many texts")
    parser.add_argument("--texts", help="a JSON Lines file of strings to take instead; name one --tokens for the table")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=CONTENDERS, metavar="NAME")
    parser.add_argument("--herald", default=target / "release" / "examples" / "embed_bench", help="the built example")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
