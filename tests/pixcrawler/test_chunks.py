"""Workers start, finish and fail the chunks of a job: counters, progress and status stay right."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

STATE = """
    SELECT status, progress, total_chunks, active_chunks, completed_chunks, failed_chunks,
        downloaded_images, valid_images
    FROM crawl_jobs WHERE id = %s
"""


@pytest.fixture
def job(pixcrawler):
    return pixcrawler.populate("ada@example.com").ids["crawl_jobs"]


def state(connection, job):
    return connection.execute(STATE, (job,)).fetchone()


def names(connection, job):
    return connection.execute("SELECT task_ids FROM crawl_jobs WHERE id = %s", (job,)).fetchone()[0]


def call(connection, function, job, *arguments):
    marks = ", ".join(["%s"] * (1 + len(arguments)))
    return connection.execute(f"SELECT {function}({marks})", (job, *arguments)).fetchone()[0]


def test_a_job_from_queue_to_end(backend, job):
    assert call(backend, "queue_chunks", job, ["a", "b", "c", "d"]) == 4
    assert state(backend, job) == ("pending", 0, 4, 0, 0, 0, 0, 0)
    assert call(backend, "start_chunk", job, "c")
    assert call(backend, "start_chunk", job, "a")
    assert state(backend, job) == ("running", 0, 4, 2, 0, 0, 0, 0)
    assert call(backend, "complete_chunk", job, "a", 10, 7)
    assert state(backend, job) == ("running", 25, 4, 1, 1, 0, 10, 7)
    assert call(backend, "fail_chunk", job, "c")
    assert state(backend, job) == ("running", 50, 4, 0, 1, 1, 10, 7)
    assert call(backend, "complete_chunk", job, "d", 5, 5)
    assert call(backend, "complete_chunk", job, "b")
    assert state(backend, job) == ("completed", 100, 4, 0, 3, 1, 15, 12)
    assert sorted(names(backend, job)) == ["a", "b", "c", "d"]
    times = "SELECT started_at <= completed_at FROM crawl_jobs WHERE id = %s"
    assert backend.execute(times, (job,)).fetchone() == (True,)


def test_a_job_of_which_every_chunk_failed_has_failed(backend, job):
    call(backend, "queue_chunks", job, ["a", "b"])
    assert call(backend, "fail_chunk", job, "a")
    assert call(backend, "fail_chunk", job, "b")
    assert state(backend, job)[:6] == ("failed", 100, 2, 0, 0, 2)


def test_a_finished_chunk_is_counted_once(backend, job):
    call(backend, "queue_chunks", job, ["a", "b", "c"])
    assert [call(backend, "complete_chunk", job, "a", 10, 10) for _ in range(3)] == [True, False, False]
    assert not call(backend, "fail_chunk", job, "a")
    assert not call(backend, "start_chunk", job, "a")
    assert [call(backend, "fail_chunk", job, "b") for _ in range(2)] == [True, False]
    assert not call(backend, "complete_chunk", job, "b", 10, 10)
    assert state(backend, job) == ("running", 66, 3, 0, 1, 1, 10, 10)


def test_a_failed_chunk_can_be_tried_again(backend, job):
    call(backend, "queue_chunks", job, ["a"])
    call(backend, "fail_chunk", job, "a")
    assert call(backend, "start_chunk", job, "a")
    assert state(backend, job)[:6] == ("running", 0, 1, 1, 0, 0)
    assert backend.execute("SELECT completed_at FROM crawl_jobs WHERE id = %s", (job,)).fetchone() == (None,)
    assert call(backend, "complete_chunk", job, "a")
    assert state(backend, job)[:6] == ("completed", 100, 1, 0, 1, 0)


def test_a_chunk_can_be_taken_over_from_a_worker_that_is_gone(backend, job):
    call(backend, "queue_chunks", job, ["a", "b"])
    assert [call(backend, "start_chunk", job, "a") for _ in range(2)] == [True, True]
    assert state(backend, job)[3] == 1


def test_queueing_again_adds_only_what_is_new(backend, job):
    assert call(backend, "queue_chunks", job, ["a", "b", "a", None]) == 2
    assert call(backend, "queue_chunks", job, ["b", "c"]) == 1
    assert call(backend, "queue_chunks", job, []) == 0
    assert (names(backend, job), state(backend, job)[2]) == (["a", "b", "c"], 3)


def test_a_cancelled_job_starts_nothing_and_still_counts_what_finishes(backend, job):
    call(backend, "queue_chunks", job, ["a", "b"])
    call(backend, "start_chunk", job, "a")
    backend.execute("UPDATE crawl_jobs SET status = 'cancelled' WHERE id = %s", (job,))
    assert not call(backend, "start_chunk", job, "b")
    assert call(backend, "complete_chunk", job, "a")
    assert call(backend, "complete_chunk", job, "b")
    assert state(backend, job)[:6] == ("cancelled", 100, 2, 0, 2, 0)


def test_a_job_may_know_how_many_chunks_it_has_before_their_names(backend, job):
    backend.execute("UPDATE crawl_jobs SET total_chunks = 2, active_chunks = 2 WHERE id = %s", (job,))
    assert call(backend, "complete_chunk", job, "a")
    assert call(backend, "complete_chunk", job, "b")
    assert not call(backend, "complete_chunk", job, "a")
    assert state(backend, job)[:6] == ("completed", 100, 2, 0, 2, 0)


@pytest.mark.parametrize("function", ["start_chunk", "complete_chunk", "fail_chunk"])
@pytest.mark.parametrize(("other_job", "name"), [(0, "z"), (0, None), (1000, "a")])
def test_a_chunk_that_is_not_there_is_an_error(backend, job, function, other_job, name):
    call(backend, "queue_chunks", job, ["a"])
    with pytest.raises(psycopg.errors.NoDataFound):
        call(backend, function, job + other_job, name)
    assert state(backend, job)[:6] == ("pending", 0, 1, 0, 0, 0)


def test_images_that_break_a_rule_undo_the_whole_report(backend, job):
    call(backend, "queue_chunks", job, ["a"])
    with pytest.raises(psycopg.errors.CheckViolation):
        call(backend, "complete_chunk", job, "a", 1, 2)
    assert state(backend, job) == ("pending", 0, 1, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "call_", ["complete_chunk(%s, 'a', -1, 0)", "complete_chunk(%s, 'a', 0, -1)", "move_chunk(%s, 'a', 'x')"]
)
def test_a_report_that_makes_no_sense_is_an_error(backend, job, call_):
    call(backend, "queue_chunks", job, ["a"])
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        backend.execute(f"SELECT {call_}", (job,))
    assert state(backend, job) == ("pending", 0, 1, 0, 0, 0, 0, 0)


def test_counters_that_a_client_sets_itself_are_followed_too(backend, job):
    backend.execute("UPDATE crawl_jobs SET total_chunks = 3, active_chunks = 3 WHERE id = %s", (job,))
    assert state(backend, job)[:2] == ("running", 0)
    step = (
        "UPDATE crawl_jobs SET active_chunks = active_chunks - 1, completed_chunks = completed_chunks + 1 WHERE id = %s"
    )
    for expected in (("running", 33), ("running", 66), ("completed", 100)):
        backend.execute(step, (job,))
        assert state(backend, job)[:2] == expected
    with pytest.raises(psycopg.errors.CheckViolation):
        backend.execute(step, (job,))


@pytest.mark.parametrize("role", ["anon", "authenticated"])
@pytest.mark.parametrize(
    "function",
    [
        "queue_chunks(1, '{a}')",
        "start_chunk(1, 'a')",
        "complete_chunk(1, 'a')",
        "fail_chunk(1, 'a')",
        "move_chunk(1, 'a', 'active')",
    ],
)
def test_users_cannot_call_what_workers_call(pixcrawler, role, function):
    with pixcrawler.connected(role) as visitor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        visitor.execute(f"SELECT {function}")


def test_random_reports_keep_counters_and_names_in_step(backend, job):
    chunks = [f"chunk {n}" for n in range(12)]
    call(backend, "queue_chunks", job, chunks)
    is_ = dict.fromkeys(chunks, "waiting")
    pick = random.Random(20260101)  # noqa: S311 - chosen by chance, not secret
    for _ in range(400):
        chunk, verb = pick.choice(chunks), pick.choice(["start", "complete", "fail"])
        done = call(backend, f"{verb}_chunk", job, chunk)
        before = is_[chunk]
        assert done == (before in {"waiting", "active"} or (before == "failed" and verb == "start"))
        if done:
            is_[chunk] = {"start": "active", "complete": "completed", "fail": "failed"}[verb]
        counts = Counter(is_.values())
        finished = counts["completed"] + counts["failed"]
        assert state(backend, job)[1:6] == (
            finished * 100 // 12, 12, counts["active"], counts["completed"], counts["failed"],
        )  # fmt: skip
        assert sorted(names(backend, job)) == sorted(chunks)


# Many workers at once ------------------------------------------------------------------------------------------------


def test_fifty_workers_finish_a_thousand_chunks(backend, job, sessions):
    chunks = [f"chunk {n}" for n in range(1000)]
    call(backend, "queue_chunks", job, chunks)
    fails = set(chunks[::10])
    # Every chunk is handed out twice, as a queue does that delivers at least once.
    todo = chunks * 2
    random.Random(1).shuffle(todo)  # noqa: S311 - chosen by chance, not secret

    def work(share):
        worker, mine = share
        counted = 0
        for chunk in mine:
            if call(worker, "start_chunk", job, chunk):
                counted += (
                    call(worker, "fail_chunk", job, chunk)
                    if chunk in fails
                    else call(worker, "complete_chunk", job, chunk, 3, 2)
                )
        return counted

    workers = sessions("service_role", 50)
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(work, zip(workers, (todo[n::50] for n in range(50)), strict=True)))
    assert state(backend, job) == ("completed", 100, 1000, 0, 900, 100, 2700, 1800)
    assert sorted(names(backend, job)) == sorted(chunks)


def test_chunks_that_everybody_reports_are_counted_once(backend, job, sessions):
    chunks = [f"chunk {n}" for n in range(20)]
    call(backend, "queue_chunks", job, chunks)

    def work(worker):
        return sum(call(worker, "complete_chunk", job, chunk, 1, 1) for chunk in chunks)

    with ThreadPoolExecutor(50) as pool:
        counted = list(pool.map(work, sessions("service_role", 50)))
    assert sum(counted) == 20
    assert state(backend, job) == ("completed", 100, 20, 0, 20, 0, 20, 20)


def test_terminated_sessions_change_nothing(pixcrawler, backend, job, sessions):
    chunks = [f"chunk {n}" for n in range(1000)]
    call(backend, "queue_chunks", job, chunks)
    counted, terminated, lock = Counter(), [], threading.Lock()

    def work(share):
        worker, mine = share
        for chunk in mine:
            try:
                done = call(worker, "complete_chunk", job, chunk, 1, 1)
            except psycopg.OperationalError:
                terminated.append(worker)
                return
            with lock:
                counted[chunk] += done

    workers = sessions("service_role", 20)
    with ThreadPoolExecutor(20) as pool, pixcrawler.connected("supabase_admin") as admin:
        running = pool.map(work, zip(workers, (chunks[n::20] for n in range(20)), strict=True))
        for victim in workers[:10]:
            time.sleep(0.02)
            admin.execute("SELECT pg_terminate_backend(%s)", (victim.info.backend_pid,))
        list(running)
    assert terminated

    # A report whose answer was lost may have been counted or not; reporting it again settles it.
    for chunk in chunks:
        call(backend, "complete_chunk", job, chunk, 1, 1)
    assert max(counted.values()) == 1
    assert state(backend, job) == ("completed", 100, 1000, 0, 1000, 0, 1000, 1000)


WORKER = """
import sys, psycopg
url, job, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with psycopg.connect(url, autocommit=True) as worker:
    worker.execute("SET ROLE service_role")
    print("ready", flush=True)
    for n in range(first, 1000, 4):
        with worker.transaction():
            worker.execute("SELECT start_chunk(%s, %s)", (job, f"chunk {n}"))
            worker.execute("SELECT complete_chunk(%s, %s, 1, 1)", (job, f"chunk {n}"))
            worker.execute("SELECT pg_sleep(0.005)")
"""


def test_killed_worker_processes_leave_no_half_chunk(pixcrawler, backend, job):
    chunks = [f"chunk {n}" for n in range(1000)]
    call(backend, "queue_chunks", job, chunks)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, pixcrawler.url, str(job), str(first)], stdout=subprocess.PIPE, text=True
        )
        for first in range(4)
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    time.sleep(0.3)
    for worker in workers:
        worker.kill()
        worker.communicate()

    # The server notices a client that is gone when it next reads from it.
    gone = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 10
    while backend.execute(gone).fetchone() != (0,) and time.monotonic() < deadline:
        time.sleep(0.02)
    _, progress, total, active, completed, failed, downloaded, valid = state(backend, job)
    assert (total, active, failed) == (1000, 0, 0)
    assert 0 < completed < 1000
    assert (downloaded, valid, progress) == (completed, completed, completed // 10)
    finished = names(backend, job)[:completed]
    assert sum(call(backend, "complete_chunk", job, chunk) for chunk in finished) == 0
    assert sum(call(backend, "complete_chunk", job, chunk) for chunk in chunks) == 1000 - completed
