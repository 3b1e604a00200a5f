"""Sends the same requests to several servers, interleaved in one run, and prints tables.

    python bench.py --server ours=http://127.0.0.1:8090 --command "…" --bodies FOLDER/ours \\
                    --variant base64=FOLDER/base64 \\
                    --server torch=http://127.0.0.1:8101 --command "…" --bodies FOLDER/peers … \\
                    --server nginx=http://127.0.0.1:8105 --command "…" --bodies FOLDER/peers --static

--command starts the --server before it and --bodies is the folder with its payloads; --variant asks
it other bodies too, one by one. A --static server answers the same whatever it is asked, and takes
part in loads alone: the limit of HTTP. The last columns compare each server with the first: a number
above 1 says that the first is better, by that factor. Every measurement also reads how many cores
were lost meanwhile to other processes and to the hypervisor; one that lost too many is tried again.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time

from answers import largest_difference, numbers
from load import one_by_one, saturate
from machine import calmest, describe, memory, reset_peak
from payloads import SHAPES
from report import Report, bars, short
from server import Server

PAYLOADS = ["healthz", "tiny", "small", "mnist", "wide", "train-tiny", "train-small", "train-mnist"]
LIGHT = ["healthz", "tiny", "small"]  # Light enough for a load from many connections.


def read_arguments():
    servers = []

    class AddServer(argparse.Action):
        def __call__(self, parser, namespace, value, option):
            if option == "--server":
                servers.append(Server(*value.split("=", 1)))
            elif option == "--variant":
                servers[-1].variants.append(servers[-1].variant(*value.split("=", 1)))
            else:
                setattr(servers[-1], option[2:], value if value else True)

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", action=AddServer, metavar="NAME=URL", required=True)
    parser.add_argument("--command", action=AddServer)
    parser.add_argument("--bodies", action=AddServer, metavar="FOLDER")
    parser.add_argument("--variant", action=AddServer, metavar="NAME=FOLDER")
    parser.add_argument("--static", action=AddServer, nargs=0)
    parser.add_argument("--floor", metavar="PROGRAM", help="measures parts of the work alone")
    parser.add_argument("--page", metavar="FILE", help="where the page with plots goes")
    parser.add_argument("--only", nargs="+", choices=PAYLOADS, default=PAYLOADS)
    parser.add_argument("--connections", nargs="+", type=int, default=[1, 32])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of load for each server and round")
    parser.add_argument("--budget", type=float, default=1.5,
                        help="seconds of single requests for each server and round")
    parser.add_argument("--quiet", type=float, default=0.15,
                        help="cores that may be lost before a try is repeated")
    return parser.parse_args(), servers


def path_of(payload):
    return "/train" if payload.startswith("train") else "/backward"


class Benchmark:
    def __init__(self, options, servers):
        self.options, self.servers, self.first = options, servers, servers[0]
        self.pids = [server.pid for server in servers]
        self.report = Report("gradientd beside others")
        self.rates, self.latencies = {}, {}

    @property
    def computing(self):
        """The servers that compute, and what else they are asked."""
        return [each for server in self.servers if not server.static
                for each in [server, *server.variants]]

    def rounds(self, servers, work):
        """Runs work(server) for each server in turn, again and again.

        Gives back the medians and the whole results by server, and the median of cores lost.
        """
        results, lost = {server.name: [] for server in servers}, []
        for _ in range(self.options.rounds):
            for server in servers:
                cores, result = calmest(self.pids, self.options.quiet, lambda: work(server))
                results[server.name].append(result)
                lost.append(cores)
        medians = {
            name: {key: statistics.median(r[key] for r in rows) for key in rows[0]}
            for name, rows in results.items()
        }
        return medians, results, statistics.median(lost)

    def start(self):
        self.report.table("Machine", ["", ""], describe(self.first.ask("GET", "/limits", keep=True)[2]))
        self.report.table("Start", ["server", "first answer after, ms", "memory then, MB"], [
            [s.name, short(s.startup * 1e3), short(memory(s.pid, "VmRSS"))] for s in self.servers])

    def warm_up(self, payload):
        for server in self.computing:
            reset_peak(server.pid)
            for _ in range(3):
                if payload == "healthz":
                    server.ask("GET", "/healthz")
                elif server.has(payload):
                    server.ask("POST", path_of(payload), server.body_file(payload).read_bytes())

    def under_load(self, payload, connections):
        body = None if payload == "healthz" else payload
        path = path_of(payload) if body else "/healthz"
        seconds = self.options.seconds
        medians, _, lost = self.rounds(
            self.servers, lambda server: saturate(server, path, body, connections, seconds))
        first = medians[self.first.name]
        self.rates[payload, connections] = {name: m["rate"] for name, m in medians.items()}
        self.report.table(
            f"{payload}: {path}, {connections} connection(s), {self.options.rounds} × {seconds} s, "
            f"{lost:.2f} cores lost",
            ["server", "requests/s", "p50 ms", "p99 ms", "CPU ms/request", "failed",
             f"{self.first.name} is × faster", "p99 ÷", "CPU ÷"],
            [[name, short(m["rate"]), short(m["p50"]), short(m["p99"]), short(m["cpu"]),
              short(m["bad"]), ratio(first["rate"], m["rate"]), ratio(m["p99"], first["p99"]),
              ratio(m["cpu"], first["cpu"])] for name, m in medians.items()])

    def alone(self, payload):
        path = path_of(payload)
        servers = [server for server in self.computing if server.has(payload)]
        bodies = {s.name: s.body_file(payload).read_bytes() for s in servers}
        answers, counts = {}, {}
        for server in servers:
            status, seconds, text = server.ask("POST", path, bodies[server.name], keep=True)
            if status != 200:
                raise SystemExit(f"{server.name} {path}: answered {status}: {text[:2000].decode()}")
            answers[server.name] = numbers(text)
            counts[server.name] = max(3, min(300, int(self.options.budget / seconds)))
        medians, results, lost = self.rounds(
            servers, lambda server: one_by_one(server, path, bodies[server.name], counts[server.name]))
        first = medians[self.first.name]
        self.latencies[payload] = {name: m["ms"] for name, m in medians.items()}
        rows = []
        for server in servers:
            name = server.name
            m = medians[name]
            difference = largest_difference(answers[self.first.name], answers[name])
            rows.append([
                name, short(m["ms"]), short(min(r["ms"] for r in results[name])), short(m["cpu"]),
                short(memory(server.pid, "VmHWM")), short(m["size"] / 1e3), f"{difference:.0e}",
                ratio(m["ms"], first["ms"]), ratio(m["cpu"], first["cpu"])])
        self.report.table(
            f"{payload}: {path}, one by one, {self.options.rounds} rounds, {lost:.2f} cores lost",
            ["server", "median ms", "best round ms", "CPU ms/request", "peak memory MB",
             "answer kB", "largest difference", f"{self.first.name} is × faster", "CPU ÷"], rows)

    def floor(self, payloads):
        """Parts of the work alone, with the kernels that we compute with."""
        name = json.loads(self.first.ask("GET", "/limits", keep=True)[2])["backend"]["name"].split()
        kernels = name[-2] if name[-1].startswith("MAX_THREADS") else name[-1]
        environment = os.environ | {"OPENBLAS_CORETYPE": kernels}
        rows, products = [], []
        for payload in payloads:
            units, m = SHAPES[payload][:2]
            output = subprocess.run(
                [self.options.floor, str(self.first.body_file(payload)), str(m), *map(str, units)],
                capture_output=True, text=True, check=True, env=environment).stdout
            *parts, products_of_all = [float(part) for part in output.split()]
            computing = self.milliseconds_of_computing(payload)
            products.append([payload, short(computing), short(products_of_all),
                             ratio(products_of_all, computing)])
            self.latencies[payload]["floor, one thread"] = sum(parts)
            rows.append([payload, *map(short, parts), short(sum(parts)),
                         ratio(self.latencies[payload][self.first.name], sum(parts))])
        self.report.table(
            "The floor of /backward on one thread",
            ["payload", "parse ms", "products ms", "print ms", "sum ms", f"{self.first.name} ÷"],
            rows)
        self.report.table(
            "Computing, beside its matrix products alone, both on all processors",
            ["payload", f"{self.first.name} computes, ms", "OpenBLAS, ms", "OpenBLAS ÷"], products)

    def milliseconds_of_computing(self, payload):
        """What the first server says that computing takes, without reading, parsing and printing."""
        body = self.first.body_file(payload).read_bytes()
        times = []
        for _ in range(11):
            self.first.ask("POST", path_of(payload), body)
            times.append(self.first.timings["compute"])
        return statistics.median(times)

    def plots(self):
        for (payload, connections), rates in self.rates.items():
            self.report.plot(f"{payload}, {connections} connection(s)",
                             bars(rates, "requests/s", best_first=True))
        for payload, latencies in self.latencies.items():
            self.report.plot(f"{payload}, one by one", bars(latencies, "ms"))


def ratio(a, b):
    return f"{a / b:.2f}" if b > 0 else "-"


def main():
    options, servers = read_arguments()
    # So that the servers are stopped too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    try:
        for server in servers:
            server.start(("POST", "/backward", server.body_file("tiny").read_bytes()))
        time.sleep(1)
        benchmark = Benchmark(options, servers)
        benchmark.start()
        for payload in options.only:
            benchmark.warm_up(payload)
            if payload in LIGHT:
                for connections in options.connections:
                    benchmark.under_load(payload, connections)
            if payload != "healthz":
                benchmark.alone(payload)
        computed = [p for p in options.only if p in SHAPES and not p.startswith("train")]
        if options.floor and computed:
            benchmark.floor(computed)
        if options.page:
            benchmark.plots()
            benchmark.report.write(options.page)
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    main()
