"""A search that is stopped gives the best so far, at once; and so do those that come after it (F202)."""

import random
import time
from threading import Timer
from typing import Any

from ortools.sat.python import cp_model

from varda.introduction.classes import Search


def hard() -> Any:
    """A model that takes minutes to be proved."""
    chance, model = random.Random(1), cp_model.CpModel()
    some = [model.new_bool_var("") for _ in range(400)]
    for _ in range(300):
        model.add(sum(chance.randint(1, 50) * one for one in chance.sample(some, 60)) <= 300)
    model.maximize(sum(chance.randint(1, 100) * one for one in some))
    return model


def test_a_stop_ends_the_search_that_runs_and_hurries_those_after_it() -> None:
    search = Search()
    Timer(1.0, search.stop).start()
    begun = time.monotonic()
    solver, is_found = search.best(hard(), 120, 0.0)
    assert is_found
    assert solver.objective_value < solver.best_objective_bound
    assert search.is_stopped
    _, is_found = search.best(hard(), 120, 0.0)
    assert is_found
    assert time.monotonic() - begun < 60


def test_a_search_in_which_nothing_can_be_found_says_so() -> None:
    model = cp_model.CpModel()
    one = model.new_bool_var("")
    model.add(one >= 1)
    model.add(one <= 0)
    _, is_found = Search().best(model, 5, 0.0)
    assert not is_found
