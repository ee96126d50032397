"""Device XML: tolerant reading, careful writing, no way in for an attacker."""

from hypothesis import given, settings, strategies as st
from lxml import etree
import pytest

from custom_components.ip_surveillance.protocol.errors import BadAnswer
from custom_components.ip_surveillance.protocol.transport import xml

NAMESPACES = [
    "http://www.hikvision.com/ver20/XMLSchema",
    "http://www.isapi.org/ver20/XMLSchema",
    "http://www.std-cgi.com/ver20/XMLSchema",
    "urn:psialliance-org",
    "",
]
LIST = b"<List><id>1</id><Entry><id> 7 </id></Entry><Entry><id>8</id></Entry><Entry/><entry/><!-- x --><?y z?></List>"


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("prefix", ["", "n:"])
def test_local_names(namespace: str, prefix: str) -> None:
    """Only local names matter."""
    if prefix and not namespace:
        namespace = "urn:x"
    declaration = f' xmlns{":n" if prefix else ""}="{namespace}"' if namespace else ""
    root = xml.parse(f"<{prefix}A{declaration}><{prefix}b><{prefix}c> x </{prefix}c></{prefix}b></{prefix}A>".encode())
    assert xml.local(root) == "A"
    assert xml.text(root, "b/c") == "x"


@pytest.mark.parametrize(
    "data",
    [
        b"<a><b>x</b></a>",
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?><a><b>x</b></a>',
        b'\r\n\r\n <?xml version="1.0" encoding="UTF-8"?>\r\n<a><b>x</b></a>\r\n\x00\x00',
        b'\r\n\xef\xbb\xbf\r\n<?xml version="1.0"?><a><b>x</b></a>',
        b'<?xml version="1.0" encoding="nonsense"?><a><b>x</b></a>',
        b'<?xml version="1.0" encoding="UTF-16"?><a><b>x</b></a>',
        '\ufeff<?xml version="1.0" encoding="UTF-16"?><a><b>x</b></a>'.encode("utf-16-le"),
        '\ufeff<a><b>x</b></a>'.encode("utf-16-be"),
        b"<a><b>x\x01</b></a>",
        b"<a><b>x</b></a><c/>",
        b"<a><b>x</b>",
    ],
)  # fmt: skip
def test_small_damage(data: bytes) -> None:
    """What devices send is read all the same."""
    assert xml.text(xml.parse(data), "b") == "x"


@pytest.mark.parametrize(
    ("declared", "codec", "value"),
    [
        ("UTF-8", "utf-8", "Tür 門 ö"),
        ("UTF-8", "gb2312", "大门"),
        ("UTF-8", "latin-1", "Entrée Tür"),
        ("GB2312", "gb2312", "大门"),
        ("GB2312", "gb18030", "喆镕"),
        ("GBK", "gbk", "門"),
        ("Big5", "big5", "門口"),
        ("ISO-8859-1", "latin-1", "Entrée"),
        ("ISO-8859-1", "utf-8", "Tür"),
        ("gb-nonsense", "latin-1", "Entrée"),
        ("unicode_escape", "latin-1", "Entrée \\n"),
    ],
)
def test_encodings(declared: str, codec: str, value: str) -> None:
    """The bytes go before the declaration."""
    data = f'<?xml version="1.0" encoding="{declared}"?><a><b>{value}</b></a>'.encode(codec)
    assert xml.text(xml.parse(data), "b") == value


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"<a><b>Tom & Jerry</b></a>", "Tom & Jerry"),
        (b"<a><b>a&b=c&amp;d&#65;&#x42;&lt;</b></a>", "a&b=c&dAB<"),
        (b"<a><b>&nbsp;x</b></a>", "&nbsp;x"),
    ],
)
def test_stray_ampersands(data: bytes, value: str) -> None:
    """They mean themselves."""
    assert xml.text(xml.parse(data), "b") == value


LAUGHS = b"<!DOCTYPE a [<!ENTITY l0 'ha'>" + b"".join(
    b"<!ENTITY l%d '%b'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)
)


@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"\x00", b"not xml", b"{}", b"<", b"<!-- x -->", b"<?xml version='1.0'?>", b"\xff\xd8\xff",
        b"<!DOCTYPE html><html><body>x</body></html>", LAUGHS + b"]><a>&l9;</a>", LAUGHS + b"]><a b='&l9;'/>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>', b"<!DOC\x01TYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        '\ufeff<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16-le"),
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16-le"),
        b"<a>" * 65 + b"</a>" * 65, b"<a>" * 100_000, b"<a>" * 2000 + b"</a>" * 2000,
    ],
    ids=lambda data: repr(data[:20]),
)  # fmt: skip
def test_refused(data: bytes) -> None:
    """No XML, a document type in any disguise, or too deep: BadAnswer and nothing else."""
    with pytest.raises(BadAnswer):
        xml.parse(data)


def test_limits() -> None:
    """Size and depth just within the limits are read."""
    assert xml.local(xml.parse(b"<a>" * 64 + b"</a>" * 64)) == "a"
    assert xml.local(xml.parse(b"<a/>", max_size=4)) == "a"
    with pytest.raises(BadAnswer, match="5 bytes, at most 4"):
        xml.parse(b"<a/> ", max_size=4)


