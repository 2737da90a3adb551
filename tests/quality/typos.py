#!/usr/bin/env python3
"""What corrections cost queries without errors, and bring queries with one, over HTTP.

usage: typos.py BUILD DATA [COLLECTION...]

BUILD and DATA as for quality.py. Of each collection up to 300 queries that chance gave once, as they
are and with a typing error in one of their words: a letter left out, put in, put in another's place,
or two swapped; in longer words also with two errors. The word is one of the collection, of four
letters or more (of eight for two errors), and none of its sixty most frequent.

Shown for each: nDCG@10 with expand=0 (nothing is corrected) and expand=1 (the default), how many
queries without an error get a correction, how many errors are put right, in the query and where the
word stands alone.
"""
import collections
import concurrent.futures
import os
import random
import re
import shutil
import sys
import unicodedata
import urllib.parse

import quality

QUERIES = 300
FREQUENT = 60
WORD = re.compile(r"[^\W_]+")


def fold(text):
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def vocabulary(collection):
    counts = collections.Counter()
    for name in os.listdir(collection.docs):
        text = quality.page_text(os.path.join(collection.docs, name))
        counts.update(WORD.findall(fold(text)))
    for word, _ in counts.most_common(FREQUENT):
        del counts[word]
    return counts


def mistype(word, errors, chance):
    for _ in range(errors):
        at = chance.randrange(len(word))
        letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
        word = chance.choice([word[:at] + word[at + 1:],
                              word[:at] + letter + word[at:],
                              word[:at] + letter + word[at + 1:],
                              word[:at] + word[at + 1:at + 2] + word[at:at + 1] + word[at + 2:]])
    return word


def with_errors(query, errors, words, chance):
    """(the query, the word that was meant, the one typed in its place), or None."""
    least = 8 if errors == 2 else 4
    fit = [m for m in WORD.finditer(query)
           if len(m.group()) >= least and m.group().isalpha() and fold(m.group()) in words]
    for _ in range(9 if fit else 0):
        m = chance.choice(fit)
        meant = fold(m.group())
        typed = mistype(meant, errors, chance)
        if typed != meant and typed not in words:
            return query[:m.start()] + typed + query[m.end():], meant, typed
    return None


class Measurement:
    """One collection on a running DAEMON (see quality.Daemon)."""

    def __init__(self, daemon, collection):
        self.daemon, self.collection = daemon, collection
        self.chance = random.Random(11)
        keys = sorted(k for k, g in collection.judged.items()
                      if any(x > 0 for x in g.values()) and k in collection.queries)
        self.keys = self.chance.sample(keys, min(QUERIES, len(keys)))
        self.words = vocabulary(collection)

    def ask(self, text, expand):
        return self.daemon.get("/search?size=10&highlight=none&expand=%d&q=%s" %
                               (expand, urllib.parse.quote(text)))

    def gain(self, key, answer):
        ranked = [quality.stem_of(hit["path"]) for hit in answer["hits"]]
        return quality.measure_one(ranked, self.collection.judged[key])[0]

    def compare(self, rows):
        """ROWS of (key, query, meant, typed): nDCG without and with corrections, how many got one,
        and how many the right one."""
        def one(row):
            key, text, meant, _ = row
            off, on = self.ask(text, 0), self.ask(text, 1)
            said = on["did_you_mean"]
            right = bool(said and meant and meant in WORD.findall(fold(said)))
            return self.gain(key, off), self.gain(key, on), said is not None, right

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(one, rows))
        return [sum(column) / max(1, len(answers)) for column in zip(*answers)], answers

    def clean(self):
        return [(k, self.collection.queries[k], None, None) for k in self.keys]

    def mistyped(self, errors):
        rows = []
        for key in self.keys:
            made = with_errors(self.collection.queries[key], errors, self.words, self.chance)
            if made:
                rows.append((key,) + made)
        return rows

    @staticmethod
    def alone(rows):
        return [(key, typed, meant, typed) for key, _, meant, typed in rows]


def report(name, measurement):
    cells = [name]
    (off, on, said, _), _ = measurement.compare(measurement.clean())
    cells += ["%.4f" % off, "%.4f" % on, "%.1f %%" % (100 * said)]
    for errors in (1, 2):
        rows = measurement.mistyped(errors)
        (off, on, _, right), _ = measurement.compare(rows)
        (_, _, _, alone), _ = measurement.compare(measurement.alone(rows))
        cells += ["%.4f" % off, "%.4f" % on, "%.0f %%" % (100 * right), "%.0f %%" % (100 * alone)]
    print("| " + " | ".join(cells) + " |", flush=True)


def main(build, data, *names):
    if not os.path.exists(os.path.join(data, quality.ARCHIVE)):
        print("typos: skipped, there are no collections in %s" % data)
        return
    base = quality.unpack(build, data)
    state = os.path.join(build, "tests", "quality-state")
    print("| | as typed, off | on | corrected | one error, off | on | right | right alone "
          "| two errors, off | on | right | right alone |\n" + "| --- " * 12 + "|")
    for name in sorted(os.listdir(base)):
        if names and name not in names:
            continue
        collection = quality.Collection.load(os.path.join(base, name))
        with quality.Daemon(build, collection.docs, state) as daemon:
            report(name, Measurement(daemon, collection))
    shutil.rmtree(state, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
