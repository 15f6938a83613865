"""The box through its one door, Sandbox.run: every layer seen from inside and from outside, limits, loading, failing closed."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from grader.calls import Call, Failed, File, Name, Ran, Request, Returned
from worker.sandbox import launch, watching
from worker.sandbox.box import CLOSED
from worker.sandbox.cgroups import ROOT, Group, open_tree
from worker.sandbox.launch import SPARE, Sandbox, SandboxUnavailable
from worker.settings import Settings

pytestmark = pytest.mark.box

IS_ROOT = os.geteuid() == 0
SMALL = Settings(slots=2, memory=256 << 20, processes=48, scratch=16 << 20, scratch_files=100)
TWICE = "def answer(x):\n    return 2 * x\n"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(SMALL) as made:
        yield made


@pytest.fixture
def run(sandbox):
    return lambda source, *arguments, **options: run_in(sandbox, source, *arguments, **options)


def run_in(
    sandbox: Sandbox, source: str | dict[str, str], *arguments, function="answer", seconds=5.0, **options
) -> Ran:
    """One box for a source, or several files, and a call for each argument."""
    texts = source if isinstance(source, dict) else {"ada.py": source}
    files = tuple(File(name, text) for name, text in texts.items())
    calls = tuple(Call(function, argument if isinstance(argument, tuple) else (argument,)) for argument in arguments)
    return sandbox.run(Request(files, calls, options.pop("needs", (function,)), seconds=seconds, **options))


def asked(run, expression: str, setup: str = "", **options):
    """The value of an expression in the box."""
    source = f"{setup}\ndef answer(_):\n    return {expression}\n"
    outcome = run(source, 0, **options).outcomes[0]
    assert isinstance(outcome, Returned), outcome
    return outcome.value


def remarked(ran: Ran) -> list[tuple[str, int | None]]:
    """What is remarked of the program; that no control group holds the limits is remarked of the machine."""
    return [(note.code, note.line) for note in ran.notes if note.code != "no-cgroup"]


# Layers, from outside ----------------------------------------------------------------------------------


@pytest.fixture
def status(sandbox, run):
    """/proc/<pid>/status of every box that is ready, as the host sees it."""
    run(TWICE, 1)
    return [read_status(pid) for pid in waiting(sandbox)]


def waiting(sandbox: Sandbox) -> tuple[int, ...]:
    """The boxes that are alive, once there are as many as there should be or two seconds have passed."""
    time.sleep(0.05)  # for one that has just been used to be gone
    end = time.monotonic() + 2
    while time.monotonic() < end:
        alive = tuple(pid for pid in sandbox.processes() if is_alive(pid))
        if len(alive) == SPARE * sandbox.settings.slots:
            break
        time.sleep(0.02)
    return alive


def is_alive(pid: int) -> bool:
    try:
        return read_status(pid)["State"][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def read_status(pid: int) -> dict[str, str]:
    return dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


def test_the_kernel_confirms_filter_and_privileges_from_outside(status):
    """Seccomp=2, NoNewPrivs=1, all five capability sets empty, for every box that waits."""
    assert len(status) >= SPARE
    for lines in status:
        assert (lines["Seccomp"], lines["NoNewPrivs"]) == ("2", "1")
        assert {lines[f"Cap{kind}"].strip("0") for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {""}


@pytest.mark.skipif(not IS_ROOT, reason="only root has more than one user to give")
def test_every_box_has_an_unprivileged_user_of_its_own(status):
    users = [set(lines["Uid"].split()) | set(lines["Gid"].split()) for lines in status]
    assert all(len(user) == 1 and int(min(user)) > 60_000 for user in users)
    assert len(set(map(frozenset, users))) == len(users)
    assert all(not lines["Groups"].strip() for lines in status)


def namespace(pid: object, kind: str) -> str:
    return str(Path(f"/proc/{pid}/ns/{kind}").readlink())


def test_every_box_has_namespaces_of_its_own(sandbox, run, status):
    """Not the host's; and pid, mount, ipc and uts not the neighbour's either."""
    boxes = waiting(sandbox)
    for kind in ("user", "pid", "mnt", "net", "ipc", "uts", "cgroup"):
        spaces = [namespace(pid, kind) for pid in boxes]
        assert namespace("self", kind) not in spaces, kind
        if kind in {"pid", "mnt", "ipc", "uts"}:
            assert len(set(spaces)) == len(spaces), kind
    assert len(boxes) == SPARE * SMALL.slots


def test_every_box_is_first_in_its_namespace_and_leads_its_own_session(sandbox, status):
    assert all(lines["NSpid"].split()[-1] == "1" for lines in status)
    for pid in waiting(sandbox):
        assert os.getsid(pid) == pid
        assert os.getpgid(pid) == pid


@pytest.mark.skipif(not IS_ROOT, reason="only root looks into processes that nobody may look into")
def test_nothing_of_the_worker_can_be_read_where_the_box_was_started(sandbox, run, monkeypatch):
    """Neither bubblewrap, nor the warm process, nor a box has an environment or a command line with anything in it."""
    monkeypatch.setenv("CHAINRULE_SECRET", "canary")
    with Sandbox(SMALL) as fresh:
        assert run_in(fresh, TWICE, 1).outcomes == (Returned(2),)
        pid, seen = waiting(fresh)[0], 0
        while pid != os.getpid():
            assert b"canary" not in Path(f"/proc/{pid}/environ").read_bytes()
            assert b"canary" not in Path(f"/proc/{pid}/cmdline").read_bytes()
            pid, seen = int(read_status(pid)["PPid"]), seen + 1
        assert seen >= 3


@pytest.mark.skipif(not IS_ROOT, reason="only root looks into processes that nobody may look into")
def test_a_box_holds_four_descriptors(sandbox, run):
    """Nothing to read, two pipes and the channel."""
    run(TWICE, 1)
    for pid in waiting(sandbox):
        assert {open_.name for open_ in Path(f"/proc/{pid}/fd").iterdir()} == {"0", "1", "2", "3"}


# Layers, from inside -----------------------------------------------------------------------------------


def test_inside_there_is_no_root_no_host_no_process_and_no_network(run):
    assert asked(run, "os.getuid()", "import os") >= 1000
    assert asked(run, "os.uname().nodename", "import os") == "box"
    assert asked(run, "os.getpid(), os.getppid()", "import os") == (1, 0)
    assert asked(run, "os.listdir('/proc')", "import os") == []
    assert asked(run, "sorted(os.listdir('/dev'))", "import os") == ["full", "null", "random", "urandom", "zero"]
    assert (
        asked(run, "os.path.exists('/etc') or os.path.exists('/home') or os.path.exists('/sys')", "import os") is False
    )


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket()",
        "socket.socketpair()",
        "os.open('/etc/passwd', 0)",
        "os.open('/box/inside/wire.py', os.O_RDWR)",
        "os.mkdir('/left')",
        "os.symlink('/etc', '/tmp/link')",
        "os.execv(sys.executable, ['python'])",
        "os.setuid(0)",
        "os.chroot('/tmp')",
        "os.kill(2, 9)",
        "fcntl.flock(os.open(os.__file__, 0), fcntl.LOCK_SH)",
        "fcntl.lockf(os.open('/dev/null', 2), fcntl.LOCK_EX)",
        "os.memfd_create('x')",
        "os.sched_setaffinity(0, {0})",
    ],
)
def test_what_a_box_must_not_do_raises_in_it(run, attempt):
    """The student reads an exception; the program goes on."""
    outcome = run(f"import fcntl, os, socket, sys\ndef answer(_):\n    return {attempt}\n", 0).outcomes[0]
    assert isinstance(outcome, Failed)
    assert outcome.reason == "raised"
    assert any(
        word in outcome.text for word in ("Permission", "Read-only", "FileNotFound", "ProcessLookup", "AttributeError")
    )


@pytest.mark.parametrize("profile", ["plain", "torch"])
def test_threads_of_numpy_and_torch_work(run, profile):
    """What honest code does is allowed: pools, locks, matrix products in threads, children that are waited for."""
    source = """
