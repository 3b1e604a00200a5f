"""PyTorch's models as networks: gradients beside autograd's, and weights back into the model."""

import re

import numpy as np
import pytest
from test_readme import ROOT

import gradientd

torch = pytest.importorskip(
    "torch", reason="PyTorch for the CPU could not be installed, see Scripts/install-torch.sh")
nn, functional = torch.nn, torch.nn.functional
prune = pytest.importorskip("torch.nn.utils.prune")

F8 = torch.float64
# What float64 leaves of numbers of the order of 1 after some layers.
CLOSE = {"rtol": 1e-10, "atol": 1e-12}


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.head = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(8, 3)

    def forward(self, x):
        hidden = torch.relu(self.first(x))
        return torch.softmax(self.head(torch.cat([self.second(hidden) + x, hidden], 1)), -1)


class Recurrent(nn.Module):
    def __init__(self, kind, **settings):
        super().__init__()
        self.embedding = nn.Embedding(10, 5)
        self.recurrent = kind(5, 6, batch_first=True, **settings)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        hidden, _ = self.recurrent(self.embedding(x))
        return functional.softmax(self.head(hidden[:, -1]), dim=1)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(6, 2, batch_first=True)
        self.norm, self.flatten, self.head = nn.LayerNorm(6), nn.Flatten(), nn.Linear(24, 3)

    def forward(self, x):
        x = self.norm(x + self.attention(x, x, x, need_weights=False)[0])
        return functional.softmax(self.head(self.flatten(x)), dim=-1)


def mlp():
    return nn.Sequential(
        nn.Linear(4, 8), nn.Tanh(),
        nn.Sequential(nn.Linear(8, 6), nn.LeakyReLU(0.1), nn.Identity()),
        nn.BatchNorm1d(6, momentum=0.3), nn.PReLU(6), nn.LayerNorm(6), nn.GELU(),
        nn.Linear(6, 3, bias=False), nn.Softmax(-1))


def cnn():
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding="same", bias=False), nn.BatchNorm2d(4, eps=1e-3), nn.ReLU(),
        nn.MaxPool2d(2, padding=1), nn.SiLU(),
        nn.Conv2d(4, 6, (3, 2), padding=(1, 0), groups=2, stride=(1, 2)),
        nn.AvgPool2d(2, stride=1, padding=1), nn.Flatten(), nn.Linear(6 * 6 * 3, 3), nn.Softmax(1))


def pooled():
    return nn.Sequential(nn.Conv2d(2, 4, 3, dilation=2), nn.ELU(0.5), nn.AdaptiveAvgPool2d(1),
                         nn.Flatten(), nn.Linear(4, 3), nn.LogSoftmax(1), nn.Softmax(1))


MODELS = {
    "mlp": (mlp, (7, 4)), "cnn": (cnn, (5, 2, 8, 8)), "pooled": (pooled, (5, 2, 8, 8)),
    "residual": (Residual, (6, 4)), "attention": (Attention, (5, 4, 6)),
    "lstm": (lambda: Recurrent(nn.LSTM), (5, 4)),
    "gru": (lambda: Recurrent(nn.GRU, num_layers=2), (5, 4)),
    "rnn": (lambda: Recurrent(nn.RNN, nonlinearity="relu", bias=False), (5, 4))}


def example(name):
    """A model with drawn parameters, and a batch."""
    torch.manual_seed(0)
    make, shape = MODELS[name]
    model = make().to(F8)
    x = torch.randn(shape, dtype=F8)
    if isinstance(getattr(model, "embedding", None), nn.Embedding):
        x = torch.randint(0, 10, shape)
    return model, x, torch.randint(0, 3, (shape[0],))


LOSS = "sparse_categorical_crossentropy"
PARAMETERS = ["dW", "db", "dgamma", "dbeta", "dalpha", "dU", "db_recurrent", "dWq", "dWk", "dWv",
              "dWo", "dbq", "dbk", "dbv", "dbo"]


