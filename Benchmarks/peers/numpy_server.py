"""FastAPI, uvicorn and orjson over NumPy with its own OpenBLAS."""

import os

import serving

if __name__ == "__main__":
    options = serving.arguments()
    os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)
    serving.serve("numpy_server", options.port)
else:
    import numpy_network as network

    app = serving.application(network.forward, network.backward, network.train)