import os, threading, time, tempfile, datetime, multiprocessing
from concurrent.futures import ThreadPoolExecutor
import numpy as np
def answer(n):
    with ThreadPoolExecutor(4) as pool:
        total = sum(pool.map(lambda i: float((np.ones((200, 200)) @ np.ones((200, 200)))[0, 0]), range(8)))
    child = os.fork()
    if child == 0:
        os._exit(7)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with tempfile.NamedTemporaryFile() as file:
        np.save(file, np.ones(3)); file.seek(0); saved = np.load(file).sum()
    time.sleep(0.001); os.cpu_count(); datetime.datetime.now(); np.linalg.svd(np.ones((50, 50))); np.fft.fft(np.ones(64))
    return total, code, float(saved)
"""
    if profile == "torch":
        source += "import torch\ntorch.set_num_threads(2)\nassert (torch.ones(700, 700) @ torch.ones(700, 700))[0, 0] == 700\n"
    assert run(source, 0, profile=profile).outcomes == (Returned((1600.0, 7, 3.0)),)


# Profiles ----------------------------------------------------------------------------------------------


def test_the_plain_box_has_no_torch(run):
    ran = run("import torch\n" + TWICE, 1)
    assert ran.trouble == Failed("raised", "no module: torch", "ada.py", 1)
    assert (
        asked(run, "sum('torch' in name for _, _, files in os.walk('/box/site') for name in files)", "import os") == 0
    )


def test_the_torch_box_gives_tensors_and_takes_them(run):
    source = (
        "import torch\ndef answer(x):\n    assert isinstance(x, torch.Tensor)\n    return {'twice': (2 * x, [x.T])}\n"
    )
    outcome = run(source, np.arange(6.0).reshape(2, 3), profile="torch").outcomes[0]
    assert np.array_equal(outcome.value["twice"][0], 2 * np.arange(6.0).reshape(2, 3))
    assert np.array_equal(outcome.value["twice"][1][0], np.arange(6.0).reshape(2, 3).T)


@pytest.mark.parametrize(
    "way",
    [
        "(x * x).backward()",
        "torch.autograd.grad(x * x, x)",
        "torch.func.grad(lambda x: x * x)(x)",
        "torch.autograd.functional.jacobian(lambda x: x * x, x)",
    ],
)
def test_the_guard_refuses_autograd_by_name_and_only_where_it_is_forbidden(run, way):
    source = f"import torch\nimport torch.func\ndef answer(x):\n    x = x.clone().requires_grad_()\n    {way}\n    return 1.0\n"
    refused, allowed = (run(source, np.array(2.0), profile="torch", guards=guards) for guards in (("autograd",), ()))
    assert refused.outcomes[0].reason == "forbidden"
    assert refused.outcomes[0].line == 5
    assert allowed.outcomes == (Returned(1.0),)


def test_strings_hash_the_same_in_every_box(run):
    """Else a solution that walks over a set of names could score differently from one worker to the next."""
    plain, torch = (asked(run, "hash('ada')", profile=profile) for profile in ("plain", "torch"))
    assert plain == torch


OPTIMISER = """
import sys, torch
def answer(x):
    w = torch.ones((), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=0.25)
    ((w * x) ** 2).backward()
    optimiser.step()
    optimiser.zero_grad()
    return w, getattr(sys.modules["torch._dynamo"], "__file__", "") and "the compiler was imported"
