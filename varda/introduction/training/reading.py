"""A course from its files: course.toml; sv.md and en.md, where `# code` begins the text of a step; and an exercise as
`code.exercise.toml` where a step is one. Pure. Everything wrong is told at once, with the file and the line.

The package's courses and a county's own are read by the same function: a county's lie in a declaration (decision 38).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from hashlib import sha256
from typing import Any

from varda.catalogue import FUNCTIONS, ROLES, Words
from varda.fhir.definitions import TYPES
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
_CONDITIONS = {"type", "status", "coded", "category", "keyword", "text", "value", "least", "most", "form", "read"}
_KNOWN = {
    "": {
        "kind",
        "sv",
        "en",
        "about",
        "minutes",
        "requires",
        "refresh",
        "gives",
        "enough",
        "withdrawn",
        "for",
        "steps",
        "class_minutes",
    },
    "for": {"roles", "functions", "providers", "duties"},
    "step": {"code", "kind", "sv", "en", "answers", "explanation", "picture", "described", "film", "captions"},
    "goal": {"code", "sv", "en", "hint", "patient", "by", *_CONDITIONS},
    "exercise": {"sv", "en", "budget", "patients", "goals", "forbidden", "way"},
}


class _Reader:
    """The files of one course, and what is wrong with them."""

    def __init__(self, code: str, files: Files) -> None:
        self.code, self.files = code, files
        self.problems: list[Problem] = []

    def wrong(self, file: str, message: str, near: str = "", line: int = 0) -> None:
        """Something is wrong in a file: at a line, or at the first that has `near` in it."""
        lines = self.files.get(file, "").splitlines()
        at = line or next((nth for nth, one in enumerate(lines, 1) if near and near in one), 1)
        self.problems.append(Problem(message, f"{file}:{at}"))

    def toml(self, file: str) -> dict[str, Any]:
        """A file as TOML; empty where it is none."""
        if file not in self.files:
            self.wrong(file, "The file is missing.")
            return {}
        try:
            return tomllib.loads(self.files[file], parse_float=Decimal)
        except tomllib.TOMLDecodeError as broken:
            found = _LINE.search(str(broken))
            last = len(self.files[file].splitlines())
            self.wrong(file, f"This is no TOML: {broken}.", line=int(found[1]) if found else last)
            return {}

    def words(self, file: str, said: Any, near: str) -> Words:
        """Words in both languages."""
        if not isinstance(said, Mapping) or not all(
            isinstance(said.get(at), str) and said[at].strip() for at in ("sv", "en")
        ):
            self.wrong(file, f"{near or 'This'}: say it in Swedish (sv) and in English (en).", near)
            return Words("", "")
        return Words(said["sv"].strip(), said["en"].strip())

    def known(self, file: str, what: str, said: Mapping[str, Any], names: str) -> None:
        """Nothing that is not understood: a misspelt condition would be no condition."""
        for name in sorted(set(said) - _KNOWN[names]):
            self.wrong(file, f"{what}: {name} is not known here. Known are {', '.join(sorted(_KNOWN[names]))}.", name)

    def text(self, step: str) -> Words:
        """A step's Markdown in both languages."""
        found = []
        for language, sections in self.sections.items():
            line, said = sections.get(step, (1, ""))
            if not said.strip():
                self.wrong(f"{language}.md", f"The step {step} has no text in this language. It begins with: # {step}")
            for nth, message in wrong(said):
                self.wrong(f"{language}.md", message, line=line + nth)
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
        yield Problem(f"These courses require each other in a circle: {' → '.join(found)}.", f"{COURSE}:1")
    for one in courses.values():
        for needed in (*one.requires, *([one.gives] if one.gives else [])):
            if needed not in courses:
                yield Problem(f"{one.code} asks for the course {needed}, which does not exist.", f"{COURSE}:1")


def _sections(text: str) -> Iterator[tuple[str, tuple[int, str]]]:
    lines = text.splitlines()
    heads = [nth for nth, line in enumerate(lines) if line.startswith("# ")]
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        yield lines[head][2:].strip(), (head + 1, "\n".join(lines[head + 1 : end]).rstrip() + "\n")


def _course(reader: _Reader, said: Mapping[str, Any]) -> Course:
    reader.known(COURSE, "The course", said, "")
    if not _CODE.fullmatch(reader.code) or reader.code in RESERVED:
        reader.wrong(
            COURSE, f"{reader.code} is no code for a course: small letters, digits and hyphens, and not taken."
        )
    kind: Kind | None = next((one for one in KINDS if one == said.get("kind")), None)
    if kind is None:
        reader.wrong(COURSE, f"The kind is one of {', '.join(KINDS)}.", "kind")
    numbers = {name: said.get(name, 0) for name in ("minutes", "refresh", "enough", "class_minutes")}
    for name, number in numbers.items():
        if type(number) is not int or number < 0:
            reader.wrong(COURSE, f"{name} is a whole number.", name)
    steps = tuple(_step(reader, one) for one in _tables(reader, COURSE, said, "steps"))
    codes = [one.code for one in steps]
    if numbers["class_minutes"] > LONGEST_CLASS:
        reader.wrong(COURSE, f"A class lasts {LONGEST_CLASS} minutes at most, a day.", "class_minutes")
    if any(one.kind == "class" for one in steps) and not numbers["class_minutes"]:
        reader.wrong(COURSE, "Say how long the class is (class_minutes).", "class")
    if not steps:
        reader.wrong(COURSE, "A course has one step at least.")
    for language, sections in reader.sections.items():
        for code, (line, _) in sections.items():
            if code not in codes:
                reader.wrong(f"{language}.md", f"There is no step {code} in {COURSE}.", line=line)
    for one in sorted({one for one in codes if codes.count(one) > 1}):
        reader.wrong(COURSE, f"Two steps have the code {one}.", f'"{one}"')
    return Course(
        reader.code, kind or "add-on", reader.words(COURSE, said, "title"),
        reader.words(COURSE, said.get("about"), "about"), numbers["minutes"], steps, version(reader.files),
        _for(reader, said.get("for", {})),
        tuple(said.get("requires", ())), numbers["refresh"], str(said.get("gives", "")), numbers["enough"],
        bool(said.get("withdrawn", False)), numbers["class_minutes"],
    )  # fmt: skip


