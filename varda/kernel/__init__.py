"""The ground floor: clock, errors, settings, database, migrations and log. Knows neither FHIR nor care."""
