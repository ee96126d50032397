"""Pictures find their alert, and no alert waits for a picture."""

from hypothesis import given, strategies as st

from custom_components.ip_surveillance.protocol.transport import grouping
from custom_components.ip_surveillance.protocol.transport.grouping import Message, PartGrouper
from custom_components.ip_surveillance.protocol.transport.multipart import MultipartParser, Part


def document(body: bytes = b"<EventNotificationAlert/>", content_type: str = "application/xml") -> Part:
    """An alert."""
    return Part({}, content_type, body)


def announcing(count: int, serial: int = 0) -> Part:
    """An alert that says how many pictures follow."""
    return document(b"<A><n>%d</n><detectionPicturesNumber>%d</detectionPicturesNumber></A>" % (serial, count))


def naming(*names: str) -> Part:
    """An alert that names its pictures."""
    inner = "".join(f"<pic> {name} </pic>" for name in names)
    return document(f"<A><list>{inner}</list></A>".encode())


def picture(name: str = "", size: int = 4, *, filename: str = "") -> Part:
    """A picture, with or without names."""
    headers = {"content-id": f"<{name}>"} if name else {}
    if filename:
        headers["content-disposition"] = f'form-data; filename="{filename}"'
    return Part(headers, "image/jpeg", b"\xff\xd8" + b"x" * size)


def test_alert_leaves_at_once_and_again_with_each_picture() -> None:
    """The second and third message are follow-ups of the same document."""
    grouper = PartGrouper()
    alert, first, second = announcing(2), picture(), picture(size=5)

    assert grouper.push(alert) == [Message(alert)]
    assert grouper.push(first) == [Message(alert, (first,), followup=True)]
    assert grouper.push(second) == [Message(alert, (first, second), followup=True)]
    assert grouper.orphans == 0


def test_document_without_a_number_takes_what_follows() -> None:
    """Old firmware announces nothing."""
    grouper = PartGrouper()
    alert, octets = document(), Part({}, "application/octet-stream", b"\x00")
    grouper.push(document(b"<older/>"))
    grouper.push(alert)
    assert grouper.push(octets) == [Message(alert, (octets,), followup=True)]


def test_text_is_a_document() -> None:
    """Key-value alerts are documents, too."""
    text = Part({}, "text/plain", b"alarmInfoBegin")
    assert PartGrouper().push(text) == [Message(text)]


def test_picture_after_a_heartbeat() -> None:
    """A document that lacks pictures goes before a later one that says nothing."""
    grouper = PartGrouper()
    alert, late = announcing(1), picture()
    grouper.push(alert)
    grouper.push(document())
    assert grouper.push(late) == [Message(alert, (late,), followup=True)]


def test_json_number() -> None:
    """The number is found in JSON as well."""
    grouper = PartGrouper()
    alert = document(b'{"EventNotificationAlert":{"detectionPicturesNumber": 1}}', "application/json")
    grouper.push(alert)
    grouper.push(document(b"{}", "application/json"))
    assert grouper.push(picture())[0].document is alert


def test_named_pictures_go_where_they_are_named() -> None:
    """Content-ID or file name decide, whatever the order."""
    grouper = PartGrouper()
    one, two = naming("a1", "a2.jpg"), naming("b1")
    grouper.push(one)
    grouper.push(two)
    first, second = picture("a1"), picture("zz", filename="a2.jpg")
    assert grouper.push(first) == [Message(one, (first,), followup=True)]
    assert grouper.push(second) == [Message(one, (first, second), followup=True)]
    assert grouper.push(picture("b1"))[0].document is two


def test_a_name_must_be_a_whole_value() -> None:
    """A short Content-ID does not match by chance."""
    grouper = PartGrouper()
    grouper.push(document(b"<A><port>8081</port><detectionPicturesNumber>0</detectionPicturesNumber></A>"))
    assert grouper.push(picture("1")) == []
    assert grouper.push(picture("808")) == []


def test_same_name_in_two_alerts() -> None:
    """The newest that still lacks it gets it; when none does, the newest."""
    number = b"<detectionPicturesNumber>1</detectionPicturesNumber>"
    one, two = (document(b"<A%d><id>pic</id>%b</A%d>" % (n, number, n)) for n in (1, 2))
    grouper = PartGrouper()
    grouper.push(one)
    grouper.push(two)
    assert [grouper.push(picture("pic"))[0].document for _ in range(3)] == [two, one, two]


