"""Trainings outlive the death of the service, to the bit: it is killed at random moments.

KILLS in the environment says how often.
"""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
from crashes import KINDS, Listener, Remains, format_of, look, request, text
from trainings import Server, leave, serving

KILLS = int(os.environ.get("KILLS", "50"))
SEED = int(os.environ.get("SEED", "20"))
AT_ONCE = 5  # runs that have not ended, more than the service does at a time: some are queued
DATA_SEEDS = 2  # different requests of a kind


class Campaign:
    """A service that is killed again and again, while runs are submitted and listened to."""

    def __init__(self, folder):
        self.folder = folder
        self.rng = random.Random(SEED)
        self.server = self.last = None
        self.submitted = {}  # key → request
        self.given_up = set()  # keys that are not sent again, answered or not
        self.runs = {}  # key → run, for those that were answered
        self.listeners = []
        self.remains = []

    def start(self):
        options = [
            "--checkpoint-seconds", self.rng.choice([0.05, 0.2, 1]), "--max-runs", 3,
            "--training-threads", 2, "--kept-runs", 100_000, "--drain-seconds", 5]
        self.server = Server(self.folder, *options)
        assert self.server.url, self.server.end()

    def new(self):
        """A request that has a key of its own."""
        key = f"key {len(self.submitted)}"
        self.submitted[key] = request(
            self.rng.choice(list(KINDS)), self.rng.randrange(DATA_SEEDS))
        return key

    def submit(self, key):
        """Hands a request over, perhaps not for the first time; the run, unless no answer came."""
        try:
            with self.server.client() as client:
                response = leave(client, self.submitted[key], key)
        except httpx.TransportError:
            return None
        assert response.status_code == 202, response.text
        run = response.json()["id"]
        assert response.headers["location"] == f"/runs/{run}"
        if self.runs.setdefault(key, run) != run:
            raise AssertionError(f"{key} is of two runs, {run} and {self.runs[key]}")
        self.listen(run)
        return run

    def listen(self, run):
        if all(listener.run_id != run for listener in self.listeners):
            place, count = lambda: self.server.url, len(self.listeners)
            self.listeners += [
                Listener(run, place, format_of(count // 2 + twin)) for twin in range(2)]

    def unfinished(self):
        return len({listener.run_id for listener in self.listeners if not listener.has_ended})

    def live(self, seconds):
        """Lets time pass, and submits what is wanted."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.unfinished() < AT_ONCE:
                self.submit(self.new())
            time.sleep(min(left, 0.02))

    def kill(self, submitting=None):
        """Kills the service, perhaps a moment after something is being submitted."""
        if submitting is not None:
            thread = threading.Thread(target=self.submit, args=[submitting])
            thread.start()
            if self.rng.random() < 0.5:
                self.given_up.add(submitting)
            time.sleep(self.rng.uniform(0, 0.02))
        status, said = self.server.kill()
        assert status == -9 and not said, said
        if submitting is not None:
            thread.join()
        self.remains.append(Remains(self.folder, self.folder.with_name("copy")))
        assert not self.remains[-1].faults

    def cycle(self, number):
        self.start()
        # What was submitted once before is the same run, whether or not it was answered.
        known = sorted(self.submitted.keys() - self.given_up)
        for key in self.rng.sample(known, min(2, len(known))):
            self.submit(key)
        # Some die as soon as they are there, most when they have stored a checkpoint.
        self.live(self.rng.choice([0, 0.05, 0.5, 1, 1, 2]) * self.rng.uniform(0.5, 1.5))
        self.kill(self.new() if number % 3 == 0 else None)

    def finish(self):
        """Lets every run end; what the service then tells of each, and of its listeners."""
        self.start()
        for listener in self.listeners:
            listener.join(timeout=120)
            assert listener.fault is None, listener.fault
            assert listener.has_ended, listener.heard[-1:]
        with self.server.client() as client:
            # Nobody listens to those that were stored and never answered.
            end = time.monotonic() + 120
            while any(client.get(f"/runs?state={state}").json()["runs"]
                      for state in ("queued", "running")):
                assert time.monotonic() < end
                time.sleep(0.1)
            found = dict(self.all(client))
            wholly = {
                listener.run_id: Listener(listener.run_id, lambda: self.server.url, format_of(0))
                for listener in self.listeners}
            for listener in wholly.values():
                listener.join(timeout=60)
        status, said = self.server.stop()
        assert status == 0 and not said, said
        return found, {run: listener.heard for run, listener in wholly.items()}

    @staticmethod
    def all(client):
        page = {"next": "/runs?limit=7"}
        while "next" in page:
            page = client.get(page["next"]).json()
            for run in page["runs"]:
                yield run["id"], client.get(f"/runs/{run['id']}").json()


def uninterrupted(requests):
    """What a service that nobody kills answers to each of the requests, by its text."""
    different = {text(body): body for body in requests}
    with serving() as client, ThreadPoolExecutor(2) as threads:
        def answer(body):
            response = client.post("/train", json=body)
            assert response.status_code == 200, response.text
            return response.json()

        return dict(zip(different, threads.map(answer, different.values()), strict=True))


def assert_history(run):
    """A row for each epoch that was reported, each once, with what the result's columns have."""
    columns = run["result"]["history"]
    rows = [
        {name: row[name] for name in columns} for row in run["history"]]
    expected = [dict(zip(columns, row)) for row in zip(*columns.values(), strict=True)]
    assert text(rows) == text(expected)


def test_runs_outlive_the_death_of_the_service_to_the_bit(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    campaign = Campaign(folder)
    for number in range(KILLS):
        campaign.cycle(number)
    found, told = campaign.finish()

    right = uninterrupted(campaign.submitted.values())
    expected = {key: text(right[text(body)]) for key, body in campaign.submitted.items()}
    for run in found.values():
        assert run["state"] == "done", run
        assert_history(run)
    # Each that was answered is there, and is what it would have been.
    for key, run in campaign.runs.items():
        assert text(found[run]["result"]) == expected[key], key
    # The others are as they should be, or are not there.
    unanswered = [expected[key] for key in campaign.submitted if key not in campaign.runs]
    others = [run for run in found if run not in campaign.runs.values()]
    for run in others:
        unanswered.remove(text(found[run]["result"]))
    # Nothing is told twice, or not at all.
    for listener in campaign.listeners:
        heard = listener.heard
        assert [event[0] for event in heard] == list(range(1, len(heard) + 1))
        assert heard == told[listener.run_id]
        kinds = [kind for _, kind, _ in heard]
        assert kinds[0] == "started" and kinds.count("started") == 1
        assert kinds[-1] == "done" and kinds.count("done") == 1

    faults, runs = look(folder)
    assert not faults and len(runs) == len(found)
    with serving(folder) as client:  # It starts once more, with all that it knew.
        assert dict(Campaign.all(client)) == found
    remains = campaign.remains
    from_checkpoint = sum(left.from_checkpoint for left in remains)
    from_scratch = sum(left.from_scratch for left in remains)
    again = sum(listener.times > 1 for listener in campaign.listeners)
    print(
        f"{KILLS} kills, {sum(left.from_checkpoint + left.from_scratch > 0 for left in remains)} "
        f"of them with runs at work: {from_checkpoint} went on from a checkpoint, {from_scratch} "
        f"from the beginning, {sum(left.queued for left in remains)} were queued; {len(found)} "
        f"runs, {len(unanswered) + len(others)} requests without an answer, of which {len(others)} "
        f"were stored; {again} of {len(campaign.listeners)} listeners came again, one of them "
        f"{max(listener.times for listener in campaign.listeners)} times")
    assert from_checkpoint > KILLS / 4 and from_scratch > 0 and again > KILLS / 4
