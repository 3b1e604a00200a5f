# %% [markdown]
# # An autograder
#
# A course hands out a network and a batch, and students hand in `backward`. Comparing their arrays
# with a solution's says *wrong* of everything that follows from one slip, and of everybody who derives
# from the cost. Here each derivative is judged given the student's own before it, either convention is
# right, and the mistake has a name that can be talked about.

# %%
import os
import textwrap
from collections import Counter

import gradientd
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris

client = gradientd.Client() if "GRADIENTD_URL" in os.environ else gradientd.local()

# %% [markdown]
# ## The assignment
#
# Iris, three kinds, as a network 4 – 6 – 3 with relu and softmax, and an L2 penalty
# $\frac{\lambda}{2m}\sum W^2$. An example is a column.

# %%
iris = load_iris()
X = (iris.data.T - iris.data.mean(axis=0)[:, None]) / iris.data.std(axis=0)[:, None]
Y = np.eye(3)[iris.target].T
m, lam = X.shape[1], 3.0
rng = np.random.default_rng(4)
W1, b1 = rng.standard_normal((6, 4)), 0.1 * rng.standard_normal((6, 1))
W2, b2 = rng.standard_normal((3, 6)), 0.1 * rng.standard_normal((3, 1))
Z1 = W1 @ X + b1
A1 = np.maximum(Z1, 0)
Z2 = W2 @ A1 + b2
A2 = np.exp(Z2) / np.exp(Z2).sum(axis=0)

assignment = {
    "network": [{"W": W1, "b": b1, "activation": "relu"}, {"W": W2, "b": b2, "activation": "softmax"}],
    "X": X, "Y": Y, "loss": "categorical_crossentropy",
    "penalty": {"l2": lam, "scale": "lambda/2m"}}


def total(dZ):
    return dZ.sum(axis=1, keepdims=True)


def backward(dZ2=None, dW2=None, db2=None, dA1=None, slope=None, dW1=None, db1=None):
    """A right solution, of which a student may replace any line."""
    dZ2 = (dZ2 or (lambda: A2 - Y))()
    dW2 = (dW2 or (lambda dZ: dZ @ A1.T / m + lam / m * W2))(dZ2)
    db2 = (db2 or (lambda dZ: total(dZ) / m))(dZ2)
    dA1 = (dA1 or (lambda dZ: W2.T @ dZ))(dZ2)
    dZ1 = dA1 * (slope or (lambda: Z1 > 0))()
    dW1 = (dW1 or (lambda dZ: dZ @ X.T / m + lam / m * W1))(dZ1)
    db1 = (db1 or (lambda dZ: total(dZ) / m))(dZ1)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}

# %% [markdown]
# ## What was handed in

# %%
handed_in = {
    "Ada": backward(),
    "Ben": backward(dZ2=lambda: (A2 - Y) / m, dW2=lambda dZ: dZ @ A1.T + lam / m * W2, db2=total,
                    dW1=lambda dZ: dZ @ X.T + lam / m * W1, db1=total),
    "Cleo": backward(dZ2=lambda: Y - A2),
    "Dan": backward(slope=lambda: 1),
    "Eva": backward(db1=total, db2=total),
    "Finn": backward(dW2=lambda dZ: dZ @ A1.T / m, dW1=lambda dZ: dZ @ X.T / m),
    "Gül": backward(dW2=lambda dZ: (dZ @ A1.T + 2 * lam * W2) / m,
                    dW1=lambda dZ: (dZ @ X.T + 2 * lam * W1) / m),
    "Hugo": backward(dW1=lambda dZ: (dZ @ X.T / m + lam / m * W1).T),
    "Ines": backward(db2=lambda dZ: dZ.mean(keepdims=True), db1=lambda dZ: dZ.mean(keepdims=True)),
    "Jan": backward(dW2=lambda dZ: dZ @ np.maximum(Z1, 0.01 * Z1).T / m + lam / m * W2),
}
grades = {name: client.check(**assignment, submitted=submitted)
          for name, submitted in handed_in.items()}

# %% [markdown]
# ## The grades
#
# In order from the last layer back. *Carried forward* follows rightly from a wrong one before it, and
# costs nothing.

# %%
colours = {"correct": "#2e8b57", "other_convention": "#3b7dd8", "carried_forward": "#9bbf6b",
           "wrong": "#d0453e", "misshapen": "#c77700"}
order = ["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"]
figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
for row, grade in enumerate(grades.values()):
    for tensor in grade.tensors:
        column = order.index(tensor.name)
        axis.barh(row, 0.95, left=column, color=colours[tensor.verdict])
        axis.text(column + 0.47, row, tensor.verdict.replace("_", "\n"), ha="center", va="center",
                  color="white", fontsize=7)
    axis.text(6.1, row, f"{grade.score:.0%}", va="center")
axis.set(yticks=range(len(grades)), yticklabels=grades, xticks=np.arange(6) + 0.47,
         xticklabels=order, xlim=(0, 6.5))
axis.invert_yaxis()
axis.spines[:].set_visible(False)
plt.show()

# %% [markdown]
# ## What to tell them

# %%
for name, grade in grades.items():
    said = [f"{mistake.name} ({', '.join(mistake.tensors)}): {mistake.sentence}"
            for mistake in grade.mistakes] or [f"right, in convention {' and '.join(grade.conventions)}"]
    print(textwrap.fill(f"{name}: {'  '.join(said)}", 98, subsequent_indent="      "))

# %% [markdown]
# Ben derives from the cost, and is as right as Ada. Eva's score is that of two slips, although only one
# thing was misunderstood: `mistakes` has each once, for those who grade by mistakes.
#
# ## What the class should talk about

# %%
counts = Counter(mistake.name for grade in grades.values() for mistake in grade.mistakes)
figure, axis = plt.subplots(figsize=(6, 2.8), layout="constrained")
names, numbers = zip(*sorted(counts.items(), key=lambda item: item[1]))
axis.barh(names, numbers, color="#d0453e")
axis.set(xlabel="students", xticks=range(max(numbers) + 1))
plt.show()

# %% [markdown]
# ## A batch that tells them apart
#
# Grading is only as good as the batch. With m = 2 a factor of 2 and one of m look alike, and a `relu`
# that is on for all examples has no slope to forget. The service says what a batch cannot tell, and
# `probe=True` answers one that can:

# %%
small = {**assignment, "X": X[:, :2], "Y": Y[:, :2]}
dZ2 = (A2 - Y)[:, :2]
weak = client.check(**small, submitted={"dZ2": dZ2, "db2": total(dZ2)}, probe=True)
print(textwrap.fill(weak.summary, 98))
for ambiguity in weak.ambiguities:
    print("-", textwrap.fill(ambiguity["sentence"], 96, subsequent_indent="  "))
print("a batch that tells more: X", weak.probe.batch["X"].shape, " Y", weak.probe.batch["Y"].shape)

# %% [markdown]
# On a grader's machine without a server, `gradientd check --grade FILE` does the same with a file, and
# ends with status 0 where the submission is right and 1 where it is not.
