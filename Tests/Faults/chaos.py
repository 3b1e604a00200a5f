"""Does to a service what clients and systems do at their worst, and measures meanwhile a client that
does nothing wrong.

    Tests/Faults/chaos.py .build/release/gradientd [--seconds 15] [--only slow_heads]

In the place of the program, `nginx` or `uvicorn` does the same to these, for comparison.

What must hold: no answer is wrong, no call fails, no status is 5xx but 503 and 507; afterwards the
service has no more descriptors and hardly more memory than before. Times are printed, beside those
of the calm before, for a person to judge. Clock steps need libfaketime, a full disk a tmpfs (root).
"""

import argparse
import glob
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

import faults
import peers
from service import Service
from steady import Steady, right_answer

ROOM = ("--max-connections", "8192")
PLAIN = [faults.slow_heads, faults.slow_bodies, faults.slow_readers, faults.idle_connections,
         faults.connect_flood, faults.resets, faults.broken_bodies]
# What needs a service of its own, set up for it.
OTHERS = ("few_descriptors", "full_disk", "clock_steps")


class Chaos:
    def __init__(self, program, seconds, seed):
        self.program, self.seconds, self.seed = program, seconds, seed
        self.findings = []
        print("| fault | calls | wrong | failed | refused | median, ms | p99, ms | p99 ÷ calm's "
              "| most memory, MB |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")

    def measure(self, service, name, fault=None, calm=None, may_fail=False):
        steady = Steady(service, right_answer(service))
        most = 0
        context = multiprocessing.get_context("fork")
        attacker = context.Process(
            target=faults.run, args=(fault, service.port, self.seconds, self.seed)
        ) if fault else None
        if attacker:
            attacker.start()
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            time.sleep(0.25)
            most = max(most, service.memory())
        result = steady.stop()
        if attacker:
            attacker.join(60)
            if attacker.exitcode != 0:
                self.findings.append(f"{name}: the fault itself went wrong")
        ratio = f"{result.p99 / calm.p99:.1f}" if calm else ""
        print(f"| {name} | {len(result.milliseconds)} | {result.wrong} | {len(result.failures)} "
              f"| {result.refused} | {result.median:.2f} | {result.p99:.2f} | {ratio} "
              f"| {most / 1e6:.0f} |", flush=True)
        if result.wrong or not service.is_running:
            self.findings.append(f"{name}: wrong answers, or the service has ended")
        if result.failures and not may_fail:
            self.findings.append(f"{name}: {len(result.failures)} failed: {result.failures[0]}")
        if not result.milliseconds:
            self.findings.append(f"{name}: no call was answered")
        return result

    def server(self):
        if self.program in peers.NAMES:
            return peers.Peer(self.program)
        return Service(self.program, "--data-dir", ":memory:", *ROOM)

    def plain(self, only):
        with self.server() as service:
            calm = self.measure(service, "calm")
            time.sleep(7)
            before = service.memory(), service.descriptors()
            for fault in PLAIN:
                if only in (None, fault.__name__):
                    self.measure(service, fault.__name__, fault, calm)
            time.sleep(5)
            self.measure(service, "calm again", calm=calm)
            time.sleep(2)
            after = service.memory(), service.descriptors()
            # What is taken once, for so many connections as there never were before, is no growth.
            self.repeat(service, only)
            again = service.memory(), service.descriptors()
            print(f"\nmemory {before[0] / 1e6:.1f} → {after[0] / 1e6:.1f} MB, after all of it once "
                  f"more {again[0] / 1e6:.1f} MB; descriptors {before[1]} → {after[1]} → {again[1]}\n",
                  flush=True)
            if again[0] > 1.1 * after[0]:
                self.findings.append("memory grows")
            if after[1] > before[1] + 2:
                self.findings.append("descriptors leak")
            if after[0] > 1.1 * before[0] + 8e6:
                self.findings.append("memory is not given back")

    def repeat(self, service, only):
        """All plain faults once more, without a client that is measured."""
        for fault in PLAIN:
            if only in (None, fault.__name__):
                faults.run(fault, service.port, self.seconds / 3, self.seed + 1)
        time.sleep(7)

    def few_descriptors(self):
        with Service(self.program, "--data-dir", ":memory:", *ROOM) as service:
            # A new connection may have to wait until there is a descriptor again.
            self.measure(service, "few_descriptors", faults.few_descriptors(service))

    def full_disk(self):
        with tempfile.TemporaryDirectory() as folder:
            if subprocess.run(
                    ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder],
                    stderr=subprocess.DEVNULL).returncode != 0:
                print("a full disk is left out: no tmpfs can be mounted here")
                return
            try:
                with Service(self.program, "--data-dir", folder) as service:
                    self.measure(service, "full_disk", faults.runs)
            finally:
                subprocess.run(["umount", folder], check=True)

    def clock_steps(self):
        libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not libraries:
            print("clock steps are left out: libfaketime is not installed")
            return
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "time")
            with open(file, "w") as target:
                target.write("+0d\n")
            # The C library's malloc: jemalloc and libfaketime wait for each other as they begin.
            preloaded = " ".join([libraries[0], *glob.glob("/lib/*/libc.so.6")])
            environment = {
                "LD_PRELOAD": preloaded, "FAKETIME_TIMESTAMP_FILE": file,
                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            with Service(self.program, "--data-dir", folder, environment=environment, wrapper=["env"]) as service:
                calm = self.measure(service, "calm, clock of libfaketime")
                self.measure(service, "clock_steps", faults.clock_steps(file), calm)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=15, help="of each fault")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only")
    options = parser.parse_args()
    print(f"seed {options.seed}, load {os.getloadavg()[0]:.1f}\n")
    chaos = Chaos(options.program, options.seconds, options.seed)
    if options.only in (None, *(fault.__name__ for fault in PLAIN)):
        chaos.plain(options.only)
    for name in () if options.program in peers.NAMES else OTHERS:
        if options.only in (None, name):
            getattr(chaos, name)()
    for finding in chaos.findings:
        print("FOUND", finding)
    sys.exit(bool(chaos.findings))


main()
