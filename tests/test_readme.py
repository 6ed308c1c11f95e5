"""The README's Python blocks run from top to bottom and print what they say they print."""

import ast
import codeop
import contextlib
import io
import re
import tokenize
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A comment behind a print is what it prints if it starts like a result; a colon ends it.
EXPECTED = re.compile(r"#\s*((?:[-+\d(\[]|True|False|pass)[^:]*)")


def python_blocks(text: str) -> list[tuple[int, str]]:
    """Line number and source of every fenced Python block."""
    return [(text[: m.start(1)].count("\n"), m.group(1)) for m in BLOCK.finditer(text)]


def expectations(source: str) -> dict[int, str]:
    """What the comment says is printed, by line number."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    matches = [(t.start[0], EXPECTED.match(t.string)) for t in tokens if t.type == tokenize.COMMENT]
    return {line: m.group(1).strip() for line, m in matches if m}


def run_block(source: str, offset: int, namespace: dict[str, object]) -> int:
    """Run a block statement by statement; return how many printed results were compared."""
    expected, compared = expectations(source), 0
    for statement in ast.parse(source).body:
        lines = range(statement.lineno, statement.end_lineno + 1)
        ast.increment_lineno(statement, offset)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.Module([statement], []), str(README), "exec"), namespace)
        for line in lines:
            if line in expected:
                compared += 1
                said, got = expected.pop(line), printed.getvalue().strip()
                where = f"README.md:{offset + line}"
                assert got == said, f"{where} says it prints {said!r}, but it prints {got!r}"
    return compared


def test_readme_examples(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = python_blocks(README.read_text("utf-8"))
    namespace = {"__name__": "__main__"}
    compared = sum(run_block(source, offset, namespace) for offset, source in blocks)
    assert compared >= 1
    shown = README.parent / "docs" / "twin.svg"
    assert (tmp_path / "twin.svg").read_bytes() == shown.read_bytes(), (
        "the picture in the README is not the one its code draws; copy the new one to docs/"
    )


def pasted(source: str) -> None:
    """Compile as an interactive Python does that is given one line after another."""
    lines: list[str] = []
    for line in source.splitlines():
        lines.append(line)
        if codeop.compile_command("\n".join(lines)) is not None:
            lines.clear()
    assert not lines, f"the last statement does not end: {lines}"


def test_readme_examples_can_be_pasted():
    for _, source in python_blocks(README.read_text("utf-8")):
        pasted(source)


def test_a_body_that_no_blank_line_ends_is_found():
    with pytest.raises(SyntaxError):
        pasted("for i in [1]:\n    print(i)\nprint(2)\n")
    with pytest.raises(AssertionError, match="does not end"):
        pasted("for i in [1]:\n    print(i)\n")


@pytest.mark.parametrize(
    "text", ["print(1 + 1)  # 3", "print(1 + 1)  # 3: a wrong sum", "x = 2\nprint(x)  # 2.0"]
)
def test_a_wrong_result_is_found(text):
    with pytest.raises(AssertionError, match=r"README\.md:\d+ says it prints"):
        run_block(text, 7, {})


def test_prose_behind_a_print_is_not_a_result():
    assert run_block("print(1)  # one: a number\nprint(2)  # 2: two\n", 0, {}) == 1


def test_a_failing_line_is_named_by_its_place_in_the_readme():
    text = "a\n\n```python\nx = 1\ny = x / 0\n```\n"
    ((offset, source),) = python_blocks(text)
    with pytest.raises(ZeroDivisionError) as caught:
        run_block(source, offset, {})
    assert caught.traceback[-1].lineno + 1 == text.splitlines().index("y = x / 0") + 1
