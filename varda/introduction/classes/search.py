"""Searches of CP-SAT: a stop brings the one that runs, and all after it, to their end with the best so far."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

_HURRY = 3.0  # seconds of each search that comes after a stop


class Search:
    """How plans are searched for. `is_stopped`: what is found may be less than there is."""

    def __init__(self) -> None:
        self.is_stopped = False
        self._solver: Any = None

    def stop(self) -> None:
        """Be content with what is found so far."""
        self.is_stopped = True
        if self._solver is not None:
            self._solver.stop_search()

    def best(self, model: Any, seconds: float, near: float, watching: Any = None) -> tuple[Any, bool]:
        """The solver after a search of so many seconds at most, or so near to the best, and whether it found anything.

        It searches in a thread beside, and its own catching of Ctrl+C is off: that leaves the program deaf to the next.
        """
        from ortools.sat.python import cp_model  # half a second and 100 MB; only who reckons needs it

        solver = self._solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = min(seconds, _HURRY) if self.is_stopped else seconds
        solver.parameters.num_workers, solver.parameters.relative_gap_limit = 2, near
        solver.parameters.catch_sigint_signal = False
        with ThreadPoolExecutor(1) as beside:
            try:
                status = beside.submit(solver.solve, model, watching).result()
            except BaseException:
                solver.stop_search()
                raise
            finally:
                self._solver = None
        return solver, status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
