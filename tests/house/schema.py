"""Named statements and schema files as data: who owns what, and which tables a text names."""

import re

from tests.house.files import ROOT, paths, text
from varda.kernel.sql import parsed

# Schemas that other ones stand on come first; the rest do not know one another.
_FIRST = ("catalogue", "terminology", "store", "access", "audit", "record")
# The one foreign table that a narrowed search may join (docs/architecture.md).
SHARED = {("search", "access.reach"), ("search", "access.decision")}


def owners() -> list[str]:
    """Packages with a schema file, owners of the schemas of their names, in an order that can be run."""
    found = [path.split("/")[-2] for path in _files()]
    return sorted(found, key=lambda owner: (_FIRST.index(owner) if owner in _FIRST else len(_FIRST), owner))


def schema_files() -> list[str]:
    """The text of each schema file, in that order."""
    files = {path.split("/")[-2]: (ROOT / path).read_text(encoding="utf-8") for path in _files()}
    return [files[owner] for owner in owners()]


def _files() -> list[str]:
    """Schema files: of the packages on the floors, and of those of the introduction."""
    return [path for path in paths() if re.fullmatch(r"varda/(introduction/)?\w+/schema\.sql", path)]


def statements() -> list[tuple[str, str, str]]:
    """Every named statement as (file, name, SQL)."""
    found = []
    for path in paths():
        if re.fullmatch(r"varda/(?!migrations/).*\.sql", path) and not path.endswith("/schema.sql"):
            found += [(path, name, sql) for name, sql in parsed(text(path) or "").items()]
    return found


def foreign(path: str, sql: str) -> list[str]:
    """The tables of other packages that a file of SQL names. A folder with a schema file owns that of its name."""
    packages = set(owners())
    owner = next((step for step in reversed(path.split("/")[:-1]) if step in packages), path.split("/")[1])
    bare = re.sub(r"--.*", "", re.sub(r"'[^']*'", "''", sql))
    tables = {
        f"{schema}.{table}" for schema, table in re.findall(r"\b([a-z_]+)\.([a-z_]+)\b", bare) if schema in packages
    }
    return sorted(table for table in tables if not table.startswith(f"{owner}.") and (owner, table) not in SHARED)
