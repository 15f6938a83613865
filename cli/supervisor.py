"""Starts the parts of the service, keeps them alive, and ends them in order.

Theory of operation. One thread. The signals that matter are blocked and taken one by one by sigtimedwait, the end of a
child (SIGCHLD) among them, so that nothing is ever interrupted halfway. The first signal to stop ends the parts in
reverse order, each by its own signal and with its own patience; the second kills what is left.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cli.logs import shorten
from cli.parts import Life, Part
from grader.errors import Mendable
from grader.messages import Text

STOPPING = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
GLANCE = 0.03  # seconds between two looks at a part that gets ready
LOOK_AT_LOGS = 60.0  # seconds
SETTLED = 5.0  # seconds after which a part that was ready counts as well again
LONGEST_PAUSE = 10.0

Say = Callable[[Text], None]


class GaveUp(Mendable):
    """A part cannot be brought to life; `text` says which, and what it said last, `remedy` where all of it stands."""


class Supervisor:
    """`run` keeps `parts` alive until a signal; each writes to a file of its own in the folder `logs`.

    Parts stand in an order in which each comes after those it waits for. `say` gets one line an event, `when_ready` is
    called when everything is ready for the first time.
    """

    def __init__(self, parts: Sequence[Part], logs: Path, say: Say, when_ready: Callable[[], None]) -> None:
        self._lives = {part.name: Life(part, logs) for part in parts}
        self._say, self._when_ready = say, when_ready
        self._announced = False
        self._held: frozenset[signal.Signals] = frozenset()

    def run(self) -> None:
        """Until SIGINT, SIGTERM or SIGHUP. Raises GaveUp where a part cannot be started. No part is left either way."""
        with self._signals_held():
            try:
                while True:
                    self._look_after_all()
                    if self._wait(self._pause()) in STOPPING:
                        self._say(Text("Stopping; Ctrl-C once more kills.", "正在停止；再按一次 Ctrl-C 立即结束。"))
                        return
            finally:
                self._stop_all()

    # Signals --------------------------------------------------------------------------------------

    @contextmanager
    def _signals_held(self) -> Iterator[None]:
        """A SIGHUP that nohup has switched off stays switched off: sigtimedwait would hear it all the same."""
        heard = {number for number in STOPPING if signal.getsignal(number) is not signal.SIG_IGN}
        self._held = frozenset({*heard, signal.SIGCHLD})
        before = signal.pthread_sigmask(signal.SIG_BLOCK, self._held)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _wait(self, seconds: float) -> int:
        """The next signal, or 0 when the time is over."""
        heard = signal.sigtimedwait(self._held, max(seconds, 0.0))
        return heard.si_signo if heard else 0

    def _pause(self) -> float:
        """Seconds until something is to be looked at, if no signal comes before."""
        if any(life.process and not life.ready for life in self._lives.values()):
            return GLANCE
        now = time.monotonic()
        due = [life.not_before - now for life in self._lives.values() if self._may_start(life)]
        return min([LOOK_AT_LOGS, *due])

    # Life -----------------------------------------------------------------------------------------

    def _look_after_all(self) -> None:
        for life in self._lives.values():
            if life.process:
                self._look_after(life)
                shorten(life.log)
        for life in self._lives.values():
            if self._may_start(life) and time.monotonic() >= life.not_before:
                life.start()
        if not self._announced and all(life.ready for life in self._lives.values()):
            self._announced = True
            self._when_ready()

    def _may_start(self, life: Life) -> bool:
        done = life.part.is_ready is None and life.was_ready
        return not (life.process or done) and all(self._lives[name].was_ready for name in life.part.after)

    def _look_after(self, life: Life) -> None:
        code = life.ended()
        if code == 0 and life.part.is_ready is None:
            self._note_ready(life)
        elif code is not None and life.ready:
            self._bring_back(life, code)
        elif code is not None:
            self._try_again(life, code)
        elif not life.ready and life.answers():
            self._note_ready(life)
        elif not life.ready and time.monotonic() - life.began > life.part.patience:
            life.kill()

    def _note_ready(self, life: Life) -> None:
        took = time.monotonic() - life.began
        if not life.was_ready:
            self._say(Text(f"  {life.part.title.en:<14} {took:4.1f} s", f"  {life.part.title.zh}　{took:.1f} 秒"))
        life.ready = life.was_ready = True
        life.failed_starts = 0
        life.began = time.monotonic()

    def _bring_back(self, life: Life, code: int) -> None:
        """One that was ready and died is started for ever, only ever more slowly."""
        lived = time.monotonic() - life.began
        life.quick_deaths = life.quick_deaths + 1 if lived < SETTLED else 0
        how, part = _ending(code), life.part
        self._say(
            Text(
                f"{part.title.en} {how.en} and is started again. What it said: {life.log}",
                f"{part.title.zh}{how.zh}，正在重新启动。日志：{life.log}",
            )
        )
        self._put_off(life, life.quick_deaths)

    def _try_again(self, life: Life, code: int) -> None:
        """One that does not get ready is tried a few times."""
        life.failed_starts += 1
        if life.failed_starts >= life.part.attempts:
            raise self._giving_up(life, code)
        self._put_off(life, life.failed_starts)

    def _put_off(self, life: Life, failures: int) -> None:
        life.ready = False
        pause = life.part.back_off * 2 ** min(failures, 20) / 2
        life.not_before = time.monotonic() + min(pause, LONGEST_PAUSE)

    def _giving_up(self, life: Life, code: int) -> GaveUp:
        part, why = life.part, _ending(code)
        if time.monotonic() - life.began > part.patience:
            why = Text(f"was not ready after {part.patience:g} s", f"{part.patience:g} 秒后仍未就绪")
        times = Text(f", {part.attempts} times", f"（共 {part.attempts} 次）") if part.attempts > 1 else Text("", "")
        text = Text(
            f"{part.title.en} could not be started: it {why.en}{times.en}.{life.last_words()}",
            f"{part.title.zh}无法启动：{why.zh}{times.zh}。{life.last_words()}",
        )
        return GaveUp(text, Text(f"The whole story: {life.log}", f"完整日志：{life.log}"))

    # The end --------------------------------------------------------------------------------------

    def _stop_all(self) -> None:
        for life in reversed(self._lives.values()):
            if life.process and life.ended() is None:
                life.process.send_signal(life.part.stop_signal)
                self._see_out(life)

    def _see_out(self, life: Life) -> None:
        end = time.monotonic() + life.part.stop_patience
        while life.ended() is None:
            if self._wait(min(end - time.monotonic(), 1.0)) in STOPPING:
                for other in self._lives.values():
                    other.kill()
            elif time.monotonic() > end:
                life.kill()


def _ending(code: int) -> Text:
    if code >= 0:
        return Text(f"ended with {code}", f"以退出码 {code} 结束")
    name = signal.Signals(-code).name
    return Text(f"was ended by {name}", f"被 {name} 终止")
