# %% [markdown]
# # Where does the 1/m go?
#
# > My course's notes say `dZ = A − Y`, and put the 1/m into `dW` and `db`. When I take the derivative
# > of the cost myself, I get `dZ = (A − Y)/m`, and no 1/m further on. Which of the two is wrong?
#
# Neither. Both are right, and give the same `dW` and `db`. They only call two different derivatives
# by one name, `dZ`. This notebook derives both, computes both by hand and by the service, and shows
# what does go wrong: a 1/m that is there twice, or nowhere.

# %%
import os
import textwrap

import gradientd
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris

client = gradientd.Client() if "GRADIENTD_URL" in os.environ else gradientd.local()

# %% [markdown]
# ## The network
#
# Two kinds of iris that are hard to tell apart, m = 100 flowers with four measurements each. As in
# the course's notes every column is an example. A network with five hidden units:
#
# $$Z^{[1]} = W^{[1]}X + b^{[1]},\quad A^{[1]} = \tanh Z^{[1]},\quad
#   Z^{[2]} = W^{[2]}A^{[1]} + b^{[2]},\quad A^{[2]} = \sigma(Z^{[2]})$$
#
# Each flower $i$ has a loss of its own, and the cost is the mean of them:
#
# $$L_i = -y_i\log a_i - (1-y_i)\log(1-a_i), \qquad J = \frac1m\sum_{i=1}^m L_i$$
#
# Here is all there is to it: **the 1/m is in J, and it is not in any Lᵢ.**

# %%
iris = load_iris()
kept = iris.target > 0
X = iris.data[kept].T
X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
Y = (iris.target[kept] == 2).astype(float)[None, :]
m = X.shape[1]

rng = np.random.default_rng(1)
W1, b1 = rng.standard_normal((5, 4)), np.zeros((5, 1))
W2, b2 = rng.standard_normal((1, 5)), np.zeros((1, 1))
A1 = np.tanh(W1 @ X + b1)
A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
print("m =", m, " J =", np.mean(-Y * np.log(A2) - (1 - Y) * np.log(1 - A2)).round(4))

# %% [markdown]
# ## Two derivations
#
# Column $i$ of $Z^{[2]}$ is in the loss of example $i$ and in no other. So there are two things that
# "the derivative by Z" can mean.
#
# **As in the notes: of each example's own loss.** Column $i$ of `dZ` is $\partial L_i/\partial z_i$.
# With $\sigma' = \sigma(1-\sigma)$ nearly everything cancels:
#
# $$\frac{\partial L_i}{\partial z^{[2]}_i} = \frac{\partial L_i}{\partial a_i}\cdot\sigma'(z^{[2]}_i)
#   = \frac{a_i - y_i}{a_i(1-a_i)}\cdot a_i(1-a_i) = a_i - y_i,
#   \qquad\text{all columns together: } \mathtt{dZ}^{[2]} = A^{[2]} - Y$$
#
# $W$ is shared by all examples, so that its derivative is one of $J$. The derivative of a mean is the
# mean of the derivatives, and here the 1/m comes in:
#
# $$\mathtt{dW}^{[2]} = \frac{\partial J}{\partial W^{[2]}} = \frac1m\sum_i \frac{\partial L_i}{\partial W^{[2]}}
#   = \frac1m\,\mathtt{dZ}^{[2]}A^{[1]\top},\qquad
#   \mathtt{db}^{[2]} = \frac1m\sum_i \mathtt{dZ}^{[2]}_i$$
#
# **From the cost: everything is a derivative of J.** $J$ has $\frac1m L_i$ in it, so that the 1/m
# comes first:
#
# $$\mathtt{dZ}^{[2]} = \frac{\partial J}{\partial Z^{[2]}} = \frac1m\left(A^{[2]} - Y\right)$$
#
# The chain rule adds up over the examples, and has no 1/m to add:
#
# $$\mathtt{dW}^{[2]} = \frac{\partial J}{\partial W^{[2]}} = \mathtt{dZ}^{[2]}A^{[1]\top},\qquad
#   \mathtt{db}^{[2]} = \sum_i \mathtt{dZ}^{[2]}_i$$
#
# **The same `dW`.** Put the two side by side, and only the brackets are elsewhere:
#
# $$\mathtt{dW}^{[2]} = \underbrace{\tfrac1m\left[\left(A^{[2]} - Y\right)A^{[1]\top}\right]}_{\text{as in the notes}}
#   = \underbrace{\left[\tfrac1m\left(A^{[2]} - Y\right)\right]A^{[1]\top}}_{\text{from the cost}}$$
#
# A factor may be put on before a product or after it. Only it has to be put on once, and the two
# derivations have different names for what stands in between.
#
# On the way back, $\mathtt{dA}^{[1]} = W^{[2]\top}\mathtt{dZ}^{[2]}$ and
# $\mathtt{dZ}^{[1]} = \mathtt{dA}^{[1]}\circ(1 - A^{[1]}\circ A^{[1]})$ are the same lines in both. They are
# linear, so they hand the factor on as it comes: once it is in `dZ[2]`, it is in `dA[1]` and `dZ[1]` too.