"""


def test_an_optimiser_need_not_import_the_compiler(run):
    """It takes a second, and nothing is compiled in the box. (1 - 0.25 · 2 · 2² = -1)"""
    value = run(OPTIMISER, 2.0, profile="torch").outcomes[0].value
    assert (float(value[0]), value[1]) == (-1.0, "")


def test_under_the_guard_torch_still_calculates(run):
    """Parameters, in-place steps, no_grad, inference mode, threads."""
    source = """
import threading, torch
layer = torch.nn.Linear(2, 2)
def answer(x):
    with torch.no_grad():
        layer.weight.copy_(torch.eye(2)); layer.bias.zero_()
        layer.weight -= 0.5 * layer.weight
    y = layer(x.float()).clone(); y += 1; y[0] = 0
    with torch.inference_mode():
        y = y * 2
    kept = []
    thread = threading.Thread(target=lambda: kept.append(y + 1)); thread.start(); thread.join()
    return kept[0].detach().numpy()
"""
    value = run(source, np.array([1.0, 4.0]), profile="torch", guards=("autograd",)).outcomes[0].value
    assert value.tolist() == [1.0, 7.0]


# Limits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["[1.5] * (1 << 30)", "__import__('numpy').ones(1 << 28)", "bytearray(1 << 30)"])
def test_too_much_memory_ends_in_memory(run, way):
    """Either the kernel ends the box, or Python is told no; the worker says which."""
    outcome = run(f"def answer(_):\n    return len({way})\n", 0).outcomes[0]
    assert outcome.reason == "memory" or "MemoryError" in outcome.text


def test_memory_of_children_counts_too(sandbox, run):
    """Four children of 100 MiB are more than 256 MiB: the kernel kills some, and the parent lives to tell."""
    if not sandbox.has_groups:
        pytest.skip("no control groups here")
    source = """
import os, signal
def answer(_):
    back, forth = os.pipe()
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            kept = [os.urandom(1 << 20) for _ in range(100)]
            os.write(forth, b".")
            signal.pause()
        children.append(child)
    os.close(forth)
    alive = os.read(back, 1)
    ends = [os.waitpid(child, 0)[1] for child in children[:1]] if not alive else [os.waitpid(-1, 0)[1]]
    return ends[0]
"""
    assert run(source, 0).outcomes[0] in {Returned(signal.SIGKILL), Failed("memory")}


def test_processes_and_threads_are_limited_together(run):
    source = """
import threading, time
def answer(_):
    n = 0
    try:
        while n < 500:
            threading.Thread(target=time.sleep, args=(9,), daemon=True).start(); n += 1
    except RuntimeError:
        pass
    return n
"""
    assert 10 < run(source, 0).outcomes[0].value <= SMALL.processes


def test_scratch_is_limited_in_bytes_and_in_names(run):
    bytes_, names = """
def answer(_):
    n = 0
    try:
        with open("/tmp/big", "wb", buffering=0) as file:
            while n < 1 << 30:
                n += file.write(bytes(1 << 16))
    except OSError:
        pass
    return n
""", """
import os
def answer(_):
    n = 0
    try:
        while n < 10_000:
            os.mkdir(f"/tmp/{n}"); n += 1
    except OSError:
        pass
    return n
