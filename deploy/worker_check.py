"""Run inside the container of the worker with addresses that it must not reach: ends with 1 where it has too much."""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import sys
from pathlib import Path

PLACES = ("/", "/opt/chainrule", "/etc", "/proc/sys/kernel/core_pattern", "/published")
NAMES = ("postgres", "web", "recorder", "reconciler")
PORTS = (5432, 8000)
ENVIRONMENT = {"REDIS_URL", "GRADER_SLOTS", "GRADER_BOX_MEMORY_MIB", "GRADER_HOME", "GRADER_PUBLISHED"}
OF_IMAGES = re.compile(r"PATH|LANG|HOME|HOSTNAME|PWD|TERM|LC_CTYPE|container|PYTHON\w+")


def wrong(addresses: list[str]) -> list[str]:
    """Everything that is not as it must be, in words."""
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
    capabilities = {status[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")}
    found = [f"capabilities {capabilities}"] if capabilities != {"0" * 16} else []
    found += ["it is root"] if os.getuid() == 0 or os.getgid() == 0 else []
    found += ["no filter of system calls"] if status["Seccomp"] != "2" else []
    found += ["new privileges can be had"] if status["NoNewPrivs"] != "1" else []
    found += [f"{place} can be written" for place in PLACES if os.access(place, os.W_OK)]
    found += [f"{name} is in its environment" for name in os.environ if not expected(name)]
    found += [f"{name} is installed" for name in ("sqlalchemy", "psycopg", "flask") if importlib.util.find_spec(name)]
    found += ["there is a way outside"] if has_default_route() else []
    found += [f"{name} can be reached" for name in (*NAMES, *addresses) if any(reached(name, port) for port in PORTS)]
    return found + ([] if reached("valkey", 6379) else ["the broker cannot be reached"])


def has_default_route() -> bool:
    """Whether anything beyond the container's own networks is routed anywhere."""
    rows = [line.split() for line in Path("/proc/net/route").read_text().splitlines()[1:]]
    return any(row[1] == row[7] == "00000000" for row in rows)


def expected(name: str) -> bool:
    """Whether a variable is ours, or one that every image has."""
    return name in ENVIRONMENT or OF_IMAGES.fullmatch(name) is not None


def reached(host: str, port: int) -> bool:
    """Whether somebody answers there."""
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit("\n".join(wrong(sys.argv[1:])) or 0)
