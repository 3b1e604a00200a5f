"""The client that does nothing wrong, while others do: its answers have to be right, and soon."""

import multiprocessing
import statistics
import threading
import time

from service import Reader, network, request

CALL = request("POST", "/backward", network([2, 4, 1], 5))


class Steady:
    """Calls from a process of its own, so that the faults take none of its time but the machine's."""

    def __init__(self, service, expected, connections=2):
        context = multiprocessing.get_context("fork")
        self.results = context.Queue()
        self.ends = context.Event()
        self.process = context.Process(
            target=run, args=(service, expected, connections, self.ends, self.results))
        self.process.start()

    def stop(self):
        self.ends.set()
        result = self.results.get(timeout=120)
        self.process.join()
        return Result(**result)


class Result:
    def __init__(self, milliseconds, refused, failures, wrong):
        self.milliseconds = sorted(milliseconds)
        self.refused, self.failures, self.wrong = refused, failures, wrong

    @property
    def median(self):
        return statistics.median(self.milliseconds) if self.milliseconds else float("nan")

    @property
    def p99(self):
        each = self.milliseconds
        return each[int(0.99 * len(each))] if each else float("nan")


def right_answer(service):
    connection = service.connect()
    connection.sendall(CALL)
    status, _, content = Reader(connection).answer()
    assert status == 200, content
    connection.close()
    return content


def run(service, expected, connections, ends, results):
    found = {"milliseconds": [], "refused": 0, "failures": [], "wrong": 0}
    threads = [threading.Thread(target=call, args=(service, expected, ends, found))
               for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(found)


def call(service, expected, ends, found):
    """Calls on one connection, and every 20th time on a new one, as clients do."""
    connection = None
    count = 0
    while not ends.is_set():
        start = time.perf_counter()
        try:
            if connection is None or count % 20 == 0:
                if connection is not None:
                    connection.close()
                connection = service.connect()
                reader = Reader(connection)
            connection.sendall(CALL)
            status, _, content = reader.answer()
            if status == 200:
                found["wrong"] += content != expected
                found["milliseconds"].append(1e3 * (time.perf_counter() - start))
            elif status == 503:
                found["refused"] += 1
            else:
                found["failures"].append(f"status {status}")
        except OSError as error:
            found["failures"].append(repr(error))
            connection = None
        count += 1
        time.sleep(0.005)
