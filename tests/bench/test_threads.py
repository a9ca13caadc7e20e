"""Pools of threads are held and let go."""

import importlib

import numpy as np

from astrolens.bench.threads import one_thread

threadpool_info = importlib.import_module("threadpoolctl").threadpool_info


def test_one_thread_inside_and_as_before_outside() -> None:
    np.ones((2, 2)) @ np.ones((2, 2))
    before = [pool["num_threads"] for pool in threadpool_info()]
    with one_thread():
        assert {pool["num_threads"] for pool in threadpool_info()} <= {1}
    after = [pool["num_threads"] for pool in threadpool_info()]
    assert after[: len(before)] == before
