# %% [markdown]
# # Check your backprop
#
# You have written backpropagation, the cost falls, and still you are not sure. Here is a network with
# a mistake in its derivatives that training hides. Three ways to look for it: watch the cost, take
# central differences, or ask `/check`, which also says *where* and *what*.

# %%
import os

import gradientd
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

client = gradientd.Client() if "GRADIENTD_URL" in os.environ else gradientd.local()

# %% [markdown]
# ## Some code with a mistake
#
# Handwritten digits of 8 × 8 pixels, 64 features in rows and the examples in columns; two hidden
# layers. Something in `backward` is wrong. It is a common mistake, and it does no visible harm.

# %%
digits = load_digits()
X = digits.data[:300].T / 16
Y = np.eye(10)[digits.target[:300]].T
m = X.shape[1]


def start():
    rng = np.random.default_rng(0)
    sizes = [64, 24, 16, 10]
    return [(rng.standard_normal((after, before)) / np.sqrt(before), np.zeros((after, 1)))
            for before, after in zip(sizes, sizes[1:])]


def forward(parameters):
    (W1, b1), (W2, b2), (W3, b3) = parameters
    A1 = np.tanh(W1 @ X + b1)
    A2 = np.tanh(W2 @ A1 + b2)
    Z3 = W3 @ A2 + b3
    A3 = np.exp(Z3 - Z3.max(axis=0))
    return A1, A2, A3 / A3.sum(axis=0)


def backward(parameters, slope=lambda A: 1):
    (W1, _), (W2, _), (W3, _) = parameters
    A1, A2, A3 = forward(parameters)
    dZ3 = A3 - Y
    dZ2 = (W3.T @ dZ3) * slope(A2)
    dZ1 = (W2.T @ dZ2) * slope(A1)
    return {
        "dZ3": dZ3, "dW3": dZ3 @ A2.T / m, "db3": dZ3.mean(axis=1, keepdims=True),
        "dZ2": dZ2, "dW2": dZ2 @ A1.T / m, "db2": dZ2.mean(axis=1, keepdims=True),
        "dZ1": dZ1, "dW1": dZ1 @ X.T / m, "db1": dZ1.mean(axis=1, keepdims=True)}


def right_slope(A):
    return 1 - A**2

# %% [markdown]
# ## The cost says nothing
#
# Gradient descent, with the derivatives as they are above, and with right ones:

# %%
def costs(slope, epochs=300, rate=0.2):
    parameters, found = start(), []
    for _ in range(epochs):
        gradients = backward(parameters, slope)
        found.append(-np.mean(np.sum(Y * np.log(forward(parameters)[-1]), axis=0)))
        parameters = [(W - rate * gradients[f"dW{layer}"], b - rate * gradients[f"db{layer}"])
                      for layer, (W, b) in enumerate(parameters, 1)]
    return found


figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
axis.semilogy(costs(lambda A: 1), color="C3", label="as written above")
axis.semilogy(costs(right_slope), color="C2", label="with right derivatives")
axis.set(xlabel="epoch", ylabel="cost J", title="At first the faulty one is even faster")
axis.legend()
plt.show()

# %% [markdown]
# ## What `/check` says
#
# The parameters, the batch, and all that `backward` returns:

# %%
parameters = start()
activations = ["tanh", "tanh", "softmax"]
network = [{"W": W, "b": b, "activation": name} for (W, b), name in zip(parameters, activations)]
check = client.check(network, X, Y, "categorical_crossentropy", backward(parameters))
check

# %% [markdown]
# Each step is judged given the derivatives before it, which are yours: one mistake costs one step, and
# is not charged again to all that follow. It names the line to look at:

# %%
print(check.first_wrong, "—", check.look_at)

# %% [markdown]
# The slope of tanh, $1 - A^2$, was never filled in: the code multiplies by 1. Mended:

# %%
mended = client.check(network, X, Y, "categorical_crossentropy", backward(parameters, right_slope))
print(mended.verdict, mended.score)

# %% [markdown]
# ## Central differences, by hand
#
# The classical check moves one parameter by a step h to either side:
#
# $$\frac{\partial J}{\partial w} \approx \frac{J(w + h) - J(w - h)}{2h}$$
#
# It finds *that* something is wrong, for one number at a time, and takes two forward passes for each.
# And one has to choose h. With a large one the curve bends between the two points: an error of h²/6
# times the third derivative. With a small one the two costs are nearly equal, and their rounding,
# about 10⁻¹⁶, is divided by h.

# %%
exact = client.backward(network, X, Y, "categorical_crossentropy").layers[1].dW[3, 5]
W2, b2 = parameters[1]
steps = np.logspace(-12, 0, 49)


def cost_at(step):
    moved = W2.copy()
    moved[3, 5] += step
    changed = [network[0], network[1] | {"W": moved}, network[2]]
    return client.forward(changed, X, Y, "categorical_crossentropy", include=[]).cost


errors = [abs((cost_at(h) - cost_at(-h)) / (2 * h) - exact) for h in steps]
wrong = abs(backward(parameters)["dW2"][3, 5] - exact)
figure, axis = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
axis.loglog(steps, errors, "o-", markersize=3, label="central difference − ours")
axis.loglog(steps, 1e-16 / steps, "k:", linewidth=1, label="rounding, ~10⁻¹⁶/h")
axis.loglog(steps, errors[-13] * (steps / steps[-13])**2, "k--", linewidth=1, label="bending, ~h²")
axis.axhline(wrong, color="C3", linewidth=1, label="the mistake above")
axis.axvline(6e-6, color="C2", linewidth=1, label="the service's step, 6·10⁻⁶")
axis.set(xlabel="step h", ylabel="error of the difference", ylim=(1e-15, 1e-1))
axis.legend(fontsize=8, loc="upper center", ncols=2)
plt.show()

# %% [markdown]
# ## Central differences, by the service
#
# `numerical=True` does so for many numbers of every array, at a step in the valley of that picture,
# and names the worst. The figure is the course's $\|g - \hat g\| / (\|g\| + \|\hat g\|)$.

# %%
for title, slope in [("as written", lambda A: 1), ("mended", right_slope)]:
    gradients = backward(parameters, slope)
    submitted = {name: gradients[name] for name in gradients if "Z" not in name}
    numerical = client.check(network, X, Y, "categorical_crossentropy", submitted,
                             numerical=True).numerical
    print(f"{title:11} {numerical.verdict:10} figure {numerical.figure:.0e}")
