"""The other programs, each as its manual says, on the same files. They are no dependencies of
prospect: what is not installed is left out, and said."""
import os
import shutil
import subprocess
import sys

import measure

# Recoll's filters are `env python3`, and want the system's.
ENVIRONMENT = dict(os.environ, PATH="/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL="C.UTF-8")


class Omega:
    name, wants = "omindex", "xapian-omega"

    def __init__(self, work, folder):
        self.db = os.path.join(work, "run", "omega")
        self.command = ["omindex", "--db", self.db, "--url", "/", folder]
        self.clean = lambda: shutil.rmtree(self.db, ignore_errors=True)


class Recoll:
    name, wants = "recollindex", "recollcmd"

    def __init__(self, work, folder):
        conf = os.path.join(work, "run", "recoll")
        os.makedirs(conf, exist_ok=True)
        with open(os.path.join(conf, "recoll.conf"), "w", encoding="utf-8") as out:
            out.write(f"topdirs = {folder}\nloglevel = 2\nlogfilename = {conf}/log\nskippedPaths =\n")
        self.db = os.path.join(conf, "xapiandb")
        self.command = ["recollindex", "-c", conf]
        self.clean = lambda: shutil.rmtree(self.db, ignore_errors=True)


def installed(peer):
    return shutil.which(peer.name, path=ENVIRONMENT["PATH"]) is not None


def run(peer, log):
    result = measure.run(peer.command, log, ENVIRONMENT)
    result["mb"] = measure.folder_mb(peer.db)
    return result


def fts5(builder, work, folder, log):
    """SQLite's FTS5 over texts that were extracted before; None where that cannot be."""
    pack, script = os.path.join(work, "run", "all.pack"), os.path.join(builder, "fts5.py")
    if not shutil.which("pdftotext") or not os.path.exists(script):
        return None
    names = os.path.join(work, "run", "files.txt")
    with open(names, "w", encoding="utf-8") as out:
        for at, _, files in os.walk(folder):
            out.writelines(os.path.join(at, name) + "\n" for name in files)
    with open(log, "wb") as out:
        subprocess.run([sys.executable, os.path.join(builder, "src", "mkpack.py"), names, pack],
                       stdout=out, stderr=out, check=True)
    db = os.path.join(work, "run", "fts5.db")
    result = measure.run([sys.executable, script, "build", pack, db], log)
    result["mb"] = os.path.getsize(db) / 1e6
    return result


def bare_pipeline(builder, work, folder, log):
    """Two bare poppler processes and one bare Xapian writer on the PDFs: the limit. None where it
    cannot be built."""
    source, program = (os.path.join(builder, "src", "pipeline.cpp"),
                       os.path.join(work, "run", "pipeline"))
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "poppler-glib"],
                           capture_output=True, text=True).stdout.split()
    if not os.path.exists(source) or subprocess.run(
            ["g++", "-O2", "-w", "-o", program, source, *flags, "-lxapian"]).returncode:
        return None
    names = [os.path.join(at, f) for at, _, files in os.walk(folder) for f in files]
    listing = os.path.join(work, "run", "pdfs.txt")
    with open(listing, "w", encoding="utf-8") as out:
        out.write("\n".join(names) + "\n")
    db = os.path.join(work, "run", "pipeline.db")
    return measure.run(["sh", "-c", 'exec "$1" "$2" 2 perfile < "$3"', "sh", program, db, listing],
                       log)
