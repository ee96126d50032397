"""The small documents that commands send; settings are read and written back instead."""

from collections.abc import Mapping

from lxml import etree

from ...transport import xml

type Leaves = Mapping[str, str | float | Leaves]


def body(root: str, leaves: Leaves) -> bytes:
    """Write a document of a few leaves, in the order given: some firmware reads by position.

    No namespace: every version takes that, whatever its own.
    """
    element = etree.Element(root)
    _fill(element, leaves)
    return xml.serialize(element)


def _fill(parent: xml.Element, leaves: Leaves) -> None:
    for name, value in leaves.items():
        child = etree.SubElement(parent, name)
        if isinstance(value, Mapping):
            _fill(child, value)
        else:
            child.text = ""
            xml.set_text(child, "", value)
