"""The tree of organisations: the region is one care provider, each municipality one, each private company one.

Pure: the tables of `units` and `places` become `Unit` values; `organization` turns one into its FHIR resource.
Kinds are codes of organization-kind; a hospital's wards and clinics also have a specialty ("kardiologi").
"""

from collections import defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any

from varda.region import units as table
from varda.region.identities import HSA_ID, hsa, landline
from varda.region.model import Bed, Municipality, Resource, Unit
from varda.region.places import MUNICIPALITIES

KIND = "https://varda.example/fhir/CodeSystem/organization-kind"
REGION = hsa("R001")
PLACES: dict[str, Municipality] = {place.code: place for place in MUNICIPALITIES}

KIND_NAMES: dict[str, str] = {
    "region": "Region",
    "administration": "Förvaltning",
    "hospital": "Sjukhus",
    "care-provider": "Vårdgivare",
    "care-unit": "Vårdenhet",
    "ward": "Vårdavdelning",
    "municipality": "Kommun",
    "home-care": "Kommunal hemsjukvård",
    "nursing-home": "Särskilt boende",
    "home-help": "Hemtjänst",
    "health-centre": "Vårdcentral",
    "clinic": "Mottagning",
    "emergency": "Akutmottagning",
    "radiology": "Röntgen",
    "laboratory": "Laboratorium",
    "rehabilitation": "Rehabmottagning",
    "maternity": "Barnmorskemottagning",
    "on-call-centre": "Jourcentral",
    "social-care-provider": "Omsorgsgivare",
    "company": "Privat vårdgivare",
    "quality-register": "Kvalitetsregister",
}
REGISTERS = (
    ("Q001", "Påhittade diabetesregistret"),
    ("Q002", "Påhittade hjärtsviktsregistret"),
    ("Q003", "Påhittade höftregistret"),
)


def tree() -> Iterator[Unit]:
    """Every organisation, parents before children."""
    yield _unit("R001", "Västra Götalandsregionen", "region care-provider", "", "1480")
    for suffix, name in table.ADMINISTRATIONS:
        yield _unit(suffix, name, "administration", REGION, "1480")
    yield from _hospitals()
    yield from _primary_care()
    yield from _companies()
    yield from _municipalities()


def _unit(suffix: str, name: str, kinds: str, parent: str, place: str, **more: Any) -> Unit:
    provider = str(more.pop("provider", REGION))
    phone = landline(Random(suffix))  # noqa: S311 - not a secret: the same number for the same unit, always
    return Unit(hsa(suffix), name, tuple(kinds.split()), parent, provider, place, phone=phone, **more)


def _hospitals() -> Iterator[Unit]:
    for suffix, name, short, administration, place, wards, clinics in table.HOSPITALS:
        number = suffix[1:]
        yield _unit(suffix, name, "hospital", hsa(administration), place)
        for nth, ward in enumerate(wards.split(), 1):
            specialty, beds = ward.split(":")
            title = f"{short} {table.WARD_NAMES[specialty]} {nth}"
            yield _unit(
                f"W{number}{nth:02d}", title, "ward care-unit", hsa(suffix), place, specialty=specialty, beds=int(beds)
            )
        for nth, clinic in enumerate(clinics.split(), 1):
            kind = {"akut": "emergency care-unit", "röntgen": "radiology care-unit"}.get(clinic, "clinic care-unit")
            yield _unit(
                f"C{number}{nth:02d}",
                f"{short} {table.CLINIC_NAMES[clinic]}",
                kind,
                hsa(suffix),
                place,
                specialty=clinic,
            )
    for suffix, name, place in table.LABORATORIES:
        yield _unit(suffix, name, "laboratory care-unit", hsa("A010"), place)


def _primary_care() -> Iterator[Unit]:
    number = 0
    for place in MUNICIPALITIES:
        for name in table.SEVERAL_CENTRES.get(place.code, (place.name,)):
            number += 1
            yield _unit(
                f"V{number:03d}", f"Närhälsan {name} vårdcentral", "health-centre care-unit", hsa("A006"), place.code
            )
    small = (
        (table.REHABILITATION, "A006", "T", "Närhälsan {} rehabmottagning", "rehabilitation"),
        (table.ON_CALL, "A006", "J", "Närhälsan {} jourcentral", "on-call-centre"),
        (table.MATERNITY, "A007", "M", "Regionhälsan {} barnmorskemottagning", "maternity"),
    )
    for codes, parent, letter, title, kind in small:
        for nth, code in enumerate(codes, 1):
            yield _unit(f"{letter}{nth:03d}", title.format(PLACES[code].name), f"{kind} care-unit", hsa(parent), code)


def _companies() -> Iterator[Unit]:
    for nth, (company, title, codes) in enumerate(table.PRIVATE, 1):
        top = f"P{nth:03d}"
        places = codes.split(",")
        yield _unit(top, company, "company care-provider", "", places[0], provider=hsa(top))
        kind = "rehabilitation" if "rehab" in title else "clinic" if "barnläkar" in title else "health-centre"
        for number, code in enumerate(places, 1):
            name = f"{title} {PLACES[code].name}"
            specialty = "barn" if kind == "clinic" else ""
            yield _unit(
                f"{top}{number:02d}", name, f"{kind} care-unit", hsa(top), code, provider=hsa(top), specialty=specialty
            )


