"""A course from its files: course.toml; sv.md and en.md, where `# code` begins the text of a step; and an exercise as
`code.exercise.toml` where a step is one. Pure. Everything wrong is told at once, with the file and the line.

The package's courses and a county's own are read by the same function: a county's lie in a declaration (decision 38).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from hashlib import sha256
from typing import Any

from varda.catalogue import FUNCTIONS, ROLES, Words
from varda.fhir.definitions import TYPES
from varda.introduction.training.flaws import Flaw, flaw, no_toml
from varda.introduction.training.goals import Condition, Exercise, Goal, Patient, Way
from varda.introduction.training.model import DUTIES, KINDS, STEP_KINDS, Answer, Course, For, Kind, Step, StepKind
from varda.introduction.training.texts import wrong
from varda.kernel.errors import Problem, Unprocessable

Files = Mapping[str, str]
COURSE = "course.toml"
_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")
RESERVED = frozenset({"unit", "remarks", "courses", "classes", "file", "go-on", "new", "decide", "remark"})
"""Codes that no course and no step may have: they are pages of the portal."""
_PROFESSIONS = frozenset(one.profession for one in ROLES.values())
LONGEST_CLASS = 480
PROVIDERS = frozenset({"region", "municipality"})
_LINE = re.compile(r"at line (\d+)")
_TEXT, _LIST, _TEXTS, _WHOLE = "text", "list", "texts", "whole"
_YES, _TABLE, _TABLES, _ANY = "yes", "table", "tables", "any"
"""Shapes of what a name holds; `_TEXTS` is one text or a list of them, `_ANY` is looked at where it is read."""
_WORDS = {"sv": _ANY, "en": _ANY}
_KNOWN: Mapping[str, Mapping[str, str]] = {
    "": _WORDS | {
        "kind": _ANY, "about": _ANY, "minutes": _WHOLE, "requires": _LIST, "refresh": _WHOLE, "gives": _TEXT,
        "enough": _WHOLE, "withdrawn": _YES, "for": _TABLE, "steps": _TABLES, "class_minutes": _WHOLE,
    },
    "for": dict.fromkeys(("roles", "functions", "providers", "duties"), _LIST),
    "step": _WORDS | {
        "code": _TEXT, "kind": _ANY, "answers": _TABLES, "explanation": _ANY, "picture": _TEXT, "described": _ANY,
        "film": _TEXT, "captions": _ANY,
    },
    "answer": _WORDS | {"right": _YES},
    "goal": _WORDS | {
        "code": _TEXT, "hint": _ANY, "patient": _TEXT, "by": _TEXT, "type": _TEXT, "status": _TEXTS, "coded": _TEXT,
        "category": _TEXT, "keyword": _TEXT, "text": _TEXTS, "value": _ANY, "least": _ANY, "most": _ANY,
        "form": _TEXT, "read": _YES,
    },
    "exercise": _WORDS | {
        "budget": _WHOLE, "patients": _TABLE, "goals": _TABLES, "forbidden": _TABLES, "way": _TABLES,
    },
    "patient": {
        "given": _TEXT, "family": _TEXT, "born": _TEXT, "gender": _TEXT, "about": _ANY, "entries": _TABLES,
    },
    "way": _WORDS | {"actions": _WHOLE},
}  # fmt: skip


def _is_shaped(value: Any, shape: str) -> bool:
    is_list = isinstance(value, list)
    return {
        _TEXT: isinstance(value, str),
        _LIST: is_list and all(isinstance(one, str) for one in value),
        _TEXTS: isinstance(value, str) or (is_list and all(isinstance(one, str) for one in value)),
        _WHOLE: type(value) is int,
        _YES: isinstance(value, bool),
        _TABLE: isinstance(value, Mapping),
        _TABLES: is_list and all(isinstance(one, Mapping) for one in value),
        _ANY: True,
    }[shape]


def _misshapen(name: str, shape: str) -> Flaw:
    if shape in (_LIST, _TEXTS):
        return flaw('%(name)s is a list of texts, written as ["one", "another"].', name=name)
    if shape == _WHOLE:
        return flaw("%(name)s is a whole number.", name=name)
    if shape == _YES:
        return flaw("%(name)s is true or false.", name=name)
    if shape == _TABLE:
        return flaw("%(name)s is written as [%(name)s], with its names on the lines below.", name=name)
    if shape == _TABLES:
        return flaw("%(name)s is written as [[%(name)s]], one for each.", name=name)
    return flaw("%(name)s is a text, in quotation marks.", name=name)


class _Reader:
    """The files of one course, and what is wrong with them."""

    def __init__(self, code: str, files: Files) -> None:
        self.code, self.files = code, files
        self.problems: list[Problem] = []

    def wrong(self, file: str, found: Flaw, near: str = "", line: int = 0) -> None:
        """Something is wrong in a file: at a line, or at the first that has `near` in it."""
        lines = self.files.get(file, "").splitlines()
        at = line or next((nth for nth, one in enumerate(lines, 1) if near and near in one), 1)
        self.problems.append(replace(found, path=f"{file}:{at}"))

    def toml(self, file: str) -> dict[str, Any]:
        """A file as TOML; empty where it is none."""
        if file not in self.files:
            self.wrong(file, flaw("The file is missing."))
            return {}
        try:
            return tomllib.loads(self.files[file], parse_float=Decimal)
        except tomllib.TOMLDecodeError as broken:
            found = _LINE.search(str(broken))
            last = len(self.files[file].splitlines())
            self.wrong(file, no_toml(str(broken)), line=int(found[1]) if found else last)
            return {}

    def words(self, file: str, said: Any, near: str) -> Words:
        """Words in both languages."""
        if not isinstance(said, Mapping) or not all(
            isinstance(said.get(at), str) and said[at].strip() for at in ("sv", "en")
        ):
            told = flaw("%(what)s: say it in Swedish (sv) and in English (en).", what=near or "sv, en")
            self.wrong(file, told, near)
            return Words("", "")
        return Words(said["sv"].strip(), said["en"].strip())

    def known(self, file: str, what: str, said: Mapping[str, Any], names: str) -> dict[str, Any]:
        """What is known there and is what it must be. Nothing else: a misspelt condition would be no condition."""
        there = _KNOWN[names]
        for name in sorted(set(said) - there.keys()):
            known = ", ".join(sorted(there))
            told = flaw("%(what)s: %(name)s is not known here. Known are %(known)s.", what=what, name=name, known=known)
            self.wrong(file, told, name)
        found = {name: value for name, value in said.items() if name in there}
        for name in [name for name, value in found.items() if not _is_shaped(value, there[name])]:
            self.wrong(file, _misshapen(name, there[name]), name)
            del found[name]
        return found

    def text(self, step: str) -> Words:
        """A step's Markdown in both languages."""
        found = []
        for language, sections in self.sections.items():
            line, said = sections.get(step, (1, ""))
            if not said.strip():
                told = flaw("The step %(step)s has no text in this language. It begins with: # %(step)s", step=step)
                self.wrong(f"{language}.md", told)
            for nth, one in wrong(said):
                self.wrong(f"{language}.md", one, line=line + nth)
            found.append(said)
        return Words(*found)

    @cached_property
    def sections(self) -> dict[str, dict[str, tuple[int, str]]]:
        """The texts of each language by step: the line of the step's heading, and what follows it."""
        return {language: dict(_sections(self.files.get(f"{language}.md", ""))) for language in ("sv", "en")}


