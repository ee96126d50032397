"""Pictures of the usual view of a channel. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ....errors import BadAnswer, Rejected
from ....transport import loose_json
from .engines import known_id

MOST: Final = 1024
LARGEST: Final = 6 * 1024 * 1024
"""Bytes of one picture (000…txt L5184)."""
_LONGEST_NAME: Final = 32
"""Bytes of a name (L4444)."""
_JPEG: Final = b"\xff\xd8"


def read_references(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read the list of a channel's pictures."""
    found = (_shown(each) for each in loose_json.wrapped(document, "AITargetBPInfoList", "AITargetBPInfo")[:MOST])
    return [each for each in found if each is not None]


def read_result(document: Mapping[str, Any] | None) -> dict[str, Any]:
    """Read what became of a picture. Raises `BadAnswer` when it has no id, since nothing could be done with it."""
    entry = loose_json.get(document, "AITargetBPResult", document)
    shown = _shown(entry) if isinstance(entry, Mapping) else None
    if shown is None:
        raise BadAnswer("the device tells no id of the picture")
    return shown


def rename_document(name: str, *, blank: bool = False) -> dict[str, Any]:
    """The document that renames a picture; the guide prints a blank before the name of its member (L4994)."""
    return {" AITargetBPInfo" if blank else "AITargetBPInfo": {"pictureName": checked_name(name)}}


def delete_document(picture_ids: Sequence[str]) -> dict[str, Any]:
    """The document that removes pictures. Raises `Rejected` for none or too many."""
    if not 1 <= len(picture_ids) <= MOST:
        raise Rejected(f"1 to {MOST} pictures at a time", code="badParameters")
    return {"PIDs": list(picture_ids)}


def upload_document(name: str, content_id: str) -> dict[str, Any]:
    """The document that goes with the bytes of a picture."""
    resources = {"resourcesContentType": "binary", "resourcesContent": content_id}
    return {"AITargetBPInfo": {"pictureName": checked_name(name), "PictureResources": resources, "isCover": False}}


def checked_name(name: str) -> str:
    """A name that the device can keep. Raises `Rejected`."""
    if not name.strip() or len(name.strip().encode()) > _LONGEST_NAME:
        raise Rejected(f"a name has 1 to {_LONGEST_NAME} bytes", code="badParameters")
    return name.strip()


def checked_picture(data: bytes) -> bytes:
    """A picture that the device takes. Raises `Rejected`."""
    if not data.startswith(_JPEG):
        raise Rejected("the picture must be a JPEG", code="unsupportedImageFormat")
    if len(data) > LARGEST:
        raise Rejected("the picture is too large", code="improperPicSize")
    return data


def _shown(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    picture_id = known_id(loose_json.get(entry, "PID"))
    if picture_id is None:
        return None
    return {"picture_id": picture_id, "name": loose_json.to_text(loose_json.get(entry, "pictureName"), 64) or ""}
