"""What compiled SQL finds in a real database is what looking at every resource finds."""

from typing import Any

import pytest

from tests.search import oracle
from tests.search.kept import ids as asked_ids
from tests.search.sample import sample
from varda.fhir import definitions
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.search.parameters import meanings

RESOURCES = {f"{r['resourceType']}/{r['id']}": r for r in sample()}
TYPES = sorted({r["resourceType"] for r in RESOURCES.values()})


async def agrees(database: Database, type_: str, *pairs: tuple[str, str]) -> int:
    expected = oracle.found(type_, list(pairs), RESOURCES)
    got = await asked_ids(database, type_, pairs)
    assert len(got) == len(set(got)), pairs
    assert set(got) == expected, (type_, pairs)
    return len(expected)


def _there(type_: str, code: str) -> list[tuple[str, Any]]:
    found = []
    for resource in RESOURCES.values():
        if resource["resourceType"] == type_:
            found += oracle.values(resource, code)
    return found


def _searchable(kind: str) -> list[tuple[str, str]]:
    return [
        (type_, code)
        for type_ in TYPES
        for code, known in meanings(type_).items()
        if known.kind == kind and _there(type_, code)
    ]


@pytest.mark.anyio
@pytest.mark.parametrize("type_", TYPES)
async def test_missing_tells_who_has_no_value(kept: Database, type_: str) -> None:
    for code in meanings(type_):
        if code in ("_id", "_lastUpdated") or code == "phonetic":
            continue
        for answer in ("true", "false"):
            await agrees(kept, type_, (f"{code}:missing", answer))


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "code"), [c for c in _searchable("token") if c[1] not in ("_id",)])
async def test_every_form_of_every_token(kept: Database, type_: str, code: str) -> None:
    pairs = {pair for datatype, value in _there(type_, code) for pair in oracle._codes(datatype, value)}
    is_contact = meanings(type_)[code].datatypes == {"ContactPoint"}
    for system, value in sorted(pairs, key=str)[:12]:
        text = value.replace("\\", "\\\\").replace("|", "\\|").replace(",", "\\,")
        assert await agrees(kept, type_, (code, text)) > 0
        await agrees(kept, type_, (f"{code}:not", text))
        if meanings(type_)[code].datatypes != {"boolean"}:
            await agrees(kept, type_, (code, f"{text},nothing"))
        if not is_contact:
            await agrees(kept, type_, (code, f"|{text}"))
            if system:
                await agrees(kept, type_, (code, f"{system}|{text}"))
                await agrees(kept, type_, (code, f"{system}|"))
                await agrees(kept, type_, (code, f"urn:other|{text}"))


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "code"), _searchable("reference"))
async def test_every_form_of_every_reference(kept: Database, type_: str, code: str) -> None:
    texts = {value if isinstance(value, str) else value.get("reference") for _, value in _there(type_, code)} - {None}
    for text in sorted(texts)[:6]:
        bare = text.split("/_history/")[0]
        assert await agrees(kept, type_, (code, bare)) > 0
        if "://" not in bare and not bare.startswith("urn:"):
            kind, id_ = bare.split("/")
            await agrees(kept, type_, (code, id_))
            await agrees(kept, type_, (f"{code}:{kind}", id_))
        await agrees(kept, type_, (code, f"{bare},{bare}x"))


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "code"), [c for c in _searchable("date") if c[1] != "_lastUpdated"])
async def test_every_prefix_of_every_date(kept: Database, type_: str, code: str) -> None:
    for prefix in ("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"):
        for day in (
            "2024",
            "1950-02",
            "2024-01",
            "2024-01-01",
            "2024-02-29",
            "2024-03-31T11:00",
            "2024-03-31T12:00:00Z",
        ):
            await agrees(kept, type_, (code, prefix + day))
    await agrees(kept, type_, (code, "ge2024-01-10"), (code, "lt2024-03"))
    await agrees(kept, type_, (code, "eb2024-01-10,sa2024-03"))


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "code"), [*_searchable("quantity"), *_searchable("number")])
async def test_every_prefix_of_every_amount(kept: Database, type_: str, code: str) -> None:
    for prefix in ("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"):
        for number in ("72.5", "72.50", "5", "100", "100.0", "0", "-3.2", "5.4e-3", "350", "0.05", "54", "6"):
            await agrees(kept, type_, (code, prefix + number))
    if meanings(type_)[code].kind == "quantity":
        for unit in (
            "|http://unitsofmeasure.org|mmol/L",
            "||mmol/L",
            "||promille",
            "||[ppth]",
            "||st",
            "|http://unitsofmeasure.org|",
            "|urn:iso:std:iso:4217|SEK",
            "||min",
            "||mV",
        ):
            for prefix in ("", "gt", "le"):
                await agrees(kept, type_, (code, f"{prefix}72.5{unit}"))


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "code"), [c for c in _searchable("string") if c[1] != "phonetic"])
async def test_every_modifier_of_every_string(kept: Database, type_: str, code: str) -> None:
    texts: set[str] = set()
    for _, value in _there(type_, code):
        fields = [value] if isinstance(value, str) else [f for n, f in value.items() if n != "use"]
        texts |= {t for field in fields for t in (field if isinstance(field, list) else [field])}
    for text in sorted(texts)[:12]:
        escaped = text.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|")
        for name, value in (("", text[:3]), (":contains", text[1:4]), (":exact", text), (":exact", text.upper())):
            if oracle._normal(value):
                pair = (code + name, value.replace(",", "\\,") if value != text else escaped)
                expected = oracle.found(type_, [pair], RESOURCES)
                got = set(await asked_ids(kept, type_, [pair]))
                # Words inside names are found too: more than the specification asks, never less.
                assert expected <= got if not name and oracle.by_word(type_, code) else expected == got, pair


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "code"), _searchable("uri"))
async def test_addresses_are_matched_exactly(kept: Database, type_: str, code: str) -> None:
    for _, value in _there(type_, code)[:5]:
        assert await agrees(kept, type_, (code, value)) > 0
        await agrees(kept, type_, (code, value.split("|")[0]))
        await agrees(kept, type_, (code, value + "x"))


