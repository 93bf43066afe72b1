"""Courses as files: what is shipped is whole, and what is wrong is told with its file and line (F197, F208)."""

from collections.abc import Sequence
from typing import Any

import pytest

from varda.introduction import training
from varda.introduction.training import reading, texts
from varda.introduction.training.flaws import Flaw
from varda.introduction.training.model import Course
from varda.kernel.errors import Problem, Unprocessable

GOOD = {
    "course.toml": '''kind = "add-on"
sv = "Sår"
en = "Wounds"
about = { sv = "Om sår.", en = "About wounds." }
minutes = 5

[[steps]]
code = "one"
sv = "Ett"
en = "One"
''',
    "sv.md": "# one\n\nText *här*.\n",
    "en.md": "# one\n\nText *here*.\n",
}  # fmt: skip


def wrong(**changed: str) -> list[tuple[str, str]]:
    """Where and what is wrong with the good course, changed; `_` in a name is a dot."""
    files = GOOD | {name.replace("_", "."): text for name, text in changed.items()}
    with pytest.raises(Unprocessable) as caught:
        reading.course("wounds", files)
    return [(one.path, one.message) for one in caught.value.problems]


def test_a_course_is_read_and_known_by_its_text() -> None:
    course = reading.course("wounds", GOOD)
    assert (course.title.sv, course.minutes, [one.code for one in course.steps]) == ("Sår", 5, ["one"])
    assert course.steps[0].text.en.strip() == "Text *here*."
    other = reading.course("wounds", GOOD | {"sv.md": "# one\n\nText *där*.\n"})
    assert course.version != other.version
    assert course.version == reading.course("wounds", dict(reversed(GOOD.items()))).version


def test_broken_toml_names_its_line() -> None:
    ((path, message),) = wrong(course_toml=GOOD["course.toml"].replace("minutes = 5", "minutes = = 5"))
    assert path == "course.toml:5"
    assert "no TOML" in message


def test_everything_wrong_is_told_at_once_with_its_place() -> None:
    toml = GOOD["course.toml"].replace('kind = "add-on"', 'kind = "extra"') + '[for]\nroles = ["wizard"]\n'
    found = wrong(course_toml=toml, sv_md="# one\n\n<script>alert(1)</script>\n", en_md="# other\n\nText.\n")
    places = dict(found)
    assert places["course.toml:1"].startswith("The kind is one of")
    assert places["course.toml:12"] == "wizard is not known. In roles stand codes that there are."
    assert places["sv.md:3"] == "HTML is not let through. Write Markdown."
    assert {message for path, message in found if path == "en.md:1"} == {
        "The step one has no text in this language. It begins with: # one", "There is no step other in course.toml.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Se [här](nagonstans).", "leads nowhere"),
        ("![bild](x.png)", "a step of its own"),
        ("Rad\n<b>fet</b>", "HTML is not let through"),
        ("```\nkod\n```", "no place in a course"),
    ],
)
def test_what_markdown_may_not_hold(text: str, said: str) -> None:
    path, message = wrong(sv_md=f"# one\n\n{text}\n")[0]
    assert path.startswith("sv.md:")
    assert said in message


def test_typed_html_is_shown_and_never_let_through() -> None:
    assert "<script>" not in texts.html("<script>alert(1)</script> och <img src=x onerror=y>")
    assert "<a href" not in texts.html("[x](javascript:alert(1))")


def test_a_misspelt_condition_is_no_condition_and_is_refused() -> None:
    toml = GOOD["course.toml"] + '[[steps]]\ncode = "two"\nkind = "exercise"\nsv = "Två"\nen = "Two"\n'
    exercise = """sv = "Gör"
en = "Do"
budget = 1
[patients.maj]
about = { sv = "Maj", en = "Maj" }
[[goals]]
code = "g"
sv = "G"
en = "G"
hint = { sv = "L", en = "H" }
patient = "eva"
type = "Observations"
statuss = "final"
[[way]]
sv = "Ett"
en = "One"
actions = 2
"""
    files: dict[str, Any] = {
        "course_toml": toml,
        "sv_md": "# one\n\nA\n\n# two\n\nB\n",
        "en_md": "# one\n\nA\n\n# two\n\nB\n",
    }
    found = wrong(**files, two_exercise_toml=exercise)
    assert [message.partition(".")[0] for path, message in found if path.startswith("two.exercise.toml")] == [
        "g: statuss is not known here", "Goal g: “Observations” is no type of FHIR R4",
        "Goal g: “eva” is none of the patients of the exercise",
        "The budget is no less than the shortest way, which takes 2 actions",
    ]  # fmt: skip


