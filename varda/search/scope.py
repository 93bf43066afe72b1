"""Which patients a question names: what it can be answered from, and what the log says that it was about."""

from collections.abc import Iterator, Sequence

from varda.search.kinds.reference import Pointer
from varda.search.plan import Ask, Chain, Criterion, Reverse


def compartments(type_: str, ask: Ask) -> list[int]:
    """The patients that a match belongs to one of: `patient=1`, `subject=Patient/1`, a Patient by `_id`; [] if any."""
    if type_ == "Patient" and ask.meaning.code == "_id" and not ask.modifier:
        return sorted(set(ask.values))
    if not ask.meaning.compartment or ask.modifier not in ("", "Patient"):
        return []
    found = {value.compartment for value in ask.values if isinstance(value, Pointer)}
    return [] if 0 in found else sorted(found)


def is_of_one(type_: str, criteria: Sequence[Criterion]) -> bool:
    """Whether the matches are one patient's items."""
    return any(len(compartments(type_, one)) == 1 for one in criteria if isinstance(one, Ask))


def is_of_few(type_: str, criteria: Sequence[Criterion]) -> bool:
    """Whether the matches are some patients' items, or items named by `_id`, and not anybody's."""
    asks = [criterion for criterion in criteria if isinstance(criterion, Ask)]
    return any(compartments(type_, ask) or (ask.meaning.code == "_id" and not ask.modifier) for ask in asks)


def named(criterion: Criterion) -> Iterator[int]:
    """The compartments of all patients that a criterion names by id, inside chains and `_has` too."""
    if isinstance(criterion, Chain):
        for _, inside in criterion.inside:
            yield from named(inside)
    elif isinstance(criterion, Reverse):
        yield from named(criterion.inside)
    elif not isinstance(criterion, Ask):
        return
    elif criterion.meaning.name == "Patient._id":
        yield from (value for value in criterion.values if isinstance(value, int))
    else:
        yield from (value.compartment for value in criterion.values if isinstance(value, Pointer) and value.compartment)
