"""Topics: BERTopic and Herald on the same texts, weights and cores, scored by the same code.

Each text set is a table with the columns `label` and `text`; labels are used for scoring and for the number of topics
alone. Seconds are of the whole work from texts to named topics, embedding included; the model is loaded before the
clock starts for the peer, within it for Herald. BERTopic runs with its defaults (UMAP, HDBSCAN, c-TF-IDF) and the number
of topics given (`nr_topics`), and with k-means in HDBSCAN's place and English stop words left out, which is fairer to it.
Outliers are scored as a topic of their own.
"""

import argparse
import csv
import gzip
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import encoder

SETS = ("topics/bbc_news_raw.tsv.gz", "topics/search_snippets8.tsv", "topics/stackoverflow20_raw.tsv")
FIGURES = ("accuracy", "nmi", "npmi", "diversity", "outliers", "seconds")
SCORED = 10


def main(arguments):
    options = _options(arguments)
    os.environ["OMP_NUM_THREADS"] = os.environ["NUMBA_NUM_THREADS"] = str(options.threads)
    if not Path(options.herald).is_file():
        print("bench: %s is missing: cargo build --release" % options.herald, file=sys.stderr)
        return 1
    print("| set | system | " + " | ".join(FIGURES) + " | times Herald's seconds |")
    print("|---|---|" + "---|" * (len(FIGURES) + 1))
    for name in options.sets:
        labels, texts = read(Path(options.data) / name)
        labels, texts = labels[:: options.every], texts[:: options.every]
        topics = len(set(labels))
        own = None
        for system, run in systems(options).items():
            topic_of, words, seconds = run(texts, topics)
            own = own or seconds
            figures = score(topic_of, words, labels, texts) + [seconds]
            cells = " | ".join("%.3f" % figure for figure in figures)
            print("| %s | %s | %s | %.2f |" % (Path(name).name.split(".")[0], system, cells, seconds / own), flush=True)
    return 0


def systems(options):
    return {
        "Herald": lambda texts, topics: run_herald(options, texts, topics),
        "BERTopic": lambda texts, topics: run_peer(options, texts, topics, kmeans=False),
        "BERTopic, k-means, stop words out": lambda texts, topics: run_peer(options, texts, topics, kmeans=True),
    }


def run_herald(options, texts, topics):
    with tempfile.TemporaryDirectory() as folder:
        table, named, assigned = (Path(folder) / name for name in ("texts.jsonl", "topics.json", "assigned.csv"))
        table.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
        command = [options.herald, "batch", "topics", table, "--topics", str(topics), "--seed", str(options.seed)]
        command += ["--topics-json", named, "--assignments", assigned]
        # Herald decides by itself how its threads wait and how many there are.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("OMP_")}
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment, cwd=encoder.ROOT)
        seconds = time.perf_counter() - began
        words = [topic["words"] for topic in json.loads(named.read_text(encoding="utf-8"))["topics"]]
        with assigned.open(encoding="utf-8", newline="") as rows:
            return [int(row["topic"]) for row in csv.DictReader(rows)], words, seconds


def run_peer(options, texts, topics, kmeans):
    import torch
    from bertopic import BERTopic
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    torch.set_num_threads(options.threads)
    model = encoder.load()
    # The defaults of BERTopic's own UMAP, with a seed.
    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=options.seed)
    given = {"embedding_model": model, "umap_model": umap}
    if kmeans:
        given["hdbscan_model"] = KMeans(n_clusters=topics, random_state=options.seed, n_init=10)
        given["vectorizer_model"] = CountVectorizer(stop_words="english")
    else:
        # BERTopic counts the outliers among them.
        given["nr_topics"] = topics + 1
    began = time.perf_counter()
    peer = BERTopic(**given)
    topic_of, _ = peer.fit_transform(texts)
    seconds = time.perf_counter() - began
    words = [[word for word, _ in found if word] for topic, found in sorted(peer.get_topics().items()) if topic >= 0]
    return [int(topic) for topic in topic_of], words, seconds


def score(topic_of, words, labels, texts):
    words = [found[:SCORED] for found in words]
    outliers = sum(topic < 0 for topic in topic_of) / len(topic_of)
    return [accuracy(topic_of, labels), nmi(topic_of, labels), npmi(words, texts), diversity(words), outliers]


def accuracy(topic_of, labels):
    import numpy
    from scipy.optimize import linear_sum_assignment

    _, rows = numpy.unique(topic_of, return_inverse=True)
    _, columns = numpy.unique(labels, return_inverse=True)
    counts = numpy.zeros((rows.max() + 1, columns.max() + 1))
    numpy.add.at(counts, (rows, columns), 1)
    best = linear_sum_assignment(-counts)
    return counts[best].sum() / len(labels)


def nmi(topic_of, labels):
    from sklearn.metrics import normalized_mutual_info_score

    return normalized_mutual_info_score(labels, topic_of)


def npmi(topics, texts):
    """The rule of src/training/coherence.rs: the window is the whole text; a term's words follow each other."""
    wanted = {term: tuple(_tokens(term)) for words in topics for term in words}
    by_first = {}
    for term, words in wanted.items():
        if words:
            by_first.setdefault(words[0], []).append((term, words))
    places = {term: set() for term in wanted}
    for at, text in enumerate(texts):
        tokens = _tokens(text)
        for start, token in enumerate(tokens):
            for term, words in by_first.get(token, ()):
                if tuple(tokens[start : start + len(words)]) == words:
                    places[term].add(at)

    def of_pair(a, b):
        both = len(places[a] & places[b]) / len(texts)
        if both == 0:
            return -1.0
        if both == 1:
            return 1.0
        return math.log(both * len(texts) ** 2 / (len(places[a]) * len(places[b]))) / -math.log(both)

    scores = []
    for words in topics:
        pairs = [(a, b) for at, b in enumerate(words) for a in words[:at]]
        if pairs:
            scores.append(sum(of_pair(a, b) for a, b in pairs) / len(pairs))
    return sum(scores) / max(len(scores), 1)


def diversity(topics):
    words = [word for found in topics for word in found]
    return len(set(words)) / max(len(words), 1)


def _tokens(text):
    return re.findall(r"\w+", text.lower())


def read(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        header = next(lines).rstrip("\r\n").split("\t")
        rows = [line.rstrip("\r\n").split("\t") for line in lines]
    label, text = header.index("label"), header.index("text")
    return [row[label] for row in rows], [row[text] for row in rows]


def _options(arguments):
    target = Path(os.environ.get("CARGO_TARGET_DIR", encoder.ROOT / "target"))
    parser = argparse.ArgumentParser(prog="script/bench topics", description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="the folder of public data")
    parser.add_argument("--sets", nargs="+", default=SETS, help="tables in it with the columns label and text")
    parser.add_argument("--every", type=int, default=1, help="take every n-th text only")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--herald", default=target / "release" / "herald", help="the built program")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
