// Keys, buttons, pointer and the clock.

const [first, back, play, next, last] = ["first", "back", "play", "next", "last"].map(get);
const [slider, speed, digits, fit, dark] = ["slider", "speed", "digits", "fit", "dark"].map(get);
const [smaller, larger, help, list] = ["smaller", "larger", "help", "keys"].map(get);
let clock = 0;
let chosen = []; // boxes whose paths are asked for

function draw(animated = true) {
  const now = at ? steps[at - 1] : [];
  svg.classList.toggle("tracing", chosen.length === 2);
  for (const part of svg.querySelectorAll(".on")) part.classList.remove("on");
  section.classList.toggle("twin", now.length > 1);
  if (chosen.length === 2) showPaths();
  else showStep(now, animated);
  look();
  slider.value = at;
  slider.setAttribute("aria-valuetext", live.textContent);
  for (const button of [first, back]) button.disabled = at === 0;
  for (const button of [next, last]) button.disabled = at === steps.length;
}

function showStep(now, animated) {
  tell();
  const lines = now.flatMap((step) => step.arrows);
  const found = now.flatMap(({ box, arrow }) => [
    ring(box, "taker"),
    ...(arrow ? [ring(arrow.target, "giver")] : []),
  ]);
  light([...lines.map(trail), ...found, ...chosen.map((box) => ring(box, "chosen"))]);
  follow(now, animated);
  if (chosen.length) {
    const whose = ` · paths of ${named(chosen[0])}: click another node, or press P at one`;
    kicker.append(whose);
  } else if (animated) run(lines, now[0]?.kind === "backward");
}

function showPaths() {
  const found = pathsBetween(...chosen);
  if (!found) {
    const [a, b] = chosen.map(named);
    kicker.textContent = `No path leads from ${a} to ${b} that a gradient takes`;
    formula.replaceChildren();
    live.textContent = kicker.textContent;
    svg.classList.remove("tracing");
    light(chosen.map((box) => ring(box, "chosen")));
    return;
  }
  const choose = (list) => {
    for (const part of svg.querySelectorAll(".on")) part.classList.remove("on");
    const lit = new Set(list.flat());
    for (const { element, pill, source, target } of lit)
      for (const part of [element, pill, source.element, target.element]) part?.classList.add("on");
    light([...[...lit].map(trail), ...chosen.map((box) => ring(box, "chosen"))]);
  };
  tellPaths(found, choose);
  choose(found.shown.map((entry) => entry.path));
}

function move(to, animated = true) {
  if (chosen.length === 2) chosen = [];
  go(to);
  draw(animated);
}

function pause() {
  clearTimeout(clock);
  clock = 0;
  play.setAttribute("aria-pressed", "false");
  play.setAttribute("aria-label", "Play");
  live.setAttribute("aria-live", "polite");
}

function tick() {
  const pace = Number(speed.value);
  move(at + 1, pace <= 2);
  clock = at < steps.length ? setTimeout(tick, 1500 / pace) : 0;
  if (!clock) pause();
}

function toggle() {
  if (clock) return pause();
  if (at === steps.length) move(0);
  play.setAttribute("aria-pressed", "true");
  play.setAttribute("aria-label", "Pause");
  live.setAttribute("aria-live", "off"); // a voice could not keep up
  clock = setTimeout(tick, 250);
}

function step(by) {
  pause();
  move(at + by);
}

function resize(to, wholly) {
  const middle = [room.x + room.wide / 2 - room.left, room.y + room.tall / 2 - room.top];
  const before = zoom;
  decided = true;
  whole = wholly;
  scale(to);
  fit.setAttribute("aria-pressed", String(whole));
  centre(middle[0] / before, middle[1] / before);
  look();
}

// Until one zooms, the window's size decides whether the picture is shown whole.
let decided = false;
function fill() {
  measure();
  if (!decided) {
    whole = fitted() >= READABLE;
    fit.setAttribute("aria-pressed", String(whole));
    scale(1);
  }
  if (whole) scale(fitted());
  follow(steps[Math.max(0, at - 1)] ?? [], false);
  look();
}

function showWhole() {
  if (!whole) return resize(fitted(), true);
  resize(1, false);
  draw(false);
}

function choose(box) {
  pause();
  chosen = chosen.length === 1 && chosen[0] !== box ? [chosen[0], box] : [box];
  draw(false);
}

const COMMANDS = {
  ArrowRight: () => step(1), ArrowLeft: () => step(-1),
  PageDown: () => step(10), PageUp: () => step(-10),
  Home: () => step(-at), End: () => step(steps.length - at),
  " ": toggle,
  p: () => at && choose(steps[at - 1][0].box),
  Escape: () => { chosen = []; draw(false); },
  f: showWhole, "+": () => resize(zoom * 1.25, false), "-": () => resize(zoom / 1.25, false),
  e: () => digits.click(), d: () => dark.click(), "?": () => help.click(),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || list.open) return;
  const on = event.target;
  const isSpace = event.key === " ";
  const own = on.matches("select") || (isSpace ? on.matches("button") : on === slider);
  const command = COMMANDS[event.key];
  if (!command || own) return; // a control's own keys are left to it
  event.preventDefault();
  command();
});

first.addEventListener("click", COMMANDS.Home);
back.addEventListener("click", COMMANDS.ArrowLeft);
play.addEventListener("click", toggle);
next.addEventListener("click", COMMANDS.ArrowRight);
last.addEventListener("click", COMMANDS.End);
slider.addEventListener("input", () => { pause(); move(Number(slider.value), false); });
fit.addEventListener("click", showWhole);
smaller.addEventListener("click", COMMANDS["-"]);
larger.addEventListener("click", COMMANDS["+"]);
help.addEventListener("click", () => list.showModal());
get("close").addEventListener("click", () => list.close());
digits.addEventListener("click", () => {
  exact = !exact;
  digits.setAttribute("aria-pressed", String(exact));
  draw(false);
});

const page = document.documentElement.dataset;
function theme(to) {
  page.theme = to;
  sketch();
  dark.setAttribute("aria-pressed", String(to === "dark"));
}
dark.addEventListener("click", () => theme(page.theme === "dark" ? "light" : "dark"));
