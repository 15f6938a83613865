"""The laws of exercises proved beside the other tests: by processes that work when nobody else wants a core."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor

import pytest

SEEDS = 20
LONGEST_FIRST = ("computational_graph", "himmelblau", "mlp_backward", "chain_rule", "two_layer_classifier")
POOL = pytest.StashKey[ProcessPoolExecutor]()
PROOFS = pytest.StashKey[dict[str, Future]]()


def prove(name: str):
    """The broken laws, and for each misconception how often each name was given to it."""
    import torch

    import assignments
    from grader.verifying import laws, matrix

    torch.set_num_threads(1)
    exercise = assignments.find(name)
    broken = [result for result in laws(exercise, SEEDS) if not result.passed]
    return broken, {thought.name: dict(named) for thought, named in matrix(exercise, SEEDS).items()}


def wants_proof(item: pytest.Item) -> bool:
    return "proofs" in getattr(item, "fixturenames", ())


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is asked for begins before the first test, the longest first; the tests that wait for it come last."""
    names = {item.callspec.params["name"] for item in session.items if wants_proof(item)}
    if not names or session.config.option.collectonly:
        return
    cores = len(os.sched_getaffinity(0))
    pool = ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), initializer=os.nice, initargs=(19,))
    order = sorted(names, key=lambda name: (name not in LONGEST_FIRST, name))
    session.config.stash[POOL] = pool
    session.config.stash[PROOFS] = {name: pool.submit(prove, name) for name in order}


def pytest_unconfigure(config: pytest.Config) -> None:
    if pool := config.stash.get(POOL, None):
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


@pytest.fixture(scope="session")
def proofs(pytestconfig: pytest.Config) -> dict[str, Future]:
    """The proof of each exercise that is asked for, done or under way."""
    return pytestconfig.stash[PROOFS]
