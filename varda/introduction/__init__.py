"""What gets people safely into Varda and tells how it goes for them there; the floor above care."""
