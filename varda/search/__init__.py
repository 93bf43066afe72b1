"""The FHIR search language as a small compiler: parse, plan, SQL. Pure: it never touches a database."""
