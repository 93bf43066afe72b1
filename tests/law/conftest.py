"""The small world of tests/record, for the cases that are told one by one."""

from tests.record.conftest import astrid, bo, cia, clock, door

__all__ = ["astrid", "bo", "cia", "clock", "door"]
