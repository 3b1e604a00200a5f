"""/check names the mistakes of an independent learner, and never calls a right submission wrong.

A sample of what detection.py measures at length.
"""

from collections import Counter

import detection
import pytest

SEED = 20


@pytest.fixture(scope="module")
def counted(address):
    jobs = detection.jobs_of(SEED, count=1, rights=1000, pairs=150)
    faulty = [job for job in jobs if job[0] in ("mistake", "shape")]
    return detection.run(address, faulty[::2] + [j for j in jobs if j[0] in ("pair", "right")])


def rows(counts, table):
    return sum((c for (t, _), c in counts.items() if t == table), Counter())


def shown(bad, *outcomes):
    return [(b["outcome"], b["job"], b["fault"]) for b in bad if b["outcome"] in outcomes][:10]


def test_no_right_submission_is_called_wrong(counted):
    counts, bad = counted
    right = rows(counts, "right")
    assert right["wrong"] == right["refused"] == 0, shown(bad, "wrong", "refused")
    assert right["other convention told"] == 0, shown(bad, "other convention told")


def test_mistakes_are_named_or_rightly_called_ambiguous(counted):
    counts, bad = counted
    faulty = rows(counts, "mistake") + rows(counts, "shape")
    assert detection.rate_of(faulty) >= 0.99, shown(bad, *detection.BAD)


def test_first_of_two_mistakes_is_named_and_the_other_judged_given_it(counted):
    counts, bad = counted
    pairs = rows(counts, "pair")
    told = pairs["both_named"] + pairs["judged"]
    assert told >= 0.9 * pairs.total(), shown(bad, "first_missed", "other_missed")
