"""Measures how often /check names a mistake, and that it never calls a right submission wrong.

    python Tests/Python/detection.py --address http://127.0.0.1:8080 --seed 1 --count 3

`--count` is how often each mistake is made for each depth and number of examples. Tables go to the
standard output; requests whose answer was not as expected go to `--dump`, one JSON object a line.
"""

import argparse
import json
import multiprocessing
import sys
import time
import zlib
from collections import Counter, defaultdict
from dataclasses import replace

import httpx
import numpy as np
import submissions
from layouts import LAYOUTS
from learner import ACTIVATIONS, Mistake, backward
from submissions import (
    KINDS,
    MISTAKES,
    SHAPES,
    UNNAMED,
    chosen,
    faults,
    random_fault,
    random_right,
    random_task,
    submission_of_arrays,
    submission_out,
    submitted,
    task_in,
    task_out,
    tensors,
    wire_name,
)

EXAMPLES = [1, 2, 5, 7, 64]
DEPTHS = [1, 2, 3, 4]
BY_ACTIVATION = [
    "activation_derivative_forgotten", "activation_derivative_twice", "activation_derivative_at_A",
    "another_activation",
]
# Good outcomes of a faulty submission, and what each means.
GOOD = {
    "named": "the mistake is named",
    "same": "another name, of a rule that gives the same numbers on every batch",
    "among": "the mistake is among several candidates, and the probe batch tells them apart",
    "ambiguous": "an ambiguity is told, and the probe batch names the mistake",
}
NO_FAULT = {
    "no_op": "the mistake changes no number here, and nothing is called wrong",
    "convention": "the numbers are right in another convention, which is told",
}
BAD = {
    "no_probe": "an ambiguity is told and no batch offered, but a batch of 11 examples names it",
    "unresolved": "an ambiguity is told, but the probe batch does not name the mistake",
    "missed": "the mistake is not named",
    "called_right": "the submission is called correct",
    "accused": "nothing is wrong, but something is called so",
    "refused": "the request is refused",
}


def generator(*parts):
    return np.random.default_rng(zlib.crc32(repr(parts).encode()))


def names_in(answer):
    return {entry["name"] for entry in answer.get("mistakes", [])}


def candidates_in(answer):
    """Names at any tensor, among those that cannot be told apart."""
    return {
        entry["name"] for tensor in answer.get("tensors", []) for entry in tensor.get("mistakes", [])
    }


def ask(client, body):
    response = client.post("/check", json=body)
    if response.status_code != 200:
        return None, f"{response.status_code} {response.text[:400]}"
    return response.json(), None


# The same numbers from other mistakes.


def other_batch(rng, task):
    """The task with another, generic batch of 11 examples."""
    m = 11
    picked = rng.integers(0, task.m, m)
    return replace(
        task,
        X=rng.standard_normal((task.X.shape[0], m)),
        Y=task.Y[:, picked],
        weights=None if task.weights is None else np.round(rng.uniform(0.2, 3, m), 2),
        masks={
            l: ((rng.random((len(mask), m)) < 0.7).astype(float), keep)
            for l, (mask, keep) in task.masks.items()
        },
    )


def explanations(rng, fault, kind):
    """The names of all mistakes that give the same numbers here, and on every batch."""
    task, here, always = fault.task, set(), set()
    ours = submitted(task, fault.convention, fault.mistakes, fault.short, kind)
    other = other_batch(rng, task)
    theirs = submitted(other, fault.convention, fault.mistakes, fault.short, kind)
    seen = set()
    for name in MISTAKES + UNNAMED:
        for way in faults(generator(0), task, name):
            if name not in submissions.FACTORS:
                way = replace(way, convention=fault.convention)
            key = (way.mistakes, way.convention, way.short)
            if key in seen:
                continue
            seen.add(key)
            made = submitted(task, way.convention, way.mistakes, way.short, kind)
            if submissions.same(ours, made, 1e-7):
                here |= way.names
                made = submitted(other, way.convention, way.mistakes, way.short, kind)
                if submissions.same(theirs, made, 1e-7):
                    always |= way.names
    return here, always


