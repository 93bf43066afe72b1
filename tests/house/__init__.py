"""Rules about the code itself. Each one shows that it catches its own bad line, and says what to use instead."""
