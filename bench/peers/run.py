"""Lists the comparisons, or runs one. Called by script/bench."""

import importlib
import sys

# Name → what it measures. Each is a module beside this one with a `main(arguments)`.
COMPARISONS = {
    "embedding": "sentences per second of the encoder, beside sentence-transformers on the same weights",
    "sentiment": "texts per second with their sentiment, beside Hugging Face's pipeline on a model of the same size",
    "topics": "clustering, coherence and seconds of topics, beside BERTopic on the same weights",
}


def main(arguments):
    if not arguments:
        print("comparisons:")
        for name, measures in COMPARISONS.items():
            print("  %-12s %s" % (name, measures))
        return 0
    name, *options = arguments
    if name not in COMPARISONS:
        print("bench: no comparison is called %s; there are: %s" % (name, ", ".join(COMPARISONS)), file=sys.stderr)
        return 2
    sys.dont_write_bytecode = True
    return importlib.import_module(name).main(options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