"""  # fmt: skip
    assert SMALL.scratch // 2 < run(bytes_, 0).outcomes[0].value <= SMALL.scratch
    assert SMALL.scratch_files // 2 < run(names, 0).outcomes[0].value < SMALL.scratch_files


def test_scratch_is_empty_for_everybody(run):
    source = "import os\ndef answer(_):\n    left = os.listdir('/tmp')\n    open('/tmp/left', 'w').close()\n    return left\n"
    assert [run(source, 0).outcomes[0].value for _ in range(2 * SPARE * SMALL.slots)] == [[]] * (
        2 * SPARE * SMALL.slots
    )


@pytest.mark.parametrize(
    "body", ["while True: pass", "3 ** 10**9", "__import__('time').sleep(60)", "__import__('signal').pause()"]
)
def test_time_is_measured_and_ended_from_outside(run, body):
    """Also where one C call holds the interpreter's lock."""
    started = time.monotonic()
    ran = run(f"def answer(_):\n    {body}\n", 0, 0, seconds=0.5)
    assert time.monotonic() - started < 1.0
    assert ran.outcomes == (Failed("timeout", "(0.5 s)"), Failed("not reached"))
    assert 0.4 < ran.seconds.wall < 1.0


def test_time_at_import_counts(run):
    ran = run("import time\ntime.sleep(60)\n" + TWICE, 1, seconds=0.4)
    assert ran.trouble.reason == "timeout"
    assert ran.outcomes == ()


def test_cpu_is_measured_with_all_children(sandbox, run):
    if not sandbox.has_groups:
        pytest.skip("no control groups here")
    source = "import os, time\ndef answer(_):\n    pid = os.fork()\n    while time.process_time() < 0.15: pass\n    return os.waitpid(pid, 0)[1] if pid else os._exit(0)\n"
    ran = run(source, 0)
    assert ran.seconds.cpu > 0.25


def test_the_start_of_what_is_printed_is_kept_and_the_rest_counted(run):
    source = "import sys\ndef answer(n):\n    print('y' * n)\n    print('z' * n, file=sys.stderr)\n    return n\n"
    ran = run(source, 300_000)
    assert ran.outcomes == (Returned(300_000),)
    for printed, letter in ((ran.stdout, "y"), (ran.stderr, "z")):
        assert printed.text == letter * SMALL.printed
        assert len(printed.text) + printed.dropped == 300_001


def test_what_was_printed_before_a_sudden_end_is_kept(run):
    ran = run("import os\ndef answer(_):\n    print('before')\n    os._exit(0)\n", 0)
    assert ran.stdout.text == "before\n"
    assert ran.outcomes == (Failed("crashed"),)


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("os.abort()", "crashed"),
        ("os._exit(0)", "crashed"),
        ("ctypes.string_at(1)", "crashed"),
        ("time.sleep(9)", "timeout"),
        ("os.close(3)", "crashed"),
    ],
)
def test_answers_before_the_end_are_kept(run, end, reason):
    source = f"import ctypes, os, time\ndef answer(n):\n    if n == 2:\n        {end}\n    return n\n"
    ran = run(source, 0, 1, 2, 3, 4, seconds=0.6)
    assert [o.value if isinstance(o, Returned) else o.reason for o in ran.outcomes] == [
        0,
        1,
        reason,
        "not reached",
        "not reached",
    ]


# Loading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "reason", "text", "line"),
    [
        ("import scipy.stats\n" + TWICE, "raised", "no module: scipy", 1),
        (TWICE + "print 'done'\n", "raised", "python 2 print: ", 3),
        ("def answer(x)\n    return x\n", "raised", "syntax: expected ':'", 1),
        ("def answer(x):\nreturn x\n", "raised", "syntax: expected an indented block", 2),
        ("x = 1 +\n" + TWICE, "raised", "syntax: invalid syntax", 1),
        ("x = " + "(" * 5000 + ")" * 5000, "raised", "too nested: ", 1),
        ("value = undefined\n" + TWICE, "raised", "NameError: name 'undefined'", 1),
        ("1 / 0\n" + TWICE, "raised", "ZeroDivisionError: division by zero", 1),
        ("import sys\nsys.exit('bye')\n" + TWICE, "raised", "SystemExit: bye", 2),
        ("def anwser(x):\n    return x\n", "missing", "answer~anwser", 1),
        ("def something_else(x):\n    return x\n", "missing", "answer", 0),
        ("", "missing", "nothing: ", 0),
        ("# only words\n", "missing", "nothing: ", 0),
        ("raise KeyboardInterrupt\n" + TWICE, "raised", "KeyboardInterrupt", 1),
    ],
)
def test_files_that_cannot_be_loaded_say_why_and_where(run, source, reason, text, line):
    ran = run(source, 1)
    assert ran.trouble.reason == reason
    assert ran.trouble.text.startswith(text)
    assert (ran.trouble.line or 0) == line
    assert ran.outcomes == ()


def test_a_missing_function_beside_one_that_is_there_costs_only_its_own_calls(run):
    ran = run(TWICE, 1, needs=("answer", "other"))
    assert ran.outcomes == (Returned(2),)
    near = run(TWICE + "def othr(x):\n    return x\n", 1, function="other", needs=("answer", "other"))
    assert near.outcomes[0].text == "other~othr"


