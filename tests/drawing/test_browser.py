"""The stepper in a real browser: the system's Chromium, driven by Playwright (extra `browser`)."""

import os
import random
import re
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from micrograd_act import Value, compare, draw, identity, nodes, paths, relu, tanh, tensor
from micrograd_act.drawing import Picture
from micrograd_act.drawing.showing import embedded
from micrograd_act.drawing.spelling import number, spell
from tests.drawing.graphs import (
    REFERENCE,
    chain,
    neuron,
    panel,
    residual,
    scalar_mlp,
    skip,
    square,
    tensor_mlp,
)
from tests.drawing.test_svg import HOSTILE

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCRIPTS = [
    "<script>ran = 1</script>",
    "</script><script>ran = 1</script>",
    "<img src=x onerror='ran = 1'>",
    "<svg onload='ran = 1'>",
    "</title><script>ran = 1</script>",
    "]]><script>ran = 1</script>",
    "javascript:ran=1",
    "${ran = 1}",
    "\u2028ran = 1\u2029",
    "<!--<script>",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra 'browser'")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("needs Chromium; install it, or name it in the variable CHROMIUM")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


Open = Callable[..., Any]


@pytest.fixture
def open_(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Open a picture's page; whatever the browser complains of or fetches fails the test."""
    said: list[str] = []
    contexts = []

    def opened(shown: Any, **options: Any) -> Any:
        options = {"viewport": {"width": 1280, "height": 720}, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: said.append(request.url))
        path = tmp_path / f"{len(contexts)}.html"
        if isinstance(shown, str):
            path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{shown}", "utf-8")
        else:
            picture = shown if isinstance(shown, Picture) else draw(shown, names=False)
            picture.save(path)
        page.goto(path.as_uri())
        assert said.pop(0) == path.as_uri()
        return page

    yield opened
    for context in contexts:
        assert context.pages[0].evaluate("window.ran") is None
        context.close()
    assert said == []


def words(page: Any, what: str) -> str:
    """Visible text with single spaces."""
    return " ".join(page.inner_text(what).split())


def press(page: Any, key: str, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press(key)


def until(page: Any, condition: str) -> None:
    """Wait for something; Playwright's own way is forbidden by the page's policy."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {condition}")


def gradients(page: Any) -> list[str]:
    return page.eval_on_selector_all("#stage .grad", "found => found.map(e => e.textContent)")


STATE = """() => [
  ...document.querySelectorAll('#stage svg > g[id], #stage svg > .local')
].map(e => `${e.id} ${[...e.classList].sort()} ${e.textContent}`).join('\\n')"""


def test_a_neuron_step_by_step(open_: Open) -> None:
    page = open_(neuron())
    assert words(page, "#kicker") == "Start"
    assert gradients(page) == ["–"] * 6
    assert page.locator(".later").count() == 3 + 5
    told = []
    for _ in range(9):
        press(page, "ArrowRight")
        told.append((words(page, "#kicker"), words(page, "#formula")))
    assert told == [
        ("Forward pass, 1 of 3", "x × w = −0.4 × 2 = −0.8"),
        ("Forward pass, 2 of 3", "−0.8 + 1.5 = 0.7"),
        ("Forward pass, 3 of 3", "y = tanh(0.7) = 0.6044"),
        ("Backward pass, 1 of 6", "1 gradient of y: the pass starts here"),
        (
            "Backward pass, 2 of 6",
            "1 upstream, of y × 0.6347 local: sech²(z) = 0.6347 contribution, now grad of +",
        ),
        (
            "Backward pass, 3 of 6",
            "0.6347 upstream, of + × 1 local = 0.6347 contribution, now grad of ×",
        ),
        (
            "Backward pass, 4 of 6",
            "0.6347 upstream, of + × 1 local = 0.6347 contribution, now grad of b",
        ),
        (
            "Backward pass, 5 of 6",
            "0.6347 upstream, of × × 2 local: w = 1.269 contribution, now grad of x",
        ),
        (
            "Backward pass, 6 of 6",
            "0.6347 upstream, of × × −0.4 local: x = −0.2539 contribution, now grad of w",
        ),
    ]
    assert gradients(page) == ["1.269", "−0.2539", "0.6347", "0.6347", "0.6347", "1"]
    assert page.locator("#next").is_disabled()
    assert page.locator(".later").count() == 0


def test_contributions_are_added_to_what_was_there(open_: Open) -> None:
    page = open_(square())
    press(page, "ArrowRight", 3)
    assert gradients(page) == ["3", "1"]
    press(page, "ArrowRight")
    assert words(page, "#formula") == (
        "1 upstream, of × × 3 local: x = 3 contribution 3 was there + 3 contribution = 6 grad of x"
    )
    assert gradients(page) == ["6", "1"]
    press(page, "ArrowLeft")
    assert gradients(page) == ["3", "1"]


@pytest.mark.parametrize("name", ["skip", "micrograd", "tensor", "fan"])
def test_it_ends_with_the_picture_and_every_step_can_be_undone(open_: Open, name: str) -> None:
    root = REFERENCE[name]()
    if root.grad is None:
        root.backward()
    page = open_(root)
    steps = int(page.get_attribute("#slider", "max"))
    seen = [page.evaluate(STATE)]
    for _ in range(steps):
        press(page, "ArrowRight")
        seen.append(page.evaluate(STATE))
    static = re.findall(r"class='grad'>([^<]*)<", draw(root, names=False).svg)
    assert gradients(page) == static
    choose = random.Random(0)
    for _ in range(12):
        to = choose.randrange(steps + 1)
        page.fill("#slider", str(to))
        assert page.evaluate(STATE) == seen[to]
    for to in range(steps, -1, -1):
        page.fill("#slider", str(to)) if to == steps else press(page, "ArrowLeft")
        assert page.evaluate(STATE) == seen[to]


def test_keys_buttons_and_the_clock(open_: Open) -> None:
    page = open_(neuron())
    at = lambda: int(page.input_value("#slider"))  # noqa: E731
    press(page, "End")
    assert at() == 9
    press(page, "PageUp")
    assert at() == 0
    press(page, "PageDown")
    press(page, "Home")
    assert at() == 0
    page.click("#next")
    page.click("#next")
    page.click("#back")
    assert at() == 1
    page.click("#last")
    page.click("#first")
    assert at() == 0
    page.select_option("#speed", "25")
    page.focus("#stage")
    press(page, " ")
    assert page.get_attribute("#play", "aria-label") == "Pause"
    assert page.get_attribute("#live", "aria-live") == "off"
    until(page, "document.getElementById('slider').value === '9'")
    until(page, "document.getElementById('play').ariaPressed === 'false'")
    page.focus("#play")
    press(page, " ")  # a button takes the key itself: once, and the clock starts from the front
    until(page, "document.getElementById('slider').value > '1'")
    press(page, " ")
    assert page.get_attribute("#play", "aria-pressed") == "false"
    press(page, "ArrowRight")
    press(page, "?")
    assert page.locator("#keys").is_visible()
    press(page, "Escape")
    press(page, "e")
    press(page, "Home")
    press(page, "ArrowRight", 5)
    assert "0.6347395899824586" in words(page, "#formula")


def test_the_paths_between_two_nodes(open_: Open) -> None:
    page = open_(neuron())
    press(page, "End")
    page.click("#n0")
    assert "click another node" in words(page, "#kicker")
    page.click("#n5")
    assert words(page, "#kicker") == "1 path from y = tanh back to x"
    assert words(page, "#formula") == "∂y/∂x = 1.269 0.6347 · 1 · 2 = 1.269 y ← + ← × ← x"
    assert page.locator(".edge.on").count() == page.locator(".local.on").count() == 3
    press(page, "Escape")
    assert words(page, "#kicker") == "Backward pass, 6 of 6"
    assert page.locator(".on").count() == 0
    page.click("#n5")
    page.click("#n1")
    assert words(page, "#formula").startswith("∂y/∂w = −0.2539 0.6347 · 1 · (−0.4) = −0.2539")
    page.click("#n0")
    page.click("#n2")
    assert words(page, "#kicker").startswith("No path leads from x to b")
    # Without a pointer: the node that a step lights is chosen with a key.
    press(page, "Home")
    press(page, "ArrowRight", 3)
    press(page, "p")
    press(page, "ArrowRight", 5)
    assert words(page, "#kicker").startswith("Backward pass, 5 of 6 · paths of y = tanh:")
    press(page, "p")
    assert words(page, "#kicker") == "1 path from y = tanh back to x"
    press(page, "ArrowLeft")
    assert words(page, "#kicker") == "Backward pass, 4 of 6"


def test_every_path_of_a_square_is_there(open_: Open) -> None:
    page = open_(square())
    page.click("#n1")
    page.click("#n0")
    assert words(page, "#formula") == "∂×/∂x = 6 sum of all paths 3 × ← x 3 × ← x"


def test_a_trillion_paths_are_counted_and_the_largest_shown(open_: Open) -> None:
    root = residual(40)
    page = open_(root)
    page.evaluate(
        "document.getElementById('n0').dispatchEvent(new Event('click', {bubbles: true}))"
    )
    last = page.evaluate("[...document.querySelectorAll('#stage g.op')].at(-1).id")
    page.evaluate(
        f"document.getElementById('{last}').dispatchEvent(new Event('click', {{bubbles: true}}))"
    )
    x = next(node for node in nodes(root) if node.label == "x")
    ledger = paths(root, x)
    assert words(page, "#kicker").startswith(f"{ledger.count:,} paths from +")
    assert float(page.get_attribute("#formula .row [data-exact]", "data-exact")) == pytest.approx(
        ledger.total, rel=1e-12
    )
    shown = page.eval_on_selector_all(".paths button", "all => all.map(e => e.dataset.exact)")
    shown = [float(exact.replace("−", "-")) for exact in shown]
    assert shown == [pytest.approx(path.product, rel=1e-12) for path in ledger.top(5)]
    assert f"and {ledger.count - 5:,} smaller" in words(page, "#formula")


def test_paths_of_arrays_have_no_product(open_: Open) -> None:
    page = open_(REFERENCE["tensor"]())
    for which in ("X", "W1"):
        press(page, "Escape")
        ends = page.evaluate(
            """(which) => [...document.querySelectorAll('#stage svg > g[id]:not(.edge)')].filter(
              (e, i, all) => e.textContent.trim().startsWith(which) || i === all.length - 1
            ).map(e => (e.dispatchEvent(new Event('click', {bubbles: true})), e.id))""",
            which,
        )
        assert len(ends) == 2
        if which == "X":  # untracked: no gradient goes there
            assert words(page, "#kicker").startswith("No path leads from X")
    assert words(page, "#kicker") == "1 path from mean back to W1"
    assert "Arrays: each factor is a range" in words(page, "#formula")


def test_numbers_are_spelled_as_in_the_picture(browser: Any) -> None:
    source = (Path(draw.__code__.co_filename).parent / "page" / "paths.js").read_text("utf-8")
    function = source[source.index("function spell") : source.index("const size")]
    choose = random.Random(0)
    numbers = [struct.unpack("d", choose.randbytes(8))[0] for _ in range(2000)]
    numbers += [choose.gauss(0, 10.0 ** choose.randint(-6, 6)) for _ in range(2000)]
    numbers += [n / 2**k for n in range(9990, 10010) for k in range(12)]  # ties among them
    numbers += [0.0, -0.0, 1.0, -1.0, 1 + 1e-9, 0.99999, 1e4, 9999.5, 99995.0, 1e-4, 1e-5, 2e300]
    numbers = [x for x in numbers if abs(x) < float("inf")]
    page = browser.new_page()
    found = page.evaluate(f"(xs) => {{ {function}; return xs.map(spell) }}", numbers)
    page.close()
    assert found == [spell(x) for x in numbers]


def test_no_label_runs_a_script(open_: Open) -> None:
    total = Value(1.0)
    for label in [*HOSTILE, *SCRIPTS]:
        x = Value(0.5, label=label)
        total = total + relu(x) * x
        total.label = label
    page = open_(total)
    for _ in range(4):
        press(page, "PageDown")
    press(page, "End")
    page.hover("#n1")
    page.click("#n1")
    page.click("#n2")
    assert words(page, "#tip") != ""
    # The same in the frame of a notebook.
    picture = draw(total, names=False)
    frame = open_(embedded(picture.html, picture.svg, "<script>ran = 1</script>"))
    inside = frame.frame_locator("iframe")
    assert inside.locator("#kicker").inner_text() == "Start"


def test_a_notebook_that_is_not_trusted_shows_the_picture(open_: Open) -> None:
    picture = draw(neuron(), names=False)
    whole = embedded(picture.html, picture.svg, "a neuron")
    page = open_(re.sub(r"<iframe.*</iframe>", "", whole, flags=re.DOTALL))
    assert page.evaluate("document.images[0].naturalWidth") > 900
    assert page.locator("img").is_visible()
    page = open_(whole)
    inside = page.frame_locator("iframe")
    inside.locator("#next").click()
    assert "−0.4 × 2" in inside.locator("#formula").inner_text()


def test_pointing_shows_all_digits(open_: Open) -> None:
    page = open_(neuron())
    page.hover("#n0")
    assert words(page, "#tip") == "x data −0.4 grad not computed"
    page.hover("#n5")
    assert words(page, "#tip") == "y = tanh grad not computed"  # its value is still to come
    press(page, "End")
    page.hover("#n5")
    assert words(page, "#tip") == f"y = tanh data {number(neuron().data).exact} grad 1.0"
    page.hover("#stage .local >> nth=4")
    assert words(page, "#tip") == (
        "from y = tanh to + local gradient sech²(z) = 0.6347395899824586"
    )
    page.mouse.move(640, 20)
    assert not page.locator("#tip").is_visible()


def test_dark_and_light(open_: Open) -> None:
    ground = "getComputedStyle(document.querySelector('#stage svg > rect')).fill"
    page = open_(neuron(), color_scheme="dark")
    assert page.evaluate(ground) == "rgb(15, 23, 42)"
    press(page, "d")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page = open_(draw(neuron(), theme="dark"), color_scheme="light")
    assert page.evaluate(ground) == "rgb(15, 23, 42)"
    press(page, "d")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_nothing_moves_for_whom_motion_is_too_much(open_: Open) -> None:
    count = """() => new Promise(done => {
      document.getElementById('next').click();
      let most = 0, frames = 0;
      const look = () => {
        most = Math.max(most, document.querySelectorAll('.bead').length);
        ++frames < 5 ? requestAnimationFrame(look) : done(most);
      };
      requestAnimationFrame(look);
    })"""
    assert open_(neuron()).evaluate(count) == 2
    assert open_(neuron(), reduced_motion="reduce").evaluate(count) == 0


def test_it_speaks_and_every_control_has_a_name(open_: Open) -> None:
    page = open_(neuron())
    press(page, "ArrowRight", 8)
    assert page.inner_text("#live") == (
        "Backward pass, 5 of 6. From × to x: upstream 0.6347 times local 2 gives 1.269, "
        "the first to arrive."
    )
    assert page.get_attribute("#live", "aria-live") == "polite"
    assert page.get_attribute("#slider", "aria-valuetext") == page.inner_text("#live")
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, input, select')].filter(
          e => !(e.ariaLabel || e.textContent.trim())).map(e => e.id)"""
    )
    assert nameless == []
    assert page.get_attribute("#stage svg", "role") == "img"
    for _ in range(14):
        press(page, "Tab")
        outline = page.evaluate(
            "(e => e === document.body ? 'body' : getComputedStyle(e).outlineStyle)"
            "(document.activeElement)"
        )
        assert outline in {"solid", "body"}


def test_texts_can_be_read_from_the_last_row(open_: Open) -> None:
    page = open_(neuron(), viewport={"width": 1060, "height": 720})
    for key in ("Home", "ArrowRight", "End", "p"):
        press(page, key)
        small = page.evaluate(
            """[...document.querySelectorAll('#panel *, #bar *')].filter(e =>
              e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
              && parseFloat(getComputedStyle(e).fontSize) < 20).map(e => e.outerHTML)"""
        )
        assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1060
    size = "parseFloat(getComputedStyle(document.getElementById('kicker')).fontSize)"
    wide = open_(neuron(), viewport={"width": 1920, "height": 1080})
    assert (page.evaluate(size), round(wide.evaluate(size))) == (20, 30)


def test_twins_walk_together(open_: Open) -> None:
    page = open_(draw(compare(skip(), {relu: identity}), names=False))
    press(page, "ArrowRight", 8)
    rows = [" ".join(row.split()) for row in page.locator(".row").all_inner_texts()]
    assert rows[0].startswith("above 1")
    assert rows[1].startswith("below 1")
    assert page.locator(".mark.taker").count() == 2
    press(page, "End")
    assert page.locator(".later").count() == 0


def test_graphs_of_different_steps_walk_one_after_the_other(open_: Open) -> None:
    page = open_(Picture((panel(neuron()), panel(square()))))
    press(page, "ArrowRight", 4)
    assert words(page, "#formula") == "x × x = 3 × 3 = 9"
    assert words(page, "#kicker") == "Forward pass, 4 of 4"
    press(page, "End")
    assert words(page, "#kicker") == "Backward pass, 9 of 9"
    assert gradients(page) == ["1.269", "−0.2539", "0.6347", "0.6347", "0.6347", "1", "6", "1"]


def test_what_has_no_backward_pass_says_why(open_: Open) -> None:
    x = Value(1.0, label="x")
    y = x * x
    x.data += 1.0
    page = open_(y)
    assert "No backward pass" in words(page, "#formula")
    press(page, "End")
    assert words(page, "#kicker") == "Forward pass, 1 of 1"
    assert "No backward pass" in words(page, "#formula")
    page = open_(tensor([1.0, 2.0], label="t"))
    press(page, "ArrowRight")
    assert "nothing here is tracked" in words(page, "#formula")
    page = open_(chain(3000))
    assert "earlier nodes are not drawn" in words(page, "#formula")
    press(page, "End")
    page.click("#n31")
    assert "click another node" in words(page, "#kicker")


def test_a_leaf_has_one_step(open_: Open) -> None:
    page = open_(Value(2.0, label="x"))
    press(page, "End")
    assert words(page, "#formula") == "1 gradient of x: the pass starts here"
    assert gradients(page) == ["1"]


def test_two_thousand_nodes(open_: Open) -> None:
    page = open_(scalar_mlp(16, 16, 16, 1))
    steps = int(page.get_attribute("#slider", "max"))
    assert steps > 2000
    press(page, "End")
    assert words(page, "#kicker").startswith("Backward pass, ")
    press(page, "ArrowLeft", 3)
    assert page.locator(".mark.taker").count() == 1
    assert page.evaluate(UNCOVERED)
    assert page.locator("#overview").is_visible()
    before = page.evaluate("document.getElementById('stage').scrollTop")
    page.click("#overview", position={"x": 20, "y": 20})
    assert page.evaluate("document.getElementById('stage').scrollTop") != before
    press(page, "Home")
    assert set(gradients(page)) == {"–"}


# The node that is lit lies in view, and not under the overview.
UNCOVERED = """(() => {
  const [a, b, c] = ['.taker', '#stage', '#overview'].map(
    (found) => document.querySelector(found).getBoundingClientRect());
  const apart = a.right <= c.left || a.left >= c.right || a.top >= c.bottom || a.bottom <= c.top;
  return apart && a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
})()"""


def test_the_overview_does_not_cover_what_is_lit(open_: Open) -> None:
    x = y = tensor([0.1] * 9, requires_grad=True)
    for _ in range(8):
        y = tanh(y)
    page = open_(x + y)  # the result stands in the corner
    press(page, "+")
    for _ in range(9):
        press(page, "ArrowRight")
        until(page, UNCOVERED)
    assert page.locator("#overview.aside").count() == 1


def test_a_picture_that_does_not_fit_can_be_dragged_and_shown_whole(open_: Open) -> None:
    page = open_(residual(12))
    place = "document.getElementById('stage').scrollLeft"
    press(page, "Home")
    start = page.evaluate(place)
    box = page.locator("#stage g.activation >> nth=0").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 200, y + 10, steps=4)
    page.mouse.up()
    assert page.evaluate(place) == start + 200
    assert page.locator(".chosen").count() == 0  # a drag is no click
    press(page, "f")
    assert not page.locator("#overview").is_visible()
    assert page.evaluate(place) == 0
    press(page, "+")
    assert page.locator("#overview").is_visible()
    press(page, "f")
    press(page, "f")
    natural = page.get_attribute("#stage svg", "width")
    assert page.evaluate("document.getElementById('sheet').style.width") == f"{natural}px"
    assert not open_(neuron()).locator("#overview").is_visible()


def test_it_can_be_seen_without_its_script(open_: Open) -> None:
    page = open_(neuron(), java_script_enabled=False)
    assert page.locator("#stage svg").is_visible()
    assert not page.locator("#bar").is_visible()


def test_a_step_is_shown_with_what_it_is_computed_from(open_: Open) -> None:
    page = open_(tensor_mlp())
    inside = """(() => {
      const stage = document.getElementById('stage').getBoundingClientRect();
      return [...document.querySelectorAll('.trail')].every((trail) => {
        const line = trail.getBoundingClientRect();
        return line.left > stage.left && line.right < stage.right;
      });
    })()"""
    until(page, "document.getElementById('n0').getBoundingClientRect().left >= 0")
    for _ in range(5):
        press(page, "ArrowRight")
        until(page, inside)
