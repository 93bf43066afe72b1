"""Signing answers: who has seen which version, and when. A critical value is acknowledged by its name."""

from collections.abc import Sequence
from typing import Any

from varda.care.facts import instant
from varda.care.results.model import Answer, Reading
from varda.care.results.queries import one_answer
from varda.kernel.errors import Refused, Stale, Unprocessable
from varda.record import Record
from varda.record.answers import ACTIVITY


async def sign(record: Record, type_: str, id_: str, mark: str) -> Answer:
    """Sign an answer in the versions that were shown (`Answer.mark`). Raises `Stale` when it has changed since."""
    found = await _shown(record, type_, id_, mark)
    if not found.is_signed:
        await _keep(record, found)
    return found


async def sign_normal(record: Record, shown: Sequence[tuple[str, str, str]]) -> int:
    """Sign several (type, id, mark), all or none, where each is normal; gives how many. Raises `Unprocessable`."""
    found = [await _shown(record, *one) for one in shown]
    if not found:
        raise Unprocessable("No answer was chosen.")
    if any(one.urgency != "normal" for one in found):
        raise Unprocessable("Only answers that their laboratory has judged to be normal are signed together.")
    for one in found:
        if not one.is_signed:
            await _keep(record, one)
    return len(found)


def named(reading: Reading) -> str:
    """A critical value by name, as the signature says it: `P-Kalium 6.8 mmol/l`."""
    value = reading.value
    said = f"{value.comparator}{value.value:f} {value.unit}" if value else reading.text
    return f"{reading.name} {said}".strip()


async def _shown(record: Record, type_: str, id_: str, mark: str) -> Answer:
    found = await one_answer(record, type_, id_)
    if found.mark != mark:
        raise Stale("This answer has changed since you read it. Read it again, and sign what it says now.")
    if not may_sign(record.powers, found):
        raise Refused("Your role does not sign answers of this kind.")
    return found


def may_sign(powers: Any, found: Answer) -> bool:
    """Whether the role signs answers of this kind: those of a laboratory, or of imaging."""
    return bool(powers.does("results.sign") and all(powers.signs(one) for one in found.functions))


async def _keep(record: Record, found: Answer) -> None:
    session = record.session
    shown = f"{session.name}, {session.title}" if session.title else session.name
    signature: dict[str, Any] = {
        "resourceType": "Provenance",
        "target": [{"reference": name} for name in (*found.targets, f"Patient/{found.patient}")],
        "recorded": instant(record.now),
        "activity": {"coding": [ACTIVITY]},
        "agent": [
            {
                "who": {"reference": session.practitioner, "display": shown},
                "onBehalfOf": {"reference": f"Organization/{session.organization}", "display": session.unit_name},
            }
        ],
    }
    if found.critical:
        text = "Kritiskt: " + ", ".join(named(one) for one in found.critical)
        signature["reason"] = [{"text": text}]
    await record.create(signature)
