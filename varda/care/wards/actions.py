"""Admitting somebody to a bed."""

from varda.care.contacts import open_contact
from varda.care.wards.queries import beds
from varda.kernel.errors import Conflict
from varda.record import Record


async def admit(record: Record, patient_id: str, bed: str, reason: str = "") -> str:
    """Admit a patient to a bed of my unit; gives the contact's id. Raises `Conflict` when the bed is not free."""
    free = {one.id for one in await beds(record) if one.is_free}
    if bed not in free:
        raise Conflict("That bed is not free any more. Choose another.")
    return await open_contact(record, patient_id, kind="IMP", reason=reason, place=bed)
