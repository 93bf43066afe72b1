"""What tests stand on: a real database, a real browser, and one fake for each outside system."""
