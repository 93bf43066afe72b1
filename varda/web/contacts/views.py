"""The forms of contacts, in the writing panel of the chart."""

from starlette.responses import Response

from varda.care import contacts, overview, wards
from varda.web.visit import Visit, page


async def open_form(visit: Visit) -> Response:
    """What kind of contact, and why."""
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
    return visit.page("contacts/_open.html", person=chart.person)


async def open_contact(visit: Visit) -> Response:
    """Open a contact."""
    patient = visit.part("patient")
    async with visit.record() as record:
        await contacts.open_contact(record, patient, kind=visit.said("kind"), reason=visit.said("reason"))
    return visit.go(f"/chart/{patient}")


async def admit_form(visit: Visit) -> Response:
    """The beds of the unit."""
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1, "Encounter": 20})
        beds = await wards.beds(record)
    return visit.page("contacts/_admit.html", person=chart.person, beds=beds, admission=chart.admission)


async def admit(visit: Visit) -> Response:
    """Admit to a bed."""
    patient = visit.part("patient")
    async with visit.record() as record:
        await wards.admit(record, patient, visit.said("bed"), visit.said("reason"))
    return visit.go(f"/chart/{patient}")


async def close(visit: Visit) -> Response:
    """End a contact."""
    async with visit.record() as record:
        await contacts.close_contact(record, visit.part("contact"))
    return visit.go(f"/chart/{visit.part('patient')}/contacts")


ROUTES = [
    page("/chart/{patient}/contacts/open", open_form),
    page("/chart/{patient}/contacts/open", open_contact, "POST"),
    page("/chart/{patient}/contacts/admit", admit_form),
    page("/chart/{patient}/contacts/admit", admit, "POST"),
    page("/chart/{patient}/contacts/{contact}/close", close, "POST"),
]
