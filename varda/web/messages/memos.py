"""Messages about no patient: those that I wrote or that are to me or my unit, one thread, writing and answering."""

from starlette.responses import Response

from varda.care import messages
from varda.care.messages import Thread, Wanted
from varda.kernel.errors import Conflict, Malformed, Unprocessable
from varda.web.visit import Visit, page


async def listed(visit: Visit) -> Response:
    """All threads, and the form."""
    return await _page(visit, Wanted(""), {})


async def send(visit: Visit) -> Response:
    """Send one; what cannot be right comes back at its field."""
    wanted = Wanted(visit.said("text"), visit.said("to"))
    try:
        async with visit.record() as record:
            made = await messages.tell(record, wanted)
    except Unprocessable as wrong:
        return await _page(visit, wanted, wrong.by_path, 422)
    return visit.go(f"/messages/{made}?done=sent")


async def read(visit: Visit) -> Response:
    """One thread, with a field for the answer."""
    return await _thread(visit, "", {})


async def answer(visit: Visit) -> Response:
    """Answer it, to whom the form named, as about a patient; the thread is read with that."""
    wanted = Wanted(visit.said("answer"), visit.said("to"))
    try:
        async with visit.record() as record:
            thread = await messages.one_talk(record, _number(visit))
            await messages.tell_back(record, thread, wanted, visit.said("mark"))
    except (Unprocessable, Conflict) as wrong:
        return await _thread(visit, wanted.text, {"answer": wrong.message}, wrong.status)
    return visit.go(f"/messages/{_number(visit)}?done=answered")


async def mark_read(visit: Visit) -> Response:
    """Say that I have read it; in a list that stays open, a word that it is done."""
    async with visit.record() as record:
        message = await messages.mark_told(record, _number(visit))
    home = f"/messages/{message.thread}"
    if visit.wants_fragment and visit.said("stays"):
        told = visit.page("messages/_read.html", message=message, home=home)
        told.headers["HX-Trigger"] = "varda:changed"
        return told
    return visit.go("/inbox" if visit.said("from") == "inbox" else f"{home}?done=read")


async def _page(visit: Visit, wanted: Wanted, problems: dict[str, str], status: int = 200) -> Response:
    visit.powers.require_reading("Communication")
    async with visit.record() as record:
        threads = await messages.talk(record)
        colleagues = await messages.colleagues(record)
    values = {"threads": threads, "colleagues": colleagues, "wanted": wanted, "problems": problems}
    return visit.page("messages/memos.html", status, **values)


async def _thread(visit: Visit, text: str, problems: dict[str, str], status: int = 200) -> Response:
    visit.powers.require_reading("Communication")
    async with visit.record() as record:
        thread: Thread = await messages.one_talk(record, _number(visit))
        here = await messages.colleagues(record)
    to = messages.answered_to(visit.session, thread.messages, [one.reference for one in here])
    return visit.page(
        "messages/memo.html",
        status,
        thread=thread,
        to_reference=to,
        to=next((one.shown for one in here if one.reference == to), visit.session.unit_name),
        text=text,
        problems=problems,
        reads=messages.may_read,
    )


def _number(visit: Visit) -> int:
    text = visit.part("number")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Malformed("The number of the version could not be understood.")
    return int(text)


ROUTES = [
    page("/messages", listed),
    page("/messages", send, "POST"),
    page("/messages/{number}", read),
    page("/messages/{number}/answer", answer, "POST"),
    page("/messages/{number}/read", mark_read, "POST"),
]
