"""The files of the benchmark: real documents, by the corpus builder beside the checkout.

No plugin reads office files yet: they are left out, for the peers as well. Ten of the rest are kept
back, to be dropped into the folder later.
"""
import hashlib
import os
import shutil
import subprocess

KEPT_BACK = {"pdf": 4, "html": 4, "txt": 2}
LARGEST_KEPT_BACK = 1 << 20


def build(builder, work):
    """Makes WORK/corpus if it is not there; False where there is no builder either."""
    if not os.path.isdir(os.path.join(work, "corpus")):
        script = os.path.join(builder, "make_corpus.sh")
        if not os.path.exists(script):
            return False
        subprocess.run(["bash", script, os.path.abspath(work)], check=True)
    return True


def files_below(folder):
    found = []
    for path, _, names in os.walk(folder):
        found += [os.path.relpath(os.path.join(path, name), folder) for name in names]
    return sorted(found)


def kind(path):
    return path.split(os.sep)[0]


def choose(files, source):
    """The ten: the first of each kind by the digest of their names."""
    chosen = []
    for name, count in KEPT_BACK.items():
        of_kind = [f for f in files if kind(f) == name and
                   os.path.getsize(os.path.join(source, f)) < LARGEST_KEPT_BACK]
        of_kind.sort(key=lambda f: hashlib.sha1(os.fsencode(f)).digest())
        chosen += of_kind[:count]
    return chosen


def place(source, files, target):
    """FILES of SOURCE below TARGET, as links where that can be."""
    for name in files:
        to = os.path.join(target, name)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        try:
            os.link(os.path.join(source, name), to)
        except OSError:
            shutil.copyfile(os.path.join(source, name), to)


class Corpus:
    """all: what is indexed; pdf: its PDFs alone; new: paths of the ten."""

    def __init__(self, work):
        source = os.path.join(work, "corpus")
        files = [f for f in files_below(source) if kind(f) in KEPT_BACK]
        back = choose(files, source)
        self.new = [os.path.join(source, f) for f in back]
        self.all = os.path.join(work, "run", "all")
        self.pdf = os.path.join(self.all, "pdf")
        self.files = len(files) - len(back)
        shutil.rmtree(os.path.join(work, "run"), ignore_errors=True)
        place(source, sorted(set(files) - set(back)), self.all)

    def warm(self):
        """Reads all files once, so that the first to be measured does not pay for the disk."""
        for path in files_below(self.all):
            with open(os.path.join(self.all, path), "rb") as file:
                while file.read(1 << 20):
                    pass
