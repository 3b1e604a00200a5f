"""The Python client for asyncio does what the other does."""

import asyncio
from contextlib import aclosing

import httpx
import numpy as np
import pytest

import gradientd

RANDOM = np.random.RandomState(0)
PROBLEM = ([{"units": 4, "activation": "tanh"}, {"units": 1}], RANDOM.randn(3, 20),
           RANDOM.randn(1, 20), "mean_squared_error")


def run(address, use):
    async def main():
        async with gradientd.AsyncClient(address) as client:
            return await use(client)
    return asyncio.run(main())


def public(kind):
    return {name for name in vars(kind) if not name.startswith("_")}


def test_it_has_the_same_methods():
    assert public(gradientd.Client) == public(gradientd.AsyncClient)
    assert public(gradientd.Run) == public(gradientd.AsyncRun)


def test_calls_at_once_are_answered_as_one_by_one(address, gradients):
    networks = [[{**PROBLEM[0][0], "seed": seed}, PROBLEM[0][1]] for seed in range(4)]

    async def use(client):
        return await asyncio.gather(*(client.backward(network, *PROBLEM[1:])
                                      for network in networks))

    for network, answer in zip(networks, run(address, use)):
        expected = gradients.backward(network, *PROBLEM[1:])
        np.testing.assert_array_equal(answer.layers[0].dW, expected.layers[0].dW)


def test_a_training_is_watched(address, gradients):
    async def use(client):
        events = []
        async with aclosing(client.train_events(*PROBLEM, optimizer="adam", epochs=4)) as told:
            async for event in told:
                events.append(event)
        return events, await client.train(*PROBLEM, optimizer="adam", epochs=4, progress=True)

    events, answer = run(address, use)
    expected = gradients.train(*PROBLEM, optimizer="adam", epochs=4)
    np.testing.assert_array_equal(events[-1].result.costs, expected.costs)
    np.testing.assert_array_equal(answer.costs, expected.costs)


def test_a_run_is_left_resumed_listed_and_forgotten(address, gradients):
    async def use(client):
        started = await client.runs.start(*PROBLEM, optimizer="adam", epochs=3)
        found = await client.runs.get(started.id)
        await found.wait()
        await found.resume(2)
        result = await found.result()
        events = [event.kind async for event in found.events()]
        listed = [run.id async for run in client.runs]
        await found.forget()
        with pytest.raises(gradientd.NotFound):
            await client.runs.get(started.id)
        return started.id, result, events, listed

    id, result, events, listed = run(address, use)
    assert id in listed and events.count("epoch") == 5 and events.count("done") == 2
    np.testing.assert_array_equal(
        result.costs, gradients.train(*PROBLEM, optimizer="adam", epochs=5).costs)


def test_a_run_is_cancelled(address):
    async def use(client):
        started = await client.runs.start(*PROBLEM, optimizer="sgd", epochs=9_000_000,
                                          report_every=9_000_000)
        with pytest.raises(TimeoutError):
            await started.wait(timeout=0.2)
        return (await started.cancel()).state

    assert run(address, use) == "cancelled"


def test_a_pure_call_is_tried_again():
    requests = []

    def answer(request):
        requests.append(request)
        if len(requests) < 3:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json={"outputs": [[1.0]]})

    async def main():
        async with gradientd.AsyncClient("http://nowhere", retry=gradientd.Retry(backoff=0.001),
                                         transport=httpx.MockTransport(answer)) as client:
            return await client.forward([{"units": 1}], [[1.0]])

    np.testing.assert_array_equal(asyncio.run(main()).outputs, [[1.0]])
    assert len(requests) == 3


def test_a_refusal_is_raised(address):
    async def use(client):
        with pytest.raises(gradientd.RequestError, match="/loss"):
            await client.backward(*PROBLEM[:3], "nope")
        with pytest.raises(gradientd.RequestError, match="/loss"):
            async for _ in client.train_events(*PROBLEM[:3], "nope", optimizer="sgd", epochs=1):
                pass

    run(address, use)


def test_it_goes_on_in_another_event_loop(address, gradients):
    client = gradientd.AsyncClient(address)
    expected = gradients.backward(*PROBLEM).cost

    async def cost():
        return (await client.backward(*PROBLEM)).cost

    assert [asyncio.run(cost()) for _ in range(3)] == [expected] * 3
