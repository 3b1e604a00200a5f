"""Ways of putting a server to work, and what each measures."""

import json
import re
import statistics
import subprocess
import tempfile

from machine import cpu_seconds

POST = """
local file = io.open(%s, "rb")
wrk.method, wrk.body = "POST", file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"
"""

REPORT = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout + e.status,
    latency:percentile(50), latency:percentile(99)))
end
"""


def saturate(server, path, payload, connections, seconds):
    """As many requests as go through some connections, sent by wrk."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        body = POST % json.dumps(str(server.body_file(payload))) if payload else ""
        script.write(body + REPORT)
        script.flush()
        before = cpu_seconds(server.pid)
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script.name,
             f"http://{server.host}:{server.port}{path}"],
            capture_output=True, text=True, check=True).stdout
        cpu = cpu_seconds(server.pid) - before
    result = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", output).groups()
    requests, microseconds, bad, p50, p99 = map(int, result)
    return {
        "rate": requests / microseconds * 1e6,
        "p50": p50 / 1e3,
        "p99": p99 / 1e3,
        "cpu": cpu / max(requests, 1) * 1e3,
        "bad": bad,
    }


def one_by_one(server, path, body, count):
    """One request after the other on one connection."""
    before = cpu_seconds(server.pid)
    times = []
    for _ in range(count):
        status, seconds, size = server.ask("POST", path, body)
        if status != 200:
            raise SystemExit(f"{server.name} {path}: answered {status}")
        times.append(seconds * 1e3)
    cpu = cpu_seconds(server.pid) - before
    return {"ms": statistics.median(times), "cpu": cpu / count * 1e3, "size": size}
