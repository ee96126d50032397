"""Rules of the architecture, checked on the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re
import subprocess
import sys
import textwrap

import homeassistant
import pytest
import yaml

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "custom_components" / "ip_surveillance"
PROTOCOL = PACKAGE / "protocol"
DRIVERS = PROTOCOL / "drivers"
FAMILIES = ("isapi", "ip_receiver", "sunell_cgi", "herospeed")
MAKES_DRIVERS = {"runtime.py", "config_flow.py"}
LONGEST_FILE = 400
"""Lines; a longer file does more than one thing."""


def sources(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.rglob("*.py")))


def imports(path: Path) -> Iterator[str]:
    """Absolute names of all imports of a module below the repository's root."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *((node.module or "").split(".") if node.module else ())))
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def test_protocol_imports_without_home_assistant() -> None:
    """Every module of the protocol package loads in an interpreter that refuses Home Assistant and its validators."""
    script = textwrap.dedent("""
        import importlib, pkgutil, sys

        class Refuse:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] in {"homeassistant", "voluptuous", "probatio"}:
                    raise ImportError(f"{name} is refused below the protocol package")

        sys.meta_path.insert(0, Refuse())
        sys.path.insert(0, sys.argv[1])
        import protocol
        for module in pkgutil.walk_packages(protocol.__path__, "protocol."):
            importlib.import_module(module.name)
            print(module.name)
    """)
    done = subprocess.run(
        [sys.executable, "-c", script, str(PACKAGE)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "protocol.model.reduce" in done.stdout.split()
    assert "protocol.registry" in done.stdout.split()


def test_drivers_do_not_know_each_other() -> None:
    for driver in (path for path in DRIVERS.iterdir() if path.is_dir() and path.name != "__pycache__"):
        others = {f"drivers.{other.name}" for other in DRIVERS.iterdir() if other.is_dir() and other != driver}
        for path in sources(driver):
            found = {name for name in imports(path) for other in others if f".{other}." in f".{name}."}
            assert not found, f"{path.relative_to(ROOT)} imports {found}"


def test_only_two_modules_know_the_registry_and_none_the_drivers() -> None:
    for path in PACKAGE.glob("*.py"):
        names = set(imports(path))
        assert not any(".protocol.drivers" in name for name in names), path.name
        if any(name.endswith("protocol.registry") for name in names):
            assert path.name in MAKES_DRIVERS, f"{path.name} imports the registry"


def test_model_and_transport_do_not_know_what_is_above_them() -> None:
    for layer, above in (
        ("model", ("transport", "drivers", "registry", "driver")),
        ("transport", ("drivers", "registry")),
    ):
        for path in sources(PROTOCOL / layer):
            names = set(imports(path))
            for part in above:
                found = {name for name in names if f".protocol.{part}." in f".{name}."}
                assert not found, f"{path.relative_to(ROOT)} imports {found}"


def test_no_family_is_named_above_the_protocol_package() -> None:
    word = re.compile(rf"\b({'|'.join(FAMILIES)})\b")
    for path in PACKAGE.glob("*.py"):
        found = word.findall(path.read_text())
        assert not found, f"{path.name} names {found}"


def test_simulators_are_written_independently() -> None:
    for path in sources(ROOT / "tests" / "simulators"):
        found = {name for name in imports(path) if name.startswith("custom_components")}
        assert not found, f"{path.relative_to(ROOT)} imports {found}"


@pytest.mark.parametrize("folder", ["custom_components", "tests/simulators"])
def test_files_stay_small(folder: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(ROOT / folder)
        if (lines := path.read_text().count("\n")) > LONGEST_FILE
    }
    assert not long


def test_no_blanket_exception_handler() -> None:
    for path in sources(PACKAGE):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else ""
                passes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                blanket = caught in {"", "Exception", "BaseException"}
                assert passes_on or not blanket, f"{path.name}:{node.lineno}"


def test_nothing_of_the_machine_is_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    machine = re.compile(rf"{re.escape(str(ROOT))}|/home/\w+/")
    for name in filter(None, listed):
        path = ROOT / name
        if path == Path(__file__) or not path.is_file() or path.suffix in {".png", ".jpg"}:
            continue
        assert not machine.search(path.read_text(errors="replace")), name


def test_every_rule_of_the_quality_scale_has_an_answer() -> None:
    """The list of rules is taken from a platinum integration of the installed Home Assistant."""
    core = Path(homeassistant.__file__).parent / "components" / "reolink" / "quality_scale.yaml"
    wanted = yaml.safe_load(core.read_text())["rules"]
    rules = yaml.safe_load((PACKAGE / "quality_scale.yaml").read_text())["rules"]
    assert rules.keys() == wanted.keys()
    for name, answer in rules.items():
        status = answer if isinstance(answer, str) else answer["status"]
        assert status == "done" or (status == "exempt" and answer["comment"]), name


def test_every_platform_says_how_many_commands_run_at_once() -> None:
    platforms = [path for path in PACKAGE.glob("*.py") if "async_setup_entry" in path.read_text()]
    for path in platforms:
        if path.name != "__init__.py":
            assert re.search(r"^PARALLEL_UPDATES = [01]$", path.read_text(), re.MULTILINE), path.name
