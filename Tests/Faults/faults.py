"""What clients do to a service that they should not. Each fault goes on until it is told to end."""

import asyncio
import os
import random
import socket
import struct

from service import JSON, network, request

LARGE = request("POST", "/backward", network([200, 200, 100], 200))
RESET = struct.pack("ii", 1, 0)


async def opened(port):
    return await asyncio.open_connection("127.0.0.1", port)


async def closing(writer, resets=False):
    try:
        if resets:
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.close()
        await writer.wait_closed()
    except OSError:
        pass


async def many(count, client, ends):
    """So many clients at a time, each followed by another, until the end."""
    async def one(index):
        while not ends.is_set():
            try:
                await client(index)
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.05)

    await asyncio.gather(*(one(index) for index in range(count)))


async def dripping(port, ends, text, pause):
    reader, writer = await opened(port)
    try:
        for byte in text:
            if ends.is_set() or reader.at_eof():
                return
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(pause)
    finally:
        await closing(writer)


async def slow_heads(port, ends, seed):
    text = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"a" * 4000
    await many(500, lambda _: dripping(port, ends, text, 0.5), ends)


async def slow_bodies(port, ends, seed):
    text = b"POST /backward HTTP/1.1\r\nHost: localhost\r\n" + JSON
    text += b"Content-Length: 1000000\r\n\r\n"

    async def client(_):
        reader, writer = await opened(port)
        try:
            writer.write(text)
            while not ends.is_set() and not reader.at_eof():
                writer.write(b"[")
                await writer.drain()
                await asyncio.sleep(0.5)
        finally:
            await closing(writer)

    await many(300, client, ends)


async def slow_readers(port, ends, seed):
    """A large answer is asked for, of which a little is read now and then."""
    async def client(_):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_connect(connection, ("127.0.0.1", port))
            await loop.sock_sendall(connection, LARGE)
            while not ends.is_set():
                if not await loop.sock_recv(connection, 512):
                    return
                await asyncio.sleep(0.5)
        finally:
            connection.close()

    await many(50, client, ends)


async def idle_connections(port, ends, seed):
    """5 000 connections that say nothing."""
    async def client(_):
        reader, writer = await opened(port)
        try:
            while not ends.is_set() and not reader.at_eof():
                await asyncio.sleep(0.5)
        finally:
            await closing(writer)

    await many(5000, client, ends)


async def connect_flood(port, ends, seed):
    async def client(_):
        _, writer = await opened(port)
        await closing(writer, resets=True)
        await asyncio.sleep(0.01)

    await many(20, client, ends)


async def resets(port, ends, seed):
    """A connection is reset after any byte of a request, or of its answer."""
    rng = random.Random(seed)
    pipelined = (request("GET", "/healthz") + request("POST", "/backward", network([2, 4, 1], 5))
                 + request("POST", "/train", network(
                     [2, 4, 1], 5, training={"optimizer": "sgd", "epochs": 200}),
                     b"Accept: application/x-ndjson\r\n"))

    async def client(_):
        reader, writer = await opened(port)
        try:
            writer.write(pipelined[:rng.randrange(len(pipelined) + 1)])
            await writer.drain()
            if rng.random() < 0.5:
                await asyncio.wait_for(reader.read(rng.randrange(1, 4000)), 0.2)
            await asyncio.sleep(rng.random() / 50)
        except TimeoutError:
            pass
        finally:
            await closing(writer, resets=True)

    await many(30, client, ends)


async def broken_bodies(port, ends, seed):
    """Bodies that are cut short, too large, or not what they are said to be."""
    rng = random.Random(seed)
    body = network([2, 4, 1], 5)
    head = b"POST /backward HTTP/1.1\r\nHost: localhost\r\n" + JSON
    texts = [
        head + b"Content-Length: 100000\r\n\r\n" + body,
        head + b"Content-Length: 99999999999999999999\r\n\r\n",
        head + b"Content-Length: 500000000\r\n\r\n" + b" " * 200_000,
        head + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
        head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body,
        request("POST", "/backward", b"[" * 100_000),
        request("POST", "/backward", body[:-20]),
        os.urandom(400),
    ]

    async def client(_):
        reader, writer = await opened(port)
        try:
            writer.write(rng.choice(texts))
            await writer.drain()
            if rng.random() < 0.5:
                writer.write_eof()
            await asyncio.wait_for(reader.read(), 0.5)
        except TimeoutError:
            pass
        finally:
            await closing(writer, resets=rng.random() < 0.3)

    await many(20, client, ends)


async def runs(port, ends, seed):
    """Detached trainings, more than there is room for on the disk."""
    call = request(
        "POST", "/train",
        network([50, 100, 10], 50, training={"optimizer": "adam", "epochs": 300}),
        b"Prefer: respond-async\r\n")

    async def client(_):
        reader, writer = await opened(port)
        try:
            writer.write(call)
            await writer.drain()
            status = int((await asyncio.wait_for(reader.readline(), 30)).split()[1])
            assert status in (202, 503, 507), status
            await asyncio.sleep(0.1)
        finally:
            await closing(writer)

    await many(4, client, ends)


def clock_steps(file):
    """The clock of day goes forth and back by days, in the file that the service's time is of."""
    async def step(port, ends, seed):
        rng = random.Random(seed)
        while not ends.is_set():
            # Whole or not at all: half a time ends the library, and the service with it.
            with open(file + ".new", "w") as target:
                target.write(f"{rng.choice([-1, 1]) * rng.randrange(1, 400):+d}d\n")
            os.replace(file + ".new", file)
            await asyncio.sleep(0.3)

    return step


def few_descriptors(service):
    """Nothing can be opened any more, for half of the time; the clients come all the same."""
    async def starve(port, ends, seed):
        async def flood():
            await connect_flood(port, ends, seed)

        async def limits():
            most = service.descriptors() + 40
            while not ends.is_set():
                os.system(f"prlimit --pid {service.pid} --nofile={most}:")
                await asyncio.sleep(1)
                os.system(f"prlimit --pid {service.pid} --nofile=4096:")
                await asyncio.sleep(1)

        async def holding():
            async def client(_):
                _, writer = await opened(port)
                await asyncio.sleep(0.3)
                await closing(writer)
            await many(60, client, ends)

        await asyncio.gather(flood(), limits(), holding())

    return starve


def run(fault, port, seconds, seed):
    """Makes a fault for so long."""
    async def main():
        ends = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, ends.set)
        task = asyncio.create_task(fault(port, ends, seed))
        await asyncio.wait([task], timeout=seconds + 20)
        if not task.done():
            task.cancel()
        elif task.exception() is not None:
            raise task.exception()

    asyncio.run(main())
