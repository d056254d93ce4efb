"""The program of docs/onnx.md, taken from the page, writes with an exported model: without seqtui, without torch."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from seqtui.engine.export_model import export_model
from seqtui.engine.open_model import open_model
from seqtui.runs.models import find_model

PAGE = Path(__file__).parents[2] / "docs" / "onnx.md"
BLOCKED = "import sys; sys.modules['torch'] = sys.modules['seqtui'] = None; sys.argv = sys.argv[1:]; exec({program!r})"


def test_the_page_writes_what_the_alphabet_holds(lab: Any, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("abcabcabc\n" * 400)
    run = lab.golden(app="language", data=str(text), epochs=6, lr=0.02, bptt=30, options={"unit": "character"})
    export_model(open_model(find_model(str(run.path)), threads=1), "onnx", tmp_path / "model.onnx")
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    command = [sys.executable, "-c", BLOCKED.format(program=program), "write.py", "model.onnx", "ab§", "40", "0.01"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ab<unk>") and "abcabcabc" in done.stdout
