"""`python -m varda.cli` is the program `varda`."""

from varda.cli import main

if __name__ == "__main__":
    main()
