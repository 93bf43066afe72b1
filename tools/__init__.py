"""What makes the committed files that nobody writes by hand, and fetches what tests need."""
