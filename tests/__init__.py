"""Tests mirror the packages of varda; house/ keeps the rules about the code, journeys/ drive a browser in sentences."""
