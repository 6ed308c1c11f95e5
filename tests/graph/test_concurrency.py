"""Threads and asynchronous tasks: one graph's passes, and whose no_grad it is."""

import asyncio
import sys
import threading

import numpy as np
import pytest

from micrograd_act import Tensor, Value, no_grad


@pytest.fixture
def fast_switching():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def in_threads(*functions):
    """Run the functions at once; raise what one of them raised."""
    errors = []
    start = threading.Barrier(len(functions))

    def guarded(function):
        try:
            start.wait(10)
            function()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(f,), daemon=True) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


@pytest.mark.usefixtures("fast_switching")
@pytest.mark.parametrize("shared_graph", [False, True])
def test_passes_in_parallel_over_shared_leaves(shared_graph):
    w, t = Value(1.0), Tensor([1.0, 2.0], requires_grad=True)

    def graph():
        y = w
        for _ in range(20):
            y = y + w * 0.5
        return (y * t).sum()

    one = graph()

    def work():
        for _ in range(30):
            (one if shared_graph else graph()).backward()

    in_threads(work, work, work)
    assert w.grad == 90 * 3 * 11
    assert t.grad.tolist() == [90 * 11] * 2


@pytest.mark.usefixtures("fast_switching")
def test_a_reader_in_another_thread_sees_whole_gradients_only():
    w = Value(1.0)
    y = w
    for _ in range(50):
        y = y + w
    seen = set()
    done = threading.Event()

    def work():
        for _ in range(100):
            y.backward()
        done.set()

    def read():
        while not done.is_set():
            seen.add(w.grad)

    in_threads(work, read)
    assert seen <= {None, *(51.0 * k for k in range(101))}


@pytest.mark.usefixtures("fast_switching")
def test_graphs_built_in_parallel_keep_inputs_older_than_results():
    w = Value(2.0)
    results = []

    def work():
        for _ in range(200):
            y = w * w + w
            y.backward()
            results.append(y.inputs[0].grad)

    in_threads(work, work, work)
    assert w.grad == 600 * 5.0
    assert results == [1.0] * 600


def test_no_grad_belongs_to_the_thread():
    w = Value(1.0)
    entered, checked = threading.Event(), threading.Event()
    seen = {}

    def inside():
        with no_grad():
            entered.set()
            assert checked.wait(10)
            seen["inside"] = (w * 2).requires_grad

    def outside():
        assert entered.wait(10)
        seen["outside"] = (w * 2).requires_grad
        checked.set()

    in_threads(inside, outside)
    assert seen == {"inside": False, "outside": True}


def test_no_grad_belongs_to_the_task():
    w = Value(1.0)

    async def tracked(seconds, off, context):
        if not off:
            await asyncio.sleep(seconds)
            return [(w * 2).requires_grad]
        with context:
            before = (w * 2).requires_grad
            await asyncio.sleep(seconds)
            return [before, (w * 2).requires_grad]

    async def together(contexts):
        return await asyncio.gather(
            tracked(0.003, True, contexts[0]),
            tracked(0.001, False, None),
            tracked(0.002, True, contexts[1]),
            tracked(0.001, True, contexts[2]),
        )

    wanted = [[False, False], [True], [False, False], [False, False]]
    assert asyncio.run(together([no_grad() for _ in range(3)])) == wanted
    assert asyncio.run(together([no_grad()] * 3)) == wanted
    for seconds in ((0.001, 0.003), (0.003, 0.001)):
        shared = no_grad()

        async def pair(shared=shared, seconds=seconds):
            return await asyncio.gather(*(tracked(s, True, shared) for s in seconds))

        assert asyncio.run(pair()) == [[False, False], [False, False]]
    assert (w * 2).requires_grad


def test_no_grad_nests_and_ends_with_an_error():
    w = Value(1.0)
    context = no_grad()
    with context:
        with context:
            assert not (w * 2).requires_grad
        assert not (w * 2).requires_grad
    assert (w * 2).requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        _ = 1 / 0
    assert (w * 2).requires_grad


def test_no_grad_as_a_decorator():
    w = Value(1.0)

    @no_grad()
    def double(x, *, deeper=0):
        """Double it."""
        if deeper:
            double(x, deeper=deeper - 1)
        return x * 2

    assert double.__name__ == "double"
    assert not double(w).requires_grad
    assert not double(w, deeper=3).requires_grad
    assert (w * 2).requires_grad


def test_a_decorated_function_in_several_threads():
    w = Value(1.0)
    inside = threading.Barrier(3)
    seen = []

    @no_grad()
    def work(order):
        inside.wait(10)
        seen.append((w * 2).requires_grad)
        for turn in range(3):
            inside.wait(10)
            if turn == order:
                return

    def run(order):
        work(order)
        for _ in range(2 - order):
            inside.wait(10)
        assert (w * 2).requires_grad

    in_threads(lambda: run(2), lambda: run(0), lambda: run(1))
    assert seen == [False] * 3


def test_a_decorated_generator_or_coroutine_works_or_is_refused():
    w = Value(1.0)

    def generator():
        yield (w * 2).requires_grad

    async def coroutine():
        return (w * 2).requires_grad

    for function, run in (
        (generator, lambda f: next(f())),
        (coroutine, lambda f: asyncio.run(f())),
    ):
        try:
            decorated = no_grad()(function)
        except TypeError:
            continue
        assert run(decorated) is False


def test_under_no_grad_results_hold_no_graph():
    w, t = Value(1.0), Tensor([1.0], requires_grad=True)
    with no_grad():
        for node in (w * 2, w + 1, -w, w.tanh(), t * 2, t.sum(), t[0], t @ np.ones(1), w * t, w**2):
            assert not node.requires_grad
            assert node.inputs == ()
            assert node.op is None
        made = Value(2.0)
        assert made.requires_grad
        assert Tensor([1.0], requires_grad=True).requires_grad
    (made * 2).backward()
    assert made.grad == 2.0
