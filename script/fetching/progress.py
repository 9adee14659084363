"""Shows how far a long step is: one redrawn line on a terminal, a line every tenth elsewhere."""

import shutil
import sys
import time

REDRAW_SECONDS = 0.1
RATE_SECONDS = 5.0
# Smaller ones get a single line where there is no terminal.
TENTHS_FROM_BYTES = 20_000_000


class Progress:
    """Counts bytes of `total`; `start` of them were there before, and do not count towards the rate."""

    def __init__(self, label, total, start=0):
        self.label, self.total, self.done = label, max(total, 1), start
        self.terminal = sys.stderr.isatty()
        self.began = self.drawn = time.monotonic()
        self.start = start
        self.marks = [(self.began, start)]
        self.tenth = 10 * start // self.total if total >= TENTHS_FROM_BYTES else 9
        self.width = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.terminal:
            if kind is None:
                self._draw("%s" % self._amount())
            if self.width:
                print(file=sys.stderr, flush=True)

    def add(self, count):
        self.done += count
        now = time.monotonic()
        if self.terminal:
            if now - self.drawn >= REDRAW_SECONDS:
                self.drawn = now
                self._draw("%3d %%  %s  %s" % (100 * self.done // self.total, self._amount(), self._rate(now)))
        elif 10 * self.done // self.total > self.tenth:
            self.tenth = 10 * self.done // self.total
            words = "  %s: %d %% of %s" % (self.label, 10 * self.tenth, _megabytes(self.total))
            print(words, file=sys.stderr, flush=True)

    def _amount(self):
        if self.done < self.total:
            return "%s of %s" % (_megabytes(self.done), _megabytes(self.total))
        took = time.monotonic() - self.began
        return "%s in %.0f s" % (_megabytes(self.total), took)

    def _rate(self, now):
        """Over the last seconds, so that a network that slows down shows."""
        self.marks.append((now, self.done))
        while len(self.marks) > 2 and now - self.marks[0][0] > RATE_SECONDS:
            self.marks.pop(0)
        (then, before) = self.marks[0]
        rate = (self.done - before) / max(now - then, 1e-6)
        if rate <= 0:
            return "waiting"
        left = (self.total - self.done) / rate
        return "%.1f MB/s  %s left" % (rate / 1e6, _duration(left))

    def _draw(self, words):
        line = "  %s  %s" % (self.label, words)
        line = line[: max(shutil.get_terminal_size().columns - 1, 20)]
        print("\r" + line.ljust(self.width), end="", file=sys.stderr, flush=True)
        self.width = len(line)


def _megabytes(count):
    return "%.0f MB" % (count / 1e6) if count >= 1e7 else "%.1f MB" % (count / 1e6)


def _duration(seconds):
    seconds = int(seconds + 0.5)
    return "%d s" % seconds if seconds < 60 else "%d min %02d s" % divmod(seconds, 60)