def is_right_otherwise(fault, ours, kind, rounding):
    """Whether the numbers are those of a right pass in another convention."""
    for convention in submissions.CONVENTIONS:
        task = replace(fault.task, l2=0.0) if convention == "sum" else fault.task
        if submissions.same(ours, submitted(task, convention, (), fault.short, kind), rounding):
            return True
    return False


# A faulty submission and what became of it.


def request_of(fault, kind, layout, asked, form, dtype=np.float64, decimals=None, **options):
    task = fault.task.cast(dtype)
    answer = submitted(task, fault.convention, fault.mistakes, fault.short, kind)
    body = task_out(task.cast(np.float64), layout, asked)
    body["submitted"] = submission_out(task, answer, layout, form, decimals)
    return body | options, answer


def steps_of(fault):
    """The tensors at which the first wrong step may be said to be, as the answer names them."""
    array, l = fault.first.rstrip("0123456789"), fault.first[2:]
    of = {"dA": ["dA", "dZ"], "dZ": ["dZ", "dA"], "dW": ["dW"], "db": ["db", "dW"]}[array]
    if fault.name in submissions.FACTORS or fault.mistakes[0].layer is None:
        of = ["dA", "dZ", "dW", "db"]
    task, number = fault.task, submissions.number_of(fault.task, int(l))
    found = {wire_name(task, name + l) for name in of} - {None}
    if int(l) in task.norms:  # What comes back from the normalization is dA of the dense layer.
        found |= {f"dA{number}"}
    if int(l) in task.masks:
        found |= {f"dA of dropout (layer {submissions.indices(task)[int(l)]['output'] + 1})"}
    return found


def resolved(client, fault, names, body, kind, layout, asked, form):
    """Whether the same mistake, made on the batch that the answer offers, is named by one of the
    names; None where it offers none, but another batch would do."""
    answer, refusal = ask(client, body | {"probe": True})
    probe = (answer or {}).get("probe")
    try:
        if probe:
            task = task_in(fault.task, layout, probe["batch"], probe.get("network"))
        else:
            task = other_batch(generator(fault.task.m), fault.task)
        again, _ = request_of(replace(fault, task=task), kind, layout, asked, form)
        answer, refusal = ask(client, again)  # JSON has no NaN, should the learner have got one.
    except (ValueError, KeyError):
        return False
    if answer is None or not names_in(answer) & names:
        return False
    return True if probe else None


def judge(client, rng, fault, kind, layout, asked, form, **options):
    """The outcome for one faulty submission, with its request and answer."""
    body, ours = request_of(fault, kind, layout, asked, form, **options)
    dtype = options.get("dtype", np.float64)
    right = submitted(fault.task.cast(dtype), fault.convention, (), fault.short, kind)
    reproducible = {"expected": sorted(fault.names), "fault": describe(fault), "request": body}
    if not all(np.isfinite(v).all() for v in ours.values()):
        return "no_op", reproducible
    answer, refusal = ask(client, body)
    reproducible["answer"] = answer or refusal
    if answer is None:
        return "refused", reproducible
    rounding = 1e-9 if dtype == np.float64 else 3e-6
    changes = not submissions.same(ours, right, rounding)
    if not changes:
        return ("accused" if answer["verdict"] == "wrong" else "no_op"), reproducible
    named, candidates = names_in(answer), candidates_in(answer)
    if named & fault.names:
        return "named", reproducible
    if is_right_otherwise(fault, ours, kind, rounding):
        return ("accused" if answer["verdict"] == "wrong" else "convention"), reproducible
    here, always = explanations(rng, fault, kind)
    reproducible["same_numbers"] = {"here": sorted(here), "always": sorted(always)}
    if named & always:
        return "same", reproducible
    is_told = bool(answer.get("ambiguities")) or len(candidates) > 1
    if is_told or candidates & fault.names:
        among = bool(candidates & fault.names)
        names = fault.names | always
        is_resolved = resolved(client, fault, names, body, kind, layout, asked, form)
        if is_resolved:
            return ("among" if among else "ambiguous"), reproducible
        if is_resolved is None:
            return "no_probe", reproducible
        if among or (named | candidates) & here:
            return "unresolved", reproducible
    return ("called_right" if answer["verdict"] == "correct" else "missed"), reproducible


