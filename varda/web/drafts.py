"""What panels that keep what is typed have in common: notes, forms and certificates read the same things of a page, and
answer an autosave that was not the newest alike."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from varda.care.notes import clean
from varda.kernel.errors import Malformed
from varda.record import Draft
from varda.web.visit import Visit


def under(form: FormData, prefix: str) -> dict[str, str]:
    """The text fields of a form whose names begin so, by the rest of their names."""
    found = ((name.removeprefix(prefix), value) for name, value in form.items() if name.startswith(prefix))
    return {name: value for name, value in found if isinstance(value, str)}


def typed(texts: Any) -> dict[str, str]:
    """What stands in the fields, in signs that can be kept. Raises `Malformed` where it is not text by field."""
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise Malformed("The text could not be understood.")
    return {clean(name): clean(text) for name, text in texts.items()}


def sent(visit: Visit, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a panel sends beside its texts: whose draft it is, what it continues and from which window, as the values
    of `Written`, `Filled` and `Prepared` are named. Raises `Malformed`."""
    try:
        numbers = {name: int(values.get(name) or 0) for name in ("version", "revision", "count")}
    except (TypeError, ValueError) as wrong:
        raise Malformed("The number of the version could not be understood.") from wrong
    words = {name: clean(str(values.get(name, ""))) for name in ("encounter", "base", "window")}
    return {"draft": visit.part("draft"), "patient": visit.part("patient"), **numbers, **words}


def resumed(held: Draft) -> dict[str, Any]:
    """The same of a draft that is gone on with."""
    said = held.content
    return {
        "draft": held.id, "patient": held.patient, "encounter": str(said.get("encounter", "")),
        "base": held.base.rpartition("/")[2], "version": int(said.get("version", 0)), "revision": held.revision,
    }  # fmt: skip


def other(held: Draft | None) -> dict[str, Any]:
    """What was saved in between and by which window; or that the draft is `gone`: signed or thrown away elsewhere.

    A text whose name begins with # is the page's own, and is not shown to the writer.
    """
    if held is None:
        return {"gone": True}
    said = held.content
    texts = {name: text for name, text in said.get("texts", {}).items() if not name.startswith("#")}
    return {"texts": texts, "window": said.get("window"), "count": said.get("count"), "revision": held.revision}
