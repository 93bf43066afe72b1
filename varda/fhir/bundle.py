"""Transactions and batches, the part that needs no database: what is asked, whether it can be, and what points where.

The order of work: `read` the bytes into a Plan (every wrong entry is named at once) → the record chooses an id for each
POST and finds what conditions match → `Plan.link` rewrites every reference in place → the entries are carried out in
`Plan.ordered`. http://hl7.org/fhir/R4/http.html#transaction
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from varda.fhir import definitions, validate
from varda.fhir.links import Link, answered, links, references
from varda.fhir.resource import Resource, parse
from varda.kernel.errors import Problem, Unprocessable

ORDER: Mapping[str, int] = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 2, "GET": 3, "HEAD": 3}
"""http://hl7.org/fhir/R4/http.html#trules"""

_URL = re.compile(r"/?(?P<type>[A-Z][A-Za-z]+)(?:/(?P<id>[A-Za-z0-9\-.]{1,64}))?(?:\?(?P<query>\S*))?")
_FULL = re.compile(r"(?P<base>https?://\S+/)(?P<type>[A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}")
_MATCH = re.compile(r'(?:W/)?"([A-Za-z0-9\-.]{1,64})"')
_CONDITION = re.compile(r"(?P<type>[A-Z][A-Za-z]+)\?\S+")
_PLACE = re.compile(r"Bundle\.entry\[(\d+)\]")


class Entry(msgspec.Struct, frozen=True):
    """One thing asked. `type` and `id` are those of its URL; `id` is empty for POST and for conditional work.

    `query` is the condition of a conditional update, patch or delete (`identifier=x|1`), `if_none_exist` that of a
    conditional create, `if_match` the version expected ("" = any). A GET keeps its `url` as written.
    """

    at: int
    method: str
    url: str
    type: str = ""
    id: str = ""
    query: str = ""
    resource: Resource | None = None
    full_url: str = ""
    if_none_exist: str = ""
    if_match: str = ""
    if_none_match: str = ""

    @property
    def path(self) -> str:
        """Its place: `Bundle.entry[699]`."""
        return f"Bundle.entry[{self.at}]"


@dataclass(frozen=True, slots=True)
class Plan:
    """A transaction or batch that has been read. `refused` are entries of a batch that are wrong, by their place; of a
    transaction nothing is refused, because then `read` has raised.
    """

    kind: str
    entries: tuple[Entry, ...]
    refused: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)
    links: Mapping[int, tuple[Link, ...]] = field(default_factory=dict)

    @property
    def ordered(self) -> list[Entry]:
        """The entries as they are to be carried out: DELETE, POST, PUT and PATCH, GET."""
        return sorted(self.entries, key=lambda entry: ORDER[entry.method])

    @property
    def conditions(self) -> list[str]:
        """Conditional references (`Patient?identifier=x|1`) that must match exactly one resource, each once."""
        found = {link.text for rows in self.links.values() for link in rows if link.kind == "reference"}
        return sorted(text for text in found if is_condition(text))

    def targets(self, chosen: Mapping[int, str]) -> dict[str, str]:
        """What each fullUrl stands for: `chosen` gives `Type/id` for entries whose URL does not say it."""
        found = {}
        for entry in self.entries:
            target = chosen.get(entry.at) or (f"{entry.type}/{entry.id}" if entry.id else "")
            if entry.full_url and target:
                found[entry.full_url] = target
        return found

    def link(self, targets: Mapping[str, str], only: Entry | None = None) -> None:
        """Point every link in the resources (or in that of one entry) to its target, in place.

        `targets` is what `targets()` gives together with the answers to `conditions`. Raises Unprocessable, naming each
        place, where a urn: or conditional reference has no answer; the resources are then unchanged.
        """
        entries = self.entries if only is None else (only,)
        wrong = [problem for entry in entries for problem in self._unanswered(entry, targets)]
        if wrong:
            raise _unprocessable(self.kind, wrong)
        for entry in entries:
            base = _base(entry)
            for link in self.links.get(entry.at, ()):
                link.point(targets, base)

    def _unanswered(self, entry: Entry, targets: Mapping[str, str]) -> Iterator[Problem]:
        texts = [link.text for link in self.links.get(entry.at, ()) if link.kind == "reference"]
        if entry.resource is None or all(text in targets or _is_answered(text, targets) for text in texts):
            return
        for path, text in references(entry.resource):
            if not _is_answered(text, targets):
                said = "No resource matches the condition" if is_condition(text) else "No entry of the bundle is"
                yield Problem(f"{said} {text[:200]}.", f"{entry.path}.resource.{path.partition('.')[2]}", "not-found")


def _base(entry: Entry) -> str:
    found = _FULL.fullmatch(entry.full_url)
    return found["base"] if found is not None else ""


def is_condition(reference: str) -> bool:
    """Whether a reference is a search (`Patient?identifier=…`) instead of an address."""
    found = _CONDITION.fullmatch(reference) if "?" in reference else None
    return found is not None and found["type"] in definitions.RESOURCES


def _is_answered(reference: str, targets: Mapping[str, str]) -> bool:
    """Whether it has a target or needs none."""
    needs = reference.startswith(("urn:uuid:", "urn:oid:")) or is_condition(reference)
    return not needs or answered(reference, targets) is not None


