"""XMP: what is said of a photo, as a packet of its own or merged into what is there already.

Merging works on the document as it stands, so that namespaces, comments and properties that
nobody here knows stay as they are. A rating that somebody else gave is theirs and stays.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.dom import Node, minidom
from xml.parsers.expat import ExpatError

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP = "http://ns.adobe.com/xap/1.0/"
DC = "http://purl.org/dc/elements/1.1/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
HEROCAT = "urn:herocat:1.0/"
_PREFIXES = {
    XMP: "xmp",
    DC: "dc",
    PHOTOSHOP: "photoshop",
    RIGHTS: "xmpRights",
    HEROCAT: "herocat",
    RDF: "rdf",
}
_XMLNS = "http://www.w3.org/2000/xmlns/"
_EMPTY = (
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
    '<rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>'
)
# Breaks of lines in attributes become spaces when they are read, unless they are written by number.
_HIDDEN = {9: "\U0010fff9", 10: "\U0010fffa", 13: "\U0010fffd"}
_SHOWN = {ord(stand_in): f"&#{number};" for number, stand_in in _HIDDEN.items()}
_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = '\n<?xpacket end="w"?>\n'
# Where a photo was taken, whoever says so: EXIF, IPTC Core and Extension, Photoshop.
_PLACES = ("GPS", "Location", "City", "State", "Country", "Sublocation", "SubLocation")


# The standard library types its DOM so that no walk over it passes a checker.
Document = Any
Element = Any


class NotXmpError(Exception):
    """A file that is there is not an XMP sidecar; the message says why."""


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a photo; texts are empty where there is nothing to say."""

    title: str = ""
    caption: str = ""
    credit: str = ""
    rights: str = ""
    keywords: tuple[str, ...] = ()
    stars: int | None = None  # -1 rejected, 0 to 5
    score: float | None = None  # as it was given, 0 to 10


def packet(about: About) -> bytes:
    """Return an XMP packet that says this; empty bytes if there is nothing to say."""
    if about == About():
        return b""
    document, _ = _merged(_parsed(_EMPTY.encode()), about, replace=True)
    return _text(document)


def merged(content: bytes, about: About, *, replace: bool = False) -> tuple[bytes, bool]:
    """Add what is said to an XMP file; return it, and whether a rating of somebody else was kept.

    A file that says all of it already stays as it is. Raises NotXmpError for a file that is no XMP.
    """
    document, kept = _merged(_parsed(content), about, replace=replace)
    new = _text(document)
    return (content if new == _text(_parsed(content)) else new), kept


def without_place(content: bytes) -> bytes:
    """Return an XMP file without anything that tells where the photo was taken."""
    document = _parsed(content)
    for description in document.getElementsByTagNameNS(RDF, "Description"):
        for name in [key for key in description.attributes.keys() if _is_place(key)]:  # noqa: SIM118
            description.removeAttribute(name)
    for element in [e for e in _elements(document.documentElement) if _is_place(e.tagName)]:
        if element.parentNode is not None:
            element.parentNode.removeChild(element)
    return _text(document)


def _parsed(content: bytes) -> Document:
    letters = content.replace(b"\0", b"")  # of UTF-16, every other byte is none
    if b"<!DOCTYPE" in letters or b"<!ENTITY" in letters:
        raise NotXmpError("it declares a document type, which no XMP does")
    try:
        document = minidom.parseString(content)  # noqa: S318 - no entities: see above
    except (ExpatError, ValueError, LookupError) as error:
        raise NotXmpError(f"it is not XML: {error}") from None
    if not document.getElementsByTagNameNS(RDF, "RDF"):
        raise NotXmpError("it has no rdf:RDF in it")
    return document


def _merged(document: Document, about: About, *, replace: bool) -> tuple[Document, bool]:
    theirs = _read(document, XMP, "Rating")
    ours = _read(document, HEROCAT, "rating")
    kept = theirs not in {None, "0", "", ours} and not replace
    if about.stars is not None and not kept:
        _set(document, XMP, "Rating", str(about.stars))
        _set(document, HEROCAT, "rating", str(about.stars))
    if about.score is not None:
        _set(document, HEROCAT, "score", f"{about.score:g}")
    if about.keywords:
        _add(document, DC, "subject", "Bag", about.keywords)
    for name, text in (
        ("title", about.title),
        ("description", about.caption),
        ("rights", about.rights),
    ):
        if text and _read(document, DC, name) is None:
            _add(document, DC, name, "Alt", [text], language="x-default")
    if about.credit and _read(document, DC, "creator") is None:
        _add(document, DC, "creator", "Seq", [about.credit])
        _set(document, PHOTOSHOP, "Credit", about.credit)
    if about.rights and _read(document, RIGHTS, "Marked") is None:
        _set(document, RIGHTS, "Marked", "True")
        _set(document, RIGHTS, "UsageTerms", None)
        _add(document, RIGHTS, "UsageTerms", "Alt", [about.rights], language="x-default")
    return document, kept and about.stars is not None


def _descriptions(document: Document) -> Sequence[Element]:
    """Return what describes the photo itself; deeper inside, versions and parts of it are described."""
    return [
        found
        for found in document.getElementsByTagNameNS(RDF, "Description")
        if (found.parentNode.namespaceURI, found.parentNode.localName) == (RDF, "RDF")
    ]


