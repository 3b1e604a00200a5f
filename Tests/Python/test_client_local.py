"""A service for the length of a session: it starts, and it ends with whoever has started it."""

import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from trainings import eventually

import gradientd
from gradientd import service
from gradientd.service import find_program


def listens(url):
    try:
        gradientd.Client(url, retry=gradientd.Retry(attempts=1)).limits()
    except gradientd.NotReachable:
        return False
    return True


def test_it_answers_until_it_is_closed():
    with gradientd.local() as client:
        assert client.forward([{"units": 1}], np.ones((2, 3))).outputs.shape == (1, 3)
        own = client.service
        assert own.is_running and eventually(lambda: "/forward" in own.log())
    assert not own.is_running and not listens(own.url)
    own.close()  # Twice does no harm.


def test_options_are_those_of_the_program():
    with gradientd.local(max_body="1M", allowed_host=["a.example", "b.example"]) as client:
        assert client.limits()["request"]["body_bytes"] == 2**20


def test_two_at_once_have_ports_of_their_own():
    with gradientd.local() as one, gradientd.local() as other:
        assert one.url != other.url and one.limits() and other.limits()


def test_it_is_no_longer_running_when_it_was_killed():
    with gradientd.LocalService() as own:
        os.kill(own.pid, signal.SIGKILL)
        assert eventually(lambda: not own.is_running) and not listens(own.url)


def python(program):
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], text=True,
                            stdout=subprocess.PIPE, stdin=subprocess.PIPE)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None])
def test_it_ends_with_the_process_that_started_it(end):
    session = python("""
        import gradientd
        client = gradientd.local()
        print(client.url, flush=True)
        input()
    """)
    url = session.stdout.readline().strip()
    assert listens(url)
    if end is None:
        session.communicate("\n", timeout=30)  # It comes to its end by itself.
    else:
        session.send_signal(end)
        session.communicate(timeout=30)
    assert eventually(lambda: not listens(url))


def test_it_outlives_the_thread_that_started_it():
    session = python("""
        import gradientd, threading
        started = []
        thread = threading.Thread(target=lambda: started.append(gradientd.local()))
        thread.start()
        thread.join()
        print(started[0].limits()["request"]["layers"], flush=True)
    """)
    told, _ = session.communicate(timeout=30)
    assert told.strip() == "1000"


def test_an_interrupt_of_a_cell_is_none_of_the_service():
    with gradientd.local() as client:
        with pytest.raises(KeyboardInterrupt):
            os.killpg(os.getpgid(0), 0)  # There is a group to be interrupted.
            signal.raise_signal(signal.SIGINT)
        assert os.getpgid(client.service._keeper.pid) != os.getpgid(0)
        assert client.limits()["request"]


def test_what_does_not_start_says_why(tmp_path):
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    with pytest.raises(gradientd.StartFailed, match="--no-such-option"):
        gradientd.local(no_such_option=1)
    with pytest.raises(gradientd.StartFailed, match="does not listen"):
        gradientd.LocalService(silent, patience=0.3)
    with pytest.raises(gradientd.StartFailed, match="/nowhere/gradientd"):
        gradientd.local("/nowhere/gradientd")


def test_the_program_is_looked_for_in_order(tmp_path, monkeypatch):
    names = {}
    for place in ("given", "variable", "path", "checkout/.build/release"):
        folder = tmp_path / place
        folder.mkdir(parents=True)
        names[place] = folder / "gradientd"
        names[place].write_text("#!/bin/sh\n")
        names[place].chmod(0o755)
    (tmp_path / "checkout" / "Package.swift").touch()
    (tmp_path / "checkout" / "Notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "checkout" / "Notebooks")
    monkeypatch.setenv("GRADIENTD", str(names["variable"]))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert find_program(names["given"]) == str(names["given"])
    assert find_program() == str(names["variable"])
    monkeypatch.delenv("GRADIENTD")
    assert find_program() == str(names["path"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert find_program() == str(names["checkout/.build/release"])
    monkeypatch.chdir("/")
    monkeypatch.setattr(service, "__file__", "/nowhere/service.py")
    with pytest.raises(gradientd.StartFailed, match="make build"):
        find_program()


def test_it_is_closed_although_a_forked_process_lives_on():
    session = python("""
        import multiprocessing, os, time
        import gradientd
        client = gradientd.local()
        child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
        child.start()
        begin = time.monotonic()
        client.close()
        print(time.monotonic() - begin, os.path.exists(f"/proc/{client.service.pid}"))
        child.kill()
    """)
    seconds, lives = session.communicate(timeout=60)[0].split()
    assert float(seconds) < 10 and lives == "False"


def test_a_forked_process_that_ends_leaves_it_running():
    session = python("""
        import os, sys
        import gradientd
        client = gradientd.local()
        if os.fork() == 0:
            client.close()
            sys.exit()  # With what is registered for the end of an interpreter.
        os.wait()
        print(client.limits()["request"]["body_bytes"] > 0)
    """)
    assert session.communicate(timeout=60)[0] == "True\n"


def test_forked_processes_have_connections_of_their_own():
    session = python("""
        import multiprocessing
        import numpy as np
        import gradientd
        client = gradientd.local()

        def right(number):
            network = [{"W": [[number]], "b": [0.0]}]
            return all(client.forward(network, [[1.0]]).outputs.item() == number
                       for _ in range(100))

        assert right(0.0)  # Leaves a connection open.
        with multiprocessing.get_context("fork").Pool(3) as pool:
            print(all(pool.map(right, [1.0, 2.0, 3.0], chunksize=1)))
        client.close()
    """)
    assert session.communicate(timeout=60)[0] == "True\n"