def test_plots_and_progress_bars_are_harmless(run):
    source = """
import matplotlib.pyplot as plt
import seaborn as sns
from tqdm import tqdm, trange
from mpl_toolkits.mplot3d import Axes3D
fig, ax = plt.subplots()
ax.plot([1, 2], [3, 4]); plt.title("loss"); plt.show(); sns.set_theme()
steps = [i for i in tqdm(range(3))] + [i for i in trange(2)]
def answer(x):
    with plt.style.context("ggplot"):
        plt.figure(figsize=(3, 3)).add_subplot(111).scatter(x, x)
    return steps
"""
    ran = run(source, 1)
    assert ran.outcomes == (Returned([0, 1, 2, 0, 1]),)
    assert {(note.code, note.subject) for note in ran.notes} >= {
        ("stub", "matplotlib"),
        ("stub", "tqdm"),
        ("stub", "seaborn"),
    }


def test_training_at_import_is_left_out_where_nothing_needs_it(run):
    ran = run(TWICE + "while True:\n    answer(1)\n", 4, seconds=2)
    assert ran.outcomes == (Returned(8),)
    assert remarked(ran) == [("skipped", 3)]


def test_training_at_import_is_run_once_where_an_answer_needs_it(run):
    source = "runs = []\nfor i in range(3):\n    runs.append(i)\n    table = list(runs)\ndef answer(x):\n    return table, len(runs)\n"
    ran = run(source, 1)
    assert ran.outcomes == (Returned(([0, 1, 2], 3)),)
    assert remarked(ran) == [("ran-loop", 2)]


def test_the_main_part_of_a_file_is_not_run(run):
    assert run(TWICE + "if __name__ == '__main__':\n    raise SystemExit\n", 1).outcomes == (Returned(2),)


def test_files_of_one_upload_import_each_other(run):
    files = {
        "helper.py": "def double(x):\n    return x + x\n",
        "main.py": "from helper import double\ndef answer(x):\n    return double(x)\n",
    }
    assert run(files, 21).outcomes == (Returned(42),)


def test_given_code_needs_nothing_from_the_student(run):
    """It brings numpy, and it calls what the student wrote even where the student's np is something else."""
    given = "def through(function, x):\n    return np.sum(function(np.asarray(x)))\n"
    ran = run("np = None\n" + TWICE, (Name("answer"), [1, 2, 3]), function="through", needs=("answer",), given=given)
    assert ran.outcomes == (Returned(np.array(12)),)


def test_an_exception_names_the_last_line_of_the_student(run):
    source = "import numpy as np\ndef inner(x):\n    return np.linalg.inv(x)\ndef answer(x):\n    return inner(x)\n"
    outcome = run(source, np.zeros((2, 2))).outcomes[0]
    assert (outcome.reason, outcome.text, outcome.file, outcome.line) == (
        "raised",
        "LinAlgError: Singular matrix",
        "ada.py",
        3,
    )


def test_a_changed_argument_is_noticed_and_the_next_call_gets_a_fresh_one(run):
    array = np.arange(3.0)
    ran = run("def answer(x):\n    x += 1\n    return x.copy()\n", array, array)
    assert [outcome.changed for outcome in ran.outcomes] == [(0,), (0,)]
    assert all(np.array_equal(outcome.value, [1, 2, 3]) for outcome in ran.outcomes)
    assert np.array_equal(array, [0, 1, 2])


def test_random_numbers_repeat_with_the_seed(run):
    source = "import random\nimport numpy as np\ndef answer(_):\n    return random.random(), np.random.rand()\n"
    one, again, other = (run(source, 0, seed=seed).outcomes[0].value for seed in (1, 1, 2))
    assert one == again != other


def test_a_file_of_two_megabytes_arrives_whole(run):
    text = f"TEXT = '{'梯' * 600_000}'\ndef answer(x):\n    return len(TEXT)\n"
    assert run(text, 0).outcomes == (Returned(600_000),)


# Failing closed ----------------------------------------------------------------------------------------


def allow_all(**_: bool) -> bytes:
    import pyseccomp

    with tempfile.TemporaryFile() as file:
        pyseccomp.SyscallFilter(pyseccomp.ALLOW).export_bpf(file)
        file.seek(0)
        return file.read()


def refused(monkeypatch, name: str, replacement) -> str:
    """The refusal of a sandbox in which one layer is replaced."""
    monkeypatch.setattr(launch, name, replacement)
    with Sandbox(SMALL) as open_, pytest.raises(SandboxUnavailable) as refusal:
        run_in(open_, TWICE, 1)
    assert refusal.value.remedy.en
    return refusal.value.text.en


def test_a_filter_that_lets_all_pass_is_noticed(monkeypatch):
    assert "allowed is ['unshare', 'socket']" in refused(monkeypatch, "compile_filter", allow_all)


def test_without_a_filter_nothing_is_graded(monkeypatch):
    assert refused(monkeypatch, "compile_filter", lambda **_: b"")


@pytest.mark.skipif(not IS_ROOT, reason="only root can give root away")
def test_a_box_of_roots_is_refused(monkeypatch):
    """The user is seen from outside, by the socket's credentials, not told by the box."""
    assert refused(monkeypatch, "users", lambda boxes, profile: ([[1000, 0, 1]], [1000]))


