"""The small county with its programme office, as for the plan."""

from tests.introduction.programme.conftest import county, mandates

__all__ = ["county", "mandates"]