@pytest.mark.parametrize("name", MODELS)
def test_gradients_are_those_of_autograd(gradients, name):
    model, x, y = example(name)
    answer = gradients.backward(gradientd.from_torch(model), x, y, LOSS, convention="cost",
                                include=["dX", *PARAMETERS])
    inputs = x.requires_grad_() if x.is_floating_point() else x
    cost = functional.nll_loss(torch.log(model(inputs)), y)
    cost.backward()
    assert answer.cost == pytest.approx(cost.item(), rel=1e-12)
    found = gradientd.torch_gradients(answer, model)
    assert set(found) == set(dict(model.named_parameters()))
    for path, parameter in model.named_parameters():
        assert found[path].shape == parameter.shape
        np.testing.assert_allclose(found[path], parameter.grad, **CLOSE)
    if x.is_floating_point():
        np.testing.assert_allclose(answer.dX, x.grad, **CLOSE)


@pytest.mark.parametrize("name", MODELS)
def test_a_trained_network_goes_back_into_its_model(gradients, name):
    model, x, y = example(name)
    before = {path: value.clone() for path, value in model.state_dict().items()}
    trained = gradients.train(gradientd.from_torch(model), x, y, LOSS, optimizer="sgd",
                              learning_rate=0.1, epochs=3)
    assert gradientd.to_torch(trained, model) is model
    for path, parameter in model.named_parameters():
        assert not torch.equal(parameter, before[path]) and parameter.requires_grad, path
    with torch.no_grad():
        outputs = model.eval()(x)
    answer = gradients.forward(trained.network, x, mode="inference")
    np.testing.assert_allclose(answer.outputs, outputs, **CLOSE)


def test_a_training_does_what_torch_optim_does(gradients):
    model, x, y = example("mlp")
    theirs, _, _ = example("mlp")
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        functional.nll_loss(torch.log(theirs(x)), y).backward()
        optimizer.step()
    gradientd.to_torch(gradients.train(gradientd.from_torch(model), x, y, LOSS, optimizer="sgd",
                                       learning_rate=0.1, epochs=5), model)
    for (path, ours), expected in zip(model.state_dict().items(), theirs.state_dict().values()):
        if not path.endswith("num_batches_tracked"):
            np.testing.assert_allclose(ours, expected, err_msg=path, **CLOSE)


def test_running_statistics_are_taken_in_evaluation(gradients):
    model, x, _ = example("mlp")
    model(x)
    model.eval()
    network = gradientd.from_torch(model)
    assert network.options["mode"] == "inference"
    np.testing.assert_allclose(gradients.forward(network, x).outputs, model(x).detach(), **CLOSE)


ACTIVATIONS = [
    nn.ReLU(), nn.LeakyReLU(0.2), nn.Sigmoid(), nn.Tanh(), nn.Softplus(), nn.ELU(0.7), nn.SiLU(),
    nn.GELU(), nn.GELU("tanh"), nn.SELU(), nn.CELU(0.5), nn.ReLU6(), nn.Hardtanh(),
    nn.Hardsigmoid(), nn.Hardswish(), nn.Softsign(), nn.Mish(), nn.LogSoftmax(1), nn.Softmax(-1)]


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_every_activation_is_the_same_function(gradients, activation):
    x = torch.linspace(-7, 7, 30, dtype=F8).reshape(10, 3)
    network = gradientd.from_torch(nn.Sequential(activation))
    np.testing.assert_allclose(gradients.forward(network, x).outputs, activation(x), rtol=1e-12,
                               atol=1e-14)


@pytest.mark.parametrize("module", [nn.Linear(4, 3), nn.LSTM(4, 3, batch_first=True)])
def test_a_module_may_stand_alone(gradients, module):
    module = module.to(F8)
    if isinstance(module, nn.LSTM):
        with pytest.raises(gradientd.UnsupportedModule, match=r"several things.*\[0\]"):
            gradientd.from_torch(module)
        return
    x = torch.randn(5, 4, dtype=F8)
    answer = gradients.backward(gradientd.from_torch(module), x, dA=np.ones((5, 3)),
                                convention="cost")
    module(x).sum().backward()
    found = gradientd.torch_gradients(answer, module)
    assert set(found) == {"weight", "bias"}
    np.testing.assert_allclose(found["weight"], module.weight.grad, **CLOSE)


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x):
        return self.layer(self.layer(x))


class Branching(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x):
        return self.layer(x) if x.sum() > 0 else x


class InPlace(nn.Module):
    """Changes h, which the sum takes too: PyTorch adds twice what relu has left."""

    def __init__(self, change):
        super().__init__()
        self.layer, self.change = nn.Linear(4, 4), change

    def forward(self, x):
        h = self.layer(x)
        return self.change(h) + h


