"""The command line from outside: what it writes, what it prints, how it refuses."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest

from micrograd_act import commands
from micrograd_act.commands import main
from micrograd_act.commands import tour as tour_module

FILES = ["gradient.svg", "index.html", "neuron.html", "neuron.svg", "training.svg", "twin.svg"]
QUICK = ["--epochs", "3", "--depth", "2"]
VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Everything of a page that a test asks for; raises where tags do not nest."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """The folder and the output of one tour, taken in a process of its own."""
    out = tmp_path_factory.mktemp("outer") / "tour"
    done = subprocess.run(
        [sys.executable, "-m", "micrograd_act", "tour", "--out", str(out), *QUICK],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return out, done


def test_it_ends_well_and_leaves_only_the_tour(taken):
    out, done = taken
    assert (done.returncode, done.stderr) == (
        0,
        "training identity: 3 epochs\ntraining tanh: 3 epochs\n",
    )
    assert [path.name for path in sorted(out.iterdir())] == FILES
    assert [path.name for path in out.parent.iterdir()] == ["tour"]


def test_it_prints_both_nets_side_by_side(taken):
    _, done = taken
    lines = done.stdout.splitlines()
    assert lines[0] == "penguins: 342 rows, 4 features, 3 classes; 86 rows held out"
    assert done.stdout.isascii()
    cells = {line[:40].strip(): line[40:].split("  ") for line in lines if line.startswith("  ")}
    cells = {title: [cell.strip() for cell in row if cell] for title, row in cells.items()}
    assert cells["mean"][0] == "1"
    assert 0 < float(cells["mean"][1]) < 1
    assert cells["none: the identity path"][0] == "100 %"
    assert float(cells["none: the identity path"][1].rstrip(" %")) < 100
    assert float(cells["of the product of the weights"][0]) < 1e-13
    assert float(cells["of the best fit"][1]) > 1e-3
    assert cells["verdict"][0] == "pass"


def test_the_page_is_self_contained(taken):
    text = (taken[0] / "index.html").read_text("utf-8")
    page = Page(text)
    assert "script" not in page.tags
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert ("content", policy) in page.attributes
    fetched = [v for k, v in page.attributes if k in ("src", "href", "xlink:href", "action")]
    assert sorted(fetched) == sorted(set(FILES) - {"index.html"})
    assert not any(name.startswith("on") for name, _ in page.attributes)
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids)) > 20
    assert page.tags.count("svg") == 4
    assert not re.search(r"url\((?!#)|@import|nan|None", text)


def test_the_pictures_are_svg(taken):
    for name in FILES:
        if name.endswith(".svg"):
            root = ElementTree.parse(taken[0] / name).getroot()
            assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_pictures_show_the_activation(taken):
    assert "tanh" in (taken[0] / "neuron.svg").read_text("utf-8")
    twin = (taken[0] / "twin.svg").read_text("utf-8")
    assert twin.index("identity") < twin.index("tanh")


def test_the_curves_end_at_the_printed_accuracy(tmp_path, capsys):
    main(["tour", "--out", str(tmp_path / "t"), "--data", "moons", *QUICK])
    printed = re.search(r"test data +([\d.]+) % +([\d.]+) %", capsys.readouterr().out)
    root = ElementTree.parse(tmp_path / "t" / "training.svg").getroot()
    scale = {e.text: float(e.get("y")) - 7 for e in root.iter("{http://www.w3.org/2000/svg}text")}
    for color, expected in zip(("#0f766e", "#1d4ed8"), printed.groups(), strict=True):
        curves = [
            p for p in root.iter("{http://www.w3.org/2000/svg}path") if p.get("stroke") == color
        ]
        end = float(curves[-1].get("d").split(",")[-1])
        share = (scale["0 %"] - end) / (scale["0 %"] - scale["100 %"])
        assert 100 * share == pytest.approx(float(expected), abs=0.1)


def test_the_same_seed_gives_the_same_bytes(taken, tmp_path, capsys):
    assert main(["tour", "--out", str(tmp_path / "a"), *QUICK]) == 0
    assert contents(tmp_path / "a") == contents(taken[0])
    first = capsys.readouterr().out.replace(str(tmp_path / "a"), str(taken[0]))
    assert first == taken[1].stdout
    assert main(["tour", "--out", str(tmp_path / "b"), *QUICK, "--seed", "1"]) == 0
    assert contents(tmp_path / "b")["training.svg"] != contents(tmp_path / "a")["training.svg"]


def test_another_activation_on_other_data(tmp_path, capsys):
    arguments = ["--data", "moons", "--activation", "leaky_relu", "--epochs", "60"]
    assert main(["tour", "--out", str(tmp_path / "t"), *arguments]) == 0
    page = " ".join(Page((tmp_path / "t" / "index.html").read_text("utf-8")).text)
    assert "every border between classes is flat" in page
    assert "--data moons --activation leaky_relu --depth 4 --epochs 60 --seed 0" in page


def test_numbers_of_things_and_products_read_well(tmp_path, capsys):
    out = tmp_path / "t"
    main(["tour", "--out", str(out), "--epochs", "1", "--depth", "1", "--seed", "9"])
    page = " ".join(Page((out / "index.html").read_text("utf-8")).text)
    assert not re.search(r"\b1 (epochs|blocks)", page + capsys.readouterr().err)
    assert "for 1 epoch;" in page
    assert re.search(r"that is [\d.]+ · 1 · 1 · \(−[\d.]+\) = −", page)
    assert "affine_map(net, x)" in page


def test_version_and_help(capsys):
    for arguments, expected in (
        (["--version"], r"micrograd_act \d+\.\d+\.\d+"),
        (["--help"], "tour"),
        (["tour", "--help"], "--activation NAME .*tanh"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert re.search(expected, capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: command"),
        (["tuor"], "invalid choice: 'tuor'"),
        (["tour", "--dept", "3"], "unknown argument --dept; did you mean --depth?"),
        (["tour", "--frobnicate"], "unknown argument --frobnicate "),
        (["tour", "--bogus"], "unknown argument --bogus \\(see"),
        (["tour", "--activation", "softmax"], "softmax is not elementwise"),
        (["tour", "--activation", "log_softmax"], "log_softmax is not elementwise"),
        (
            ["tour", "--activation", "softmix"],
            "'softmix'; did you mean softsign or softshrink or softplus?",
        ),
        (["tour", "--activation", "ReLU"], "'ReLU'; did you mean relu?"),
        (["tour", "--activation", "TANH"], "'TANH'; did you mean tanh?"),
        (["tour", "--activation", "LeakyReLU"], "'LeakyReLU'; did you mean leaky_relu?"),
        (["tour", "extra"], "unknown argument extra "),
        (["tour", "--activation", "reluu"], "'reluu'; did you mean relu"),
        (["tour", "--activation", "qqqqq"], "there are atan, "),
        (["tour", "--activation", "identity"], "with identity both nets would be affine"),
        (["tour", "--activation", "affine"], "with affine both nets would be affine"),
        (["tour", "--activation", "clamp"], "no activation is called 'clamp'"),
        (["tour", "--data", "penguin"], "no data set 'penguin'; did you mean 'penguins'?"),
        (["tour", "--depth", "0"], "--depth: must be between 1 and 32, got 0"),
        (["tour", "--depth", "33"], "--depth: must be between 1 and 32, got 33"),
        (["tour", "--depth", "two"], "--depth: expected a whole number, got 'two'"),
        (["tour", "--epochs", "0"], "--epochs: must be between 1"),
        (["tour", "--seed", "-1"], "--seed: must be at least 0, got -1"),
        (["tour", "--out", ""], "current folder"),
        (["tour", "--out", ".."], "current folder"),
        (["tour", "--out", "a/b"], "cannot write 'a/b': there is no folder"),
        (["tour", "--out", "file"], "cannot write 'file': a file is in its place"),
        (["tour", "--out", "file/x"], "cannot write 'file/x': there is no folder"),
        (["tour", "--out", "full"], r"the folder holds something else \(notes.txt\)"),
        (["tour", "--out", "x" * 300], "cannot write '(x+)': File name too long"),
    ],
)
def test_a_wrong_argument_is_one_line_and_writes_nothing(
    arguments, message, tmp_path, monkeypatch, capsys
):
    inner = tmp_path / "inner"
    (inner / "full").mkdir(parents=True)
    (inner / "full" / "notes.txt").write_text("mine")
    (inner / "file").write_text("mine too")
    monkeypatch.chdir(inner)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("micrograd-act")
    assert re.search(message if "(" in message else re.escape(message), err)
    assert sorted(tmp_path.rglob("*")) == before
    assert (inner / "full" / "notes.txt").read_text() == "mine"


def test_a_folder_without_permission(tmp_path, monkeypatch, capsys):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    with pytest.raises(SystemExit) as ended:
        main(["tour", "--out", str(tmp_path / "tour")])
    assert ended.value.code == 2
    assert "Permission denied" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_older_tour_is_replaced_only_by_a_complete_one(tmp_path, monkeypatch, capsys):
    out = tmp_path / "tour"
    out.mkdir()
    (out / "index.html").write_text("old")

    def fail(*args, **kwargs):
        raise RuntimeError("half way")

    with monkeypatch.context() as patched:
        patched.setattr(tour_module, "page", fail)
        with pytest.raises(RuntimeError, match="half way"):
            main(["tour", "--out", str(out), *QUICK])
    assert contents(out) == {"index.html": b"old"}
    assert list(tmp_path.iterdir()) == [out]

    assert main(["tour", "--out", str(out), *QUICK]) == 0
    assert sorted(contents(out)) == FILES
    assert contents(out)["index.html"] != b"old"
    assert list(tmp_path.iterdir()) == [out]


def test_an_interrupt_leaves_nothing(tmp_path, monkeypatch, capsys):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(tour_module, "measure", interrupt)
    assert commands.main(["tour", "--out", str(tmp_path / "tour"), *QUICK]) == 130
    assert capsys.readouterr().err.endswith("stopped; nothing was written\n")
    assert list(tmp_path.iterdir()) == []
