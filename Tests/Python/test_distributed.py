"""gradientd.distributed: blocks' gradients add up to those of the whole, whatever dies meanwhile."""

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from trainings import Server

pytest.importorskip("distributed", reason="there is no Dask here")
gradientd = pytest.importorskip("gradientd", reason="the package in Python is not installed")
da = pytest.importorskip("dask.array")

from dask.delayed import delayed  # noqa: E402
from distributed import Client, LocalCluster  # noqa: E402
from gradientd.distributed import backward, fit  # noqa: E402

LOSS = "categorical_crossentropy"
EXAMPLES, BLOCK = 400, 37  # Eleven blocks: a tree with odd levels, and a short last one.
NETWORK = {"layers": [{"units": 8, "activation": "tanh"}, {"units": 3, "activation": "softmax"}],
           "seed": 3}
# The sums go in another order than in one request: a few roundings of each of 400 terms.
TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(n_workers=2, threads_per_worker=2, processes=True,
                      dashboard_address=None) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture
def replicas():
    """Two services, of which a test may kill one."""
    servers = [Server(), Server()]
    yield servers
    for server in servers:
        if server.process.poll() is None:
            assert server.stop() == (0, "")


@pytest.fixture
def endpoints(replicas):
    return [server.url for server in replicas]


@pytest.fixture(scope="module")
def single(address):
    with gradientd.Client(address, layout="keras") as client:
        yield client


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((EXAMPLES, 5))
    return x, np.eye(3)[rng.integers(0, 3, EXAMPLES)], rng.random(EXAMPLES)


def blocks(array):
    """Dask's: rows in blocks, and, as it may come, the columns too."""
    return da.from_array(array, chunks=(BLOCK, 2)[:array.ndim])


def arrays(result):
    """The gradients of an answer, or the parameters that a training has left."""
    network = getattr(result, "network", None)
    names = ("dW", "db") if network is None else ("W", "b")
    return {f"{index}.{name}": np.asarray(layer[name])
            for index, layer in enumerate((network or result).layers)
            for name in names if name in layer}


def assert_close(found, expected, tolerance=TOLERANCE):
    assert arrays(found).keys() == arrays(expected).keys() and arrays(found)
    for name, array in arrays(expected).items():
        # Relative to the array: a number near 0 is a difference of greater ones.
        error = np.abs(arrays(found)[name] - array).max() / np.abs(array).max()
        assert error <= tolerance, (name, error)


def assert_same_bits(found, expected):
    assert {name: array.tobytes() for name, array in arrays(found).items()} \
        == {name: array.tobytes() for name, array in arrays(expected).items()}


@pytest.mark.parametrize("options", [
    {},
    {"penalty": {"scale": "lambda/2m", "l2": 3, "l1": 0.1}},
    {"penalty": {"scale": "lambda", "l2": 0.1}, "class_weight": [1, 2, 0.5]},
    {"denominator": "weights", "weighted": True},
    {"weighted": True, "class_weight": [1, 2, 0.5]},
], ids=str)
def test_the_gradient_is_that_of_one_request(cluster, endpoints, single, data, options):
    x, y, weights = data
    options = dict(options)
    if not options.pop("weighted", False):
        weights = None
    found = backward(
        cluster, endpoints, NETWORK, blocks(x), blocks(y), LOSS, layout="keras",
        sample_weight=None if weights is None else blocks(weights), **options)
    expected = single.backward(NETWORK, x, y, LOSS, sample_weight=weights, **options)
    assert_close(found, expected)
    assert found.cost == pytest.approx(expected.cost, rel=TOLERANCE)
    assert found.cost_penalty == expected.cost_penalty
    assert found.meaning.examples == EXAMPLES
    assert found.meaning.denominator == pytest.approx(expected.meaning.denominator, rel=TOLERANCE)
    assert found.meaning["dW"].of == "J"


