"""Makes docs/reference from the code, so that a setting, an error or a command cannot be there undocumented.

`python -m tools.references` (or `make references`) writes the files; a test compares them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path

import varda.cli
from varda.catalogue import ACTS, AREAS, FUNCTIONS, PARTS, ROLES, SPECIAL, Role
from varda.fhir import definitions
from varda.kernel import errors, limits
from varda.kernel.settings import Settings
from varda.search import denied
from varda.search.parameters import Meaning, meanings
from varda.search.plan import kind

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
_SEARCHING = (
    "All that `GET /fhir/Type?parameter=value` knows; anything else is an error unless the caller asks for lenient "
    "handling. *Main date*: what the chart sorts by. *Refused*: the law forbids it as a search key (A16). "
    "Composite and special parameters are not there yet. A reference takes a type as its modifier as well."
)
_RIGHTS = (
    "What the package gives each role: **r** reads, **w** writes, **s** signs. A county changes it by dated changes "
    "that two persons sign, without a release. Nothing else grants rights. A type whose items belong to several "
    "functions is read by who may read them all. Types that belong to the county (people, units, terminology) and "
    "Patient are everybody's to read. *(licence)*: writing and signing ask for the licence of the role."
)
_MADE = "*Made by `make references`; do not edit.*"


def settings() -> str:
    """The table of settings, from `varda.kernel.settings`."""
    rows = [
        f"| `{field.metadata['variable']}` | {_shown(field.default)} | {field.metadata['meaning']} |"
        for field in fields(Settings)
    ]
    return _page(
        "Settings",
        "Read once from the environment when a command starts. A value that cannot be used stops the start, naming it.",
        ["| Variable | Default | Meaning |", "|---|---|---|", *rows],
    )


def faults() -> str:
    """The table of errors, from `varda.kernel.errors`."""
    known = sorted(_descendants(errors.Fault), key=lambda fault: (fault.number, fault.__name__))
    rows = [
        f"| {fault.number} | {fault.__name__} | {fault.status} | `{fault.code}` | {_sentence(fault)} |"
        for fault in (errors.Fault, *known)
    ]
    return _page(
        "Errors",
        "Every error page and OperationOutcome shows a number of this table and a number of its own for the request. "
        "The code is from the [FHIR issue types](http://hl7.org/fhir/R4/valueset-issue-type.html).",
        ["| Number | Name | HTTP | FHIR code | What has happened |", "|---|---|---|---|---|", *rows],
    )


def commands() -> str:
    """Every command with its options, from the command line's own help."""
    said = varda.cli.app.generate_docs(output_format="markdown", heading_level=2)
    said = re.sub(r" -m [\w.]+", "", said)  # how this page's maker was started is no part of a command
    return _page(
        "Commands", "Exit code 0: done. 1: refused or failed, with a sentence saying why. 2: not understood.", [said]
    )


def parameters() -> str:
    """Every search parameter, type by type, from `varda.search.parameters`."""
    families = {type_: meanings(type_) for type_ in definitions.TYPES}
    shared = set.intersection(*(set(family) for family in families.values()))
    modules = {m.kind: kind(m) for family in families.values() for m in family.values() if m.code not in shared}
    lines = ["## Kinds", "", "| Kind | Modifiers |", "|---|---|"]
    lines += [f"| {name} | {_coded(':' + m for m in sorted(module.MODIFIERS))} |" for name, module in modules.items()]
    lines += _table("Every type", [families["Patient"][code] for code in sorted(shared)])
    for type_, family in families.items():
        lines += _table(type_, [family[code] for code in sorted(set(family) - shared)])
    return _page("Search parameters", _SEARCHING, lines)


def rights() -> str:
    """Who may do what by the package, role by function, from `varda.catalogue`."""
    lines = []
    for code, area in AREAS.items():
        mine = [function for function in FUNCTIONS.values() if function.area == code]
        lines += [
            f"## {area.en}",
            "",
            "| Function | Name | Swedish | Types (type\\|category) | Actions |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| {one.number} | {one.words.en}{' *(licence)*' if one.licensed else ''} | {one.words.sv} "
            f"| {_coded(name.replace('|', chr(92) + '|') for name in one.types)} | {_coded(one.actions)} |"
            for one in mine
        ]
        lines += ["", f"| Role | {' | '.join(one.number for one in mine)} |", "|---" * (len(mine) + 1) + "|"]
        lines += [f"| {one.words.en} | {' | '.join(_letters(one, f.number) for f in mine)} |" for one in ROLES.values()]
        lines += [""]
    lines += [
        "## Parts with a switch of their own",
        "",
        "| Part | Name | Swedish | Takes as well |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {one.number} | {one.words.en} | {one.words.sv} | {_coded([one.special] if one.special else [])} |"
        for one in PARTS.values()
    ]
    lines += [""]
    lines += ["## Rights that belong to no function", "", "| Right | Swedish | Roles |", "|---|---|---|"]
    for special in SPECIAL.values():
        holders = [one.words.en for one in ROLES.values() if (special.code, "special") in one.rights]
        lines += [f"| `{special.code}`: {special.words.en} | {special.words.sv} | {', '.join(holders)} |"]
    lines += ["", "## Roles", "", "| Role | Swedish | Profession | Purpose | Licence |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.words.en} | {one.words.sv} | `{one.profession}` | {', '.join(one.purposes)} | {one.licence or '–'} |"
        for one in ROLES.values()
    ]
    return _page("Rights", _RIGHTS, lines)


def _letters(role: Role, function: str) -> str:
    return "".join(act[0] for act in ACTS if (function, act) in role.rights) or "–"


def _descendants(kind: type[errors.Fault]) -> set[type[errors.Fault]]:
    ours = {one for one in kind.__subclasses__() if one.__module__ in (errors.__name__, limits.__name__)}
    return ours.union(*map(_descendants, ours))


def _table(title: str, family: Sequence[Meaning]) -> list[str]:
    rows = [f"| `{one.code}` | {_kind(one)} | {_targets(one)} |" for one in family]
    return ["", f"## {title}", "", "| Parameter | Kind | Refers to |", "|---|---|---|", *rows] if rows else []


def _kind(one: Meaning) -> str:
    if denied.reason(one.name):
        return f"{one.kind}; refused ({denied.reason(one.name).partition(': ')[0]})"
    return f"{one.kind}; main date" if one.main else one.kind


def _targets(one: Meaning) -> str:
    targets = (one.only,) if one.only else one.targets
    # "Any" is spelled out in the definitions: every type but those that cannot be pointed to.
    return "any type" if len(targets) >= len(definitions.TYPES) - 1 else ", ".join(targets)


def _coded(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _sentence(fault: type[errors.Fault]) -> str:
    if fault is errors.Fault:
        return "A fault of Varda's own. The server's log says more under the number of the request."
    return re.sub(r"\s+", " ", (fault.__doc__ or "").replace("`", "")).strip()


def _shown(default: object) -> str:
    return f"`{default}`" if str(default) else "none"


def _page(title: str, purpose: str, lines: list[str]) -> str:
    text = "\n".join([f"# {title}", "", _MADE, "", purpose, "", *lines])
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


PAGES = {
    "settings.md": settings,
    "errors.md": faults,
    "commands.md": commands,
    "search-parameters.md": parameters,
    "rights.md": rights,
}


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, made in PAGES.items():
        (FOLDER / name).write_text(made(), encoding="utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