def course(code: str, files: Files) -> Course:
    """A course of its files (text by name). Raises `Unprocessable` with every problem, each at its `file:line`."""
    reader = _Reader(code, files)
    said = reader.toml(COURSE)
    found = _course(reader, said) if said else None
    if reader.problems or found is None:
        told = "; ".join(f"{code}/{one.path}: {one.message}" for one in reader.problems)
        raise Unprocessable(f"The course {code} cannot be read. {told}", reader.problems)
    return found


def version(files: Files) -> str:
    """The fingerprint of a course: the same text is the same version."""
    whole = "\0".join(f"{name}\0{text}" for name, text in sorted(files.items()))
    return sha256(whole.encode()).hexdigest()[:12]


def circle(courses: Mapping[str, Course]) -> list[str]:
    """The first circle of prerequisites, from a course back to itself; empty when there is none."""
    safe: set[str] = set()

    def climb(code: str, path: list[str]) -> list[str]:
        if code in path:
            return [*path[path.index(code) :], code]
        if code in safe or code not in courses:
            return []
        for needed in courses[code].requires:
            if found := climb(needed, [*path, code]):
                return found
        safe.add(code)
        return []

    return next((found for code in courses if (found := climb(code, []))), [])


def fitting(courses: Mapping[str, Course]) -> Iterator[Problem]:
    """What is wrong between courses: a circle, named, or a course that is asked for and is not there."""
    if found := circle(courses):
        told = flaw("These courses require each other in a circle: %(circle)s.", circle=" → ".join(found))
        yield replace(told, path=f"{COURSE}:1")
    for one in courses.values():
        for needed in (*one.requires, *([one.gives] if one.gives else [])):
            if needed not in courses:
                told = flaw(
                    "%(code)s asks for the course %(other)s, which does not exist.", code=one.code, other=needed
                )
                yield replace(told, path=f"{COURSE}:1")


