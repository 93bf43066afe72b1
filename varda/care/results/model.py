"""Observation read into values with judgement marks, and into trends (http://hl7.org/fhir/R4/observation.html)."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from varda.care.facts import Amount, Moment, amount, code, codes, first_moment, label, newest_first, shown
from varda.care.results.rules import Urgency, gist, spoken, urgency
from varda.catalogue import functions_of

_JUDGED = frozenset({"N", "NEG", "S", "ND", "NR"})
"""Interpretations by which a laboratory says that there is nothing to act on."""
CRITICAL = ("HH", "LL", "AA", "HX", "LX")
"""Interpretations by which it says that somebody must act at once."""
_MARKS = (
    ("critical", frozenset(CRITICAL)),
    ("high", frozenset({"H", "HU"})),
    ("low", frozenset({"L", "LU"})),
    ("abnormal", frozenset({"A", "POS", "R"})),
)
"""What other interpretations mean (http://hl7.org/fhir/R4/valueset-observation-interpretation.html)."""
_KNOWN = _JUDGED.union(*(words for _, words in _MARKS))


@dataclass(frozen=True, slots=True)
class Reading:
    """One observed value. `text` holds what is not a number; `mark` is high, low, abnormal, critical or empty.

    `parts` are components (systolic, diastolic); `state` is preliminary, final, amended, corrected or cancelled;
    `method` is how it was come by, where that is told; `notes` are what was written beside the value, word for word;
    `is_unread`: something is said of it that no code here means, so that nobody may take it for normal.
    """

    id: str
    name: str
    code: str
    value: Amount | None
    text: str
    mark: str
    low: Decimal | None
    high: Decimal | None
    at: Moment | None
    state: str
    by: str
    parts: tuple["Reading", ...] = ()
    method: str = ""
    notes: tuple[str, ...] = ()
    version: int = 0
    is_judged: bool = False
    is_unread: bool = False

    @property
    def is_critical(self) -> bool:
        """Whether it needs to be acted on at once."""
        return self.mark == "critical" or any(one.is_critical for one in self.parts)

    @property
    def is_normal(self) -> bool:
        """Whether it was judged, by its laboratory or by a reference interval, and nothing was found: never what is
        said in words alone."""
        parts = all(one.is_normal for one in self.parts)
        said = self.mark or self.notes or self.is_unread
        return not said and parts and (self.is_judged or bool(self.parts and not self.text and self.value is None))


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a value went up (or down, below 0) since the one before."""

    by: Decimal
    before: Reading


@dataclass(frozen=True, slots=True)
class Series:
    """All readings of one kind, newest first (never empty)."""

    code: str
    name: str
    readings: tuple[Reading, ...]

    @property
    def last(self) -> Reading:
        """The newest."""
        return self.readings[0]

    @property
    def unit(self) -> str:
        """The unit of the newest value."""
        value = _drawn(self.last)
        return value.unit if value else ""

    @property
    def changes(self) -> dict[str, "Change"]:
        """How a value differs from the one before it, by the reading's id: of plain numbers in the same unit alone."""
        stands = [one for one in self.readings if one.state not in ("cancelled", "registered")]
        found = {}
        for one, before in pairwise(stands):
            new, old = one.value, before.value
            if new and old and new.unit == old.unit and not new.comparator and not old.comparator:
                found[one.id] = Change(new.value - old.value, before)
        return found

    @property
    def points(self) -> list[tuple[float, float]]:
        """(time in seconds, value) oldest first, of what can be drawn: one number, or the first component."""
        drawn = [(one.at, _drawn(one)) for one in self._shown()]
        return [(at.at.timestamp(), float(value.value)) for at, value in drawn if at and value]

    @property
    def marks(self) -> list[tuple[str, str]]:
        """Mark and state of each of the points."""
        return [(one.mark, one.state) for one in self._shown()]

    def _shown(self) -> list[Reading]:
        some = reversed(self.readings)
        return [one for one in some if one.at and (value := _drawn(one)) and value.unit == self.unit]


def readings(resources: Iterable[Mapping[str, Any]], *, only: str = "", but: str = "") -> list[Reading]:
    """Observations newest first, of one category or of all but one; those entered in error are left out.

    What carries no category is an answer too: it is shown rather than lost.
    """
    return newest_first(
        reading(one)
        for one in resources
        if one.get("status") != "entered-in-error"
        and (not only or only in codes(one.get("category")))
        and (not but or but not in codes(one.get("category")))
    )


def series(items: Iterable[Reading]) -> list[Series]:
    """Readings grouped by kind; the kind with the newest reading first."""
    groups: dict[str, list[Reading]] = {}
    for one in items:
        groups.setdefault(one.code or one.name, []).append(one)
    return [Series(kind, group[0].name, tuple(group)) for kind, group in groups.items()]


def reading(one: Mapping[str, Any]) -> Reading:
    """Read one Observation, or one component of it."""
    low, high = _range(one.get("referenceRange", ()))
    value = amount(one.get("valueQuantity"))
    said = codes(one.get("interpretation"))
    return Reading(
        str(one.get("id", "")),
        label(one.get("code")) or "?",
        code(one.get("code")),
        value,
        "" if value else _said(one),
        _mark(said, value, low, high),
        low,
        high,
        first_moment(one, "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued"),
        str(one.get("status", "")),
        shown(next(iter(one.get("performer", ())), None)),
        tuple(reading(part) for part in one.get("component", ())),
        label(one.get("method")),
        tuple(str(note["text"]) for note in one.get("note", ()) if note.get("text")),
        int(one.get("meta", {}).get("versionId", "0") or 0),
        bool(said & _JUDGED) or (value is not None and not value.comparator and (low, high) != (None, None)),
        not all(codes([one]) & _KNOWN for one in one.get("interpretation", ())),
    )


def _said(one: Mapping[str, Any]) -> str:
    for name in ("valueString", "valueInteger", "valueDateTime", "valueTime"):
        if name in one:
            return str(one[name])
    if "valueBoolean" in one:
        return "Ja" if one["valueBoolean"] else "Nej"
    if "valueRatio" in one:
        return ":".join(_short(one["valueRatio"].get(part)) for part in ("numerator", "denominator"))
    if "valueRange" in one:
        return "–".join(_short(one["valueRange"].get(part)) for part in ("low", "high"))
    if "valuePeriod" in one:
        return "–".join(str(one["valuePeriod"].get(part, "")) for part in ("start", "end"))
    if "valueSampledData" in one:
        return str(one["valueSampledData"].get("data", ""))
    return label(one.get("valueCodeableConcept")) or label(one.get("dataAbsentReason"))


def _short(quantity: Any) -> str:
    found = amount(quantity)
    return f"{found.comparator}{found.value:f} {found.unit}".strip() if found else ""


def _range(ranges: Any) -> tuple[Decimal | None, Decimal | None]:
    for one in ranges:
        low, high = amount(one.get("low")), amount(one.get("high"))
        if low or high:
            return low.value if low else None, high.value if high else None
    return None, None


def _mark(said: frozenset[str], value: Amount | None, low: Decimal | None, high: Decimal | None) -> str:
    """What its laboratory says; where it says nothing that is known here, what the reference interval says."""
    for mark, words in _MARKS:
        if said & words:
            return mark
    if said & _JUDGED or value is None:
        return ""
    if high is not None and value.value > high:
        return "high"
    return "low" if low is not None and value.value < low else ""


def _drawn(one: Reading) -> Amount | None:
    return one.value or (one.parts[0].value if one.parts else None)


@dataclass(frozen=True, slots=True)
class Words:
    """Text of an answer, word for word, under the heading that it came with (may be empty)."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Original:
    """What was received: its name and media type, and the bytes as they came; `bytes` None: only an address came."""

    title: str
    type: str
    bytes: bytes | None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who has signed an answer and when, and which critical values by name."""

    by: str
    at: Moment | None
    named: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A DiagnosticReport with its results, or an Observation of its own, in the versions that stand now.

    `state` is preliminary, final, amended, corrected, cancelled …; `requester` who ordered it (a reference), else who
    is named to interpret it; `targets` are the versions that a signature of it names, `functions` those of the
    catalogue that it belongs to; `missing` counts results that it names and that cannot be shown; `signatures` are
    those of these very versions; `received` is all of it as it came in, where one answer is read in full.
    """

    type: str
    id: str
    version: int
    title: str
    kind: str
    state: str
    urgency: Urgency
    at: Moment | None
    issued: Moment | None
    patient: str
    by: str
    question: str
    requester: str
    requester_name: str
    readings: tuple[Reading, ...]
    words: tuple[Words, ...]
    originals: tuple[Original, ...]
    targets: tuple[str, ...]
    functions: tuple[str, ...]
    missing: int = 0
    signatures: tuple[Signature, ...] = ()
    received: tuple[bytes, ...] = ()

    @property
    def reference(self) -> str:
        """Its type and id."""
        return f"{self.type}/{self.id}"

    @property
    def told(self) -> Moment | None:
        """When it was told, else when the sample was taken."""
        return self.issued or self.at

    @property
    def mark(self) -> str:
        """What tells these versions from any others."""
        return ",".join(target.rpartition("/_history/")[2] for target in self.targets)

    @property
    def critical(self) -> tuple[Reading, ...]:
        """What must be acted on at once."""
        return tuple(one for one in self.readings if one.is_critical)

    @property
    def is_signed(self) -> bool:
        """Whether somebody has signed these very versions."""
        return bool(self.signatures)

    @property
    def text(self) -> str:
        """All its words on one line after another."""
        said = [one.text for one in self.words]
        said += [" ".join([one.text, *one.notes]).strip() for one in self.readings if one.text or one.notes]
        return "\n".join(said)

    @property
    def gist(self) -> tuple[str, int]:
        """The beginning of its words in whole sentences, and how many words come after it."""
        return gist(self.text)


def answer(
    resource: Mapping[str, Any],
    around: Mapping[str, Mapping[str, Any]],
    signed: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({}),
) -> Answer:
    """Read an answer. `around` are the resources it names, by reference: results, orders; `signed` are signatures by
    the version that they sign.
    """
    inside = {f"#{one.get('id')}": one for one in resource.get("contained", ())}
    wanted = [str(one.get("reference", "")) for one in resource.get("result", ())]
    is_report = resource["resourceType"] == "DiagnosticReport"
    found = [one for name in wanted if (one := inside.get(name) or around.get(name))] if is_report else [resource]
    parts, unseen = _members(found, around)
    missing = unseen + (len(wanted) - len(found) if is_report else 0)
    order = _order(resource, around)
    values = tuple(reading(one) for one in parts if one.get("status") != "entered-in-error")
    originals = tuple(_originals(resource))
    words = _told_once(_words(resource, originals)) if is_report else ()
    targets = tuple(_version(one) for one in (resource, *parts) if one.get("id") and one.get("meta"))
    who: Mapping[str, Any] = order.get("requester") or next(iter(resource.get("resultsInterpreter", ())), {})
    state = str(resource.get("status", ""))
    return Answer(
        type=str(resource["resourceType"]),
        id=str(resource["id"]),
        version=int(resource.get("meta", {}).get("versionId", "0") or 0),
        title=label(resource.get("code")) or "?",
        kind=label(resource.get("category")),
        state=state,
        urgency=urgency(values, bool(words or originals), state, missing),
        at=first_moment(resource, "effectiveDateTime", "effectivePeriod", "effectiveInstant"),
        issued=first_moment(resource, "issued"),
        patient=str(resource.get("subject", {}).get("reference", "")).rpartition("/")[2],
        by=", ".join(filter(None, (shown(one) for one in resource.get("performer", ())))),
        question="; ".join(filter(None, (label(one) for one in order.get("reasonCode", ())))),
        requester=str(who.get("reference", "")),
        requester_name=str(who.get("display", "")),
        readings=values,
        words=words,
        originals=originals,
        targets=tuple(dict.fromkeys(targets)),
        functions=functions_of(resource),
        missing=missing,
        signatures=_signatures(targets, signed),
    )


def _members(
    found: Sequence[Mapping[str, Any]], around: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], int]:
    """The results and what they group, each once, and how many of these cannot be shown."""
    parts, named = list(found), set[str]()
    for part in parts:
        names = [str(one.get("reference", "")) for one in part.get("hasMember", ())]
        parts += [around[name] for name in dict.fromkeys(names) if name in around and name not in named]
        named |= set(names)
    return parts, len(named - set(around))


def _order(resource: Mapping[str, Any], around: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    names = [str(one.get("reference", "")) for one in resource.get("basedOn", ())]
    return next((around[name] for name in names if name in around), {})


def _version(one: Mapping[str, Any]) -> str:
    return f"{one['resourceType']}/{one['id']}/_history/{one['meta'].get('versionId', '')}"


def _signatures(targets: Sequence[str], signed: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Signature, ...]:
    """Those that name every one of the versions."""
    some = signed.get(targets[0], ()) if targets else ()
    whole = [one for one in some if set(targets) <= {str(t.get("reference")) for t in one.get("target", ())}]
    return tuple(
        Signature(shown(one["agent"][0].get("who")), first_moment(one, "recorded"), label(one.get("reason")))
        for one in whole
    )


def _words(resource: Mapping[str, Any], originals: Sequence[Original]) -> Iterator[Words]:
    """The conclusion, its codes, what the narrative says unless it was made from these, and what came as text."""
    yield Words("", str(resource.get("conclusion") or ""))
    yield from (Words("", label(one)) for one in resource.get("conclusionCode", ()))
    narrative = resource.get("text", {})
    if narrative.get("status") != "generated":
        yield Words("", spoken(narrative.get("div", "")))
    yield from (Words(one.title, readable(one)) for one in originals)


def _told_once(words: Iterable[Words]) -> tuple[Words, ...]:
    """Without texts that stand word for word, in one piece, in a longer one or in one before."""
    every = [(f" {' '.join(one.text.split())} ", one) for one in words if one.text.strip()]
    return tuple(
        one
        for n, (line, one) in enumerate(every)
        if not any(line in other and (len(other) > len(line) or m < n) for m, (other, _) in enumerate(every) if m != n)
    )


def readable(one: Original) -> str:
    """The text of what was received as plain text or as a page; empty for what is neither."""
    type_, _, rest = one.type.partition(";")
    if one.bytes is None or type_.strip().lower() not in ("text/plain", "text/html", "application/xhtml+xml"):
        return ""
    text = _decoded(one.bytes, rest)
    return text if type_.strip().lower() == "text/plain" else spoken(text)


def _decoded(data: bytes, parameters: str) -> str:
    """As its sender says; else UTF-8 where it is that; else Latin-1, which older laboratories write."""
    named = re.search(r"charset\s*=\s*\"?([\w.:-]+)", parameters, re.IGNORECASE)
    for name in filter(None, (named and named[1], "utf-8")):
        with suppress(UnicodeDecodeError, LookupError):
            return data.decode(name)
    return data.decode("latin-1")


def _originals(resource: Mapping[str, Any]) -> Iterator[Original]:
    for number, one in enumerate(resource.get("presentedForm", ()), 1):
        data = None
        with suppress(ValueError):
            data = b64decode(one["data"]) if "data" in one else None
        title = str(one.get("title") or f"Svar {number}")
        yield Original(title, str(one.get("contentType", "")), data, str(one.get("url", "")))
