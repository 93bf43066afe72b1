"""Go-live command."""