def describe(fault):
    return {
        "name": fault.name, "first": fault.first, "convention": fault.convention,
        "short": fault.short, "depth": fault.task.depth, "m": fault.task.m,
        "sizes": fault.task.sizes, "activations": fault.task.activations, "loss": fault.task.loss,
        "at": [[x.name, x.layer, x.at, x.setting] for x in fault.mistakes], "shape": fault.shape,
    }


def surroundings(rng, fault):
    """How the submission is handed in."""
    kind = chosen(rng, KINDS)
    layout = chosen(rng, ["course", "course", *LAYOUTS])
    asked = fault.convention if rng.random() < 0.8 else chosen(rng, ["loss", "cost"])
    return kind, layout, asked, chosen(rng, ["flat", "layers"])


def judge_mistake(client, seed, name, depth, m, activation):
    rng = generator(seed, name, depth, m, activation)
    fault = random_fault(rng, name, depth, m, activation)
    kind, layout, asked, form = surroundings(rng, fault)
    options = {"dtype": np.float32} if rng.random() < 0.1 else {}
    outcome, reproducible = judge(client, rng, fault, kind, layout, asked, form, **options)
    answer = reproducible.get("answer")
    misplaced = False
    if outcome == "named" and isinstance(answer, dict):
        entries = [e for e in answer["mistakes"] if e["name"] in fault.names]
        expected = steps_of(fault)
        misplaced = not any({e.get("step"), *e.get("tensors", [])} & expected for e in entries)
        misplaced = misplaced and len(fault.mistakes) == 1
        if name in ("keep_prob_missing", "keep_prob_twice"):
            misplaced = False
    extra = {
        "misplaced": misplaced,
        "several": outcome == "named" and len(names_in(answer)) > 1,
        "kind": kind,
        "single": bool(options),
    }
    return outcome, reproducible | extra


# Faults of shape alone.


def shape_fault(rng, name, depth, m):
    """A right submission of which some arrays have another shape or order."""
    while True:
        task = random_task(rng, depth, m, extras=False)
        layout = chosen(rng, LAYOUTS)
        kind = chosen(rng, KINDS)
        answer = submitted(task, "loss", (), True, kind)
        arrays = {n: submissions.array_out(n, v, layout) for n, v in answer.items()}
        before = {n: v.copy() for n, v in arrays.items()}
        picked = None
        if name == "transposed":
            picked = [n for n, v in arrays.items() if v.ndim == 2 and min(v.shape) > 1]
            picked = picked and ([chosen(rng, picked)] if rng.random() < 0.5 else [
                n for n in picked if n.startswith("dW")])
            for n in picked:
                arrays[n] = arrays[n].T
        elif name == "flattened":
            picked = [n for n, v in arrays.items() if v.ndim == 2 and min(v.shape) > 1]
            picked = picked and [chosen(rng, picked)]
            for n in picked:
                arrays[n] = arrays[n].reshape(-1)
        elif name == "missing_axis":
            picked = [
                n for n, v in arrays.items() if v.ndim == 2 and min(v.shape) == 1 < max(v.shape)
            ]
            picked = picked and [chosen(rng, picked)]
            for n in picked:
                arrays[n] = arrays[n].reshape(-1)
        elif name == "other_layout":
            other = chosen(rng, [o for o in LAYOUTS if o != layout])
            arrays = {n: submissions.array_out(n, v, other) for n, v in answer.items()}
            picked = [n for n in arrays if before[n].shape != arrays[n].shape or not np.array_equal(
                before[n], arrays[n])]
        elif name == "permuted_units":
            ls = [l for l in range(1, task.depth + 1) if task.sizes[l] > 1]
            if ls:
                l = chosen(rng, ls)
                order = rng.permutation(task.sizes[l])
                permuted = {n: v for n, v in answer.items()}
                for n in (f"dW{l}", f"db{l}", f"dZ{l}", f"dA{l}"):
                    if n in permuted:
                        permuted[n] = permuted[n][order]
                if l < task.depth and rng.random() < 0.5:
                    permuted[f"dW{l + 1}"] = permuted[f"dW{l + 1}"][:, order]
                arrays = {n: submissions.array_out(n, v, layout) for n, v in permuted.items()}
                picked = [n for n in arrays if not np.array_equal(arrays[n], before[n])]
        if picked:
            return task, layout, kind, arrays, before, picked


