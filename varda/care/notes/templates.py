"""Templates of notes: which keywords (sökord) a reason asks for, who writes them and in which contacts (F19, F20).

Declared files in `declared`, and on top of them what the county has declared of its own by two persons (decision 36).
A note keeps title and keywords as they were when it was written; what is typed on a template that has changed since
keeps every keyword that it has.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from varda.care.contacts import KINDS, Contact
from varda.catalogue import ROLES, Words
from varda.kernel.errors import Problem
from varda.record.powers import Powers

KIND = "note-template"
"""The kind of the county's own declarations that are templates."""
FREE = "free"
"""The template for everybody and everything, where text without another has its place."""
_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")
LONGEST = 80
"""Characters of a title, and of one word of a reason."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword of a note. The record says it in Swedish (R7)."""

    code: str
    words: Words

    @property
    def title(self) -> str:
        """What the record says."""
        return self.words.sv


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of note. `professions` write it and `contacts` (v3-ActCode) are what it is for: all, where empty.

    `reasons` are words of a contact's reason, or beginnings of its code.
    """

    code: str
    words: Words
    keywords: tuple[str, ...]
    professions: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    is_retired: bool = False

    @property
    def title(self) -> str:
        """What the record says."""
        return self.words.sv

    def content(self, *, is_retired: bool = False) -> dict[str, Any]:
        """The template as a county declares it."""
        return {
            "sv": self.words.sv, "en": self.words.en, "keywords": list(self.keywords),
            "professions": list(self.professions), "contacts": list(self.contacts), "reasons": list(self.reasons),
            "retired": is_retired,
        }  # fmt: skip


def _template(code: str, said: Mapping[str, Any]) -> Template:
    return Template(
        code, Words(said["sv"], said["en"]), tuple(said["keywords"]), tuple(said.get("professions", ())),
        tuple(said.get("contacts", ())), tuple(said.get("reasons", ())), bool(said.get("retired", False)),
    )  # fmt: skip


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("varda.care.notes").joinpath("declared", file).read_text(encoding="utf-8"))


KEYWORDS = {code: Keyword(code, Words(said["sv"], said["en"])) for code, said in _read("keywords.toml").items()}
"""Every keyword by its code."""
TEMPLATES = {code: _template(code, said) for code, said in _read("templates.toml").items()}
"""The package's templates by their codes, the likeliest first."""


def known(powers: Powers) -> dict[str, Template]:
    """Every template by its code: the package's with the county's changes of them and its own, retired ones as well."""
    own = powers.in_force.declared(KIND)
    return TEMPLATES | {code: _template(code, content) for code, content in own.items()} if own else TEMPLATES


def offered(
    templates: Mapping[str, Template], role: str, contact: Contact | None = None, favourites: Sequence[str] = ()
) -> list[Template]:
    """The templates that a role writes: the person's `favourites` (codes) in their order, then the likeliest for the
    contact, then the role's own before those for everybody; what is for other contacts comes last.
    """
    theirs = (one for one in templates.values() if role in one.professions or not one.professions)
    mine = [one for one in theirs if not one.is_retired]
    found = sorted(mine, key=lambda one: (-_fit(one, contact), not one.professions))
    first = [one for code in favourites for one in found if one.code == code]
    return first + [one for one in found if one not in first]


def template(code: str, templates: Mapping[str, Template] = TEMPLATES) -> Template:
    """A template by code, retired or not; the progress note when the code is unknown, so that no text is without a
    place.
    """
    return templates.get(code) or templates[FREE]


def problems(
    wanted: Template, templates: Mapping[str, Template], *, is_new: bool, taken: Collection[str] = ()
) -> Iterator[Problem]:
    """What is wrong with a template that somebody proposes, each at the field of the form. `taken`: the codes of what
    is proposed or to come.
    """
    if is_new and not _CODE.fullmatch(wanted.code):
        yield Problem("Write a short name of small letters a–z, digits and hyphens.", "code")
    elif is_new and wanted.code in templates:
        yield Problem("There is a template with this name already. Open it in the list and change it.", "code")
    elif is_new and wanted.code in taken:
        yield Problem("A template with this name is proposed or approved already. Choose another name.", "code")
    elif not is_new and wanted.code not in templates:
        yield Problem("There is no such template.", "code")
    if wanted.code == FREE and (wanted.is_retired or wanted.professions):
        yield Problem(
            "The progress note is where text without a template stands, so it stays, for everybody.", "retired"
        )
    for language, said in (("sv", wanted.words.sv), ("en", wanted.words.en)):
        if not said.strip() or len(said) > LONGEST:
            yield Problem("Give the template a title, of 80 characters at the most.", language)
    if not wanted.keywords:
        yield Problem("A template has one keyword at least.", "keywords")
    elif set(wanted.keywords) - set(KEYWORDS):
        yield Problem("One of these is no keyword. Write them as they stand in the list below.", "keywords")
    elif len(set(wanted.keywords)) < len(wanted.keywords):
        yield Problem("One of the keywords stands there twice.", "keywords")
    if set(wanted.professions) - {one.profession for one in ROLES.values()}:
        yield Problem("There is no such profession.", "professions")
    if set(wanted.contacts) - set(KINDS):
        yield Problem("There is no such kind of contact.", "contacts")
    if any(len(one) > LONGEST for one in wanted.reasons):
        yield Problem("Write each reason as a word or a few, one a line.", "reasons")


def keyword(said: str) -> str:
    """The code of a keyword that is written by its name, in either language; what was written, where it is none."""
    text = said.strip().casefold()
    names = ((one.code, one.words.sv, one.words.en) for one in KEYWORDS.values())
    return next((code for code, *others in names if text in (code, *map(str.casefold, others))), said.strip())


def _fit(one: Template, contact: Contact | None) -> int:
    """How well a template fits a contact: by its reason, by its kind, for any contact, for others than this one."""
    if contact is None:
        return -1 if one.reasons else 0
    kind, said = "IMP" if contact.is_admission else contact.kind, contact.reason.casefold()
    if one.contacts and kind not in one.contacts:
        return -1
    if one.reasons:
        is_it = any(word.casefold() in said or any(code.startswith(word) for code in contact.codes)
                    for word in one.reasons)  # fmt: skip
        return 2 if is_it else -1
    return 1 if one.contacts else 0
