// Keys, buttons, pointer and the clock.

const [first, back, play, next, last] = ["first", "back", "play", "next", "last"].map(get);
const [slider, speed, fit, smaller, larger] = ["slider", "speed", "fit", "smaller", "larger"].map(get);
const [digits, dark, help, keysOf] = ["digits", "dark", "help", "keys"].map(get);
let clock = 0;
let chosen = []; // boxes whose paths are asked for

function draw(animated = true) {
  const now = at ? steps[at - 1] : [];
  svg.classList.toggle("tracing", chosen.length === 2);
  for (const part of svg.querySelectorAll(".on")) part.classList.remove("on");
  panel_.classList.toggle("twin", now.length > 1);
  if (chosen.length === 2) showPaths();
  else {
    tell();
    const found = now.flatMap(({ box, arrow, arrows }) => [
      ...arrows.map(trail),
      ring(box, "taker"),
      ...(arrow ? [ring(arrow.target, "giver")] : []),
    ]);
    light([...found, ...chosen.map((box) => ring(box, "chosen"))]);
    if (chosen.length) kicker.append(` · paths of ${named(chosen[0])}: click another node, or press P at one`);
    follow(now.flatMap(({ box, arrow }) => (arrow ? [box, arrow.target] : [box])), animated);
    if (animated && !chosen.length) run(now.flatMap((step) => step.arrows), now[0]?.kind === "backward");
  }
  slider.value = at;
  slider.setAttribute("aria-valuetext", live.textContent);
  for (const button of [first, back]) button.disabled = at === 0;
  for (const button of [next, last]) button.disabled = at === steps.length;
}

function showPaths() {
  const found = pathsBetween(...chosen);
  if (!found) {
    kicker.textContent = `No path leads from ${named(chosen[0])} to ${named(chosen[1])} that a gradient takes`;
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

function resize(to, whole_) {
  const middle = [stage.scrollLeft + stage.clientWidth / 2, stage.scrollTop + stage.clientHeight / 2];
  const before = zoom;
  decided = true;
  whole = whole_;
  scale(to);
  fit.setAttribute("aria-pressed", String(whole));
  stage.scrollTo(
    (middle[0] * zoom) / before - stage.clientWidth / 2,
    (middle[1] * zoom) / before - stage.clientHeight / 2,
  );
}

// Until one zooms, the window's size decides whether the picture is shown whole.
let decided = false;
function fill() {
  if (!decided) {
    whole = fitted() >= READABLE;
    fit.setAttribute("aria-pressed", String(whole));
    scale(1);
  }
  if (whole) scale(fitted());
  follow(at ? steps[at - 1].map(({ box }) => box) : [], false);
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
  if (event.ctrlKey || event.altKey || event.metaKey || keysOf.open) return;
  const on = event.target;
  const own = on.matches("select") || (on.matches("button") && event.key === " ") || (on === slider && event.key !== " ");
  const command = COMMANDS[event.key];
  if (!command || own) return;
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
help.addEventListener("click", () => keysOf.showModal());
get("close").addEventListener("click", () => keysOf.close());
digits.addEventListener("click", () => {
  exact = !exact;
  digits.setAttribute("aria-pressed", String(exact));
  draw(false);
});

function theme(to) {
  document.documentElement.dataset.theme = to;
  dark.setAttribute("aria-pressed", String(to === "dark"));
}
dark.addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));

// Pointing at a box, a line or a number shows it in full.
function facts(target) {
  const number = target.closest?.("[data-exact]");
  if (number) return [number.dataset.exact];
  const box = boxOf(target);
  if (box) {
    const lines = [[named(box), box.shape].filter(Boolean).join(", ")];
    const known = !box.element.classList.contains("later");
    if (known) lines.push(`data ${full(box.value)}`);
    if (box.sum) lines.push(`grad ${box.grad ? full(box.grad) : "not computed"}`);
    return lines;
  }
  const group = target.closest?.(".edge, .local");
  const arrow = group && arrows.find(({ element, pill }) => element === group || pill === group);
  if (!arrow?.local || at <= forwards) return null;
  return [`from ${named(arrow.target)} to ${named(arrow.source)}`, `local gradient ${full(arrow.local)}`];
}

addEventListener("pointermove", (event) => {
  const lines = facts(event.target);
  tip.hidden = !lines;
  if (!lines) return;
  tip.replaceChildren(...lines.map((line, i) => make(i || lines.length === 1 ? "div" : "b", "", line)));
  const { width, height } = tip.getBoundingClientRect();
  const group = event.target.closest("#stage g[class]"); // which the tip must not cover
  const { left, top, bottom } = (group ?? event.target).getBoundingClientRect();
  const right = innerWidth - width - 8;
  tip.style.left = `${Math.max(8, Math.min(group?.matches(".edge") ? event.clientX : left, right))}px`;
  const below = (group?.matches(".edge") ? event.clientY : bottom) + 12;
  tip.style.top = `${below + height > innerHeight - 8 ? Math.max(8, top - height - 12) : below}px`;
});
document.documentElement.addEventListener("pointerleave", () => { tip.hidden = true; });
stage.addEventListener("scroll", () => { tip.hidden = true; });
stage.addEventListener("click", (event) => {
  const box = boxOf(event.target);
  if (box) choose(box);
  else if (chosen.length) COMMANDS.Escape();
});

slider.max = steps.length;
const dusk = matchMedia("(prefers-color-scheme: dark)");
if (dusk.matches) theme("dark");
else theme(document.documentElement.dataset.theme);
dusk.addEventListener("change", () => theme(dusk.matches ? "dark" : "light"));
for (const part of document.querySelectorAll("[hidden]:not(#tip)")) part.hidden = false;
go(0);
fill();
draw(false);
follow(steps.length ? [steps[0][0].box] : [], false);
new ResizeObserver(fill).observe(stage);
