"""Rules that a line of text can break: what is looked for, where, a line that breaks it, and what to write instead."""

import re
from dataclasses import dataclass
from fnmatch import fnmatch


@dataclass(frozen=True)
class Rule:
    """`where` and `but` are shell patterns of paths from the root; `*` crosses folders."""

    name: str
    where: tuple[str, ...]
    pattern: str
    instead: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    but: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Does the rule look at this file?"""
        return _any(path, self.where) and not _any(path, self.but)

    def broken_by(self, text: str) -> list[str]:
        """The lines of a text that break the rule, with their numbers."""
        wanted = re.compile(self.pattern)
        return [f"{number}: {line.strip()}" for number, line in enumerate(text.splitlines(), 1) if wanted.search(line)]


def _any(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


CODE = ("varda/*.py",)
TEXT = ("*.py", "*.sql", "*.md", "*.html", "*.css", "*.js", "*.toml", "*.svg", "*.po", "Makefile", ".ci/*", "tools/*")
# Files of others, kept byte for byte as they came.
OTHERS = ("varda/web/static/vendor/*", "varda/fhir/definitions/*", "tests/*/examples/*", "docs/reference/*")

RULES = [
    Rule(
        "the clock is the session's, also in SQL",
        ("varda/*.sql",),
        r"(?i)^(?!\s*--).*(\bnow\s*\(\s*\)|\bcurrent_(timestamp|date|time)\b|\blocaltime(stamp)?\b|\b\w+_timestamp\s*\(\s*\)|'now')",
        "pass the session's clock as a value: `where closes > $1`",
        ("where closes > now()", "at timestamptz default current_timestamp", "select clock_timestamp()"),
        ("where closes > $1", "-- never now(): the clock is the session's", "nowhere()"),
    ),
    Rule(
        "the clock is passed in",
        CODE,
        r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time|time\.localtime)\(",
        "take a `varda.kernel.clock.Clock` and ask it",
        ("at = datetime.now(UTC)", "return date.today()"),
        ("at = clock.now()", "started = time.monotonic()"),
        ("varda/kernel/clock.py",),
    ),
    Rule(
        "chance is passed in",
        CODE,
        r"(?<![\w.])random\.(?!Random\b|SystemRandom\b)\w+\(",
        "take a `random.Random` with a seed, or `secrets` where it must not be guessed",
        ("n = random.randint(1, 6)",),
        ("dice = random.Random(seed)", "n = self.random.choice(x)", "secrets.token_urlsafe()"),
    ),
    Rule(
        "only cli reads the environment",
        CODE,
        r"\bos\.(environ|getenv)\b|\bfrom os import .*\b(environ|getenv)\b",
        "add a field to `varda.kernel.settings.Settings` and pass the value down",
        ("home = os.environ['HOME']", "from os import getenv"),
        ("home = settings.home",),
        ("varda/cli/*",),
    ),
    Rule(
        "no code asks which environment it is",
        CODE,
        r"\benvironment\b\s*(==|!=|\bin\b|\bnot in\b)|\bif (is_)?(training|demo|production)\b",
        "wire it differently in varda/cli/serve.py; training differs by database and clock",
        ("if settings.environment == 'demo':", "if training:"),
        ("environment=settings.environment", "if training_plans:"),
        ("varda/cli/*", "varda/kernel/settings.py"),
    ),
    Rule(
        "silenced checks name rule and reason",
        ("*.py",),
        r"# noqa(?!: [A-Z]+\d+(, ?[A-Z]+\d+)* +- \w)|# type: ignore(?!\[[\w, -]+\] +(#|-) \w)",
        "`# noqa: S608 - only our own names are put in` or `# type: ignore[arg-type] # too narrow a type`",
        ("x = 1  # noqa", "x = 1  # noqa: S608", "x = 1  # type: ignore", "x = 1  # type: ignore[misc]"),
        ("x = 1  # noqa: S608 - our own names only", "x = 1  # type: ignore[misc] # stub is wrong"),
        ("tests/house/*",),
    ),
    Rule(
        "nothing is left for later",
        TEXT,
        r"\b(TODO|FIXME|XXX)\b",
        "do it now, or file it and leave it out",
        ("# TODO: check the date",),
        ("# The list of things to do is empty.",),
        (*OTHERS, "tests/house/*", "varda/*.po"),
    ),
    Rule(
        "no workshop in the text",
        TEXT,
        r"(?<![\w.])/(root|w[o]rk|opt/(wheels|pypi)|home/(?!varda\b)\w+)/"
        r"|(?i:co-authored-by:|\b(language model|coding assistant)\b)",
        "say where it is from the root of the tree, and let the product speak of itself",
        ("see /root/notes.txt", "/home/anna/varda", "Co-Authored-By: somebody"),
        ("see docs/architecture.md", "/home/varda/postgres", "VARDA_HOME/work/"),
        (*OTHERS, "tests/house/*"),
    ),
    Rule(
        "locks name no registry",
        ("requirements*.lock",),
        r"--(extra-)?index-url|--find-links|https?://|^-[if]\b",
        "`make lock` writes names, versions and hashes; each machine knows its own index",
        ("--index-url https://mirror.example/simple", "anyio @ https://mirror.example/anyio.whl"),
        ("anyio==4.16.0 \\", "    --hash=sha256:59bb03", "httptools==0.9.0 \\"),
    ),
    Rule(
        "no style and no script inside a template",
        ("varda/*.html",),
        r"(?i)\sstyle\s*=|<style\b|<script\b(?![^>]*\bsrc\s*=)|\son[a-z]+\s*=\s*[\"']|javascript:",
        "an attribute such as data-status, and a rule in a stylesheet or a module in static/",
        ('<p style="color:red">', "<script>alert(1)</script>", '<button onclick="save()">', "<style>"),
        ('<p data-status="stopped">', '<script src="/static/note.js" defer></script>', '<b hx-on="x">'),
    ),
    Rule(
        "migrations go forward, one plain statement after another",
        ("varda/migrations/*.sql",),
        r"%|[^\x00-\x7f]|(?i:^\s*(begin|commit|rollback)\s*;|\bconcurrently\b)",
        "no % (the runner reads it as a parameter), plain ASCII, and no transaction of its own: the runner has one",
        ("select format('%I', name)", "commit;", "-- spärr", "create index concurrently x on y (z);"),
        ("select quote_ident(name)", "begin", "-- block"),
    ),
]
