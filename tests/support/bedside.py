"""What is typed at the bedside of somebody who is well."""

WELL = {
    "breathing": "16",
    "saturation": "97",
    "systolic": "128",
    "diastolic": "76",
    "pulse": "72",
    "temperature": "36,8",
    "level": "A",
}
