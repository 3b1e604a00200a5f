"""Flask's own server and the standard library's JSON over the same NumPy."""

import argparse
import json
import logging
import os

import numpy as np
from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler

app = Flask(__name__)


def plain(value):
    return value.tolist() if isinstance(value, np.ndarray) else value


def view(work):
    def post():
        try:
            answer, status = work(json.loads(request.get_data())), 200
        except (KeyError, ValueError, TypeError) as error:
            answer, status = {"error": str(error)}, 400
        text = json.dumps(answer, default=plain, separators=(",", ":"))
        return Response(text, status, mimetype="application/json")

    return post


@app.get("/healthz")
def healthz():
    return Response('{"status":"ok"}', mimetype="application/json")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=2, help="of the linear algebra")
    options = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)
    import numpy_network as network

    for name in ("forward", "backward", "train"):
        app.add_url_rule(f"/{name}", name, view(getattr(network, name)), methods=["POST"])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    WSGIRequestHandler.protocol_version = "HTTP/1.1"  # Connections are kept.
    app.run("127.0.0.1", options.port, threaded=True)
