"""Textual's driver, which also asks the terminal what it can draw, once, and keeps its answers from the keys."""

import os
import selectors
from codecs import getincrementaldecoder
from dataclasses import dataclass
from time import monotonic

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from astrolens.tui.graphics.answers import QUESTION_OF_CELL, QUESTIONS, Answers, Ear

_TICK_S = 0.1
_PIECE_BYTES = 4096
_LISTENS_FOR_S = 10.0  # to halves of answers; whole ones are always taken out


@dataclass
class TerminalAnswered(Message):
    """The terminal said what it can draw."""

    answers: Answers


class AskingDriver(LinuxDriver):
    """Used where both ends are a terminal."""

    _asked_at: float | None = None
    _told: Answers | None = None
    _ear: Ear | None = None

    def start_application_mode(self) -> None:
        """Ask when the terminal is ours: it echoes nothing by now, and what it answers is read by nobody else."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._asked_at is None and self.input_tty and self._key_thread is not None:
            self._asked_at = monotonic()
            self.write(QUESTIONS)
            self.flush()

    def ask_again(self) -> None:
        """How large a cell is now: a terminal that was resized may have another font."""
        if self._told is not None:
            self.write(QUESTION_OF_CELL)
            self.flush()

    def run_input_thread(self) -> None:
        """As Textual's, but that answers are taken out of what it reads."""
        parser, decode = XTermParser(self._debug), getincrementaldecoder("utf-8")().decode
        self._ear = ear = self._ear or Ear()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_TICK_S):
                    content = os.read(self.fileno, _PIECE_BYTES)
                    if not content:
                        self.exit_event.wait(_TICK_S)  # the terminal hung up; the app is told by a signal
                    typed = ear.hear(decode(content))
                else:
                    typed = ear.give_up() if ear.holds else ""
                self._tell(ear)
                for event in parser.feed(typed) if typed else ():
                    self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        try:
            for _event in parser.feed(""):
                pass
        except (EOFError, ParseError):
            pass

    def _tell(self, ear: Ear) -> None:
        if ear.expects and self._asked_at is not None and monotonic() - self._asked_at > _LISTENS_FOR_S:
            ear.expects = False
        if ear.answers.complete and ear.answers != self._told:
            self._told = ear.answers
            self.process_message(TerminalAnswered(answers=ear.answers))
