"""One operation a file: `$name` in the address. http://hl7.org/fhir/R4/operations.html"""
