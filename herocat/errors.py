"""What can go wrong for a reason that a user can act on.

Every message says what happened, what is kept, and what to do::

    HerocatError            1  the command failed
    |-- CatalogError        1  the catalog is missing, foreign, newer, busy or read-only
    |-- InputError          1  a photo folder or a results file cannot be used
    |-- OutputError         1  an export cannot be written
    |-- ChoiceError         2  the command was given a name or a value that does not exist
    `-- Unfinished          3  stopped with work left: the same command goes on

A bug is none of these, and keeps its traceback.
"""


class HerocatError(Exception):
    """A failure with a sentence for the user and an exit code for scripts."""

    exit_code = 1


class CatalogError(HerocatError):
    """The catalog cannot be used as it is, or lacks what an earlier stage makes."""


class InputError(HerocatError):
    """A folder or a file that was given cannot be used."""


class OutputError(HerocatError):
    """What was asked for cannot be written there."""


class ChoiceError(HerocatError):
    """A name or a value was given that herocat does not know."""

    exit_code = 2


class Unfinished(HerocatError):  # noqa: N818 - it is not an error to have work left
    """The command stopped on purpose before everything was done."""

    exit_code = 3
