"""One interaction a file: a record and a call in, an answer out. http://hl7.org/fhir/R4/http.html"""
