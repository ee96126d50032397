"""From a running driver to a capture: `{"data": {"ISAPI": {path: {"response": ...} or {"status_code": n}}}}`.

A JSON document is `{"json": ...}` instead of `{"response": ...}`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
import json
from typing import Any, Final

from aiohttp import ClientSession
from yarl import URL

from custom_components.ip_surveillance.protocol.driver import Access, Driver, Want
from custom_components.ip_surveillance.protocol.errors import BadAnswer
from custom_components.ip_surveillance.protocol.model.parts import Part, Topology
from custom_components.ip_surveillance.protocol.model.state import SettingOf
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from custom_components.ip_surveillance.protocol.transport import xml
from tests.simulators.base import LOOPBACK
from tests.simulators.isapi.form import parse

from .proxy import Exchange, Proxy, upstream_session
from .redact import Kind, Redactor

FAMILY: Final = "isapi"
PREFIX: Final = "/ISAPI/"

type Answers = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a device answered, redacted, and what went wrong on the way."""

    answers: Answers
    notes: tuple[str, ...] = ()
    """For the person who records: what is missing and why."""

    def dump(self) -> str:
        """Write it as the simulator reads it."""
        return json.dumps({"data": {"ISAPI": self.answers}}, indent=1, ensure_ascii=False) + "\n"


async def record(access: Access) -> Capture:
    """Let the real driver ask a device for everything that it would ever read. Raises any `DeviceError`."""
    port = access.port or (443 if access.ssl else 80)
    host = access.host.removeprefix("[").removesuffix("]")
    device = URL.build(scheme="https" if access.ssl else "http", host=host, port=port)
    async with upstream_session() as upstream, Proxy(upstream, device) as proxy, ClientSession() as session:
        local = replace(access, host=LOOPBACK, port=proxy.port, ssl=False)
        driver = FAMILIES[FAMILY].connect(session, local)
        try:
            await ask_everything(driver)
        finally:
            await driver.close()
    answers, unread = answers_of(proxy.exchanges)
    notes = (
        *(f"not sent, since it does not merely read: {each}" for each in proxy.refused),
        *(f"not answered: {each}" for each in proxy.broken),
        *(f"left out, neither XML nor JSON: {each}" for each in unread),
    )
    return Capture(answers=redacted(answers, access), notes=notes)


async def ask_everything(driver: Driver) -> None:
    """Do what Home Assistant does with every entity enabled."""
    await driver.identify()
    topology = await driver.discover()
    await driver.poll(frozenset(_wants(topology)))
    every = frozenset(SettingOf(part.ref, key) for part in topology.parts.values() for key in part.settings)
    async for _ in driver.read_settings(every):
        pass


def _wants(topology: Topology) -> Iterator[Want]:
    for part in topology.parts.values():
        yield Want(part.ref)
        yield from (Want(part.ref, gate) for gate in _gates(part))


def _gates(part: Part) -> Iterable[Any]:
    return (*part.features, *part.readings, *part.detections, *part.settings)


def answers_of(exchanges: Iterable[Exchange]) -> tuple[Answers, list[str]]:
    """Put answers into the form of a capture; the last answer to a path counts. Returns also what cannot be put so."""
    answers: Answers = {}
    unread: list[str] = []
    for exchange in exchanges:
        path = exchange.path.partition("?")[0].removeprefix(PREFIX)
        if not 200 <= exchange.status < 300:
            answers[path] = {"status_code": exchange.status}
        elif (answer := _document(exchange.body)) is not None:
            answers[path] = answer
        else:
            unread.append(path)
    return answers, unread


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        return {"json": json.loads(body)}
    except ValueError:
        pass
    try:
        # The product's tolerant reader first: devices write what is not quite XML.
        document = parse(xml.serialize(xml.parse(body)))
    except BadAnswer:
        return None
    return {"response": {document.root: document.tree}}


def redacted(answers: Answers, access: Access) -> Answers:
    """Take out what is nobody's business; `access` is that of the recording."""
    redactor = Redactor()
    redactor.learn_value(access.password, Kind.SECRET)
    redactor.learn_value(access.username, Kind.NAME)
    contents: Mapping[str, Any] = {path: answer.get("response", answer.get("json")) for path, answer in answers.items()}
    for content in sorted(contents.values(), key=lambda each: -len(str(each))):
        redactor.learn(content)
    return {redactor.text(path): _redacted(answer, redactor) for path, answer in answers.items()}


def _redacted(answer: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    return {name: value if name == "status_code" else redactor.apply(value) for name, value in answer.items()}
