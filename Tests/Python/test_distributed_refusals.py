"""What several replicas are not asked for: it is refused before anything is sent."""

import numpy as np
import pytest

pytest.importorskip("distributed", reason="there is no Dask here")

from gradientd.distributed import NotShardable, backward, fit  # noqa: E402

NETWORK, LOSS = [{"units": 3, "activation": "softmax"}], "sparse_categorical_crossentropy"
X, Y = np.zeros((4, 5)), np.zeros(4)
ADDRESSES = ["http://127.0.0.1:9"]


@pytest.mark.parametrize("wrong, reason", [
    ({"optimizer": {"type": "lbfgs", "line_search": "strong_wolfe"}}, "line search"),
    ({"clipping": {"type": "norm", "limit": 1}}, "each array by itself"),
    ({"schedule": "reduce_on_plateau"}, "monitors"),
    ({"shuffle": {"seed": 0}}, "shuffle is no option"),
    ({"network": [{"type": "dropout", "rate": 0.5}, {"units": 3}]}, "layer 0, dropout"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_needs_more_than_gradients_is_refused(wrong, reason):
    arguments = {"network": NETWORK, "optimizer": "sgd", "epochs": 1} | wrong
    with pytest.raises(NotShardable, match=reason):
        fit(None, ADDRESSES, arguments.pop("network"), X, Y, LOSS, layout="keras", **arguments)


@pytest.mark.parametrize("counts", [{"epochs": 0}, {"epochs": 1.5}, {"batch_size": 0},
                                    {"batch_size": -1}], ids=str)
def test_counts_begin_at_one(counts):
    with pytest.raises(ValueError, match="expected a whole number, 1 or more"):
        fit(None, ADDRESSES, NETWORK, X, Y, LOSS, layout="keras", optimizer="sgd",
            **{"epochs": 1} | counts)


@pytest.mark.parametrize("x, y, reason", [
    (X, Y[1:], "Y has 3 examples"), (X[:0], Y[:0], "no examples"), (X, None, "Y is no array")])
def test_a_batch_of_other_lengths_or_none_is_refused(x, y, reason):
    with pytest.raises(ValueError, match=reason):
        backward(None, ADDRESSES, NETWORK, x, y, LOSS, layout="keras")


@pytest.mark.parametrize("addresses, reason", [
    ([], "a list of addresses"), (ADDRESSES[0], "a list of addresses"),
    (["127.0.0.1:9"], "is no address")])
def test_what_is_no_list_of_addresses_is_refused(addresses, reason):
    with pytest.raises(ValueError, match=reason):
        backward(None, addresses, NETWORK, X, Y, LOSS, layout="keras")