def judge_shape(client, seed, name, depth, m):
    rng = generator(seed, name, depth, m)
    task, layout, kind, arrays, before, picked = shape_fault(rng, name, depth, m)
    body = task_out(task, layout)
    body["submitted"] = submission_of_arrays(task, arrays, chosen(rng, ["flat", "layers"]))
    wrong = [
        n for n in picked
        if arrays[n].shape != before[n].shape
        or not submissions.close(arrays[n], before[n], 1e-9)
    ]
    answer, refusal = ask(client, body)
    reproducible = {
        "expected": [name], "fault": {"name": name, "tensors": picked, "layout": layout},
        "request": body, "answer": answer or refusal, "kind": kind,
    }
    if answer is None:
        return "refused", reproducible
    if not wrong:
        return ("accused" if answer["verdict"] == "wrong" else "no_op"), reproducible
    also = {
        "transposed": {"other_layout"}, "other_layout": {"transposed", "missing_axis"},
        "missing_axis": {"flattened", "other_layout"}, "flattened": {"missing_axis"},
    }
    accepted = {name} | also.get(name, set())
    told = names_in(answer) | candidates_in(answer) | {
        t["shape"]["is"] for t in answer["tensors"] if "shape" in t
    }
    layout_told = name in ("other_layout", "transposed") and answer.get("layout")
    if told & accepted or layout_told:
        return "named", reproducible
    only_biases = all(n.startswith(("db", "dgamma", "dbeta")) for n in wrong)
    if only_biases and answer["verdict"] != "wrong" and name != "permuted_units":
        return "no_op", reproducible  # A bias may be flat or a column.
    if name == "permuted_units" and is_symmetric(arrays, before, wrong):
        return "same", reproducible
    return ("called_right" if answer["verdict"] == "correct" else "missed"), reproducible


def is_symmetric(arrays, before, wrong):
    """Whether no two numbers differ enough to see an order in them."""
    return all(np.ptp(before[n]) <= 1e-9 * np.abs(before[n]).max() for n in wrong)


# Two mistakes at once.


def random_pair(rng, depth, m):
    """Two mistakes in different layers of one task, the first on the way back first."""
    while True:
        task = random_task(rng, depth, m, extras=None, equal=rng.random() < 0.5)
        names = [chosen(rng, MISTAKES) for _ in range(12)]
        found = []
        for name in names:
            ways = [w for w in faults(rng, task, name) if w.mistakes[0].layer is not None
                    and len(w.mistakes) == 1]
            if ways:
                found.append(chosen(rng, ways))
        for i, one in enumerate(found):
            for two in found[i + 1 :]:
                layers = {int(one.first[2:]), int(two.first[2:])}
                fits = one.convention == two.convention and one.short == two.short
                if len(layers) == 2 and min(layers) > 0 and fits and one.name != two.name:
                    pair = sorted([one, two], key=lambda f: -int(f.first[2:]))
                    if each_shows(*pair):
                        return pair


def each_shows(one, two):
    """Whether each mistake changes numbers, alone and beside the other."""
    task, convention, short = one.task, one.convention, one.short
    passes = [
        submitted(task, convention, mistakes, short)
        for mistakes in [(), one.mistakes, two.mistakes, one.mistakes + two.mistakes]
    ]
    if not all(np.isfinite(v).all() for p in passes for v in p.values()):
        return False
    different = lambda i, j: not submissions.same(passes[i], passes[j], 1e-6)
    return different(0, 1) and different(0, 2) and different(1, 3) and different(2, 3)


