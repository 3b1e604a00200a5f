# %% [markdown]
# # From PyTorch and Keras
#
# A model that is there already goes to the service as it is, its gradients come back under the names
# of its own parameters, and trained weights go back into it. The libraries' own gradients are what ours
# are compared with.

# %%
import os
import warnings

os.environ.setdefault("KERAS_BACKEND", "jax")

import gradientd
import jax
import keras
import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from torch import nn

client = gradientd.Client() if "GRADIENTD_URL" in os.environ else gradientd.local()
digits = load_digits()
X, Y = digits.images / 16, digits.target  # 8 × 8 pixels
m = 200
LOGITS = {"type": "sparse_categorical_crossentropy", "from_logits": True}

# %% [markdown]
# ## PyTorch

# %%
torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(1, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    nn.Linear(54, 16), nn.Tanh(), nn.Linear(16, 10)).double()
images, classes = torch.from_numpy(X[:m, None]), torch.from_numpy(Y[:m])

network = gradientd.from_torch(model)
answer = client.backward(network, images, classes, LOGITS)
ours = gradientd.torch_gradients(answer, model)

hidden = model[:5](images)  # Z of the hidden layer
hidden.retain_grad()
nn.functional.cross_entropy(model[5:](hidden), classes).backward()
theirs = {name: parameter.grad.numpy() for name, parameter in model.named_parameters()}
for name in theirs:
    difference = np.abs(ours[name] - theirs[name]).max() / np.abs(theirs[name]).max()
    print(f"{name:9} {str(theirs[name].shape):15} the same to 1e-12: {difference < 1e-12}")

# %% [markdown]
# They are the same to rounding. Each number's difference, relative to the largest of its array, in
# units of the spacing ε = 2⁻⁵² of numbers at 1 (none is drawn at 10⁻³):

# %%
epsilon = np.finfo(float).eps
figure, axis = plt.subplots(figsize=(6.5, 3), layout="constrained")
for name in theirs:
    difference = np.abs(ours[name] - theirs[name]).ravel() / np.abs(theirs[name]).max() / epsilon
    axis.plot(np.sort(difference) + 1e-3, np.linspace(0, 1, difference.size), label=name)
axis.set(xscale="log", xlabel="difference / ε", ylabel="share of the numbers below",
         xlim=(1e-3, 1e2))
axis.legend(fontsize=8)
plt.show()

# %% [markdown]
# ## Which dZ does autograd have?
#
# `cross_entropy` takes the mean over the batch, so that everything autograd computes is a derivative
# of the cost: convention `cost`. Our default is each example's own loss. The parameters' gradients do
# not notice; that of an activation does, by a factor of m.

# %%
[dense] = [layer for layer in answer.layers if layer.kind == "dense tanh"]
print("autograd's · m = our dZ:",
      np.allclose(hidden.grad.numpy() * m, dense.dZ, rtol=1e-9, atol=1e-15))
print("our dZ is of", answer.meaning["dZ"].of, "and times", answer.meaning["dZ"].times["cost"],
      "it is that of J")

# %% [markdown]
# ## Trained there, used here

# %%
def accuracy(model):
    with torch.no_grad():
        return (model(torch.from_numpy(X[1200:, None])).argmax(1).numpy() == Y[1200:]).mean()


before = accuracy(model)
training = client.train(network, X[:1200, None], Y[:1200], LOGITS, optimizer="adam",
                        learning_rate=0.005, epochs=15, batch_size=50, shuffle={"seed": 0})
gradientd.to_torch(training, model)
print(f"PyTorch's accuracy on 597 other digits: before {before:.2f}, after {accuracy(model):.2f}")

# %% [markdown]
# ## Keras
#
# A functional model with a branch, here on JAX. Keras has W of a dense layer as inputs × outputs, and
# images with the channels last: `from_keras` makes a network in the layout `keras`.

# %%
keras.utils.set_random_seed(0)
keras.config.set_floatx("float64")
jax.config.update("jax_enable_x64", True)
inputs = keras.Input((8, 8, 1))
hidden = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
hidden = keras.layers.add([hidden, keras.layers.Conv2D(4, 3, padding="same")(hidden)])
outputs = keras.layers.Dense(10, activation="softmax")(keras.layers.Flatten()(hidden))
branched = keras.Model(inputs, outputs)

network = gradientd.from_keras(branched)
answer = client.backward(network, X[:m, ..., None], Y[:m], "sparse_categorical_crossentropy")
answer

# %%
def cost(variables):
    outputs, _ = branched.stateless_call(variables, [], X[:m, ..., None])
    return keras.losses.sparse_categorical_crossentropy(Y[:m], outputs).mean()


variables = [variable.value for variable in branched.trainable_variables]
ours = gradientd.keras_gradients(answer, branched)
for variable, gradient in zip(branched.trainable_variables, jax.grad(cost)(variables)):
    difference = np.abs(ours[variable.path] - gradient).max() / np.abs(gradient).max()
    print(f"{variable.path:15} {str(variable.shape):13} the same to 1e-10:",
          bool(difference < 1e-10))

# %% [markdown]
# ## scikit-learn
#
# It does not show its gradients. But where its optimizer has come to rest they have to be 0, with the
# penalty that `alpha` stands for. `from_sklearn` brings loss and penalty along.

# %%
mlp = MLPClassifier((12,), activation="tanh", solver="lbfgs", alpha=1, max_iter=3, random_state=0)
flat, norms, iterations = X.reshape(-1, 64)[:m], [], [3, 10, 30, 100, 300, 1000]
for mlp.max_iter in iterations:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not come to rest yet
        mlp.fit(flat, Y[:m])
    network = gradientd.from_sklearn(mlp)
    answer = client.backward(network, flat, gradientd.sklearn_targets(mlp, Y[:m]))
    weights, biases = gradientd.sklearn_gradients(answer, mlp)
    norms.append(np.sqrt(sum(np.sum(array**2) for array in [*weights, *biases])))
    cost_differs = abs(answer.cost / mlp.loss_ - 1)

figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
axis.loglog(iterations, norms, "o-")
axis.set(xlabel="iterations of scikit-learn's L-BFGS, at most", ylabel="‖gradient of J‖, ours")
plt.show()
print("the cost is scikit-learn's to 1e-10:", cost_differs < 1e-10)
