"""A service of its own for each measurement, and what it takes of the system."""

import json
import os
import re
import resource
import socket
import subprocess

JSON = b"Content-Type: application/json\r\n"


class Server:
    """A server that runs, with the processes that it is of."""

    def __init__(self, process, port):
        self.process, self.pid, self.port = process, process.pid, port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(60)
        finally:
            self.process.kill()

    @property
    def is_running(self):
        return self.process.poll() is None

    @property
    def pids(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/children") as file:
            return [self.pid, *file.read().split()]

    def memory(self):
        """Resident bytes."""
        def resident(pid):
            with open(f"/proc/{pid}/status") as file:
                return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) * 1024
        return sum(map(resident, self.pids))

    def descriptors(self):
        return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in self.pids)

    def connect(self, timeout=30):
        return connect(self.port, timeout)


def connect(port, timeout=30):
    connection = socket.create_connection(("127.0.0.1", port), timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class Service(Server):
    def __init__(self, program, *options, environment=(), wrapper=()):
        raise_open_files()
        process = subprocess.Popen(
            [*wrapper, program, "serve", "--port", "0", *options], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env={**os.environ, **dict(environment)})
        line = process.stdout.readline()
        assert "listening on" in line, f"the service does not start: {line!r}"
        super().__init__(process, int(line.rsplit(":", 1)[1]))


def raise_open_files():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def request(method, path, body=None, fields=b""):
    """The bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n".encode() + fields
    if body is None:
        return head + b"\r\n"
    return head + JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body


def network(units, examples, **members):
    """A request about a network of so many units in each layer, the first the inputs."""
    layers = [{"units": n, "activation": "tanh"} for n in units[1:]]
    return json.dumps({
        "network": {"layers": layers, "seed": 1},
        "batch": {"X": [[(i + j) % 7 / 7 for j in range(examples)] for i in range(units[0])],
                  "Y": [[(i * j) % 2 for j in range(examples)] for i in range(units[-1])]},
        "loss": "mean_squared_error", **members}).encode()


class Reader:
    """Reads answers from a connection, one after the other."""

    def __init__(self, connection):
        self.connection = connection
        self.bytes = b""

    def answer(self):
        """Status, fields and content of the next."""
        while b"\r\n\r\n" not in self.bytes:
            self.more()
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines[1:])
        fields = {name.lower(): value for name, value in pairs}
        if fields.get("transfer-encoding") == "chunked":
            return int(lines[0].split()[1]), fields, self.chunks()
        length = int(fields.get("content-length", 0))
        while len(self.bytes) < length:
            self.more()
        content, self.bytes = self.bytes[:length], self.bytes[length:]
        return int(lines[0].split()[1]), fields, content

    def chunks(self):
        content = b""
        while True:
            while b"\r\n" not in self.bytes:
                self.more()
            size, self.bytes = self.bytes.split(b"\r\n", 1)
            count = int(size, 16)
            while len(self.bytes) < count + 2:
                self.more()
            content += self.bytes[:count]
            self.bytes = self.bytes[count + 2:]
            if count == 0:
                return content

    def more(self):
        new = self.connection.recv(1 << 20)
        if not new:
            raise ConnectionError("the service has closed the connection")
        self.bytes += new
