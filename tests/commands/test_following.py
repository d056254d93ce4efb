"""Following a run: what is printed where, what Ctrl-C does, and what a child's end becomes."""

import json
import os
import signal

from seqtui.runs.events import Finished
from seqtui.runs.journal import read_events
from seqtui.runs.lock import holder


def wait_for_line(stream, text: str) -> str:
    """Read lines until one holds a text."""
    for line in stream:
        if text in line:
            return line
    raise AssertionError(f"no line holds {text!r}")


def test_lines_go_to_stderr_and_results_to_stdout_without_control_characters(driver, folder) -> None:
    out, err = driver("done").communicate(timeout=30)
    assert f"run {folder.id} in {folder.path}" in err
    assert "reading data 3/7" in err
    assert "step 2 epoch 1: valid loss 8 nats (best), accuracy 0.5" in err
    assert "▁▂▃ drawing" in out
    assert "next: seqtui sample" in out
    assert not {character for character in out + err if ord(character) < 32} - {"\n"}


def test_json_is_one_object_a_line_and_nothing_else(driver) -> None:
    out, err = driver("done", "json").communicate(timeout=30)
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["seq"] for record in records] == list(range(len(records)))
    assert records[0]["event"] == "Phase"
    assert records[-1]["event"] == "Finished"
    assert all({"event", "seq", "time"} <= record.keys() and "crc" not in record for record in records)
    assert err == ""


def test_quiet_prints_nothing_when_all_is_well(driver) -> None:
    assert driver("done", "quiet").communicate(timeout=30) == ("", "")


def test_a_failure_is_one_sentence_and_the_childs_exit_code(driver) -> None:
    process = driver("fail", "quiet")
    assert process.communicate(timeout=30) == ("", "seqtui: error: roll.csv line 3: no such pitch\n")
    assert process.returncode == 3


def test_a_traceback_stays_in_the_log_which_is_named(driver, folder) -> None:
    process = driver("crash")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert "seqtui: error: the training process ended early: ZeroDivisionError: of the child" in err
    assert "Traceback" not in err
    assert str(folder.stderr_file) in err
    assert "Traceback" in folder.stderr_file.read_text()


def test_a_child_killed_from_outside_is_told_with_how_to_go_on(driver, folder) -> None:
    process = driver("killed")
    err = process.communicate(timeout=30)[1]
    assert process.returncode == 1
    assert "killed by signal 9" in err
    assert "often out of memory: peak 321 MB" in err
    assert f"(step 2) is intact; go on with: seqtui resume {folder.id}" in err


def test_a_reader_that_goes_away_does_not_stop_the_run(driver, folder) -> None:
    process = driver("steps", "json")
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert process.stderr.read() == ""
    assert holder(folder) is not None
    os.kill(holder(folder).pid, signal.SIGINT)


def test_a_run_whose_folder_is_removed_under_it_has_failed(driver, folder) -> None:
    process = driver("steps")
    wait_for_line(process.stderr, "valid loss")
    child = holder(folder).pid
    folder.path.rename(folder.path.with_name("elsewhere"))
    os.kill(child, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert f"seqtui: error: the run folder {folder.path} was removed or moved" in err


def test_sigterm_is_passed_on_as_the_first_interrupt(driver, folder) -> None:
    process = driver("steps")
    wait_for_line(process.stderr, "valid loss")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 130
    end = read_events(folder.events_file).records[-1].event
    assert isinstance(end, Finished)
    assert end.why == "interrupted"


def test_a_terminal_shows_a_live_line_and_is_left_as_it_was(terminal, folder) -> None:
    screen = terminal("steps")
    screen.wait_for("steps/s")
    screen.wait_for("loss 2")
    screen.wait_for("valid loss 8")
    screen.press(b"\x03")
    screen.wait_for("interrupted: finishing the step and saving")
    assert screen.finish() == 130
    assert f"next: seqtui resume {folder.id}" in screen.text()
    assert not screen.screen.cursor.hidden
    assert b"PWNED\x07" not in screen.raw
    assert b"\x1b]" not in screen.raw


def test_ctrl_c_twice_kills_a_child_that_does_not_listen(terminal, folder) -> None:
    screen = terminal("deaf")
    screen.wait_for("valid loss 8")
    screen.press(b"\x03")
    screen.wait_for("once more stops at once")
    screen.press(b"\x03")
    assert screen.finish() == 130
    assert "the last checkpoint (step 2) is intact" in screen.text()
    assert holder(folder) is None
