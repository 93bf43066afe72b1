"""The small county, and the gathering of its evidence."""

from tests.introduction.programme.conftest import county, mandates

__all__ = ["county", "mandates"]