def _municipalities() -> Iterator[Unit]:
    for place in MUNICIPALITIES:
        top = f"K{place.code}"
        name = place.name if place.name.endswith(("s", "å")) else f"{place.name}s"
        yield _unit(top, f"{name} kommun", "municipality care-provider", "", place.code, provider=hsa(top))
        yield _unit(
            f"{top}H", f"Hemsjukvården {place.name}", "home-care care-unit", hsa(top), place.code, provider=hsa(top)
        )
        yield _unit(
            f"{top}B",
            f"Särskilt boende Lindgården {place.name}",
            "nursing-home care-unit",
            hsa(top),
            place.code,
            provider=hsa(top),
        )
        # The municipality's second hat: another provider in law, behind the outer wall (SVOD 1:3).
        social = f"{top}O"
        yield _unit(
            social, f"{name} kommun, omsorg", "social-care-provider", hsa(top), place.code, provider=hsa(social)
        )
        yield _unit(
            f"{social}H",
            f"Hemtjänsten {place.name}",
            "home-help care-unit",
            hsa(social),
            place.code,
            provider=hsa(social),
        )


def index(units: dict[str, Unit]) -> dict[tuple[str, str], tuple[Unit, ...]]:
    """Units by (kind or kind:specialty, municipality code or area), so that a life finds its hospital and home care."""
    found: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in units.values():
        place = PLACES[unit.municipality]
        for kind in unit.kinds:
            found[kind, place.code].append(unit)
            found[kind, place.area].append(unit)
            if unit.specialty:
                found[f"{kind}:{unit.specialty}", place.area].append(unit)
    return {key: tuple(values) for key, values in found.items()}


def beds(unit: Unit) -> Iterator[Bed]:
    """The beds of a ward, two in a room."""
    for number in range(unit.beds):
        room, place = divmod(number, 2)
        yield Bed(f"{unit.hsa}-S{number + 1:02d}", f"Sal {room + 1}, plats {place + 1}", unit.hsa)


def organization(unit: Unit) -> Resource:
    """The unit's Organization: HSA-id, kinds, and partOf upward to its care provider."""
    resource: Resource = {
        "resourceType": "Organization",
        "id": unit.hsa,
        "identifier": [{"system": HSA_ID, "value": unit.hsa}],
        "active": True,
        "type": [{"coding": [{"system": KIND, "code": kind, "display": KIND_NAMES[kind]}]} for kind in unit.kinds],
        "name": unit.name,
        "telecom": [{"system": "phone", "value": unit.phone, "use": "work"}],
        "address": [{"use": "work", "city": PLACES[unit.municipality].towns[0], "country": "SE"}],
    }
    if unit.hsa == unit.provider:
        number = landline(Random(f"{unit.hsa} duty"))  # noqa: S311 - not a secret: the same number, always
        resource["contact"] = [
            {"purpose": {"text": "Jour för spärrar"}, "telecom": [{"system": "phone", "value": number, "use": "work"}]}
        ]
    if unit.parent:
        resource["partOf"] = {"reference": f"Organization/{unit.parent}"}
    return resource


def registers() -> Iterator[Resource]:
    """The quality registers that patients may decline (PDL 7): organisations that nobody works at."""
    for suffix, name in REGISTERS:
        yield {
            "resourceType": "Organization",
            "id": hsa(suffix),
            "identifier": [{"system": HSA_ID, "value": hsa(suffix)}],
            "active": True,
            "type": [
                {"coding": [{"system": KIND, "code": "quality-register", "display": KIND_NAMES["quality-register"]}]}
            ],
            "name": name,
        }


_PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type"
_PLACE_CODES = {"wa": "Ward", "ro": "Room", "bd": "Bed", "bu": "Building", "si": "Site"}


def _location(place: str, name: str, kind: str, unit: Unit, within: str) -> Resource:
    resource: Resource = {
        "resourceType": "Location",
        "id": place,
        "status": "active",
        "name": name,
        "mode": "instance",
        "physicalType": {"coding": [{"system": _PHYSICAL, "code": kind, "display": _PLACE_CODES[kind]}]},
        "managingOrganization": unit.reference,
    }
    if within:
        resource["partOf"] = {"reference": f"Location/{within}"}
    return resource


def locations(unit: Unit) -> Iterator[Resource]:
    """The unit's own Location, and for a ward its rooms and beds."""
    if "care-unit" not in unit.kinds and "hospital" not in unit.kinds:
        return
    within = unit.parent if unit.hsa[13] in "WC" else ""
    yield _location(unit.hsa, unit.name, "wa" if unit.beds else "si" if unit.is_a("hospital") else "bu", unit, within)
    for room in range((unit.beds + 1) // 2):
        yield _location(f"{unit.hsa}-R{room + 1:02d}", f"Sal {room + 1}", "ro", unit, unit.hsa)
    for number, bed in enumerate(beds(unit)):
        yield _location(bed.id, bed.name, "bd", unit, f"{unit.hsa}-R{number // 2 + 1:02d}")