def read(raw: bytes | Resource, parsed: Resource | None = None) -> Plan:
    """The plan of a transaction or batch. Raises Malformed for what is not JSON, and Unprocessable with the problems of
    every entry for a transaction; a batch keeps them in `refused`, since its entries stand alone. `parsed` saves
    parsing the same bytes again; its resources become those of the plan.
    """
    bundle = raw if isinstance(raw, dict) else parse(raw) if parsed is None else parsed
    kind = bundle.get("type")
    if bundle.get("resourceType") != "Bundle" or kind not in ("transaction", "batch"):
        said = "Expected a Bundle of type transaction or batch."
        raise Unprocessable(said, [Problem(said, "Bundle.type", "value")])
    wrong = list(validate.problems(raw, bundle))
    items = bundle.get("entry")
    rows = [row if isinstance(row, dict) else {} for row in items] if isinstance(items, list) else []
    entries = [_entry(at, row) for at, row in enumerate(rows)]
    wrong += [problem for entry in entries for problem in _problems(entry)]
    if kind == "transaction":
        wrong += _repeated(entries)
    refused = _by_entry(wrong)
    if wrong and (kind == "transaction" or None in refused):
        raise _unprocessable(str(kind), wrong)
    good = [entry for entry in entries if entry.at not in refused]
    full_urls = {entry.full_url for entry in good}
    found = {entry.at: _movable(entry.resource, full_urls) for entry in good if entry.resource is not None}
    return Plan(str(kind), tuple(good), {at: rows for at, rows in refused.items() if at is not None}, found)


def _movable(resource: Resource, full_urls: Container[str]) -> tuple[Link, ...]:
    return tuple(
        link for link in links(resource, full_urls) if link.kind == "narrative" or link.holder[link.key][:1] != "#"
    )


def _unprocessable(kind: str, wrong: list[Problem]) -> Unprocessable:
    places = {found[1] for problem in wrong if (found := _PLACE.match(problem.path))}
    where = f"entry {min(places, key=int)}" if len(places) == 1 else f"{len(places)} entries"
    return Unprocessable(f"Nothing of the {kind} was stored: {where} cannot be accepted.", wrong)


def _by_entry(wrong: Iterable[Problem]) -> dict[int | None, tuple[Problem, ...]]:
    found: dict[int | None, list[Problem]] = {}
    for problem in wrong:
        place = _PLACE.match(problem.path)
        found.setdefault(int(place[1]) if place else None, []).append(problem)
    return {at: tuple(rows) for at, rows in found.items()}


def _text(row: Resource, key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _entry(at: int, row: Resource) -> Entry:
    asked = row.get("request")
    request: Resource = asked if isinstance(asked, dict) else {}
    url = _text(request, "url")
    found = _URL.fullmatch(url)
    resource = row.get("resource")
    return Entry(
        at,
        _text(request, "method"),
        url,
        type=found["type"] if found else "",
        id=(found["id"] or "") if found else "",
        query=(found["query"] or "") if found else "",
        resource=resource if isinstance(resource, dict) else None,
        full_url=_text(row, "fullUrl"),
        if_none_exist=_text(request, "ifNoneExist").removeprefix("?"),
        if_match=_version(_text(request, "ifMatch")),
        if_none_match=_text(request, "ifNoneMatch"),
    )


def _version(written: str) -> str:
    found = _MATCH.fullmatch(written)
    return found[1] if found is not None else written


def _problems(entry: Entry) -> Iterator[Problem]:
    """What is wrong with what an entry asks; the resource in it has been validated already."""
    request = f"{entry.path}.request"
    if entry.method not in ORDER:
        if not entry.method:
            yield Problem("This entry needs a request with method and url.", request, "required")
        return  # a wrong method has been named by validation
    if entry.method in ("GET", "HEAD"):
        return
    if entry.type not in definitions.RESOURCES:
        yield Problem(f'"{entry.url[:200]}" is not an address to write to.', f"{request}.url", "not-supported")
    elif entry.method == "POST":
        yield from _problems_of_post(entry)
    elif not entry.id and not entry.query:
        said = f"{entry.method} needs the id of a resource or a condition: {entry.type}/123 or {entry.type}?…"
        yield Problem(said, f"{request}.url", "value")
    if entry.method in ("POST", "PUT"):
        yield from _problems_of_body(entry)
    elif entry.method == "PATCH" and (entry.resource or {}).get("resourceType") not in ("Binary", "Parameters"):
        yield Problem("A patch is a Binary (JSON Patch) or Parameters.", f"{entry.path}.resource", "required")


def _problems_of_post(entry: Entry) -> Iterator[Problem]:
    if entry.id or entry.query:
        yield Problem(f"POST goes to {entry.type}, without id or condition.", f"{entry.path}.request.url", "value")


def _problems_of_body(entry: Entry) -> Iterator[Problem]:
    where = f"{entry.path}.resource"
    if entry.resource is None:
        yield Problem(f"{entry.method} needs a resource.", where, "required")
        return
    kind = entry.resource.get("resourceType")
    if kind != entry.type and entry.type in definitions.RESOURCES:
        yield Problem(f"The resource is {kind}, but the address says {entry.type}.", where, "value")
    if entry.method == "PUT" and entry.id and entry.resource.get("id") != entry.id:
        yield Problem(f"The id must be {entry.id}, as in the address.", f"{where}.id", "value")


def _repeated(entries: Iterable[Entry]) -> Iterator[Problem]:
    """One resource must not be written twice in a transaction, nor two entries have one fullUrl."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        keys = {}
        if entry.method in ("PUT", "PATCH", "DELETE") and entry.id:
            keys[f"{entry.type}/{entry.id}"] = f"{entry.path}.request.url"
        if entry.full_url and entry.method in ("POST", "PUT"):
            keys[entry.full_url] = f"{entry.path}.fullUrl"
        for key, path in keys.items():
            first = seen.setdefault(key, entry)
            if first is not entry:
                yield Problem(f"{key[:200]} is already in {first.path}.", path, "duplicate")