def _sections(text: str) -> Iterator[tuple[str, tuple[int, str]]]:
    lines = text.splitlines()
    heads = [nth for nth, line in enumerate(lines) if line.startswith("# ")]
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        yield lines[head][2:].strip(), (head + 1, "\n".join(lines[head + 1 : end]).rstrip() + "\n")


def _course(reader: _Reader, said: Mapping[str, Any]) -> Course:
    said = reader.known(COURSE, COURSE, said, "")
    if not _CODE.fullmatch(reader.code) or reader.code in RESERVED:
        told = flaw(
            "%(code)s is no code for a course: small letters, digits and hyphens, and not taken.", code=reader.code
        )
        reader.wrong(COURSE, told)
    kind: Kind | None = next((one for one in KINDS if one == said.get("kind")), None)
    if kind is None:
        reader.wrong(COURSE, flaw("The kind is one of %(kinds)s.", kinds=", ".join(KINDS)), "kind")
    numbers = {name: said.get(name, 0) for name in ("minutes", "refresh", "enough", "class_minutes")}
    for name, number in numbers.items():
        if number < 0:
            reader.wrong(COURSE, flaw("%(name)s is a whole number.", name=name), name)
    steps = tuple(_step(reader, one) for one in said.get("steps", ()))
    codes = [one.code for one in steps]
    if numbers["class_minutes"] > LONGEST_CLASS:
        reader.wrong(COURSE, flaw("A class lasts %(n)s minutes at most, a day.", n=str(LONGEST_CLASS)), "class_minutes")
    if any(one.kind == "class" for one in steps) and not numbers["class_minutes"]:
        reader.wrong(COURSE, flaw("Say how long the class is (class_minutes)."), "class")
    if not steps:
        reader.wrong(COURSE, flaw("A course has one step at least."))
    for language, sections in reader.sections.items():
        for code, (line, _) in sections.items():
            if code not in codes:
                told = flaw("There is no step %(step)s in %(file)s.", step=code, file=COURSE)
                reader.wrong(f"{language}.md", told, line=line)
    for one in sorted({one for one in codes if codes.count(one) > 1}):
        reader.wrong(COURSE, flaw("Two steps have the code %(step)s.", step=one), f'"{one}"')
    return Course(
        reader.code, kind or "add-on", reader.words(COURSE, said, "title"),
        reader.words(COURSE, said.get("about"), "about"), numbers["minutes"], steps, version(reader.files),
        _for(reader, said.get("for", {})),
        tuple(said.get("requires", ())), numbers["refresh"], str(said.get("gives", "")), numbers["enough"],
        bool(said.get("withdrawn", False)), numbers["class_minutes"],
    )  # fmt: skip


def _for(reader: _Reader, said: Mapping[str, Any]) -> For:
    said = reader.known(COURSE, "for", said, "for")
    for name, there in (("roles", ROLES), ("functions", FUNCTIONS), ("providers", PROVIDERS), ("duties", DUTIES)):
        for one in said.get(name, ()):
            if one not in there:
                told = flaw("%(one)s is not known. In %(name)s stand codes that there are.", one=str(one), name=name)
                reader.wrong(COURSE, told, str(one))
    return For(*(frozenset(said.get(name, ())) for name in ("roles", "functions", "providers", "duties")))


def _step(reader: _Reader, said: Mapping[str, Any]) -> Step:
    code = str(said.get("code", ""))
    said = reader.known(COURSE, code or "steps", said, "step")
    if not _CODE.fullmatch(code) or code in RESERVED:
        reader.wrong(COURSE, flaw("A step has a code of small letters, digits and hyphens."), code or "[[steps]]")
    kind: StepKind | None = next((one for one in STEP_KINDS if one == said.get("kind", "text")), None)
    if kind is None:
        told = flaw("Step %(step)s: the kind is one of %(kinds)s.", step=code, kinds=", ".join(STEP_KINDS))
        reader.wrong(COURSE, told, str(said["kind"]))
    given = [reader.known(COURSE, code, one, "answer") for one in said.get("answers", ())]
    answers = tuple(Answer(reader.words(COURSE, one, code), bool(one.get("right"))) for one in given)
    if kind == "question" and (len(answers) < 2 or not any(one.is_right for one in answers)):
        told = flaw("The question %(step)s needs two answers at least, and one that is right.", step=code)
        reader.wrong(COURSE, told, code)
    if kind == "question" and "explanation" not in said:
        reader.wrong(COURSE, flaw("The question %(step)s has no explanation.", step=code), code)
    captions = reader.words(COURSE, said["captions"], "captions") if "captions" in said else None
    for name in (said.get("picture"), *([captions.sv, captions.en] if captions else [])):
        if name and name not in reader.files:
            reader.wrong(COURSE, flaw("The file %(file)s is missing.", file=name), name)
    if said.get("picture") and "described" not in said:
        told = flaw("Say what the picture of %(step)s shows (described), for who does not see it.", step=code)
        reader.wrong(COURSE, told, code)
    film = str(said.get("film", ""))
    if film and not film.startswith("https://") and (film not in reader.files or captions is None):
        told = flaw("A film is an https address, or a file of the course with captions: %(film)s.", film=film)
        reader.wrong(COURSE, told, film)
    explanation, described = (
        reader.words(COURSE, said[name], code) if name in said else None for name in ("explanation", "described")
    )
    return Step(
        code, kind or "text", reader.words(COURSE, said, code), reader.text(code), answers, explanation,
        str(said.get("picture", "")), described, film, captions,
        _exercise(reader, code) if kind == "exercise" else None,
    )  # fmt: skip


