"""Why a simulated device refuses."""

WRONG_PARAMETER = -8
NOT_READY = -9
WRONG_PROGRAM = -21
UNKNOWN_TYPE = -22
WRONG_ARGUMENT = -23
NOT_IN_RANGE = -5002
CHANNEL_FAULT = -502
OCCUPIED = -505
NOT_SUPPORTED = -506
WRONG_USER = -507
WRONG_PASSWORD = -508
TOO_MANY = -511
NO_RIGHT = -512
NOT_CONFIGURED = -513
LOCKED = -527
NO_PASSWORD_YET = -528


class Refused(Exception):
    """The device answers with an error code; `http` is the status, 200 as a rule."""

    def __init__(self, code: int, *, http: int = 200) -> None:
        """Refuse with one of the codes of chapter 3.2."""
        super().__init__(code)
        self.code = code
        self.http = http