def courses(**requires: str) -> dict[str, Course]:
    """Courses of the good one's text, each with what it requires between spaces."""
    found = {}
    for code, needed in requires.items():
        listed = ", ".join(f'"{one}"' for one in needed.split())
        toml = GOOD["course.toml"].replace("minutes = 5", f"minutes = 5\nrequires = [{listed}]")
        found[code] = reading.course(code, GOOD | {"course.toml": toml})
    return found


def test_a_circle_is_refused_and_named() -> None:
    assert reading.circle(courses(aa="bb", bb="cc", cc="aa", dd="")) == ["aa", "bb", "cc", "aa"]
    assert reading.circle(courses(aa="bb cc", bb="cc", cc="")) == []
    (problem, *_) = reading.fitting(courses(aa="bb", bb="aa"))
    assert problem.message == "These courses require each other in a circle: aa → bb → aa."
    (problem,) = reading.fitting(courses(aa="gone"))
    assert problem.message == "aa asks for the course gone, which does not exist."


def test_what_is_shipped_is_whole_and_every_role_s_base_course_comes_after_the_introduction() -> None:
    shipped = training.shipped()
    professions = ("nurse", "physician", "assistant-nurse", "medical-secretary", "physiotherapist", "municipal-nurse")
    wanted = {*(f"base-{one}" for one in professions), "track-coach", "track-instructor"}
    further = {"forms-falls", "team-admission"}
    assert {"introduction", "computer-test", "computer-basics", *further, *wanted} == set(shipped)
    assert len(shipped["base-nurse"].exercises) == 3
    assert [one.code for one in shipped.values() if one.is_of_team] == ["team-admission"]
    for course in shipped.values():
        assert course.minutes > 0
        if course.code in wanted:
            assert course.requires == ("introduction",)
            assert course.whom.roles or course.whom.duties
            assert course.exercises
            assert 6 <= len(course.steps) <= 10


ODD = ("3", '"x"', "[1]", "{a=1}", "true", "[[1]]", '""', "-1", "1.5", "1979-05-27")
TOP = 'kind = "add-on"\nsv = "A"\nen = "A"\nabout = { sv = "A", en = "A" }\nminutes = 5\n'
STEP = '[[steps]]\ncode = "one"\nsv = "A"\nen = "A"\n'
EXERCISE = {
    "exercise": 'sv = "A"\nen = "A"\nbudget = 1\n',
    "patient": '[patients.maj]\nabout = { sv = "A", en = "A" }\n',
    "goal": '[[goals]]\ncode = "g"\nsv = "A"\nen = "A"\nhint = { sv = "A", en = "A" }\n'
    'patient = "maj"\ntype = "Observation"\n',
    "way": '[[way]]\nsv = "A"\nen = "A"\nactions = 1\n',
}


def found_in(files: dict[str, str]) -> Sequence[Problem]:
    try:
        reading.course("wounds", files)
    except Unprocessable as wrong_:
        return wrong_.problems
    return ()


def changed(text: str, name: str, value: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith(f"{name} =")]
    return "\n".join([*lines, f"{name} = {value}"]) + "\n"


@pytest.mark.parametrize("level", ["", "for", "step", "answer", *EXERCISE])
def test_a_value_of_another_shape_is_told_and_never_a_fault_of_ours(level: str) -> None:
    """F208: each name of each table with each odd value; what is wrong is a sentence with values to translate."""
    for name in reading._KNOWN[level]:
        for odd in ODD:
            files = {"sv.md": "# one\n\nA\n", "en.md": "# one\n\nA\n", "course.toml": TOP + STEP}
            if level in EXERCISE:
                tables = {"patients": "patient", "goals": "goal", "way": "way"}
                parts = {key: text for key, text in EXERCISE.items() if key != tables.get(name) or level != "exercise"}
                parts[level] = changed(parts[level], name, odd)
                files["one.exercise.toml"] = "".join(parts.values())
                files["course.toml"] += 'kind = "exercise"\n'
            elif level == "answer":
                files["course.toml"] += f'kind = "question"\n[[steps.answers]]\n{changed("", name, odd)}'
            else:
                parts = {"": TOP, "for": "[for]\n", "step": STEP}
                parts[level] = changed(parts[level], name, odd)
                files["course.toml"] = "".join(text for key, text in parts.items() if key != "step" or name != "steps")
            told = found_in(files)
            assert all(isinstance(one, Flaw) and one.sentence % one.values == one.message for one in told), (name, odd)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("a = 1\na = 2\n", "given twice"), ('a = "x\n', "quotation mark"), ("a = [1\n", "bracket"), ("[a\n", "bracket"),
        ("a 1\n", "equals sign is missing"), ("a = x\n", "no value"), ("a = 1 b\n", "not as TOML"),
    ],
)  # fmt: skip
def test_what_is_no_toml_says_what_to_look_for(toml: str, said: str) -> None:
    ((path, message),) = wrong(course_toml=toml)
    assert path.startswith("course.toml:")
    assert said in message
