"""The door and the small world of tests/record."""

from tests.record.conftest import astrid, bo, cia, clock, door

__all__ = ["astrid", "bo", "cia", "clock", "door"]
