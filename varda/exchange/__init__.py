"""What speaks with systems outside: one island each, and none knows of another."""