LINKED = [
    ("Observation", ("subject:Patient.name", "asa")),
    (
        "Observation",
        ("patient.identifier", "http://electronichealth.se/identifier/nationelltReservnummer|19500211-XA01"),
    ),
    ("Observation", ("patient.gender", "female")),
    ("Observation", ("subject.name", "norra")),
    ("Observation", ("encounter.status", "finished,planned")),
    ("Observation", ("encounter:Encounter.date", "ge2024-02")),
    ("Observation", ("performer:Practitioner.family", "Andersson")),
    ("Encounter", ("service-provider.name:contains", "klinik")),
    ("Encounter", ("service-provider.partof.name", "norra")),
    ("Encounter", ("practitioner.identifier", "SE9999999999-1")),
    ("Encounter", ("subject:Patient.birthdate", "1950")),
    ("Patient", ("organization.name", "sodra")),
    ("Patient", ("general-practitioner:Practitioner.name", "bo")),
    ("Patient", ("_has:Observation:patient:code", "718-7")),
    ("Patient", ("_has:Observation:subject:value-quantity", "gt100")),
    ("Patient", ("_has:Condition:patient:code", "I10,E11")),
    ("Patient", ("_has:Encounter:subject:_has:Observation:encounter:status", "final")),
    ("Patient", ("_has:Appointment:patient:status", "booked")),
    ("Patient", ("_has:Appointment:actor:date", "2024-06-01")),
    ("Encounter", ("_has:Observation:encounter:code", "718-7")),
    ("Practitioner", ("_has:MedicationRequest:requester:status", "active")),
    ("Organization", ("_has:Encounter:service-provider:class", "IMP")),
    ("Practitioner", ("_has:Observation:performer:status", "final")),
    ("Appointment", ("patient.identifier", "bare1")),
    ("Appointment", ("patient.identifier", "bare1,bare2")),
    ("Appointment", ("actor:Patient.gender", "other")),
    ("MedicationRequest", ("requester:Practitioner.name", "åberg")),
    ("MedicationRequest", ("requester.name:missing", "true")),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "pair"), LINKED, ids=[f"{t}?{p[0]}" for t, p in LINKED])
async def test_chains_and_reverse_chains(kept: Database, type_: str, pair: tuple[str, str]) -> None:
    await agrees(kept, type_, pair)
    await agrees(kept, type_, pair, ("_tag:missing", "true"))