def _description(document: Document) -> Element:
    """Return the first description of the photo itself; make one if there is none."""
    rdf = document.getElementsByTagNameNS(RDF, "RDF")[0]
    for child in rdf.childNodes:
        if child.nodeType == Node.ELEMENT_NODE and child.namespaceURI == RDF:
            return child
    made = document.createElementNS(RDF, f"{_prefix(rdf, RDF)}:Description")
    made.setAttributeNS(RDF, f"{_prefix(rdf, RDF)}:about", "")
    rdf.appendChild(made)
    return made


def _property(document: Document, space: str, name: str) -> Element:
    """Return the element of a property of the photo itself, in any of its descriptions."""
    for description in _descriptions(document):
        for child in description.childNodes:
            if child.nodeType == Node.ELEMENT_NODE and (child.namespaceURI, child.localName) == (
                space,
                name,
            ):
                return child
    return None


def _read(document: Document, space: str, name: str) -> str | None:
    """Return a simple property, written as an attribute or as an element; None if it is not there."""
    for description in _descriptions(document):
        if description.hasAttributeNS(space, name):
            return str(description.getAttributeNS(space, name)).strip()
    element = _property(document, space, name)
    return None if element is None else _inner(element).strip()


def _set(document: Document, space: str, name: str, value: str | None) -> None:
    """Set a simple property where it stands, or as an attribute; None removes it."""
    for description in _descriptions(document):
        if description.hasAttributeNS(space, name):
            if value is not None:
                description.getAttributeNodeNS(space, name).value = value
                return
            description.removeAttributeNS(space, name)
    element = _property(document, space, name)
    if element is not None and element.parentNode is not None:
        element.parentNode.removeChild(element)
    if value is not None:
        description = _description(document)
        description.setAttributeNS(space, f"{_declared(description, space)}:{name}", value)


def _add(
    document: Document,
    space: str,
    name: str,
    kind: str,
    values: Iterable[str],
    *,
    language: str = "",
) -> None:
    """Add values to a list property, those that are not in it yet."""
    element = _property(document, space, name)
    if element is None:
        stood = _read(document, space, name)
        if stood is not None:  # as an attribute, which holds one value
            _set(document, space, name, None)
            values = [stood, *values]
        description = _description(document)
        element = document.createElementNS(space, f"{_declared(description, space)}:{name}")
        description.appendChild(element)
    lists = [e for e in element.childNodes if e.nodeType == Node.ELEMENT_NODE]
    rdf = _prefix(element, RDF)
    if lists:
        items = lists[0]
    else:
        said = _inner(element).strip()
        for child in list(element.childNodes):
            element.removeChild(child)
        items = document.createElementNS(RDF, f"{rdf}:{kind}")
        element.appendChild(items)
        values = [said, *values] if said else values
    have = {_inner(item).strip() for item in items.childNodes if item.nodeType == Node.ELEMENT_NODE}
    for value in values:
        if value not in have:
            item = document.createElementNS(RDF, f"{rdf}:li")
            if language:
                item.setAttribute("xml:lang", language)
            item.appendChild(document.createTextNode(_plain(value)))
            items.appendChild(item)
            have.add(value)


def _inner(node: Element) -> str:
    if node.nodeType in {Node.TEXT_NODE, Node.CDATA_SECTION_NODE}:
        return str(node.data)
    return "".join(_inner(child) for child in node.childNodes)


def _elements(node: Element) -> Iterator[Element]:
    for child in list(node.childNodes):
        if child.nodeType == Node.ELEMENT_NODE:
            yield child
            yield from _elements(child)


def _declared(element: Element, space: str) -> str:
    """Return the prefix of a namespace at an element; declare it there if it has none."""
    prefix = _prefix(element, space)
    if not _bound(element, prefix):
        element.setAttributeNS(_XMLNS, f"xmlns:{prefix}", space)
    return prefix


def _prefix(element: Element, space: str) -> str:
    """Return the prefix that a namespace has at an element, or the usual one."""
    node: Element = element
    while node is not None and node.nodeType == Node.ELEMENT_NODE:
        for index in range(node.attributes.length):
            attribute = node.attributes.item(index)
            if attribute.prefix == "xmlns" and attribute.value == space:
                return str(attribute.localName)
        node = node.parentNode
    return _PREFIXES[space]


def _bound(element: Element, prefix: str) -> bool:
    node: Element = element
    while node is not None and node.nodeType == Node.ELEMENT_NODE:
        if node.hasAttribute(f"xmlns:{prefix}"):
            return True
        node = node.parentNode
    return False


def _is_place(name: str) -> bool:
    return name.rpartition(":")[2].startswith(_PLACES) and not name.startswith("xmlns")


def _plain(text: str) -> str:
    """Return a text without the control characters that XML cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n\r")


def _text(document: Document) -> bytes:
    """Return a document as a packet; what stood around its root (comments, packet marks) is kept."""
    for element in _elements(document):
        for number in range(element.attributes.length):
            attribute = element.attributes.item(number)
            attribute.value = attribute.value.translate(_HIDDEN)
    body = "".join(
        node.toxml()
        for node in document.childNodes
        if not (node.nodeType == Node.PROCESSING_INSTRUCTION_NODE and node.target == "xpacket")
    )
    return f"{_HEAD}{body.translate(_SHOWN)}{_TAIL}".encode()