def judge_pair(client, seed, depth, m, kind):
    rng = generator(seed, "pair", depth, m, kind)
    one, two = random_pair(rng, depth, m)
    both = replace(one, mistakes=one.mistakes + two.mistakes)
    _, layout, asked, form = surroundings(rng, one)
    body, ours = request_of(both, kind, layout, asked, form)
    answer, refusal = ask(client, body)
    reproducible = {
        "expected": [sorted(one.names), sorted(two.names)], "kind": kind,
        "fault": [describe(one), describe(two)], "request": body, "answer": answer or refusal,
    }
    if answer is None:
        return "refused", reproducible
    named = [entry["name"] for entry in answer.get("mistakes", [])]
    candidates = candidates_in(answer)

    def is_named(fault, position=None):
        names = fault.names
        if any(name in names for name in (named[:1] if position == 0 else named)):
            return True
        if candidates & names and (answer.get("ambiguities") or position is None):
            return True
        here, always = explanations(rng, fault, kind)
        given = set(named[:2] if position == 0 else named) | candidates
        return bool(given & here)

    first = is_named(one, 0)
    judged = is_named(two)
    if first and not judged:
        steps = steps_of(two)
        judged = any(
            t["name"] in steps and t.get("given_upstream") == "wrong" for t in answer["tensors"])
        return ("judged" if judged else "other_missed"), reproducible
    return ("both_named" if first else "first_missed"), reproducible


# Right submissions.


def judge_right(client, seed):
    right = random_right(generator(seed, "right"))
    answer, refusal = ask(client, right.body)
    reproducible = {
        "expected": ["right"], "fault": right.note, "request": right.body,
        "answer": answer or refusal,
    }
    if answer is None:
        return "refused", reproducible
    verdict = answer["verdict"]
    if verdict == "wrong" or any(t["verdict"] == "wrong" for t in answer["tensors"]):
        return "wrong", reproducible
    told = answer.get("conventions", [])
    if told and not right.fits & set(told):
        return "other convention told", reproducible
    return verdict, reproducible


# All of it, in processes.


def work(job):
    client, (what, *arguments) = work.client, job
    with np.errstate(all="ignore"):
        try:
            if what == "mistake":
                outcome = judge_mistake(client, *arguments)
            elif what == "shape":
                outcome = judge_shape(client, *arguments)
            elif what == "pair":
                outcome = judge_pair(client, *arguments)
            else:
                outcome = judge_right(client, *arguments)
        except Exception as error:
            raise RuntimeError(f"{job}") from error
    kept, told = outcome
    light = {k: told.get(k) for k in ("misplaced", "several", "kind", "single", "fault")}
    is_kept = kept in BAD or told.get("misplaced") or kept in (
        "wrong", "other convention told", "first_missed", "other_missed")
    return job, kept, light, (told if is_kept else None)


def start(address):
    work.client = httpx.Client(base_url=address, timeout=60)