# %%
def as_in_the_notes():
    dZ2 = A2 - Y
    dW2, db2 = dZ2 @ A1.T / m, dZ2.sum(axis=1, keepdims=True) / m  # here
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    dW1, db1 = dZ1 @ X.T / m, dZ1.sum(axis=1, keepdims=True) / m  # and here
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


def from_the_cost():
    dZ2 = (A2 - Y) / m  # here, and nowhere else
    dW2, db2 = dZ2 @ A1.T, dZ2.sum(axis=1, keepdims=True)
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    dW1, db1 = dZ1 @ X.T, dZ1.sum(axis=1, keepdims=True)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


notes, cost = as_in_the_notes(), from_the_cost()

# %% [markdown]
# ## Both sets of numbers, from the service
#
# It calls the first convention `loss`, the second `cost`, and computes either. In its code, too, the
# 1/m stands in one place.

# %%
network = [{"W": W1, "b": b1, "activation": "tanh"}, {"W": W2, "b": b2, "activation": "sigmoid"}]
answers = {convention: client.backward(network, X, Y, "binary_crossentropy", convention=convention)
           for convention in ["loss", "cost"]}


def service(convention, name):
    return answers[convention].layers[int(name[-1]) - 1][name[:-1]]


print("name   by hand = service     loss/cost    ")
for name in notes:
    same = (np.allclose(notes[name], service("loss", name), rtol=1e-10, atol=0)
            and np.allclose(cost[name], service("cost", name), rtol=1e-10, atol=0))
    factor = np.linalg.norm(service("loss", name)) / np.linalg.norm(service("cost", name))
    print(f"{name}    {same!s:20} {factor:8.4f}   "
          f"{'the other derivative: a factor of m' if factor > 2 else 'the same numbers'}")

# %% [markdown]
# `dW` and `db` are the same, in both layers. `dZ` differs by m = 100, in both layers. In the picture
# each array has the same colours for the same numbers in both rows.

# %%
names = ["dZ2", "dW2", "dZ1", "dW1"]
figure, axes = plt.subplots(2, 4, figsize=(11, 4), layout="constrained",
                            width_ratios=[2.2, 1, 2.2, 1])
for row, convention in zip(axes, answers):
    for axis, name in zip(row, names):
        limit = np.abs(service("loss", name)).max()
        image = axis.imshow(service(convention, name), cmap="RdBu_r", vmin=-limit, vmax=limit,
                            aspect="auto", interpolation="nearest")
        axis.set_title(f"{name} in “{convention}”", fontsize=10)
        axis.set(yticks=[], xlabel="example" if "Z" in name else "input of the layer")
        figure.colorbar(image, ax=axis, shrink=0.8)
figure.suptitle("dZ fades by 1/m where it is of the cost; dW does not notice")
plt.show()

# %% [markdown]
# Every answer says which derivative its numbers are, and what turns them into the other's:

# %%
for convention, answer in answers.items():
    for name in ["dZ", "dW"]:
        meaning = answer.meaning[name]
        print(f"{convention}:  {name} is of {meaning.of}:  {meaning.formula:33} "
              f"times {meaning.times['cost']:g} it is that of the cost")

# %% [markdown]
# ## Each number against its twin
#
# The same as points: across is the number in `loss`, up that in `cost`. Equal numbers lie on the
# diagonal, those that are m times smaller on the line with slope 1/m.

# %%
figure, axis = plt.subplots(figsize=(5.5, 4.5), layout="constrained")
for name, marker, colour in [("dZ1", ".", "C3"), ("dZ2", ".", "C1"), ("dW1", "o", "C2"),
                             ("dW2", "s", "C0")]:
    across, up = (np.abs(service(convention, name)).ravel() for convention in ["loss", "cost"])
    axis.loglog(across, up, marker, color=colour, markersize=5, alpha=0.7, label=name)
line = np.array([1e-4, 3])
axis.loglog(line, line, "k-", linewidth=0.8, label="equal")
axis.loglog(line, line / m, "k--", linewidth=0.8, label="divided by m")
axis.set(xlabel="|number| in “loss”", ylabel="|number| in “cost”", xlim=line)
axis.legend(ncols=2, fontsize=9)
plt.show()

