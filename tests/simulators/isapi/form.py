"""XML as plain dictionaries and back: `@x` is an attribute, `#text` the text, a list repeats an element.

The same form as recorded answers use, so a recorded device and a built one are served alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

type Leaf = str | int | float | bool | None
type Node = Leaf | dict[str, Node] | list[Node]
type Tree = dict[str, Node]

NAMESPACES = {
    "hikvision": "http://www.hikvision.com/ver20/XMLSchema",
    "isapi": "http://www.isapi.org/ver20/XMLSchema",
    "std-cgi": "http://www.std-cgi.com/ver20/XMLSchema",
    "psia": "urn:psialliance-org",
    "none": "",
}


@dataclass(kw_only=True)
class Document:
    """One XML document: the local name of its root and what is inside."""

    root: str
    tree: Tree


@dataclass(kw_only=True, frozen=True)
class Dialect:
    """How a device writes XML."""

    namespace: str = NAMESPACES["hikvision"]
    version: str = "2.0"
    bom: bool = False
    blank_lines: int = 0
    """Blank lines before the declaration: not XML, but seen on devices."""
    raw_ampersand: bool = False
    """Forget to escape `&`, as some devices do in names."""

    def render(self, document: Document) -> bytes:
        """Write a document; attributes it already carries are kept."""
        tree: Tree = {"@version": self.version}
        if self.namespace:
            tree["@xmlns"] = self.namespace
        lead = "\n" * self.blank_lines + '<?xml version="1.0" encoding="UTF-8"?>\n'
        text = lead + "".join(_element(document.root, tree | document.tree))
        text = text.replace("&amp;", "&") if self.raw_ampersand else text
        return (b"\xef\xbb\xbf" if self.bom else b"") + text.encode()


def text_of(value: Leaf) -> str:
    """Write a leaf as devices do: lower-case booleans, nothing for None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _element(name: str, node: Node) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _element(name, item)
        return
    if not isinstance(node, dict):
        yield f"<{name}>{escape(text_of(node))}</{name}>\n"
        return
    attributes = "".join(f" {key[1:]}={quoteattr(_leaf(value))}" for key, value in node.items() if key[0] == "@")
    yield f"<{name}{attributes}>{escape(_leaf(node.get('#text')))}"
    for key, value in node.items():
        if key[0] not in "@#":
            yield from _element(key, value)
    yield f"</{name}>\n"


def _leaf(node: Node) -> str:
    return "" if isinstance(node, dict | list) else text_of(node)


def local(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


def parse(data: bytes) -> Document:
    """Read a document; raises ET.ParseError when it is not well-formed."""
    element = ET.fromstring(data)
    return Document(root=local(element.tag), tree=_tree(element, ""))


def _tree(element: ET.Element, outer: str) -> Tree:
    tree: Tree = {f"@{local(key)}": value for key, value in element.attrib.items()}
    namespace = element.tag[1:].partition("}")[0] if element.tag[0] == "{" else ""
    if namespace != outer:
        tree["@xmlns"] = namespace
    if element.text and element.text.strip():
        tree["#text"] = element.text.strip()
    for child in element:
        _add(tree, local(child.tag), _simplified(_tree(child, namespace)))
    return tree


def _simplified(tree: Tree) -> Node:
    if not tree:
        return None
    return tree["#text"] if tree.keys() == {"#text"} else tree


def _add(tree: Tree, name: str, node: Node) -> None:
    if name not in tree:
        tree[name] = node
        return
    present = tree[name]
    tree[name] = [*present, node] if isinstance(present, list) else [present, node]


def dig(node: Node, *names: str) -> Node:
    """Follow child names; None where one is missing. Of a repeated element the first is followed."""
    for name in names:
        if isinstance(node, list):
            node = node[0] if node else None
        node = node.get(name) if isinstance(node, dict) else None
    return node


def text(node: Node, *names: str) -> str:
    """Return the text below these child names, or an empty string."""
    found = dig(node, *names)
    if isinstance(found, dict):
        found = found.get("#text")
    return _leaf(found).strip()


def items(node: Node, *names: str) -> list[Tree]:
    """Return the elements below these child names as a list, whether absent, single or many."""
    found = dig(node, *names)
    listed = found if isinstance(found, list) else [found]
    return [item for item in listed if isinstance(item, dict)]


def tree_of(node: Node) -> Tree:
    """Return an element's content; an empty one for a leaf."""
    return node if isinstance(node, dict) else {}
