"""A server under measurement: started, asked, stopped."""

import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

from machine import family


class Server:
    def __init__(self, name, url):
        parts = urlsplit(url)
        self.name, self.host, self.port = name, parts.hostname, parts.port or 80
        self.command = self.bodies = self.process = self.startup = self.socket = None
        self.own_pid = None
        self.static, self.variants, self.origin = False, [], self

    def variant(self, name, bodies):
        """This server, asked other bodies."""
        other = Server(f"{self.name}, {name}", f"http://{self.host}:{self.port}")
        other.bodies, other.origin = bodies, self
        return other

    @property
    def pid(self):
        return self.origin.own_pid

    def has(self, payload):
        return self.body_file(payload).exists()

    def body_file(self, payload):
        return pathlib.Path(self.bodies, payload + ".json").resolve()

    def start(self, probe):
        """Starts it, and waits until it answers the request `probe` well."""
        with socket.socket() as attempt:
            if attempt.connect_ex((self.host, self.port)) == 0:
                raise SystemExit(f"{self.name}: port {self.port} is in use")
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            shlex.split(self.command), stdout=subprocess.DEVNULL, stderr=sys.stderr,
            start_new_session=True)
        self.own_pid = self.process.pid
        while True:
            try:
                status, _, answer = self.ask(*probe, keep=True)
                break
            except OSError:
                self.socket = None
                if self.process.poll() is not None or time.perf_counter() - begin > 120:
                    raise SystemExit(f"{self.name}: did not start")
                time.sleep(0.002)
        if status != 200:
            raise SystemExit(f"{self.name}: answered {status}: {answer[:2000].decode()}")
        self.startup = time.perf_counter() - begin

    def stop(self):
        if self.process is None:
            return
        for pid in reversed(family(self.pid)):
            try:
                os.kill(pid, signal.SIGTERM)
            except OSError:
                pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def ask(self, method, path, body=b"", keep=False):
        """Sends a request and gives back the status, the seconds, and the body or its size.

        The connection is kept. If the server had closed it meanwhile, a new one is made.
        """
        was_open = self.socket is not None
        try:
            return self.ask_once(method, path, body, keep)
        except ConnectionError:
            self.socket = None
            if not was_open:
                raise
            return self.ask_once(method, path, body, keep)

    def ask_once(self, method, path, body, keep):
        # Bytes on a socket, so that a client library is not measured too.
        if self.socket is None:
            self.socket = socket.create_connection((self.host, self.port), timeout=120)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = (f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode()
        begin = time.perf_counter()
        if len(body) < 1 << 16:
            self.socket.sendall(head + body)
        else:
            self.socket.sendall(head)
            self.socket.sendall(body)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.receive(1 << 16)
        head, _, rest = received.partition(b"\r\n\r\n")
        self.timings = {
            phase.decode(): float(time)
            for phase, time in re.findall(rb"(\w+);dur=([\d.]+)", head)}
        length = re.search(rb"(?i)\r\ncontent-length:\s*(\d+)", head)
        if length is None:
            raise SystemExit(f"{self.name}: answered without a length")
        answer = self.receive_body(rest, int(length.group(1)), keep)
        seconds = time.perf_counter() - begin
        if re.search(rb"(?i)\r\nconnection:\s*close", head):
            self.socket.close()
            self.socket = None
        return int(head.split()[1]), seconds, answer

    def receive_body(self, start, length, keep):
        count, pieces, room = len(start), [start], memoryview(bytearray(1 << 20))
        while count < length:
            size = self.socket.recv_into(room)
            if size == 0:
                raise ConnectionError("closed")
            count += size
            if keep:
                pieces.append(bytes(room[:size]))
        return b"".join(pieces) if keep else count

    def receive(self, most):
        piece = self.socket.recv(most)
        if not piece:
            raise ConnectionError("closed")
        return piece
