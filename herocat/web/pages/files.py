"""What is on disk held against what files say: each number leads to the query that gives it."""

from collections.abc import Sequence
from dataclasses import dataclass

from datasette.utils.asgi import Response

from herocat.reports import FILE_REPORTS, file_reports, finding
from herocat.web.visit import NotHere, Visit

PATTERN = "files"
HOME = "files"
LABEL = "Files"


@dataclass(frozen=True, slots=True)
class Question:
    """One number of the report: what it counts, where it is counted, and where its rows are."""

    title: str
    description: str
    count: str
    href: str


@dataclass(frozen=True, slots=True)
class FilesPage:
    """What herocat_files.html is given."""

    here: str
    head: Sequence[tuple[str, str, str]]
    questions: Sequence[Question]


def shown(visit: Visit) -> bool:
    """Say whether the page stands in the head: it is all paths, which the public does not see."""
    return not visit.public


async def answer(visit: Visit) -> Response:
    """Answer with the questions; a script asks for the numbers, some of which take seconds."""
    from herocat.web.pages import head

    if visit.public:
        raise NotHere("there is no such page")
    made = [
        Question(
            title=report.title,
            description=report.description,
            count=visit.url(f"files/{report.name}"),
            href=str(visit.datasette.urls.query(visit.database.name, report.name)),
        )
        for report in file_reports()
    ]
    return visit.html("herocat_files.html", FilesPage("files", head(visit), made))


async def counted(visit: Visit) -> Response:
    """Answer with one number and the first of its rows, as texts; photos among them with their page."""
    name = visit.part("name")
    if visit.public or name not in FILE_REPORTS:
        raise NotHere("there is no such list")
    report = next(one for one in file_reports() if one.name == name)
    found = await visit.ask(lambda catalog: finding(catalog, report))
    examples = [
        {
            "text": " · ".join(
                str(value) for key, value in row.items() if key != "image_id" and value is not None
            ),
            "href": visit.url(f"photo/{row['image_id']}") if row.get("image_id") else "",
        }
        for row in found.examples
    ]
    return visit.json({"count": found.count, "examples": examples})


MORE = ((r"files/(?P<name>[a-z_]{1,40})", counted),)
