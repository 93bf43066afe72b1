"""What is known of how a patient lives, whatever else has been observed since."""

from varda.care.living.model import CODES, Answer, answers
from varda.record import Record

_MOST = 200


async def known(record: Record, patient_id: str) -> dict[str, list[Answer]]:
    """The answers by code, each newest first."""
    asked = [("patient", f"Patient/{patient_id}"), ("code", ",".join(sorted(CODES))), ("_count", str(_MOST))]
    page = await record.search("Observation", asked)
    return answers(one.resource for one in page.matches)
