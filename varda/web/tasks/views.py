"""A patient's tasks: asking for one in the writing panel, one task in full, and the steps that bring it to an end."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.responses import Response

from varda.care import overview, tasks
from varda.care.tasks import Task, Wanted
from varda.kernel.errors import Absent, Malformed, Unprocessable
from varda.record import Record
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import closed, framed, opened
from varda.web.language import N_
from varda.web.visit import Visit, page

WHEN = {
    "now": N_("At once (15 min)"),
    "hour": N_("Within an hour"),
    "today": N_("Today"),
    "tomorrow": N_("Tomorrow"),
    "week": N_("Within a week"),
    "": N_("No time"),
}
_SECTION = replace(BY_NAME["plan"], title=N_("Tasks"), wanted={"Task": 200}, types=("Task",))
"""Tasks stand in the rail under the plan, and are read by more roles than it is."""


async def listed(visit: Visit) -> Response:
    """The patient's tasks."""
    patient = visit.part("patient")
    async with visit.record() as record:
        record.powers.require_reading("Task")
        try:
            found = await opened(record, patient, _SECTION)
        except Absent:
            return await closed(visit, record, patient)
    return framed(visit, "tasks/list.html", found, _SECTION, is_overdue=tasks.is_overdue)


async def read(visit: Visit) -> Response:
    """One task in full, with what can be done with it."""
    return await _read(visit, 200, {})


async def form(visit: Visit) -> Response:
    """The form of a task about this patient."""
    return await _asking(visit, 200, Wanted("", when="today"), {})


async def make(visit: Visit) -> Response:
    """Ask for it; what cannot be right comes back at its field."""
    wanted = Wanted(visit.said("what"), visit.said("why"), visit.said("when"), visit.said("owner"))
    try:
        async with visit.record() as record:
            await tasks.make(record, visit.part("patient"), wanted)
    except Unprocessable as wrong:
        return await _asking(visit, 422, wanted, wrong.by_path)
    return visit.go(f"/chart/{visit.part('patient')}/tasks?done=asked")


async def step(visit: Visit) -> Response:
    """Bring it a step further, and go on where one came from; in a list that stays open, a word that it is done."""
    deed = _STEPS.get(visit.part("step"))
    if deed is None:
        raise Absent("There is no such page.")
    try:
        async with visit.record() as record:
            after = await deed(visit, record, visit.part("task"), _version(visit))
            if after.patient != visit.part("patient"):
                # Of a joined record, or a form of another patient's window: then nothing of it is stored.
                _require_of((await overview.chart(record, visit.part("patient"), {"Patient": 1})).people, after)
    except Unprocessable as wrong:
        if visit.wants_fragment:
            raise
        return await _read(visit, 422, {visit.part("step"): wrong.problems[0].message})
    home = f"/chart/{visit.part('patient')}/tasks/{after.id}"
    if visit.wants_fragment and visit.said("stays"):
        answer = visit.page("tasks/_stepped.html", task=after, home=home)
        answer.headers["HX-Trigger"] = "varda:changed"
        return answer
    return visit.go("/inbox" if visit.said("from") == "inbox" and not after.is_open else f"{home}?done={after.phase}")


def _version(visit: Visit) -> int:
    number = visit.said("version")
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise Malformed("The number of the version could not be understood.")
    return int(number)


async def _take_on(visit: Visit, record: Record, task: str, version: int) -> Task:
    return await tasks.take_on(record, task, version)


async def _finish(visit: Visit, record: Record, task: str, version: int) -> Task:
    return await tasks.finish(record, task, version, visit.said("text"))


async def _decline(visit: Visit, record: Record, task: str, version: int) -> Task:
    return await tasks.decline(record, task, version, visit.said("text"))


async def _forward(visit: Visit, record: Record, task: str, version: int) -> Task:
    return await tasks.forward(record, task, version, to=visit.said("owner"), remark=visit.said("text"))


async def _ask_again(visit: Visit, record: Record, task: str, version: int) -> Task:
    return await tasks.ask_again(record, task, version)


async def _end(visit: Visit, record: Record, task: str, version: int) -> Task:
    return await tasks.end(record, task, version)


_STEPS: dict[str, Callable[[Visit, Record, str, int], Awaitable[Task]]] = {
    "take-on": _take_on,
    "done": _finish,
    "decline": _decline,
    "forward": _forward,
    "ask-again": _ask_again,
    "end": _end,
}


def _require_of(people: list[str], task: Task) -> None:
    """Raise `Absent` for a task that is about none of these records of a person."""
    if task.patient not in people:
        raise Absent("There is no such page.")


async def _read(visit: Visit, status: int, problems: dict[str, str]) -> Response:
    async with visit.record() as record:
        task = await tasks.one_task(record, visit.part("task"))
        found = await opened(record, visit.part("patient"), _SECTION)
        _require_of(found.chart.people, task)
        may = record.powers.does("tasks.finish")
        colleagues = await tasks.colleagues(record) if may and task.is_open else []
    response = framed(
        visit,
        "tasks/task.html",
        found,
        _SECTION,
        task=task,
        may=may,
        is_overdue=tasks.is_overdue(task, visit.say.now),
        takes_on=tasks.may_take_on(visit.session, task),
        ends=tasks.may_end(visit.session, task),
        asks_again=tasks.may_ask_again(task),
        colleagues=[one for one in colleagues if one.reference != task.owner],
        problems=problems,
        came_from=visit.asked("from") or visit.said("from"),
    )
    response.status_code = status
    return response


async def _asking(visit: Visit, status: int, wanted: Wanted, problems: dict[str, str]) -> Response:
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
        colleagues = await tasks.colleagues(record)
    return visit.page(
        "tasks/_write.html",
        status,
        person=chart.person,
        colleagues=colleagues,
        when=WHEN,
        wanted=wanted,
        problems=problems,
    )


ROUTES = [
    page("/chart/{patient}/tasks", listed),
    page("/chart/{patient}/tasks/write", form),
    page("/chart/{patient}/tasks/write", make, "POST"),
    page("/chart/{patient}/tasks/{task}", read),
    page("/chart/{patient}/tasks/{task}/{step}", step, "POST"),
]