def _for(reader: _Reader, said: Mapping[str, Any]) -> For:
    reader.known(COURSE, "for", said, "for")
    for name, there in (("roles", ROLES), ("functions", FUNCTIONS), ("providers", PROVIDERS), ("duties", DUTIES)):
        for one in said.get(name, ()):
            if one not in there:
                reader.wrong(COURSE, f"{one} is none of the {name} that there are.", str(one))
    return For(*(frozenset(said.get(name, ())) for name in ("roles", "functions", "providers", "duties")))


def _step(reader: _Reader, said: Mapping[str, Any]) -> Step:
    code = str(said.get("code", ""))
    reader.known(COURSE, f"Step {code}", said, "step")
    if not _CODE.fullmatch(code) or code in RESERVED:
        reader.wrong(COURSE, "A step has a code of small letters, digits and hyphens.", code or "[[steps]]")
    kind: StepKind | None = next((one for one in STEP_KINDS if one == said.get("kind", "text")), None)
    if kind is None:
        reader.wrong(COURSE, f"Step {code}: the kind is one of {', '.join(STEP_KINDS)}.", str(said["kind"]))
    answers = tuple(Answer(reader.words(COURSE, one, code), bool(one.get("right"))) for one in said.get("answers", ()))
    if kind == "question" and (len(answers) < 2 or not any(one.is_right for one in answers)):
        reader.wrong(COURSE, f"The question {code} needs two answers at least, and one that is right.", code)
    if kind == "question" and "explanation" not in said:
        reader.wrong(COURSE, f"The question {code} has no explanation.", code)
    captions = reader.words(COURSE, said["captions"], "captions") if "captions" in said else None
    for name in (said.get("picture"), *([captions.sv, captions.en] if captions else [])):
        if name and name not in reader.files:
            reader.wrong(COURSE, f"The file {name} is missing.", name)
    if said.get("picture") and "described" not in said:
        reader.wrong(COURSE, f"Say what the picture of {code} shows (described), for who does not see it.", code)
    film = str(said.get("film", ""))
    if film and not film.startswith("https://") and (film not in reader.files or captions is None):
        reader.wrong(COURSE, f"A film is an https address, or a file of the course with captions: {film}.", film)
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
    reader.known(file, "The exercise", said, "exercise")
    patients = tuple(
        Patient(
            key, str(one.get("given", "")), str(one.get("family", "")), str(one.get("born", "")),
            str(one.get("gender", "unknown")), reader.words(file, one.get("about"), key), tuple(one.get("entries", ())),
        )
        for key, one in said.get("patients", {}).items()
    )  # fmt: skip
    keys = {one.key for one in patients}
    goals = tuple(_goal(reader, file, one, keys) for one in _tables(reader, file, said, "goals"))
    if not goals and said:
        reader.wrong(file, "An exercise has one goal at least.")
    way = tuple(Way(reader.words(file, one, "way"), int(one.get("actions", 1))) for one in said.get("way", ()))
    shortest = sum(one.actions for one in way)
    if said and (not way or said.get("budget", 0) < shortest):
        reader.wrong(file, f"The budget is no less than the shortest way, which takes {shortest} actions.", "budget")
    forbidden = tuple(_goal(reader, file, one, keys) for one in _tables(reader, file, said, "forbidden"))
    return Exercise(code, reader.words(file, said, "task"), patients, goals, forbidden, way, said.get("budget", 0))


def _goal(reader: _Reader, file: str, said: Mapping[str, Any], patients: set[str]) -> Goal:
    code, type_, patient = (str(said.get(name, "")) for name in ("code", "type", "patient"))
    reader.known(file, f"Goal {code}", said, "goal")
    if type_ not in TYPES:
        reader.wrong(file, f"Goal {code}: {type_ or 'nothing'} is no type of FHIR R4.", code)
    if patient not in patients:
        reader.wrong(file, f"Goal {code}: {patient or 'nobody'} is none of the patients of the exercise.", code)
    if said.get("by", "") not in {"", *_PROFESSIONS}:
        reader.wrong(file, f"Goal {code}: {said['by']} is no profession here.", code)
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
        reader.wrong(file, f"{name} is a number.", name)
        return None


def _tables(reader: _Reader, file: str, said: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = said.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        reader.wrong(file, f"{name} is written as [[{name}]], one for each.", name)
        return []
    return found
