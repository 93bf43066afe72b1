"""The invented list of codes that finding is measured on: as long as asked, the same each time."""

from random import Random

from varda.cli.bench.codes import typed


def test_every_letter_of_what_is_typed_is_measured() -> None:
    ready, held, taken = typed(500, Random(1))
    assert held == 500
    assert ready > 0
    assert len(taken) > 500
    assert len(typed(500, Random(1))[2]) == len(taken)
