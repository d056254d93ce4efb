"""What the desks of sounds and clips share: records of a file, or of data made by rule that have a name."""

from pathlib import Path
from typing import ClassVar

from seqtui.tui.studio.path_prompt import PathPrompt
from seqtui.tui.studio.question_desk import Question, QuestionDesk


class FileDesk(QuestionDesk[Question]):
    """Abstract. May begin with made data, where the model was trained on them."""

    OPENS: ClassVar[str] = "Open a file"
    """The title of the line that asks for a path."""
    MADE: ClassVar[tuple[str, ...]] = ()
    """Names of data that are no file, the one that is shown first before the others."""

    BEGINS: ClassVar[bool] = True
    """Whether it does: made sounds take too long."""

    _folder: Path | None = None

    def ask(self, path: str, record: int = 0) -> None:
        """About one record of a file, or of what is made by this name."""
        raise NotImplementedError

    def lost(self) -> None:
        """What may have killed the model's process is not asked again."""
        if self._busy:
            self._asked = None
        super().lost()

    def opened(self, folder: Path) -> None:
        """Ask what was asked once more, or about made data."""
        self._is_open, self._folder = True, folder
        if self._asked:
            self.ask(self._asked.path, self._asked.record)
        elif self.BEGINS and self.is_made(self._facts.config.data or self.MADE[0]):
            self.ask(self._facts.config.data or self.MADE[0])
        self.refresh_bindings()

    def action_open(self) -> None:
        """Ask for a path, or a name."""
        note = f"reads {self._application.reads}; or {self.MADE[0]}, made by rule"
        prompt = PathPrompt(self.OPENS, note, "", fault=self._fault)
        self.app.push_screen(prompt, lambda text: self.ask(self._source(text)) if text else None)

    def is_made(self, text: str) -> bool:
        """Whether it names made data; motions:7 are those of seed 7."""
        return text.split(":")[0] in self.MADE and not Path(text).exists()

    def _source(self, text: str) -> str:
        return text if self.is_made(text) else str(Path(text).expanduser().absolute())

    def _fault(self, text: str) -> str:
        if not text or (not self.is_made(text) and not Path(text).expanduser().exists()):
            return f"there is no file or folder {text or 'yet: type a path'}"
        return ""
