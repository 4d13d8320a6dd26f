"""`python -m catalogue`: the command line, for environments without the script on their path."""

from catalogue.cli import main

if __name__ == "__main__":
    main()
