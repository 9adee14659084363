"""Writes tests/fixtures/sentence_vectors.json: sentence-transformers' vectors of sentences that are easy to get wrong.

    "$HERALD_CACHE"/peers/bin/python bench/peers/sentence_vectors.py

Herald's encoder is tested against it. Run again only when the weights or the sentences change.
"""

import json
import sys
from pathlib import Path

import encoder

OUTPUT = encoder.ROOT / "tests" / "fixtures" / "sentence_vectors.json"
DIGITS = 7

# 322 word pieces: longer than the model reads.
LONG = " ".join(
    "In week %d the %s campaign spent %d euros on %s and brought %d orders, %s than the week before." % words
    for words in [
        (31, "spring", 1240, "search ads", 86, "more"),
        (32, "oolong", 980, "short videos", 41, "fewer"),
        (33, "back to school", 2310, "newsletters", 175, "far more"),
        (34, "harvest", 640, "display banners", 12, "fewer"),
        (35, "loyalty", 1505, "direct mail", 97, "more"),
        (36, "gift box", 1990, "influencers", 133, "slightly more"),
        (37, "matcha", 720, "search ads", 58, "fewer"),
        (38, "autumn", 1415, "podcasts", 64, "more"),
        (39, "clearance", 860, "price comparison sites", 149, "more"),
        (40, "winter teas", 2760, "television", 210, "far more"),
        (41, "advent calendar", 3120, "short videos", 288, "more"),
        (42, "referral", 415, "existing customers", 37, "fewer"),
        (43, "iced tea", 295, "display banners", 9, "fewer"),
    ]
)

SENTENCES = [
    "ok",
    "?",
    "Hello world",
    "How were sales last week?",
    "how WERE Sales LAST week",
    "Why did revenue drop in the north region in March, and what should we do about it?",
    "Forecast oolong 500 g for the next 8 weeks, with an 80 % interval.",
    "Which customers are most likely to leave?",
    "The tea arrived late and the box was crushed. I want my money back!",
    "I love this place, the staff are lovely and the matcha is the best in town.",
    "it's not bad, but I wouldn't buy it again...",
    "Café crème, naïve façade, Müller & Söhne, smörgåsbord",
    "Cafe\u0301 in decomposed form",
    "上个星期的销售额是多少？",
    "这款乌龙茶很香，但是送货太慢了。",
    "先週の売上はどうでしたか",
    "Как прошла рекламная кампания?",
    "great product 😍🔥 10/10",
    "🙂",
    "1234567890 3.14159 -42 1,000,000 2024-11-22 €19.99 50%",
    "SKU-00417/B #blackfriday @herald https://shop.example/tea?id=7&ref=mail",
    "line one\nline two\ttabbed   many   spaces",
    "antidisestablishmentarianism hyperparameterization zzyzxqwv",
    "Show spend, clicks, conversions and revenue by channel for Q3, compare them with Q2, and say which one to cut.",
    "[CLS] a message that names [SEP] and [MASK]",
    LONG,
]


def main(ids_path=None):
    model = encoder.load()
    tokenizer = model.tokenizer
    pieces = [tokenizer(text, truncation=True, max_length=encoder.MAX_TOKENS)["input_ids"] for text in SENTENCES]
    whole = len(tokenizer(LONG)["input_ids"])
    assert whole > encoder.MAX_TOKENS == len(pieces[-1]), "the long text is cut"
    # One at a time, so that no padding takes part.
    vectors = [model.encode(text) for text in SENTENCES]
    content = {
        "about": "all-MiniLM-L6-v2 by sentence-transformers, float32 on a CPU, mean over tokens, length 1, cut at %d"
        " word pieces; made by bench/peers/sentence_vectors.py" % encoder.MAX_TOKENS,
        "versions": encoder.versions(),
        "max_tokens": encoder.MAX_TOKENS,
        "sentences": [
            {"text": text, "tokens": len(ids), "vector": [round(float(value), DIGITS) for value in vector]}
            for text, ids, vector in zip(SENTENCES, pieces, vectors)
        ],
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(_lines(content), encoding="utf-8")
    if ids_path:
        rows = [{"text": text, "ids": ids} for text, ids in zip(SENTENCES, pieces)]
        Path(ids_path).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def _lines(content):
    """One sentence a line, so that a change shows where it is."""
    head = {name: value for name, value in content.items() if name != "sentences"}
    rows = [json.dumps(row, ensure_ascii=False) for row in content["sentences"]]
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "sentences": [\n' + ",\n".join(rows) + "\n]}\n"


if __name__ == "__main__":
    main(*sys.argv[1:2])