def pruned():
    model = nn.Sequential(nn.Linear(4, 4))
    prune.random_unstructured(model[0], "weight", 0.5)
    return model


@pytest.mark.parametrize("model, path, reason", [
    (nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 2), nn.Dropout2d())), "1.1",
     "Dropout2d"),
    (nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(4, 4)), "1", "last axis of images"),
    (nn.Sequential(nn.Conv2d(1, 2, 3, padding=1, padding_mode="reflect")), "0", "reflect"),
    (nn.Sequential(nn.BatchNorm1d(4, affine=False)), "0", "affine"),
    (nn.Sequential(nn.Linear(4, 4), nn.PReLU()), "1", "one for each"),
    (nn.Sequential(nn.Linear(4, 4), nn.Softmax(0)), "1", "axis 0"),
    (nn.Sequential(nn.Linear(4, 4), nn.Softplus(beta=2)), "1", "beta"),
    (Twice(), "layer.weight", "shared"),
    (Branching(), "", "cannot be followed"),
    (nn.Sequential(nn.Flatten(0)), "0", "all axes but the first"),
    (nn.Sequential(nn.Softplus(threshold=1)), "0", "threshold"),
    (nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(4, 4))), "0.weight",
     "computed of others"),
    (pruned(), "0.weight", "computed of others"),
    (nn.Sequential(nn.LazyLinear(4)), "0.weight", "no numbers yet"),
    (nn.Linear(4, 4, device="meta"), "weight", "no numbers yet"),
    (InPlace(nn.ReLU(inplace=True)), "change", "in place"),
    (InPlace(lambda h: nn.functional.relu(h, inplace=True)), "relu", "in place"),
    (InPlace(lambda h: h.add_(h)), "add_", "in place"),
    (nn.functional.relu, "", "function is no module"),
])
def test_what_the_service_has_not_is_refused_with_its_place(model, path, reason):
    with pytest.raises(gradientd.UnsupportedModule, match=reason) as caught:
        gradientd.from_torch(model)
    assert caught.value.path == path


def test_parts_in_different_modes_are_refused():
    model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5), nn.BatchNorm1d(4).eval())
    with pytest.raises(gradientd.UnsupportedModule, match="in training mode, and others are not"):
        gradientd.from_torch(model)


def test_a_network_of_another_model_changes_nothing(gradients):
    model, _, _ = example("residual")
    before = {path: value.clone() for path, value in model.state_dict().items()}
    other = gradientd.from_torch(nn.Sequential(nn.Linear(4, 4), nn.Softmax(-1)))
    with pytest.raises(ValueError, match="has the layers"):
        gradientd.to_torch(other, model)
    wrong = gradientd.from_torch(model)
    wrong.layers[-1]["W"] = np.zeros((3, 7))
    with pytest.raises(ValueError, match="head.weight.*shape"):
        gradientd.to_torch(wrong, model)
    course = gradientd.Network(gradientd.from_torch(model).layers, {"layout": "course"})
    with pytest.raises(ValueError, match="laid out as course"):
        gradientd.to_torch(course, model)
    for path, value in model.state_dict().items():
        assert torch.equal(value, before[path])


def test_what_is_kept_from_training_is_not_overwritten(gradients):
    model, x, y = example("residual")
    model.first.requires_grad_(False)
    gradientd.to_torch(gradientd.from_torch(model), model)  # Nothing has moved.
    trained = gradients.train(gradientd.from_torch(model), x, y, LOSS, optimizer="sgd", epochs=1)
    with pytest.raises(ValueError, match="first.weight is kept from training"):
        gradientd.to_torch(trained, model)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_a_lower_precision_stays(dtype):
    model = nn.Sequential(nn.Linear(4, 3)).to(dtype)
    before = model[0].weight.clone()
    network = gradientd.from_torch(model)
    assert network.layers[0]["W"].dtype == np.float32
    gradientd.to_torch(network, model)
    assert model[0].weight.dtype == dtype and torch.equal(model[0].weight, before)


def test_the_package_s_readme_works_as_it_stands():
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "Python" / "README.md").read_text(), re.S)
    names = {}
    exec(code, names)
    names["client"].close()
