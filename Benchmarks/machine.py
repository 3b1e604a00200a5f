"""What the kernel knows: the CPU time and memory of processes, and what else the machine did."""

import importlib.metadata
import json
import os
import platform
import re
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")


def read_stat(pid):
    """The fields of /proc/PID/stat after the command's name, which may hold anything."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()


def family(pid):
    """A process and all its descendants."""
    children = {}
    for other in filter(str.isdigit, os.listdir("/proc")):
        try:
            children.setdefault(int(read_stat(other)[1]), []).append(int(other))
        except OSError:
            continue
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def cpu_seconds(pid):
    """User and system time of a family, and of the children that it has waited for."""
    total = 0
    for member in family(pid):
        try:
            total += sum(map(int, read_stat(member)[11:15]))
        except OSError:
            pass
    return total / TICK


def memory(pid, field):
    """VmRSS or VmHWM of a family, in MB."""
    total = 0
    for member in family(pid):
        try:
            with open(f"/proc/{member}/status") as file:
                total += int(re.search(field + r":\s+(\d+)", file.read()).group(1))
        except (OSError, AttributeError):
            pass
    return total / 1024


def describe(limits):
    """The machine and the versions, in rows; `limits` is our answer to GET /limits."""
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    with open("/proc/meminfo") as file:
        kilobytes = int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1))
    rows = [
        ["processor", f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores"],
        ["memory", f"{kilobytes / 1e6:.1f} GB"],
        ["system", f"{platform.system()} {platform.release()}"],
        ["products of ours", json.loads(limits)["backend"]["name"]],
        ["Python", platform.python_version()],
    ]
    for package in ("torch", "numpy", "jax", "flask", "fastapi", "uvicorn", "orjson"):
        try:
            rows.append([package, importlib.metadata.version(package)])
        except importlib.metadata.PackageNotFoundError:
            pass
    rows.append(["nginx", subprocess.run(
        ["nginx", "-v"], capture_output=True, text=True).stderr.strip().rpartition("/")[2]])
    return rows


def reset_peak(pid):
    """Starts VmHWM anew, where that is allowed."""
    for member in family(pid):
        try:
            with open(f"/proc/{member}/clear_refs", "w") as file:
                file.write("5")
        except OSError:
            pass


class Watch:
    """Measures the cores lost in a block: to processes other than ours, and to the hypervisor."""

    def __init__(self, pids):
        self.pids = pids

    def read(self):
        with open("/proc/stat") as file:
            user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
        # A process's own system time holds the interrupts that it ran under, so they count.
        used = (user + nice + system + irq + softirq) / TICK
        own = os.times()
        mine = own.user + own.system + own.children_user + own.children_system
        mine += sum(map(cpu_seconds, self.pids))
        return time.perf_counter(), used, steal / TICK, mine

    def __enter__(self):
        self.start = self.read()
        return self

    def __exit__(self, *_):
        seconds, used, stolen, mine = (b - a for a, b in zip(self.start, self.read()))
        self.lost = (max(0.0, used - mine) + stolen) / seconds


def calmest(pids, limit, work):
    """Runs work up to three times, until fewer cores than `limit` are lost.

    Gives back the cores lost and the result, of the calmest run.
    """
    best = None
    for _ in range(3):
        with Watch(pids) as watch:
            result = work()
        if best is None or watch.lost < best[0]:
            best = (watch.lost, result)
        if watch.lost <= limit:
            break
        time.sleep(2)
    return best
