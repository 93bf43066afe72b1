"""Versions, indexes and history of FHIR resources in PostgreSQL. Knows nothing of who asks: the door decides that."""
