"""Five kinds of session pass the same door: staff (one assignment), citizen, client (a registered system), job and
synthetic (what tries the screens of a unit on schedule: no person, and the practice patient alone).

The policy here is pure: a session becomes a narrowing, and the narrowing rewrites every question (RULES A1–A3, A13).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from varda.access.scopes import Grant, within
from varda.fhir.keys import key
from varda.search.narrowing import Narrowing

Kind = Literal["staff", "citizen", "client", "job", "synthetic"]
PRACTICE, PRACTICE_UNIT = "SE9999999999-SYNTHETIC", "varda-practice"
"""The HSA-id, which nobody can be given, and the id of the unit whose only patient is the invented one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is asking, from which unit, in which role. HSA-ids identify; empty where a kind of session has none.

    `app` is the app through which a person or a system comes, `approval` what its token rests on, `launch` the id of
    the patient it was opened for and `grants` what it may do at most; they only narrow. `purpose` stands in the log;
    `assignment_purpose` is what the assignment is for (medarbetaruppdragets ändamål, PDL 2:4), whatever app it works
    through. With `role` (the profession) and the person's `licences` it gives the rights.

    `is_social` tells the hat that the assignment wears: social care (omsorgsgivare) or care (vårdgivare);
    `is_municipal` that the provider is a municipality.
    `reach` is "relations" (own unit's patients by care relation), "units" (all that `units` own) or "county".
    `units` are (HSA-id, id of the Organization) each, for a registered system that serves several.
    `scopes` limit what a client may do; staff rights come from the role. `on_behalf` is for whom somebody acts: whose
    proxy or delegate this is; empty for oneself. A citizen's `actor` is an identity number, system|value, and
    `patient` the own record (Patient/<id>); empty when there is none. `ahead` is how far the clock of the unit is ahead
    of the wall's, where a unit has a clock of its own (training).
    """

    kind: Kind
    actor: str
    name: str
    role: str = ""
    title: str = ""
    assignment: str = ""
    practitioner: str = ""
    unit: str = ""
    unit_name: str = ""
    provider: str = ""
    provider_name: str = ""
    organization: str = ""
    purpose: str = "care"
    assignment_purpose: str = "care"
    licences: tuple[str, ...] = ()
    app: str = ""
    approval: str = ""
    launch: str = ""
    grants: tuple[Grant, ...] = ()
    is_social: bool = False
    is_municipal: bool = False
    reach: Literal["relations", "units", "county"] = "relations"
    units: tuple[tuple[str, str], ...] = ()
    scopes: tuple[str, ...] = ()
    language: str = "sv"
    on_behalf: str = ""
    patient: str = ""
    ahead: timedelta = timedelta()

    @property
    def unit_key(self) -> int:
        """The unit as a number in the tables; 0 for none."""
        return hsa_key(self.unit)

    @property
    def provider_key(self) -> int:
        """The care provider as a number in the tables; 0 for none."""
        return hsa_key(self.provider)

    @property
    def is_app(self) -> bool:
        """Whether it comes through an app, so that nothing is allowed which no grant names."""
        return bool(self.app or self.grants)

    def may(self, scope: str) -> bool:
        """Whether a scope such as `read`, `write`, `delete` or `import` is within this session's rights.

        Staff read and write; nothing is erased by staff (R2). A citizen's rights come with the citizen's screens.
        """
        if self.kind == "staff":
            return scope in ("read", "write")
        return scope in self.scopes


def hsa_key(hsa: str) -> int:
    """The number that stands for a unit or provider in the tables; 0 is the county."""
    return key(f"hsa:{hsa}") if hsa else 0


def unit_grantee(organization: str) -> int:
    """The grantee of a care relation: everybody who works at the unit, by the id of its Organization."""
    return key(f"Organization/{organization}")


def choice_grantee(assignment: str) -> int:
    """The grantee of an active choice: one person in one assignment, nobody else."""
    return key(f"assignment:{assignment}")


def narrowing(session: Session, now: datetime, types: tuple[int, ...] | None = None) -> Narrowing:
    """What this session can see at all, as a rule that the search compiler writes into every statement.

    `types` are the resource types that the role may read, by number; None: all.
    """
    if session.kind == "synthetic":
        # Wherever it stands, it sees with the eyes of a unit that has one patient, who does not exist.
        own, grantee = hsa_key(PRACTICE), unit_grantee(PRACTICE_UNIT)
        return Narrowing(everything=False, unit=own, provider=own, grantees=(grantee,), now=now, types=types)
    grantees: tuple[int, ...] = ()
    if session.kind == "staff":
        grantees = (unit_grantee(session.organization), choice_grantee(session.assignment))
    owned: tuple[int, ...] = ()
    if session.reach == "units" and session.may("read"):
        grantees = tuple(unit_grantee(organization) for _, organization in session.units)
        owned = tuple(hsa_key(hsa) for hsa, _ in session.units)
    return Narrowing(
        everything=session.reach == "county" and session.may("read"),
        unit=session.unit_key,
        provider=session.provider_key,
        grantees=grantees,
        now=now,
        owned=owned,
        types=types,
        within=within(session.grants, "s", session.launch) if session.is_app else None,
    )