def test_picture_before_its_document() -> None:
    """It is handed out with the document, which is new and no follow-up."""
    grouper = PartGrouper()
    early, alert = picture("cid7"), naming("cid7")
    assert grouper.push(early) == []
    assert grouper.push(alert) == [Message(alert, (early,))]
    assert grouper.push(naming("cid7"))[0].pictures == ()
    assert grouper.orphans == 0


def test_picture_taken_by_the_document_before_can_still_be_claimed() -> None:
    """A heartbeat before it does not keep the named one from getting it."""
    grouper = PartGrouper()
    heartbeat, early, alert = document(), picture("cid7"), naming("cid7")
    grouper.push(heartbeat)
    assert grouper.push(early)[0].document is heartbeat
    assert grouper.push(alert) == [Message(alert, (early,))]


def test_surplus_pictures_are_orphans() -> None:
    """No document: counted, at once without a name, after a while with one."""
    grouper = PartGrouper()
    grouper.push(announcing(0))
    assert grouper.push(picture()) == []
    assert grouper.orphans == 1
    for number in range(grouping.MAX_PICTURES + 3):
        assert grouper.push(picture(f"p{number}")) == []
    assert grouper.orphans == 4


def test_bounds() -> None:
    """Old documents and large pictures are forgotten."""
    grouper = PartGrouper()
    first = announcing(1)
    grouper.push(first)
    for number in range(grouping.MAX_DOCUMENTS):
        grouper.push(announcing(0, number))
    assert grouper.push(picture()) == []

    grouper = PartGrouper(max_bytes=1000)
    grouper.push(naming("big"))
    assert grouper.push(picture("big", 2000))[0].pictures
    assert grouper.push(picture("big")) == []
    assert grouper.push(picture("other", 2000)) == []
    assert grouper.orphans == 2

    grouper = PartGrouper(max_bytes=1000)
    grouper.push(picture("early", 600))
    grouper.push(document(b"<A>" + b"x" * 600 + b"</A>"))
    assert grouper.push(naming("early"))[0].pictures == ()
    assert grouper.orphans == 1

    grouper = PartGrouper()
    alert = document()
    grouper.push(alert)
    last = [grouper.push(picture(size=size)) for size in range(grouping.MAX_PICTURES + 5)][-1]
    assert len(last[0].pictures) == grouping.MAX_PICTURES


def test_with_the_parser() -> None:
    """As it comes from a stream: alert, picture, alert."""
    alert = b"<EventNotificationAlert><detectionPicturesNumber>1</detectionPicturesNumber></EventNotificationAlert>"
    stream = (
        b"--b\r\nContent-Type: application/xml\r\n\r\n" + alert + b"\r\n"
        b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: 6\r\n\r\n\xff\xd8ab\xff\xd9\r\n"
        b"--b\r\nContent-Type: application/xml\r\n\r\n<heartbeat/>\r\n"
    )
    grouper = PartGrouper()
    messages = [m for part in MultipartParser(None).feed(stream) for m in grouper.push(part)]
    assert [(m.document.body, len(m.pictures), m.followup) for m in messages] == [
        (alert, 0, False),
        (alert, 1, True),
        (b"<heartbeat/>", 0, False),
    ]


PARTS = st.one_of(
    st.builds(announcing, st.integers(0, 3), st.integers(0, 9)),
    st.builds(naming, st.sampled_from("abc")),
    st.builds(picture, st.sampled_from(["", "a", "b", "c", "d"]), st.integers(0, 400)),
)


@given(st.lists(PARTS, max_size=60))
def test_every_document_is_handed_out_once(parts: list[Part]) -> None:
    """Exactly one message per document that is no follow-up, in order; the rest are follow-ups."""
    grouper = PartGrouper(max_bytes=1000)
    seen: list[Part] = []
    for part in parts:
        messages = grouper.push(part)
        assert len(messages) <= 1
        for message in messages:
            if message.followup:
                assert part in message.pictures
                assert message.document in seen
            else:
                assert message.document is part
                seen.append(part)
    assert seen == [part for part in parts if part.is_document]
