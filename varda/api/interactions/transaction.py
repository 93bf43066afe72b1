"""transaction and batch: many interactions in one request. http://hl7.org/fhir/R4/http.html#transaction"""

from collections.abc import Awaitable, Callable

from varda.api import bundle, outcome
from varda.api.answer import Answer
from varda.api.call import Call
from varda.api.written import told
from varda.fhir.bundle import Entry
from varda.record import Record, bundles

Inside = Callable[[Record, Call], Awaitable[Answer]]


def transaction(inside: Inside) -> Inside:
    """The interaction; `inside` answers the GETs of a bundle as if each had come alone."""

    async def answer(record: Record, call: Call) -> Answer:
        plan = await bundles.read(await call.resource())

        async def ask(record: Record, entry: Entry) -> bundles.Answer:
            known = {b"if-none-match": entry.if_none_match.encode()} if entry.if_none_match else {}
            answer = await inside(record, call.inner(entry.url, known))
            tag = dict(answer.headers).get(b"etag", b"")
            body = b"" if entry.method == "HEAD" else answer.body
            return bundles.Answer(answer.status, body=body, etag=tag.decode())

        if plan.kind == "batch":
            answers = await bundles.batch(record, plan, ask=ask)
        else:
            answers = await bundles.transaction(record, plan, ask=ask)
        # Nobody who sends a thousand items wants them all back, unless they say so.
        returned = call.preference.returned if call.header(b"prefer") else "minimal"
        entries = [_entry(call.base, one, returned) for one in answers]
        return Answer(200, bundle.bundle(f"{plan.kind}-response", entries))

    return answer


def _entry(base: str, answer: bundles.Answer, returned: str) -> bytes:
    if answer.fault is not None:
        failed = outcome.encoded(answer.fault.problems, answer.fault.number)
        return bundle.other_entry(answer.status, outcome=failed)
    stored = answer.stored
    if stored is None:
        return bundle.other_entry(answer.status, resource=answer.body, etag=answer.etag)
    body = stored.body if returned == "representation" else b""
    said = outcome.encoded([told(stored)]) if returned == "OperationOutcome" else b""
    return bundle.stored_entry(base, stored, answer.status, resource=body, outcome=said)
