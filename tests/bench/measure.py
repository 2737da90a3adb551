"""What a process and those it started use, and what others on the machine used meanwhile."""
import os
import resource
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def processors():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} x {models[0] if models else 'unknown processor'}"


def machine_busy():
    """Seconds that all processors together have worked since the start."""
    with open("/proc/stat", encoding="utf-8") as lines:
        user, nice, system, _, _, irq, soft = map(int, lines.readline().split()[1:8])
    return (user + nice + system + irq + soft) / TICKS


def family(pid):
    """PID and all below it."""
    found, rest = [], [pid]
    while rest:
        one = rest.pop()
        found.append(one)
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children", encoding="utf-8") as children:
                    rest += map(int, children.read().split())
        except OSError:
            pass
    return found


def cpu_seconds(pid):
    """Of PID, its children, and those of these that have ended."""
    total = 0
    for one in family(pid):
        try:
            with open(f"/proc/{one}/stat", encoding="utf-8", errors="replace") as line:
                fields = line.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def kilobytes(path, key):
    try:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(key + ":"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def resident(pid):
    return kilobytes(f"/proc/{pid}/status", "VmRSS") / 1024


def resident_family(pid):
    """MiB of the whole family; what is shared counts once."""
    return sum(kilobytes(f"/proc/{one}/smaps_rollup", "Pss") for one in family(pid)) / 1024


class Watch:
    """Wall time, and the share of one processor that others used meanwhile."""

    def __init__(self):
        self.began, self.busy = time.monotonic(), machine_busy()

    def stop(self, own_cpu):
        self.wall = time.monotonic() - self.began
        self.others = max(0, machine_busy() - self.busy - own_cpu) / self.wall
        return self


def run(command, log, environment=None):
    """Runs COMMAND: a dictionary of wall, cpu (seconds), memory (MiB, the largest process), others."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    watch, peak = Watch(), 0
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        while process.poll() is None:
            peak = max(peak, resident_family(process.pid))
            time.sleep(0.1 if time.monotonic() - watch.began > 1 else 0.005)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    watch.stop(cpu)
    return {"wall": watch.wall, "cpu": cpu, "memory": peak, "others": watch.others,
            "status": process.returncode}


def folder_mb(path):
    total = 0
    for at, _, names in os.walk(path):
        for name in names:
            try:
                total += os.path.getsize(os.path.join(at, name))
            except OSError:  # it was removed meanwhile
                pass
    return total / 1e6