def test_a_block_whose_weights_are_all_zero_adds_nothing(cluster, endpoints, single, data):
    x, y, weights = data
    weights = np.where(np.arange(EXAMPLES) // BLOCK == 4, 0, weights)
    found = backward(cluster, endpoints, NETWORK, blocks(x), blocks(y), LOSS, layout="keras",
                     sample_weight=blocks(weights), denominator="weights")
    expected = single.backward(NETWORK, x, y, LOSS, sample_weight=weights, denominator="weights")
    assert_close(found, expected)


@pytest.mark.parametrize("layout", ["course", "pytorch", "keras"])
def test_blocks_are_of_examples_in_every_layout(cluster, endpoints, single, layout):
    """Images in convolutions, and vectors, whose examples the course has in columns."""
    rng = np.random.default_rng(1)
    images = rng.standard_normal((20, 2, 6, 6) if layout == "pytorch" else (20, 6, 6, 2))
    classes = rng.integers(0, 3, 20)
    network = {"layers": [
        {"type": "conv2d", "filters": 2, "kernel_size": 3, "activation": "relu"},
        {"type": "flatten"}, {"units": 3, "activation": "softmax"}]}
    loss = "sparse_categorical_crossentropy"
    found = backward(cluster, endpoints, network, da.from_array(images, chunks=(7, 2, 3, 2)),
                     da.from_array(classes, chunks=5), loss, layout=layout)
    assert_close(found, single.backward(network, images, classes, loss, layout=layout))

    x, y = rng.standard_normal((20, 5)), rng.standard_normal((20, 2))
    x, y = (x.T, y.T) if layout == "course" else (x, y)
    network, loss = [{"units": 2}], "mean_squared_error"
    found = backward(cluster, endpoints, network, da.from_array(x, chunks=3),
                     da.from_array(y, chunks=4), loss, layout=layout)
    assert_close(found, single.backward(network, x, y, loss, layout=layout))


def test_two_runs_give_the_same_bits(cluster, endpoints, data):
    x, y, _ = data
    first, second = (backward(cluster, endpoints[::step], NETWORK, blocks(x), blocks(y), LOSS,
                              layout="keras") for step in (1, -1))
    assert_same_bits(second, first)
    assert second.cost == first.cost


@pytest.mark.parametrize("settings", [
    {"optimizer": "sgd", "learning_rate": 0.5},
    {"optimizer": {"type": "adam", "style": "keras"}, "batch_size": 150, "weighted": True},
    {"optimizer": "adamw", "batch_size": 150, "schedule": {"type": "cosine", "decay_steps": 3},
     "clipping": {"type": "global_norm", "limit": 0.1}},
    {"optimizer": {"type": "momentum", "nesterov": True}, "batch_size": 100,
     "schedule": {"type": "exponential", "decay_rate": 0.5, "decay_steps": 3, "unit": "step"},
     "penalty": {"scale": "lambda/2m", "l2": 3}},
    {"optimizer": "sgd", "batch_size": 150, "weighted": True, "denominator": "weights"},
    {"optimizer": "lbfgs", "epochs": 5},
], ids=lambda settings: str(settings["optimizer"]))
def test_a_training_is_that_of_one_service(cluster, endpoints, single, data, settings):
    x, y, weights = data
    settings = {"epochs": 3} | settings
    if not settings.pop("weighted", False):
        weights = None
    found = fit(cluster, endpoints, NETWORK, blocks(x), blocks(y), LOSS, layout="keras",
                sample_weight=None if weights is None else blocks(weights), **settings)
    expected = single.train(NETWORK, x, y, LOSS, sample_weight=weights, **settings)
    assert_close(found, expected)
    np.testing.assert_allclose(found.costs, expected.costs, rtol=TOLERANCE)
    assert found.steps == expected.settings["steps"]
    assert found.settings["rule"] == expected.settings["rule"]


def test_a_step_whose_weights_are_all_zero_is_that_of_one_service(
        cluster, endpoints, single, data):
    x, y, weights = data
    weights = np.where(np.arange(EXAMPLES) < 150, 0, weights)
    settings = {"optimizer": "momentum", "epochs": 2, "batch_size": 150, "denominator": "weights",
                "penalty": {"scale": "lambda", "l2": 0.1}}
    found = fit(cluster, endpoints, NETWORK, blocks(x), blocks(y), LOSS, layout="keras",
                sample_weight=blocks(weights), **settings)
    expected = single.train(NETWORK, x, y, LOSS, sample_weight=weights, **settings)
    assert_close(found, expected)
    np.testing.assert_allclose(found.costs, expected.costs, rtol=TOLERANCE)


def test_a_training_has_no_mode(cluster, endpoints, data):
    x, y, _ = data
    network = gradientd.Network(NETWORK["layers"], {"layout": "keras", "mode": "inference"})
    assert fit(cluster, endpoints, network, blocks(x), blocks(y), LOSS, optimizer="sgd",
               epochs=1).steps == 1


def test_a_training_in_float32_is_one(cluster, endpoints, single, data):
    x, y, _ = data
    settings = {"optimizer": "adam", "learning_rate": 0.01, "epochs": 3, "precision": "float32"}
    found = fit(cluster, endpoints, NETWORK, blocks(x), blocks(y), LOSS, layout="keras", **settings)
    expected = single.train(NETWORK, x, y, LOSS, **settings)
    # Adam divides by the root of squares: where a gradient is near 0, its rounding is a step's.
    assert_close(found, expected, tolerance=1e-4)
    assert {array.dtype for array in arrays(found).values()} == {np.dtype("float32")}


def test_every_optimizer_takes_its_own_step(cluster, endpoints, single, data):
    x, y, _ = data
    names = [optimizer["type"] for optimizer in single.catalog()["optimizers"]]
    assert len(names) >= 12
    whole = [da.from_array(array, chunks=-1) for array in (x, y)]
    for name in names:
        settings = {"optimizer": name, "epochs": 2, "learning_rate": 0.01}
        found = fit(cluster, endpoints, NETWORK, *whole, LOSS, layout="keras", **settings)
        assert_close(found, single.train(NETWORK, x, y, LOSS, **settings))


def marked_blocks(array, folder, seconds):
    """The same blocks, each of which takes its time and leaves a mark when it is loaded."""
    def load(block, number):
        time.sleep(seconds)
        (Path(folder) / str(number)).touch()
        return block

    parts = [array[start:start + BLOCK] for start in range(0, len(array), BLOCK)]
    return da.concatenate([
        da.from_delayed(delayed(load, pure=False)(part, number), part.shape, part.dtype)
        for number, part in enumerate(parts)])


def kill_when(folder, loaded, kill, said):
    """Kills once so many blocks are loaded, and says how many there were."""
    while len(os.listdir(folder)) < loaded:
        time.sleep(0.005)
    kill()
    said.append(len(os.listdir(folder)))


@pytest.mark.parametrize("victim", ["replica", "worker"])
def test_what_is_killed_in_the_middle_changes_nothing(
        cluster, replicas, endpoints, data, tmp_path, victim):
    x, y, _ = data
    undisturbed = backward(cluster, endpoints, NETWORK, blocks(x), blocks(y), LOSS, layout="keras")
    if victim == "replica":
        kill = replicas[1].kill
    else:
        pid = next(iter(cluster.run(os.getpid).values()))

        def kill():
            os.kill(pid, signal.SIGKILL)

    loaded = []
    killer = threading.Thread(target=kill_when, args=(tmp_path, 4, kill, loaded))
    killer.start()
    found = backward(cluster, endpoints, NETWORK, marked_blocks(x, tmp_path, 0.1), blocks(y), LOSS,
                     layout="keras")
    killer.join()
    assert loaded[0] < -(-EXAMPLES // BLOCK)  # It was in the middle.
    assert_same_bits(found, undisturbed)
    if victim == "worker":
        cluster.wait_for_workers(2, timeout=60)


def test_a_replica_that_dies_in_a_training_changes_nothing(cluster, replicas, endpoints, data):
    x, y, _ = data
    settings = {"optimizer": "adam", "epochs": 4, "layout": "keras"}
    undisturbed = fit(cluster, endpoints, NETWORK, blocks(x), blocks(y), LOSS, **settings)
    killed = []

    def kill(epoch, cost):
        if epoch == 2:
            killed.append(replicas[0].kill())

    found = fit(cluster, endpoints, NETWORK, blocks(x), blocks(y), LOSS, on_epoch=kill, **settings)
    assert killed
    assert_same_bits(found, undisturbed)
    assert found.costs.tobytes() == undisturbed.costs.tobytes()


def test_without_any_replica_it_ends(cluster, data):
    x, y, _ = data
    with pytest.raises(gradientd.NotReachable):
        backward(cluster, ["http://127.0.0.1:9"], NETWORK, blocks(x), blocks(y), LOSS,
                 layout="keras", patience=0.2)


def test_what_mixes_examples_is_refused_with_the_reason(cluster, endpoints, data):
    x, y, _ = data
    network = [{"type": "batch_normalization"}, {"units": 3, "activation": "softmax"}]
    with pytest.raises(gradientd.RequestError, match="batch_normalization, mixes the examples"):
        backward(cluster, endpoints, network, blocks(x), blocks(y), LOSS, layout="keras")
    found = backward(cluster, endpoints, network, blocks(x), blocks(y), LOSS, layout="keras",
                     mode="inference")
    assert found.layers[0]["dgamma"].shape == (5,)
