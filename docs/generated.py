"""The parts of the documentation that are made from the program itself; cog calls these."""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from herocat import errors, queries, reports
from herocat.catalog import Catalog
from herocat.cli import cli
from herocat.exports.registry import KINDS
from herocat.formats.known import KNOWN
from herocat.formats.scores import DEFAULTS, MEANINGS
from herocat.judging.lanes import LANES
from herocat.labeling.raters import abilities
from herocat.labeling.setup import setup_help, vllm
from herocat.migrations import bring_up_to_date
from herocat.prices import shipped
from herocat.providers.baseline import WEIGHTS
from herocat.stages import album
from herocat.strategies import stratified
from herocat.web.metadata import document

_ROOT = Path(__file__).parent.parent


def help_of(command: str = "") -> None:
    """Print a command's help as a code block."""
    words = [*command.split(), "--help"]
    text = CliRunner().invoke(cli, words, prog_name="herocat").output
    print(f"```text\n$ herocat {' '.join(words)}\n{text.rstrip()}\n```")


def kinds() -> None:
    """Print the kinds of export, each with who reads it."""
    print("| kind | what | opens in |\n| --- | --- | --- |")
    for kind in KINDS.values():
        print(f"| [`{kind.name}`](#{kind.name}) | {kind.title} | {kind.opens} |")


def kind_helps() -> None:
    """Print a section for each kind of export, with its help."""
    for kind in KINDS.values():
        print(f"### {kind.name}\n")
        help_of(f"export {kind.name}")
        print()


def sensitive_species() -> None:
    """Print the species whose places are not told at first."""
    with TemporaryDirectory() as folder, Catalog(Path(folder) / "catalog.db") as catalog:
        bring_up_to_date(catalog)
        sql = "select note, group_concat(name, ', ') from sensitive_species group by note order by min(rowid)"
        for note, names in catalog.connection.execute(sql):
            print(f"- {note}: {names}")


def metadata(database: str) -> None:
    """Print what Datasette is told of a catalog where herocat is not installed."""
    print(document(database), end="")


def make_help() -> None:
    """Print what `make help` says."""
    line = ["make", "--no-print-directory", "-C", str(_ROOT), "help"]
    text = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    print(f"```text\n{text.strip()}\n```")


def exit_codes() -> None:
    """Print the exit codes with what they mean."""
    print("| code | meaning |\n| --- | --- |\n| 0 | done |")
    for error in (errors.HerocatError, errors.ChoiceError, errors.Unfinished):
        meaning = {
            1: "failed",
            2: "a wrong command line",
            3: "stopped with work left: run it again",
        }
        print(f"| {error.exit_code} | {meaning[error.exit_code]} |")
    print("| 130 | interrupted; what was done is kept |")


def tables() -> None:
    """Print every table and view of a catalog with its columns, as SQLite has them, and its comments."""
    with TemporaryDirectory() as folder, Catalog(Path(folder) / "catalog.db") as catalog:
        bring_up_to_date(catalog)
        sql = (
            "select name, sql from sqlite_master where type = 'table' and name not like '%sqlite%'"
            " and name not like '%\\_fts%' escape '\\' order by rowid"
        )
        for name, text in catalog.connection.execute(sql).fetchall():
            _table(catalog, name, text)
        print("## Views\n")
        for name, text in queries.files("views").items():
            rows = catalog.connection.execute("select name from pragma_table_info(?)", [name])
            columns = ", ".join(f"`{column}`" for (column,) in rows)
            print(f"### `{name}`\n\n{queries.headline(text)}\n\nColumns: {columns}\n")


def _table(catalog: Catalog, name: str, text: str) -> None:
    about = text.splitlines()[0].partition("-- ")[2]
    print(
        f"## `{name}`\n\n{about[:1].upper()}{about[1:]}.\n\n| column | type | |\n| --- | --- | --- |"
    )
    comments = dict(re.findall(r"^  (\w+) .*?-- (.*)$", text, re.MULTILINE)) | _added(name)
    sql = 'select "from", "table" from pragma_foreign_key_list(?)'
    targets = dict(catalog.connection.execute(sql, [name]))
    sql = 'select name, lower(type), "notnull" from pragma_table_info(?)'
    for column, kind, never_null in catalog.connection.execute(sql, [name]):
        notes = [f"→ `{targets[column]}`"] if column in targets else []
        notes += [comments[column]] if column in comments else []
        print(f"| `{column}` | {kind}{', never null' * never_null} | {'; '.join(notes)} |")
    print()


def _added(table: str) -> dict[str, str]:
    """Return the comments of columns that a later migration added; SQLite keeps none of these."""
    line = re.compile(rf"^alter table {table} add column (\w+) .*; -- (.*)$", re.MULTILINE)
    return dict(
        pair for text in queries.files("migrations").values() for pair in line.findall(text)
    )