COMBINED = [
    ("Observation", [("patient", "1"), ("code", "718-7")]),
    ("Observation", [("patient", "1,2,7"), ("status", "final"), ("date", "ge2024")]),
    ("Observation", [("subject", "Patient/1"), ("code:not", "718-7"), ("value-quantity", "gt5")]),
    ("Observation", [("subject", "1")]),
    ("Observation", [("subject", "http://other.example/fhir/Patient/1")]),
    ("Observation", [("patient", "1"), ("patient", "2")]),
    ("Observation", [("_id", "b1,b2,nothing"), ("status", "final")]),
    ("Observation", [("_id:not", "b1"), ("patient", "1")]),
    ("Observation", [("patient:missing", "true")]),
    ("Observation", [("combo-code", "part")]),
    ("Observation", [("combo-value-quantity", "gt72")]),
    ("Observation", [("combo-value-quantity:missing", "true")]),
    ("Observation", [("code", "a\\,b")]),
    ("Observation", [("code", "http://loinc.org|odd\\|code")]),
    ("Observation", [("performer:identifier", "urn:x|y")]),
    ("Observation", [("performer:identifier", "y"), ("status", "final")]),
    ("Observation", [("performer", "Practitioner/p1/_history/2")]),
    ("Observation", [("value-string:contains", "50%")]),
    ("Observation", [("value-string:contains", "ok_d")]),
    ("Appointment", [("patient", "1")]),
    ("Appointment", [("patient", "2")]),
    ("Appointment", [("patient", "1,2")]),
    ("Appointment", [("patient", "1"), ("actor", "Patient/2")]),
    ("Patient", [("_id", "1,2")]),
    ("Patient", [("_id", "1"), ("gender", "female")]),
    ("Patient", [("link", "Patient/6")]),
    ("Patient", [("deceased", "true")]),
    ("Patient", [("phone", "004631")]),
    ("Patient", [("telecom", "+4631701 00")]),
    ("Procedure", [("date:missing", "true")]),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "pairs"), COMBINED, ids=[f"{t}?{p}" for t, p in COMBINED])
async def test_questions_of_several_parts(kept: Database, type_: str, pairs: list[tuple[str, str]]) -> None:
    await agrees(kept, type_, *pairs)


@pytest.mark.anyio
async def test_a_code_may_be_asked_with_the_system_it_means(kept: Database) -> None:
    system = "http://hl7.org/fhir/observation-status"
    assert await asked_ids(kept, "Observation", [("status", f"{system}|final")]) == await asked_ids(
        kept, "Observation", [("status", "final")]
    )
    assert await asked_ids(kept, "Observation", [("status", "urn:other|final")]) == []


@pytest.mark.anyio
async def test_names_are_found_by_each_word_and_by_sound(kept: Database) -> None:
    for asked in ("essen", "ek", "von ess", "Lindqvist Ek", "LINDQVIST-EK"):
        assert len(await asked_ids(kept, "Patient", [("family", asked)])) == 1, asked
    assert await asked_ids(kept, "Patient", [("phonetic", "Karlson")]) == ["5"]
    assert await asked_ids(kept, "Patient", [("name", "kalle pa spang")]) == ["3"]


@pytest.mark.anyio
async def test_when_it_was_last_updated(kept: Database) -> None:
    everyone = len([t for t in RESOURCES if t.startswith("Patient/")])
    for asked, expected in (
        ("2024-07-01", everyone),
        ("gt2024-07-01", 0),
        ("ge2024-07-01T12:00:00Z", everyone),
        ("lt2024-07-01T12:00:00Z", 0),
        ("le2024-07-01T12:00:00Z", everyone),
        ("ne2024", 0),
        ("sa2024-06", everyone),
        ("eb2024-07-02", everyone),
        ("ap2024-07-01", everyone),
    ):
        assert len(await asked_ids(kept, "Patient", [("_lastUpdated", asked)])) == expected, asked


@pytest.mark.anyio
async def test_approximately_reaches_a_tenth_of_the_time_since(kept: Database) -> None:
    # NOW is 1 July 2024: a year ago may be five weeks off, half a year 18 days.
    near = set(await asked_ids(kept, "Observation", [("date", "ap2024-01-15")]))
    exact = {n for n, r in RESOURCES.items() if r.get("effectiveDateTime") in ("2024-01-01", "2024-01-31")}
    assert {n.split("/")[1] for n in exact} <= near
    far = {n.split("/")[1] for n, r in RESOURCES.items() if r.get("effectiveDateTime") == "2025-06-15T08:30:00+02:00"}
    assert not far & near


def test_the_sample_meets_every_kind_of_parameter() -> None:
    kinds = {meanings(t)[c].kind for t in TYPES for c in meanings(t) if _there(t, c)}
    assert kinds >= {"token", "reference", "string", "date", "number", "quantity", "uri"}
    assert set(TYPES) <= set(definitions.TYPES)
    assert key("Patient/1")
