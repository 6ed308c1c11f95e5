"""`micrograd-act activations`: what it prints, what it writes, what it refuses."""

import subprocess
import sys

import pytest

from micrograd_act import card
from micrograd_act.catalogue import Table
from micrograd_act.commands import main


def test_one_is_printed(capsys):
    assert main(["activations", "gelu"]) == 0
    assert capsys.readouterr().out == f"{card('gelu')}\n"


def test_all_are_printed(capsys):
    assert main(["activations"]) == 0
    assert capsys.readouterr().out == f"{Table()}\n"


@pytest.mark.parametrize(
    ("arguments", "file", "start"),
    [
        (["relu"], "relu.html", "<!DOCTYPE html>"),
        (["relu"], "relu.svg", "<svg"),
        (["relu"], "relu.TXT", "relu\n"),
        ([], "all.svg", "<svg"),
        ([], "all.md", "# Activations\n"),
    ],
)
def test_written_to_a_file(arguments, file, start, tmp_path, capsys):
    out = tmp_path / file
    assert main(["activations", *arguments, "--out", str(out)]) == 0
    assert out.read_text("utf-8").startswith(start)
    assert capsys.readouterr().out == f"wrote {out}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["reluu"], "'reluu'; did you mean relu or relu6 or prelu?"),
        (["ReLU"], "'ReLU'; did you mean relu?"),
        (["matmul"], "no activation is called 'matmul'"),
        (["relu", "gelu"], "unknown argument gelu"),
        (["relu", "--out", "relu.pdf"], "--out: cannot write 'relu.pdf'; the known suffixes are"),
        (["--out", "all.csv"], "--out: cannot write 'all.csv'; the known suffixes are"),
        (["--out", "none/all.md"], "--out: cannot write 'none/all.md': there is no folder"),
        (["--ou"], "unknown argument --ou; did you mean --out?"),
    ],
)
def test_a_wrong_argument_is_one_line(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["activations", *arguments])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert message in printed.err
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_seen_enough():
    """And a terminal that lacks some letters."""
    code = "from micrograd_act.commands import main; main(['activations', 'relu'])"
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -c "{code}" | head -n 1'],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("relu\n", "")