def settings() -> None:
    """Print the settings of a new catalog."""
    with TemporaryDirectory() as folder, Catalog(Path(folder) / "catalog.db") as catalog:
        bring_up_to_date(catalog)
        rows = catalog.connection.execute("select name, value, meaning from settings order by name")
        print("| setting | at first | meaning |\n| --- | --- | --- |")
        for name, value, meaning in rows:
            print(f"| `{name}` | {value} | {meaning} |")


def canned_queries() -> None:
    """Print the reports."""
    for report in reports.reports():
        print(f"- **{report.title}** (`{report.name}`): {report.description}")


def file_reports() -> None:
    """Print what is said of files."""
    for report in reports.file_reports():
        print(f"- **{report.title}** (`{report.name}`): {report.description}")


def checks() -> None:
    """Print what is verified."""
    print("- `integrity`, `foreign_keys`: what SQLite itself can check of the file.")
    for name, text in queries.files("checks").items():
        print(f"- `{name}`: {queries.headline(text)}")


def formats() -> None:
    """Print the formats that are read, what becomes of what stands in them, and which export writes them."""
    writers = {kind.form.name: kind.name for kind in KINDS.values() if kind.form}
    print("| format | what | told by | kept | lost | writes |")
    print("| --- | --- | --- | --- | --- | --- |")
    for known in KNOWN:
        kind = writers.get(known.name)
        link = f"[`export {kind}`](export.md#{kind})" if kind else "-"
        print(
            f"| `{known.name}` | {known.title} | {known.told_by} | {known.kept} | {known.lost} | {link} |"
        )


def written() -> None:
    """Print what each export of a format of other tools keeps, and what the format has no place for."""
    print("| export | kept | lost | read again as |\n| --- | --- | --- | --- |")
    for kind in KINDS.values():
        if kind.form:
            again = f"`{kind.form.name}`" if kind.form.name else "-"
            name = f"[`{kind.name}`](export.md#{kind.name})"
            print(f"| {name} | {kind.form.kept} | {kind.form.lost} | {again} |")


def signs() -> None:
    """Print what signs of liking are worth."""
    print("| sign | worth | what it is |\n| --- | --- | --- |")
    for name, score in DEFAULTS.items():
        print(f"| `{name}` | {score:g} | {MEANINGS.get(name, 'XMP rating')} |")


def strata() -> None:
    """Print the classes of the stratified strategy."""
    print("| class | share | quality score |\n| --- | --- | --- |")
    for name, share in stratified.QUOTAS.items():
        formula = " + ".join(f"{w:.2f} {part}" for part, w in stratified.WEIGHTS[name].items())
        print(f"| `{name}` | {share:.0%} | {formula.replace('_', ' ')} |")


def providers() -> None:
    """Print what each provider can do."""
    print(
        "| provider | what | cost | reply held to | thinking | token probabilities | jobs | at once | key |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    print(
        "| `baseline` | [numbers read from the photo](baseline.md), offline, no model | nothing | | | | | | |"
    )
    for name, able in abilities().items():
        key = f"`{able.key}`" if able.key else ""
        print(
            f"| `{name}` | {able.what} | {able.cost} | {able.structured} | {able.thinking} | "
            f"{able.logprobs} | {able.batch} | {able.concurrency} | {key} |"
        )


def price_table() -> None:
    """Print the prices that come with herocat."""
    print(
        "| model | in | out | batch and flex | read on | where |\n| --- | --- | --- | --- | --- | --- |"
    )
    for one in shipped():
        until = f" until {one['until']}" if "until" in one else ""
        since = f" from {one['from']}" if "from" in one else ""
        print(
            f"| `{one['model']}`{until}{since} | ${one['input']:.2f} | ${one['output']:.2f} | "
            f"{one['batch']:.0%} | {one['as_of']} | {one['source']} |"
        )


def setup(provider: str) -> None:
    """Print what `--setup-help` says on a machine without a GPU."""
    text = vllm([]) if provider == "vllm" else setup_help(provider)
    print(f"```text\n{text}\n```")


def baseline_weights() -> None:
    """Print the parts of the baseline's score."""
    print("| part | power |\n| --- | --- |")
    for name, weight in WEIGHTS.items():
        print(f"| {name} | {weight:.2f} |")


def album_weights() -> None:
    """Print what variety adds to an album."""
    print("| facet | weight |\n| --- | --- |")
    for name, weight in album.WEIGHTS.items():
        print(f"| {name} | {weight:.2f} |")


def lanes() -> None:
    """Print the kinds of pictures."""
    for name, meaning in LANES.items():
        print(f"- *{name}*: {meaning}")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