def test_without_bubblewrap_nothing_is_graded(monkeypatch):
    assert refused(monkeypatch, "command", lambda *_: ["/nonexistent/bwrap"])


@pytest.mark.parametrize("name", [name for name in CLOSED if name not in {"pid", "proc"}])
def test_each_line_of_the_proof_is_asked_for(monkeypatch, name):
    """A box whose proof differs in one line is not used."""
    from worker.sandbox import box

    monkeypatch.setitem(box.CLOSED, name, "something else")
    with Sandbox(SMALL) as open_, pytest.raises(SandboxUnavailable, match=name):
        run_in(open_, TWICE, 1)


def test_a_box_that_sees_more_of_proc_than_its_kind_may_is_not_used(monkeypatch):
    """How much that is, is known per kind of box: nothing without a device."""
    from worker.sandbox import box

    met = box.Box.meet
    monkeypatch.setattr(box.Box, "meet", lambda self, seen=0: met(self, seen + 1))
    with Sandbox(SMALL) as open_, pytest.raises(SandboxUnavailable, match="proc is 0"):
        run_in(open_, TWICE, 1)


# Failures of ours --------------------------------------------------------------------------------------


def test_a_waiting_box_that_was_killed_is_no_fault_of_the_student(run, sandbox):
    run(TWICE, 1)
    for _ in range(3):
        for pid in waiting(sandbox):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
        assert run(TWICE, 3).outcomes == (Returned(6),)


def test_a_warm_process_that_was_killed_is_started_anew():
    """A run at that moment raises; it never says that the student's program crashed; soon afterwards all is well."""
    with Sandbox(SMALL) as own:
        assert run_in(own, TWICE, 1).outcomes == (Returned(2),)
        for delay in (0.0, 0.05, 0.2):
            os.kill(int(read_status(waiting(own)[0])["PPid"]), signal.SIGKILL)
            time.sleep(delay)
            answers = [run_or_refusal(own) for _ in range(40)]
            assert set(answers) <= {"6", "refused"}, "never a fault of the student's"
            assert answers[-10:] == ["6"] * 10


def run_or_refusal(sandbox: Sandbox) -> str:
    try:
        outcome = run_in(sandbox, TWICE, 3).outcomes[0]
    except SandboxUnavailable:
        time.sleep(0.05)
        return "refused"
    return str(outcome.value if isinstance(outcome, Returned) else outcome)


def test_a_box_that_could_not_be_forked_is_ordered_again():
    """For a moment there is no room for another process: what works goes on, and so does the warm process."""
    with Sandbox(SMALL) as own:
        run_in(own, TWICE, 1)
        warm = int(read_status(waiting(own)[0])["PPid"])
        soft, hard = resource.prlimit(warm, resource.RLIMIT_NPROC)
        resource.prlimit(warm, resource.RLIMIT_NPROC, (0, hard))
        for _ in range(SPARE * SMALL.slots):  # uses up all that is ready
            assert run_in(own, TWICE, 3).outcomes == (Returned(6),)
        threading.Timer(0.2, resource.prlimit, (warm, resource.RLIMIT_NPROC, (soft, hard))).start()
        for _ in range(20):
            assert run_in(own, TWICE, 3).outcomes == (Returned(6),)
        assert int(read_status(waiting(own)[0])["PPid"]) == warm


def test_boxes_that_can_never_be_forked_are_refused_in_the_end():
    with Sandbox(SMALL) as own:
        run_in(own, TWICE, 1)
        warm = int(read_status(waiting(own)[0])["PPid"])
        hard = resource.prlimit(warm, resource.RLIMIT_NPROC)[1]
        resource.prlimit(warm, resource.RLIMIT_NPROC, (0, hard))
        started = time.monotonic()
        answers = [run_in(own, TWICE, 3).outcomes for _ in range(SPARE * SMALL.slots)]
        assert answers == [(Returned(6),)] * len(answers)  # of those that were ready
        with pytest.raises(SandboxUnavailable, match="ended while it was closed"):
            run_in(own, TWICE, 3)
        assert time.monotonic() - started < 5
        assert "6" in [run_or_refusal(own) for _ in range(40)]  # by a new warm process


def test_a_box_taken_because_the_machine_is_short_of_memory_is_a_fault_of_ours(sandbox, monkeypatch):
    """The kernel counts a kill in the box's group, and no hit of the box's own limit."""
    if not sandbox.has_groups:
        pytest.skip("without control groups nobody counts")
    monkeypatch.setattr(Group, "limit_hits", lambda group: 0)
    with pytest.raises(SandboxUnavailable, match="machine ran out of memory"):
        run_in(sandbox, HEAP, 0)


def test_a_run_during_which_the_warm_process_is_killed_is_ours():
    with Sandbox(SMALL) as own:
        run_in(own, TWICE, 1)
        warm = int(read_status(waiting(own)[0])["PPid"])
        threading.Timer(0.3, os.kill, (warm, signal.SIGKILL)).start()
        with pytest.raises(SandboxUnavailable):
            run_in(own, "import time\ndef answer(_):\n    time.sleep(3)\n", 0)


