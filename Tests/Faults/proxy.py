"""Calls a service through nginx, which keeps its connections to it, and right beside it.

    Tests/Faults/proxy.py .build/release/gradientd [--seconds 10]

Every answer has to be right, also while connections are left and bodies broken on the way.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time

import faults
import multiprocessing
from service import Service
from steady import Steady, right_answer

CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  client_max_body_size 64m;
  upstream service {{ server 127.0.0.1:{service}; keepalive 32; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://service; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host localhost;
      proxy_buffering off; proxy_request_buffering off;
    }}
  }}
}}
"""


class Behind:
    """A service as its clients see it through nginx."""

    def __init__(self, service, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        file = os.path.join(folder, "nginx.conf")
        with open(file, "w") as target:
            target.write(CONFIGURATION.format(
                folder=folder, service=service.port, port=self.port))
        self.process = subprocess.Popen(["nginx", "-p", folder, "-c", file])
        for _ in range(100):
            try:
                self.connect().close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("nginx does not start")

    def connect(self, timeout=30):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def measure(name, place, seconds, fault=None):
    steady = Steady(place, right_answer(place), connections=8)
    attacker = fault and multiprocessing.Process(
        target=faults.run, args=(fault, place.port, seconds, 1))
    if attacker:
        attacker.start()
    time.sleep(seconds)
    result = steady.stop()
    if attacker:
        attacker.join(60)
    print(f"| {name} | {len(result.milliseconds)} | {result.wrong} | {len(result.failures)} "
          f"| {result.refused} | {result.median:.2f} | {result.p99:.2f} |", flush=True)
    for failure in result.failures[:3]:
        print("FOUND", name, failure)
    return not result.wrong and not result.failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    print("| way | calls | wrong | failed | refused | median, ms | p99, ms |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with Service(options.program, "--data-dir", ":memory:") as service, \
            tempfile.TemporaryDirectory() as folder:
        behind = Behind(service, folder)
        try:
            good = [
                measure("straight", service, options.seconds),
                measure("through nginx", behind, options.seconds),
                measure("and with resets", behind, options.seconds, faults.resets),
                measure("and with broken bodies", behind, options.seconds, faults.broken_bodies),
            ]
        finally:
            behind.stop()
    sys.exit(not all(good))


main()
