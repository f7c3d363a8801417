"""``python -m herocat`` is ``herocat``."""

from herocat.cli import main

if __name__ == "__main__":
    main()
