"""Servers that do nothing but answer, to be treated like the service: nginx, and uvicorn with an
application of a few lines. Each answers a small call with a few bytes and a large one with many."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time

from service import Server, raise_open_files

# As short and as long as the answers of the service to the calls of the faults.
SMALL, LARGE = json.dumps({"answer": "x" * 1000}), json.dumps({"answer": "x" * 5_000_000})
LONG_CALL = 100_000

NGINX = """
daemon off; worker_processes auto; pid {folder}/pid; error_log {folder}/error.log;
worker_rlimit_nofile 20000; events {{ worker_connections 9000; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  client_max_body_size 64m; default_type application/json; root {folder};
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    error_page 405 =200 $uri;
    location = /small {{ internal; return 200 '{small}'; }}
    location = /large {{ internal; }}
    location / {{
      if ($content_length ~ "^[0-9]{{6,}}$") {{ rewrite ^ /large last; }}
      rewrite ^ /small last;
    }}
  }}
}}
"""

APPLICATION = """
from peers import LARGE, LONG_CALL, SMALL

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    body = (LARGE if size >= LONG_CALL else SMALL).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [
        (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
"""


class Peer(Server):
    def __init__(self, name):
        raise_open_files()
        self.folder = tempfile.TemporaryDirectory()
        os.chmod(self.folder.name, 0o755)  # The processes of nginx are of another user.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = getattr(self, name)(self.folder.name, port)
        super().__init__(subprocess.Popen(
            command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": f"{os.path.dirname(__file__)}:{self.folder.name}"}),
            port)
        for _ in range(200):
            try:
                return self.connect().close()
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"{name} does not start")

    def __exit__(self, *exception):
        super().__exit__(*exception)
        self.folder.cleanup()

    def nginx(self, folder, port):
        with open(os.path.join(folder, "large"), "w") as file:
            file.write(LARGE)
        configuration = os.path.join(folder, "nginx.conf")
        with open(configuration, "w") as file:
            file.write(NGINX.format(folder=folder, port=port, small=SMALL))
        return ["nginx", "-p", folder, "-c", configuration]

    def uvicorn(self, folder, port):
        with open(os.path.join(folder, "application.py"), "w") as file:
            file.write(APPLICATION)
        return [sys.executable, "-m", "uvicorn", "application:app", "--port", str(port),
                "--no-access-log", "--backlog", "4096"]


NAMES = ("nginx", "uvicorn")