def test_leaving_ends_every_process_and_group():
    with Sandbox(SMALL) as own:
        run_in(own, TWICE, 1)
        pids = waiting(own)
        assert pids
    end = time.monotonic() + 1
    while (left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]) and time.monotonic() < end:
        time.sleep(0.01)  # the kernel ends them after we have; where groups hold them, we wait for that
    assert not left
    assert not groups_of(os.getpid(), pids)


def groups_of(owner: int, pids: tuple[int, ...]) -> list[Path]:
    """Control groups that a launcher has made and in which its boxes were."""
    names = set()
    for place in ROOT.glob(f"**/chainrule-{owner}-*"):
        content = (place / "cgroup.procs").read_text().split()
        names |= {place} if {*map(str, pids)} & set(content) else set()
    return sorted(names)


LAUNCHER = """
import sys, time
from grader.calls import Call, File, Request
from worker.sandbox.launch import Sandbox
from worker.settings import Settings
box = Sandbox(Settings(slots=1)).__enter__()
source = "import os, time\\ndef answer(x):\\n    os.fork()\\n    time.sleep(x)\\n    return x\\n"
ask = lambda seconds: box.run(Request((File("ada.py", source),), (Call("answer", (seconds,)),), ("answer",)))
ask(0)
time.sleep(0.2)
print(*box.processes(), flush=True)
ask(60)
"""


def test_a_launcher_that_is_killed_leaves_no_process_and_its_groups_are_swept():
    """kill -9 in the middle of a run: the kernel ends the boxes, the next start removes the groups."""
    environment = {**os.environ, "PYTHONPATH": "."}
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER], stdout=subprocess.PIPE, text=True, env=environment)
    with launcher.stdout:
        pids = tuple(map(int, launcher.stdout.readline().split()))
    time.sleep(0.2)
    assert pids
    assert all(Path(f"/proc/{pid}").exists() for pid in pids)
    launcher.kill()
    launcher.wait()
    end = time.monotonic() + 1
    while (left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]) and time.monotonic() < end:
        time.sleep(0.01)
    assert not left
    open_tree()
    assert not list(ROOT.glob(f"**/chainrule-{launcher.pid}-*"))


# Without privilege, without control groups ---------------------------------------------------------------


def test_without_control_groups_the_limits_are_watched_and_that_is_said(monkeypatch):
    """Memory on the heap, shared, let go of, of children that a thread has begun, and of who hides behind its own end."""
    monkeypatch.setattr(launch, "open_tree", lambda: None)
    with Sandbox(SMALL) as own:
        ran = run_in(own, TWICE, 1)
        assert ran.outcomes == (Returned(2),)
        assert "no-cgroup" in {note.code for note in ran.notes}
        for hungry in (HEAP, SHARED, LET_GO, IN_CHILDREN_OF_A_THREAD, WITHOUT_A_FIRST_THREAD):
            outcome = run_in(own, hungry, 0).outcomes[0]
            assert outcome.reason == "memory" or "memory" in outcome.text.lower()
        forks = run_in(own, FORKS, 0).outcomes[0]
        assert forks == Failed("memory") or forks.value < 500


def test_to_end_threads_all_the_time_hides_no_memory():
    """Whoever looks finds some of them gone."""
    with subprocess.Popen([sys.executable, "-c", THREADS], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        looks = [watching.memory(process.pid) for _ in range(300)]
        process.kill()
    assert min(looks) > 64 << 20


THREADS = """
import threading
kept = b"x" * (64 << 20)
print(flush=True)
while True:
    threads = [threading.Thread(target=int) for _ in range(20)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""
HEAP = """
def answer(_):
    kept = []
    while True:
        kept.append(b"x" * (1 << 22))
"""
SHARED = """
import mmap
def answer(_):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 1 << 22))
        kept[-1].write(b"x" * (1 << 22))
"""
IN_CHILDREN_OF_A_THREAD = """
import os, threading, time
def hungry():
    if os.fork() == 0:
        kept = [b"x" * (1 << 22) for _ in range(45)]
        time.sleep(9)
    time.sleep(9)
def answer(_):
    for _ in range(3):
        threading.Thread(target=hungry, daemon=True).start()
    time.sleep(9)
"""
WITHOUT_A_FIRST_THREAD = """
import ctypes, os, threading, time
def hungry():
    time.sleep(0.3)
    kept = b"x" * (120 << 20)
    time.sleep(9)
def answer(_):
    for _ in range(4):
        if os.fork() == 0:
            threading.Thread(target=hungry).start()
            ctypes.CDLL(None).syscall({"x86_64": 60}.get(os.uname().machine, 93), 0)  # exit, of this thread alone
    time.sleep(9)
"""
LET_GO = """
import mmap, time
def answer(_):
    kept = []
    for _ in range(120):
        kept.append(mmap.mmap(-1, 1 << 22))
        kept[-1].write(b"x" * (1 << 22))
        kept[-1].madvise(mmap.MADV_DONTNEED)  # it stays, and can be read again
    time.sleep(9)