# %% [markdown]
# ## What is wrong, then
#
# To take a line from each derivation. `/check` judges derivatives that somebody else computed: it
# takes either convention for right, names it, and names the mistake where there is one.

# %%
submissions = {
    "as in the notes": notes,
    "from the cost": cost,
    "1/m twice": cost | {name: cost[name] / m for name in ["dW2", "db2", "dW1", "db1"]},
    "no 1/m at all": notes | {name: notes[name] * m for name in ["dW2", "db2", "dW1", "db1"]},
    "forgotten in db": notes | {name: notes[name] * m for name in ["db2", "db1"]},
    "at each layer": cost | {name: cost[name] / m for name in ["dZ1", "dW1", "db1"]},
}
verdicts = {title: client.check(network, X, Y, "binary_crossentropy", submitted)
            for title, submitted in submissions.items()}
for title, verdict in verdicts.items():
    print(f"{title:16} {verdict.verdict:17} score {verdict.score:.2f}  ",
          ", ".join(verdict.conventions))
    for mistake in verdict.mistakes:
        print(textwrap.indent(textwrap.fill(
            f"{mistake.name} in {', '.join(mistake.tensors)}: {mistake.sentence}", 75), " " * 17))

# %% [markdown]
# - *1/m twice*: one of the two has to go, and either may. It was read as the notes', since then there is
#   one mistake, the 1/m in `dZ2`, and the rest follows from it. Read as from the cost there are four,
#   one in each `dW` and `db`.
# - *No 1/m at all* is right, of another scalar: these are the derivatives of the sum of the losses.
#   Take a step of gradient descent on J with them, and it is m times too long.
# - *Forgotten in db*: a sum over the examples stands where the notes have a mean.
# - *At each layer*: the factor is handed on already, and is put on once more in layer 1.
#
# And as a picture, tensor by tensor, from the last layer back. A tensor that follows rightly from a
# wrong one before it is not counted again.

# %%
colours = {"correct": "#2e8b57", "other_convention": "#3b7dd8", "carried_forward": "#9bbf6b",
           "wrong": "#d0453e", "misshapen": "#c77700"}
order = ["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"]
figure, axis = plt.subplots(figsize=(8, 3), layout="constrained")
for row, verdict in enumerate(verdicts.values()):
    for tensor in verdict.tensors:
        column = order.index(tensor.name)
        axis.barh(row, 0.95, left=column, color=colours[tensor.verdict])
        axis.text(column + 0.47, row, tensor.verdict.replace("_", "\n"), ha="center", va="center",
                  color="white", fontsize=7)
axis.set(yticks=range(len(verdicts)), yticklabels=verdicts, xticks=np.arange(6) + 0.47,
         xticklabels=order, title="Verdicts of /check")
axis.invert_yaxis()
axis.spines[:].set_visible(False)
plt.show()

# %% [markdown]
# ## Would training not have shown it?
#
# Not reliably. `/train` makes a mistake on purpose and tells the costs of the right training beside
# those of the faulty one. Plain gradient descent with the 1/m twice takes steps that are m times too
# short, and looks like one with too small a learning rate. Adam divides every derivative by its own
# size, so that the mistake cancels out and nobody notices.

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained", sharey=True)
for axis, optimizer, rate in zip(axes, ["sgd", "adam"], [0.5, 0.02]):
    training = client.train(network, X, Y, "binary_crossentropy", optimizer=optimizer,
                            learning_rate=rate, epochs=150, fault="one_over_m_twice")
    axis.plot(training.costs_without_fault, color="C2", linewidth=4, alpha=0.5, label="right")
    axis.plot(training.costs, color="C3", linewidth=1.2, label="1/m twice")
    axis.set(title=optimizer, xlabel="epoch", yscale="log")
axes[0].set_ylabel("cost J")
axes[0].legend()
plt.show()

# %% [markdown]
# ## One example proves nothing
#
# With m = 1 both conventions are the same, and so are most of the mistakes. The service says so:

# %%
one = [array[:, :1] for array in (X, Y)]
verdict = client.check(network, *one, "binary_crossentropy",
                       {"dZ2": notes["dZ2"][:, :1], "dW2": notes["dZ2"][:, :1] @ A1[:, :1].T})
print(verdict.verdict)
print(textwrap.fill(verdict.ambiguities[0]["sentence"], 92))

# %% [markdown]
# ## So
#
# - `dZ = A − Y` is the derivative of each example's own loss. The 1/m comes later, once, in `dW` and `db`.
# - `dZ = (A − Y)/m` is the derivative of the cost. The 1/m has come already, and comes no more.
# - `dW` and `db` are the same. If yours differ by m, or by 1/m, you have taken a line from each.
# - When you compare `dZ` with somebody's, ask first: of L, or of J?
