"""What `varda bench --law` says it compares; the measuring itself is no test."""

from dataclasses import replace

from varda.cli.bench.figures import Added
from varda.cli.bench.law import VARIANTS


def test_each_variant_is_held_beside_one_that_differs_by_its_blocks_alone() -> None:
    known = {one.patient: one for one in VARIANTS}
    assert len(known) == len(VARIANTS)
    for one in VARIANTS:
        if one.beside:
            beside = known[one.beside]
            alike = replace(one, is_blocked=False, blocks=0, all_time=True)
            assert alike == replace(beside, patient=one.patient, name=one.name, beside=one.beside)
    sizes = [one.others for one in VARIANTS if one.is_blocked]
    assert sizes == [1, 100, 10_000, 2_000, 10_000, 10_000, 10_000]
    assert [one.blocks for one in VARIANTS if one.blocks] == [1, 100, 10_000]


def test_a_budget_is_of_the_median_and_its_edge_is_kept() -> None:
    told = [Added("a read", "ms", p50, 9.0, 1.0).told() for p50 in (-0.2, 1.0, 1.01)]
    assert [one["kept"] for one in told] == [True, True, False]
