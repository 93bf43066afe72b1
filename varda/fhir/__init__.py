"""FHIR R4 as plain data: a resource is a `dict` or the bytes it arrived as. No SQL, no HTTP, no clock.

Specification: http://hl7.org/fhir/R4/
"""
