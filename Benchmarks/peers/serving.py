"""What the FastAPI peers share: the routes and uvicorn's start, nothing else.

A peer has `forward(request)`, `backward(request)` and `train(request)`, each from a decoded body
to a dictionary that orjson can print, arrays included.
"""

import argparse

import orjson
import uvicorn
from fastapi import FastAPI, Request, Response


def application(forward, backward, train):
    app = FastAPI(openapi_url=None)

    @app.get("/healthz")
    async def healthz():
        return Response(b'{"status":"ok"}', media_type="application/json")

    for path, work in (("/forward", forward), ("/backward", backward), ("/train", train)):
        app.add_api_route(path, route(work), methods=["POST"])
    return app


def route(work):
    async def post(request: Request):
        try:
            answer, status = work(orjson.loads(await request.body())), 200
        except (KeyError, ValueError, TypeError) as error:
            answer, status = {"error": str(error)}, 400
        text = orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)
        return Response(text, status, media_type="application/json")

    return post


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=2, help="of the linear algebra")
    return parser.parse_args()


def serve(module, port):
    """Serves `module`.app with uvicorn's fastest options, in this process."""
    uvicorn.run(f"{module}:app", host="127.0.0.1", port=port, loop="uvloop", http="httptools",
                access_log=False, log_level="warning")
