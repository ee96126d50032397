"""Write a redacted capture of a real device."""

import argparse
import asyncio
import getpass
import os
from pathlib import Path
import sys
from typing import Final

from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.errors import DeviceError

from .capture import record

PASSWORD: Final = "IP_SURVEILLANCE_PASSWORD"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/record",
        description="Asks a device for all that the integration would ever read, by reading requests only, and writes "
        "the answers for the simulator to play, without serial numbers, addresses, names and secrets. Read the file "
        f"before you pass it on. The password is asked for, or taken from the environment variable {PASSWORD}.",
    )
    parser.add_argument("host", help="name or address of the device")
    parser.add_argument("--port", type=int, help="80, or 443 with --ssl, unless given")
    parser.add_argument("--ssl", action="store_true", help="use HTTPS; any certificate is accepted")
    parser.add_argument("--user", default="admin")
    parser.add_argument("-o", "--output", type=Path, help="file to write; standard output unless given")
    return parser.parse_args()


def main() -> int:
    """Record, and tell on standard error how it went."""
    given = _arguments()
    password = os.environ.get(PASSWORD) or getpass.getpass(f"Password of {given.user}: ")
    access = Access(host=given.host, port=given.port, ssl=given.ssl, username=given.user, password=password)
    try:
        capture = asyncio.run(record(access))
    except DeviceError as error:
        print(f"{type(error).__name__}: {error.detail}", file=sys.stderr)
        return 1
    for note in capture.notes:
        print(note, file=sys.stderr)
    if given.output:
        given.output.write_text(capture.dump(), encoding="utf-8")
    else:
        sys.stdout.write(capture.dump())
    print(f"{len(capture.answers)} answers. Read them before you pass them on.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