def _exercise(reader: _Reader, code: str) -> Exercise:
    file = f"{code}.exercise.toml"
    said = reader.toml(file)
    said = reader.known(file, file, said, "exercise")
    about = {}
    for key, one in said.get("patients", {}).items():
        if isinstance(one, Mapping):
            about[key] = reader.known(file, key, one, "patient")
        else:
            reader.wrong(file, _misshapen(f"patients.{key}", _TABLE), key)
    patients = tuple(
        Patient(
            key, str(one.get("given", "")), str(one.get("family", "")), str(one.get("born", "")),
            str(one.get("gender", "unknown")), reader.words(file, one.get("about"), key), tuple(one.get("entries", ())),
        )
        for key, one in about.items()
    )  # fmt: skip
    keys = {one.key for one in patients}
    goals = tuple(_goal(reader, file, one, keys) for one in said.get("goals", ()))
    if not goals and said:
        reader.wrong(file, flaw("An exercise has one goal at least."))
    steps = [reader.known(file, "way", one, "way") for one in said.get("way", ())]
    way = tuple(Way(reader.words(file, one, "way"), one.get("actions", 1)) for one in steps)
    shortest = sum(one.actions for one in way)
    if said and (not way or said.get("budget", 0) < shortest):
        told = flaw("The budget is no less than the shortest way, which takes %(n)s actions.", n=str(shortest))
        reader.wrong(file, told, "budget")
    forbidden = tuple(_goal(reader, file, one, keys) for one in said.get("forbidden", ()))
    return Exercise(code, reader.words(file, said, "task"), patients, goals, forbidden, way, said.get("budget", 0))


def _goal(reader: _Reader, file: str, said: Mapping[str, Any], patients: set[str]) -> Goal:
    code, type_, patient = (str(said.get(name, "")) for name in ("code", "type", "patient"))
    said = reader.known(file, code or "goals", said, "goal")
    code, type_, patient = (said.get(name, "") for name in ("code", "type", "patient"))
    if type_ not in TYPES:
        reader.wrong(file, flaw("Goal %(goal)s: “%(type)s” is no type of FHIR R4.", goal=code, type=type_), code)
    if patient not in patients:
        told = flaw("Goal %(goal)s: “%(patient)s” is none of the patients of the exercise.", goal=code, patient=patient)
        reader.wrong(file, told, code)
    if said.get("by", "") not in {"", *_PROFESSIONS}:
        told = flaw("Goal %(goal)s: “%(by)s” is no profession here.", goal=code, by=str(said["by"]))
        reader.wrong(file, told, code)
    statuses = said.get("status", ())
    numbers = {name: _number(reader, file, said, name) for name in ("value", "least", "most")}
    texts = said.get("text", ())
    condition = Condition(
        type_, frozenset([statuses] if isinstance(statuses, str) else statuses), str(said.get("coded", "")),
        str(said.get("category", "")), str(said.get("keyword", "")),
        (texts,) if isinstance(texts, str) else tuple(texts),
        form=str(said.get("form", "")), is_read=bool(said.get("read", False)), **numbers,
    )  # fmt: skip
    words, hint = reader.words(file, said, code), reader.words(file, said.get("hint"), code)
    return Goal(code, words, hint, patient, condition, str(said.get("by", "")))


def _number(reader: _Reader, file: str, said: Mapping[str, Any], name: str) -> Decimal | None:
    if name not in said:
        return None
    try:
        return Decimal(str(said[name]))
    except InvalidOperation:
        reader.wrong(file, flaw("%(name)s is a number.", name=name), name)
        return None
