"""The demo without a person: everything a person would try, with the times it took."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from textwrap import shorten
from time import monotonic

from ..simulators.herospeed import HerospeedSimulator
from ..simulators.ip_receiver import ReceiverSimulator
from ..simulators.isapi import IsapiSimulator
from . import devices
from .analysts import KEYS
from .analysts_probes import ANALYST_PROBES
from .board import Board
from .client import Client
from .dashboard import URL_PATH
from .fleet import MODELS, Fleet, Model
from .harbour import STATIONS, Station
from .harbour_probes import HARBOUR_PROBES
from .hass import HomeAssistant
from .home import Home
from .panel_probes import PANEL_PROBES
from .probes import LAST_PROBES, PROBES
from .progress import DemoError, duration, elapsed, say, table, write
from .scene import Probe, Scene, Sight
from .setup import POSITION, set_up
from .yard import LAMP, POSTS, Post
from .yard_probes import YARD_PROBES

type _Refusing = IsapiSimulator | ReceiverSimulator | HerospeedSimulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One line of the table."""

    what: str
    seen: str
    seconds: float
    passed: bool


async def check(hass: HomeAssistant, client: Client, fleet: Fleet) -> bool:
    """Try everything; returns whether all of it went well."""
    board = await Board.of(client)
    outcomes: list[Outcome] = [
        Outcome(what="Home Assistant started and onboarded", seen="running", seconds=elapsed(), passed=True)
    ]

    async def run(what: str, work: Callable[[], Awaitable[Sight]]) -> None:
        outcomes.append(await _tried(what, work))
        say(f"{'ok  ' if outcomes[-1].passed else 'FAIL'} {what}: {outcomes[-1].seen}")

    first: dict[str, _Refusing] = {
        "camera": fleet.devices["camera"],
        "receiver": fleet.receiver,
        "JSON dialect": fleet.posts[LAMP],
    }
    for name, device in first.items():
        await run(f"{name}: wrong password, then the right one", _wrong(client, device))
    await run("other devices added", lambda: _others(client, fleet))
    if all(outcome.passed for outcome in outcomes):
        found: list[Home] = []
        await run("dashboard", lambda: _dashboard(client, fleet, found))
        for home in found:
            scene = Scene(hass=hass, client=client, board=board, fleet=fleet, home=home)
            tried = (*PROBES, *HARBOUR_PROBES, *YARD_PROBES, *ANALYST_PROBES, *PANEL_PROBES, *LAST_PROBES)
            for what, probe in tried:
                await run(what, _bound(probe, scene))
    _report(outcomes)
    return all(outcome.passed for outcome in outcomes)


def _bound(probe: Probe, scene: Scene) -> Callable[[], Awaitable[Sight]]:
    return lambda: probe(scene)


async def _tried(what: str, work: Callable[[], Awaitable[Sight]]) -> Outcome:
    began = monotonic()
    try:
        sight = await work()
    except (DemoError, TimeoutError) as err:
        return Outcome(what=what, seen=str(err) or "took too long", seconds=monotonic() - began, passed=False)
    return Outcome(
        what=what, seen=sight.seen, seconds=monotonic() - began if sight.seconds is None else sight.seconds, passed=True
    )


def _report(outcomes: Sequence[Outcome]) -> None:
    rows = [
        ("ok" if outcome.passed else "FAIL", outcome.what, shorten(outcome.seen, 100), duration(outcome.seconds))
        for outcome in outcomes
    ]
    failed = sum(not outcome.passed for outcome in outcomes)
    write(f"\n{table(('', 'what', 'seen', 'time'), rows)}\n")
    say(f"{failed} of {len(rows)} failed" if failed else f"all {len(rows)} passed")


async def _dashboard(client: Client, fleet: Fleet, found: list[Home]) -> Sight:
    """Make the dashboard and read back what Home Assistant stored; `found` receives what it is made from."""
    found.append(await set_up(client, fleet, extra=POSITION, untouched=KEYS))
    stored = await client.command("lovelace/config", url_path=URL_PATH)
    views = [view["title"] for view in stored["views"] if view["sections"]]
    if len(views) != len(stored["views"]):
        raise DemoError(f"of the dashboard only {views} show something")
    return Sight(seen=f"views {', '.join(views)}")


def _wrong(client: Client, device: _Refusing) -> Callable[[], Awaitable[Sight]]:
    return lambda: _wrong_password(client, device)


async def _wrong_password(client: Client, device: _Refusing) -> Sight:
    """Type a wrong password once, see the reason, and go on in the same form."""
    flow = await devices.begin(client)
    answer = await devices.submit(client, flow, device, password="not the password")
    if answer.get("errors") != {"base": "invalid_auth"}:
        raise DemoError(f"a wrong password gave {answer.get('errors')}")
    if (refused := _refused(device)) != 1:
        raise DemoError(f"the device refused {refused} attempts to log in instead of one")
    devices.created(await devices.submit(client, flow, device))
    return Sight(seen="invalid_auth after one refused attempt, then set up")


def _refused(device: _Refusing) -> int:
    """Return how often a password was refused."""
    if isinstance(device, HerospeedSimulator):
        return len(device.sessions.refused)
    sent = [record for record in device.requests if record.status == 401 and "Authorization" in record.headers]
    return max(len(sent), len(device.auth.refused))


async def _others(client: Client, fleet: Fleet) -> Sight:
    """Add the rest, and one of them twice."""
    posts = [post for post in POSTS if post.key != LAMP]
    others: tuple[Model | Station | Post, ...] = (*MODELS[1:], *STATIONS, *posts)
    for model in others:
        await devices.add(client, fleet.cameras[model.key])
        say(f"     added: {model.says}")
    again = await devices.submit(client, await devices.begin(client), fleet.devices["nvr"])
    if again.get("reason") != "already_configured":
        raise DemoError(f"the recorder could be added twice: {again}")
    return Sight(seen=f"{len(others)} set up; a second time is refused as already_configured")