def test_entities_are_not_expanded() -> None:
    """Even where a document type slipped through, nothing is fetched or expanded."""
    parser = xml._parser(recover=True)  # the last line of defence has no public door
    root = etree.fromstring(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', parser)
    assert root.text is None


def test_finding() -> None:
    """Absent, single, many."""
    root = xml.parse(LIST)
    assert xml.texts(root, "Entry/id") == ["7", "8"]
    assert [len(xml.children(root, name)) for name in ("none", "id", "Entry", "entry")] == [0, 1, 3, 1]
    assert len(xml.children(root, "ENTRY", ignore_case=True)) == 4
    assert len(xml.children(root)) == 5
    assert xml.children(None) == []
    assert xml.find(root, "") is root
    assert xml.find(root, "Entry/none") is None
    assert xml.find(None, "a") is None
    assert xml.find_all(None, "a") == []
    assert xml.text(root, "Entry/none") is None
    assert xml.text(xml.find(root, "entry")) is None
    assert xml.local(root[5]) == ""


@pytest.mark.parametrize(
    ("raw", "integer", "decimal", "boolean"),
    [
        ("5", 5, 5.0, None), ("  728.234375", None, 728.234375, None), ("+5.0", 5, 5.0, None), ("-3", -3, -3.0, None),
        ("1", 1, 1.0, True), ("0", 0, 0.0, False), ("true", None, None, True), (" FALSE ", None, None, False),
        ("", None, None, None), ("1_000", None, None, None), ("nan", None, None, None), ("inf", None, None, None),
        ("1e999", None, None, None), ("1e2", None, 100.0, None), (".5", None, 0.5, None), ("5.", None, 5.0, None),
        ("9" * 19, None, None, None), ("٣", None, None, None), ("0x1f", None, None, None), ("yes", None, None, None),
    ],
)  # fmt: skip
def test_values(raw: str, integer: int | None, decimal: float | None, boolean: bool | None) -> None:
    """Numbers and truth values are read with tolerance, rubbish is None."""
    root = xml.parse(f"<a><b>{raw}</b></a>".encode())
    assert xml.integer(root, "b") == xml.to_integer(raw) == integer
    assert xml.decimal(root, "b") == xml.to_decimal(raw) == decimal
    assert xml.boolean(root, "b") is xml.to_boolean(raw) is boolean


def test_absent_values() -> None:
    """Nothing there is None."""
    root = xml.parse(b"<a/>")
    assert (xml.integer(root, "b"), xml.decimal(root, "b"), xml.boolean(None)) == (None, None, None)


DOCUMENT = (
    b'<MotionDetection xmlns="http://www.hikvision.com/ver20/XMLSchema" version="2.0">\n'
    b"<enabled>false</enabled>\n<!-- kept -->\n<?keep me?>\n"
    b'<x:vendor xmlns:x="urn:vendor" x:secret="1"><x:unknown opt="1,2"/></x:vendor>\n'
    b"<Layout><sensitivityLevel min='0'>60</sensitivityLevel></Layout>\n</MotionDetection>"
)


def test_round_trip() -> None:
    """What was not changed goes back as it came."""
    root = xml.parse(b"\xef\xbb\xbf\r\n<?xml version='1.0' encoding='gb2312'?>" + DOCUMENT)
    expected = xml.DECLARATION + DOCUMENT.replace(b"min='0'", b'min="0"')
    assert xml.serialize(root) == expected

    assert xml.set_text(root, "enabled", True)
    assert xml.set_text(root, "Layout/sensitivityLevel", 80)
    changed = expected.replace(b"false", b"true").replace(b">60<", b">80<")
    assert xml.serialize(root) == changed


def test_set_text_changes_leaves_only() -> None:
    """An absent element is not made up, a branch is not overwritten."""
    root = xml.parse(DOCUMENT)
    before = xml.serialize(root)
    assert not xml.set_text(root, "Layout", "x")
    assert not xml.set_text(root, "none", "x")
    assert xml.serialize(root) == before
    assert xml.set_text(root, "enabled", "a<b>&\x00\ud800ä")
    assert xml.text(xml.parse(xml.serialize(root)), "enabled") == "a<b>&?ä"


def test_part_of_a_document() -> None:
    """A branch is written with the namespaces it needs and without what follows it."""
    root = xml.parse(DOCUMENT)
    branch = xml.find(root, "Layout")
    assert branch is not None
    data = xml.serialize(branch)
    assert data.endswith(b"</Layout>")
    assert xml.integer(xml.parse(data), "sensitivityLevel") == 60


def test_flatten() -> None:
    """Plain data for people, bounded."""
    assert xml.flatten(xml.parse(LIST)) == {"id": "1", "Entry": [{"id": "7"}, {"id": "8"}, ""], "entry": ""}
    assert xml.flatten(xml.parse(LIST), limit=2) == {"id": "1", "Entry": {}}
    assert xml.flatten(xml.parse(LIST), depth=1) == {"id": "1", "Entry": "", "entry": ""}
    assert xml.flatten(xml.parse(b"<a><b>12345</b></a>"), longest=3) == {"b": "123"}
    many = xml.parse(b"<a>" + b"<b><c>x</c></b>" * 5000 + b"</a>")
    assert len(xml.serialize(many)) > 50_000
    assert sum(1 for entry in xml.flatten(many)["b"] if entry) <= 200


@settings(deadline=None, max_examples=500)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes(data: bytes) -> None:
    """A root element or BadAnswer."""
    try:
        root = xml.parse(data)
    except BadAnswer:
        return
    assert isinstance(root.tag, str)
    assert isinstance(xml.flatten(root), dict)


@settings(deadline=None, max_examples=500)
@given(st.data())
def test_any_damage(data: st.DataObject) -> None:
    """The same for documents with some bytes changed, cut out or put in."""
    body = bytearray(DOCUMENT)
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(body)))
        body[start : start + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    try:
        root = xml.parse(bytes(body))
    except BadAnswer:
        return
    assert xml.parse(xml.serialize(root)).tag == root.tag
    assert isinstance(xml.flatten(root), dict)
