"""What a search must find, the slow way: every resource is looked at, and nothing of the index is used."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from varda.fhir import definitions, path
from varda.search.kinds.date import span

Resources = Mapping[str, dict[str, Any]]
MIN, MAX = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def found(type_: str, pairs: list[tuple[str, str]], everything: Resources) -> set[str]:
    return {
        name.split("/")[1]
        for name, resource in everything.items()
        if resource["resourceType"] == type_ and all(is_match(resource, n, v, everything) for n, v in pairs)
    }


def is_match(resource: dict[str, Any], name: str, value: str, everything: Resources) -> bool:
    if name.startswith("_has:"):
        _, source, reference, rest = name.split(":", 3)
        return any(
            is_match(other, rest, value, everything) and target(resource) in targets(other, reference)
            for other in everything.values()
            if other["resourceType"] == source
        )
    head, dot, rest = name.partition(".")
    code, _, modifier = head.partition(":")
    if dot:
        aims = [everything[t] for t in targets(resource, code) if t in everything]
        aims = [aim for aim in aims if modifier in ("", aim["resourceType"]) and has(aim, rest)]
        return any(is_match(aim, rest, value, everything) for aim in aims)
    if modifier == "missing":
        return bool(values(resource, code)) != (value == "true")
    if modifier == "not":
        return not any(_one(resource, code, "", text) for text in _split(value, ","))
    return any(_one(resource, code, modifier, text) for text in _split(value, ","))


def has(resource: dict[str, Any], name: str) -> bool:
    return name.partition(":")[0].partition(".")[0] in definitions.parameters(resource["resourceType"])


def target(resource: dict[str, Any]) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def targets(resource: dict[str, Any], code: str) -> list[str]:
    texts = [value.get("reference") for _, value in values(resource, code) if isinstance(value, dict)]
    return [text.split("/_history/")[0] for text in texts if text]


def values(resource: dict[str, Any], code: str) -> list[tuple[str, Any]]:
    type_ = resource["resourceType"]
    parameter = definitions.parameters(type_)[code]
    got = path.compile(parameter.expression, type_)(resource)
    if parameter.type == "date":
        return [(kind, value) for kind, value in got if list(_spans(kind, value))]
    if parameter.type in ("number", "quantity"):
        return [(kind, value) for kind, value in got if list(_amounts(kind, value))]
    return got


def _one(resource: dict[str, Any], code: str, modifier: str, text: str) -> bool:
    kind = definitions.parameters(resource["resourceType"])[code].type
    test = {
        "token": _token,
        "reference": _reference,
        "string": _string,
        "uri": _uri,
        "date": _date,
        "number": _quantity,
        "quantity": _quantity,
    }[kind]
    return any(test(datatype, value, modifier, text) for datatype, value in values(resource, code))


def _split(text: str, by: str) -> list[str]:
    found, part, at = [], "", 0
    while at < len(text):
        if text[at] == "\\":
            part += text[at : at + 2]
            at += 2
            continue
        if text[at] == by:
            found.append(part)
            part = ""
        else:
            part += text[at]
        at += 1
    return [*found, part]


def _plain(text: str) -> str:
    for sign in ",|$\\":
        text = text.replace("\\" + sign, sign)
    return text


def _token(datatype: str, value: Any, modifier: str, text: str) -> bool:
    pieces = [_plain(piece) for piece in _split(text, "|")]
    for system, code in _codes(datatype, value):
        if datatype == "ContactPoint":
            strip = lambda number: "".join(c for c in number.lower() if c not in " -().")  # noqa: E731 - a short word
            if (strip(code) == strip(pieces[-1])) if "@" not in code else code.lower() == pieces[-1].lower():
                return True
        elif len(pieces) == 1:
            if code == pieces[0]:
                return True
        elif pieces[0] in (system or "", "") and (bool(pieces[0]) or not system) and pieces[1] in ("", code):
            return True
    return False


def _codes(datatype: str, value: Any) -> Iterator[tuple[str | None, str]]:
    if datatype == "CodeableConcept":
        for coding in value.get("coding", []):
            yield coding.get("system"), coding.get("code", "")
    elif isinstance(value, dict):
        yield value.get("system"), value.get("code") or value.get("value") or ""
    else:
        yield None, str(value).lower() if isinstance(value, bool) else str(value)


def _reference(datatype: str, value: Any, modifier: str, text: str) -> bool:
    if modifier == "identifier":
        return isinstance(value, dict) and "identifier" in value and _token("Identifier", value["identifier"], "", text)
    address = value if isinstance(value, str) else value.get("reference", "")
    bare = address.split("/_history/")[0].split("|")[0]
    if "/" not in text and ":" not in text:
        kind, _, id_ = bare.rpartition("/")
        return id_ == text and "/" not in kind and modifier in ("", kind)
    return _plain(text) in (address, bare)


def _normal(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


def _string(datatype: str, value: Any, modifier: str, text: str) -> bool:
    fields = (
        [value]
        if isinstance(value, str)
        else [part for name, part in value.items() if name not in ("use", "period", "type")]
    )
    texts = [t for field in fields for t in (field if isinstance(field, list) else [field])]
    whole = ""
    if datatype == "HumanName":
        whole = " ".join([*value.get("given", []), *([value["family"]] if "family" in value else [])])
    if modifier == "exact":
        return _plain(text) in texts
    asked = _normal(_plain(text))
    if modifier == "contains":
        return any(asked in _normal(t) for t in [*texts, whole])
    return any(_normal(t).startswith(asked) for t in [*texts, whole])


def by_word(type_: str, code: str) -> bool:
    """Names are found by each of their words as well, which the specification leaves to the server."""
    return code in ("name", "family", "given", "phonetic")


def _uri(datatype: str, value: Any, modifier: str, text: str) -> bool:
    return _plain(text) in (value, value.split("|")[0] if datatype == "canonical" else value)


def _spans(datatype: str, value: Any) -> Iterator[tuple[datetime, datetime]]:
    if datatype == "Period" and (value.get("start") or value.get("end")):
        yield span(value["start"])[0] if "start" in value else MIN, span(value["end"])[1] if "end" in value else MAX
    elif datatype == "Timing" and value.get("event"):
        both = [span(event) for event in value["event"]]
        yield min(low for low, _ in both), max(high for _, high in both)
    elif isinstance(value, str) and datatype != "string":
        yield span(value)


def _date(datatype: str, value: Any, modifier: str, text: str) -> bool:
    prefix = text[:2] if text[:2].isalpha() else "eq"
    low, high = span(text.removeprefix(prefix))
    return any(_dated(prefix, low, high, *there) for there in _spans(datatype, value))


def _dated(prefix: str, low: datetime, high: datetime, start: datetime, end: datetime) -> bool:
    inside = low <= start and end <= high  # the asked range fully contains the target's
    reaches_above, reaches_below = end > high, start < low
    return {
        "eq": inside,
        "ne": not inside,
        "gt": reaches_above,
        "lt": reaches_below,
        "ge": reaches_above or inside,
        "le": reaches_below or inside,
        "sa": start >= high,
        "eb": end <= low,
    }[prefix]


def _amounts(datatype: str, value: Any) -> Iterator[tuple[Decimal, Decimal, bool, bool]]:
    """Least and greatest value, and whether each itself belongs to it."""
    infinity = Decimal("Infinity")
    if datatype == "Range":
        low, high = value.get("low", {}).get("value"), value.get("high", {}).get("value")
        if low is not None or high is not None:
            yield -infinity if low is None else low, infinity if high is None else high, True, True
    elif datatype == "SampledData":
        ends = [value["origin"]["value"] + 2 * Decimal(d) for d in value["data"].split() if d not in "EUL"]
        yield min(ends), max(ends), True, True
    elif isinstance(value, dict):
        number, sign = value["value"], value.get("comparator", "")
        yield (
            -infinity if "<" in sign else number,
            infinity if ">" in sign else number,
            sign != ">",
            sign != "<",
        )
    else:
        yield Decimal(value), Decimal(value), True, True


def _quantity(datatype: str, value: Any, modifier: str, text: str) -> bool:
    number, _, unit = text.partition("|")
    if unit:
        system, _, code = unit.partition("|")
        there = value.get("low", value) if datatype == "Range" else value.get("origin", value)
        mine = (
            ("urn:iso:std:iso:4217", value.get("currency"))
            if datatype == "Money"
            else (there.get("system"), there.get("code"))
        )
        if system and mine[0] != system:
            return False
        if code and code != mine[1] and (system or code != there.get("unit")):
            return False
    prefix = number[:2] if number[:2].isalpha() else "eq"
    asked = Decimal(number.removeprefix(prefix))
    half = Decimal(5).scaleb(asked.as_tuple().exponent - 1)
    return any(_amount(prefix, asked, half, *there) for there in _amounts(datatype, value))


def _amount(prefix: str, v: Decimal, half: Decimal, low: Decimal, high: Decimal, has_low: bool, has_high: bool) -> bool:
    inside = v - half <= low and high < v + half
    return {
        "eq": inside,
        "ne": not inside,
        "gt": high > v,
        "lt": low < v,
        "ge": high > v or (high == v and has_high),
        "le": low < v or (low == v and has_low),
        "sa": low > v or (low == v and not has_low),
        "eb": high < v or (high == v and not has_high),
        "ap": low <= v + abs(v) / 10 and high >= v - abs(v) / 10,
    }[prefix]