"""
FORKS = """
import os, time
def answer(_):
    n = 0
    try:
        while n < 500:
            if os.fork() == 0:
                time.sleep(9)
            n += 1
    except OSError:
        pass
    return n
"""


UNPRIVILEGED = """
import os, sys, time
from grader.calls import Call, File, Request, Returned
from worker.sandbox.launch import Sandbox
from worker.settings import Settings
def ask(box, source):
    return box.run(Request((File("ada.py", source),), (Call("answer", (3,)),), ("answer",), seconds=2))
kill = "import os\\ndef answer(x):\\n    if os.fork() == 0:\\n        for target in (0, -1, -2): os.kill(target, 9)\\n    os.wait()\\n    return x\\n"
with Sandbox(Settings(slots=1)) as box:
    assert ask(box, "def answer(x):\\n    return 2 * x\\n").outcomes == (Returned(6),)
    while len(before := box.processes()) < 2:  # one for the attack, and a neighbour that waits
        time.sleep(0.02)
    print(ask(box, kill).outcomes)
    assert set(before) & set(box.processes()), "neighbours were killed"
    assert ask(box, "def answer(x):\\n    return 2 * x\\n").outcomes == (Returned(6),)
    print("held", os.getuid())
"""


@pytest.mark.skipif(not IS_ROOT, reason="this is how all tests run then")
def test_without_privilege_a_box_cannot_reach_its_neighbours_by_signals(tmp_path):
    """All boxes have one user there: namespaces and sessions must hold alone."""
    if subprocess.run(
        ["/usr/bin/env", sys.executable, "-c", "import torch"], user=65_533, cwd="/", check=False, capture_output=True
    ).returncode:
        pytest.skip("another user cannot read this Python")
    run = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED],
        user=65_533, group=65_533, extra_groups=[], cwd="/", capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(Path.cwd()), "PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )  # fmt: skip
    assert "held 65533" in run.stdout, run.stderr[-2000:]


# What is put first, and what later -------------------------------------------------------------------------

TELLS_ALL = """
import gc
print("import", [o for o in gc.get_objects() if isinstance(o, dict) and "calls" in o and "more" in o])
def answer(x):
    print("asked", x, end=" ")
    return x
"""


@pytest.mark.parametrize("profile", ["plain", "torch"])
def test_what_is_printed_before_the_later_calls_is_told_apart(run, profile):
    ran = run(TELLS_ALL, 1.5, 2.5, 0.8125, 0.375, first=2, profile=profile)
    assert ran.outcomes == tuple(Returned(x) for x in (1.5, 2.5, 0.8125, 0.375))
    before, after = ran.stdout.text[: ran.stdout.shown], ran.stdout.text[ran.stdout.shown :]
    assert before.startswith("import")
    assert before.endswith("asked 1.5 asked 2.5 ")
    assert after == "asked 0.8125 asked 0.375 "
    assert "8125" not in before
    assert (0.8125).hex() not in before


def test_where_all_calls_come_later_only_loading_is_told_apart(run):
    ran = run("print('loaded', end='')\ndef answer(x):\n    print(x)\n    return x\n", 1.5, 2.5, first=0)
    assert ran.outcomes == (Returned(1.5), Returned(2.5))
    assert ran.stdout.text[: ran.stdout.shown] == "loaded"


@pytest.mark.parametrize("body", ["time.sleep(9)", "os.abort()"])
def test_an_end_before_the_later_calls_leaves_them_unreached_and_all_output_shown(run, body):
    source = f"import os, time\ndef answer(x):\n    print('asked')\n    {body}\n"
    ran = run(source, 1.5, 2.5, 3.5, first=1, seconds=0.5)
    assert [o.reason for o in ran.outcomes][1:] == ["not reached", "not reached"]
    assert ran.stdout.text == "asked\n" == ran.stdout.text[: ran.stdout.shown]


def test_a_multitude_of_later_calls_arrives_whole(run):
    arrays = [np.full(20_000, float(n)) for n in range(60)]
    ran = run("def answer(x):\n    return float(x.sum())\n", *arrays, first=1)
    assert [o.value for o in ran.outcomes] == [20_000.0 * n for n in range(60)]


def test_how_far_a_box_is_is_told_every_half_second_and_not_before(sandbox):
    calls = tuple(Call("answer", (n,)) for n in range(5))
    request = Request((File("ada.py", "import time\ndef answer(n):\n    time.sleep(0.25)\n"),), calls, ("answer",))
    heard: list[tuple[float, int]] = []
    started = time.perf_counter()
    sandbox.run(request, lambda answered: heard.append((time.perf_counter() - started, answered)))
    assert len(heard) == 2
    assert [answered for _, answered in heard] in ([1, 3], [2, 4], [1, 4], [2, 3])
    assert heard[0][0] >= 0.5
    assert heard[1][0] - heard[0][0] >= 0.45


def test_of_a_quick_box_nothing_is_told(sandbox):
    request = Request((File("ada.py", TWICE),), (Call("answer", (1,)),), ("answer",))
    sandbox.run(request, lambda answered: pytest.fail(str(answered)))