def jobs_of(seed, count, rights, pairs, only=None):
    jobs = []
    for repeat in range(count):
        for name in MISTAKES + UNNAMED:
            for depth in DEPTHS:
                for m in EXAMPLES:
                    activation = None
                    if name in BY_ACTIVATION or (repeat + depth) % 3 == 0:
                        activation = ACTIVATIONS[
                            generator(seed, repeat, name, depth, m).integers(len(ACTIVATIONS))]
                    jobs.append(("mistake", (seed, repeat), name, depth, m, activation))
        for name in BY_ACTIVATION:
            for activation in ACTIVATIONS:
                for m in EXAMPLES:
                    depth = DEPTHS[(repeat + m) % 4]
                    jobs.append(("mistake", (seed, repeat, 1), name, depth, m, activation))
        for name in SHAPES:
            for depth in DEPTHS:
                for m in EXAMPLES:
                    jobs.append(("shape", (seed, repeat), name, depth, m))
    for index in range(pairs):
        m, depth, kind = EXAMPLES[index % 5], 2 + index % 3, KINDS[index // 5 % 3]
        jobs.append(("pair", (seed, index), depth, m, kind))
    jobs += [("right", (seed, index)) for index in range(rights)]
    return [job for job in jobs if only is None or only in (job[0], job[2:3] and job[2])]


def run(address, jobs, processes=2, sink=None):
    """Counts by table, row and outcome; and what was not as expected."""
    counts = defaultdict(Counter)
    bad = []
    with multiprocessing.get_context("fork").Pool(processes, start, (address,)) as pool:
        for job, outcome, light, told in pool.imap_unordered(work, jobs, chunksize=8):
            if job[0] in ("mistake", "shape"):
                table = "unnamed" if job[2] in UNNAMED else job[0]
                counts[table, job[2]][outcome] += 1
                for what in ("misplaced", "several"):
                    counts[table, job[2]][what] += bool(light[what])
                if table != "unnamed":
                    counts["m", job[4]][outcome] += 1
                    counts["depth", job[3]][outcome] += 1
                    counts["submitted", light["kind"]][outcome] += 1
                    if job[0] == "mistake" and job[5] and job[2] in BY_ACTIVATION:
                        counts["activation", job[5]][outcome] += 1
            elif job[0] == "pair":
                counts["pair", light["kind"]][outcome] += 1
            else:
                note = light["fault"]
                precision = "float32" if note["single"] else "float64"
                if note["decimals"]:
                    precision += f", {note['decimals']} decimals"
                counts["right", precision][outcome] += 1
            if told:
                bad.append({"outcome": outcome, "job": job, **told})
    return counts, bad


def rate_of(counts):
    """The share that is named or rightly called ambiguous, of what is a fault at all."""
    good = sum(counts[outcome] for outcome in GOOD)
    tried = good + sum(counts[outcome] for outcome in BAD)
    return good / tried if tried else 1.0


def print_tables(counts, out=sys.stdout):
    total = Counter()
    columns = [*GOOD, *NO_FAULT, *BAD, "misplaced", "several"]
    for table in ["mistake", "shape", "unnamed", "m", "depth", "submitted", "activation"]:
        rows = {row: c for (t, row), c in counts.items() if t == table}
        if not rows:
            continue
        print(f"\n{table:34}" + "".join(f"{c[:11]:>12}" for c in columns) + f"{'rate':>8}", file=out)
        for row, c in rows.items():
            print(f"{row!s:34}" + "".join(f"{c[x] or '·':>12}" for x in columns)
                  + f"{rate_of(c):8.1%}", file=out)
            if table in ("mistake", "shape"):
                total += c
    if total:
        print(f"\n{'all':34}" + "".join(f"{total[x]:12}" for x in columns)
              + f"{rate_of(total):8.2%}", file=out)
    for table in ["pair", "right"]:
        rows = {row: c for (t, row), c in counts.items() if t == table}
        outcomes = sorted({o for c in rows.values() for o in c})
        if rows:
            print(f"\n{table:34}" + "".join(f"{o:>24}" for o in outcomes), file=out)
            rows["all"] = sum(rows.values(), Counter())
            for row, c in rows.items():
                print(f"{row:34}" + "".join(f"{c[o]:24}" for o in outcomes), file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--address", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--rights", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--only", help="mistake, shape, pair, right or the name of a mistake")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dump", help="a file for what was not as expected")
    options = parser.parse_args()
    jobs = jobs_of(options.seed, options.count, options.rights, options.pairs, options.only)
    began = time.time()
    counts, bad = run(options.address, jobs, options.processes)
    print_tables(counts)
    print(f"\n{len(jobs)} submissions in {time.time() - began:.0f} s")
    if options.dump:
        with open(options.dump, "w") as file:
            file.writelines(json.dumps(told, default=str) + "\n" for told in bad)


if __name__ == "__main__":
    main()
