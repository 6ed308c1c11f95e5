// The picture at a step: what is still to come, which gradients are known, what is lit.

const NS = "http://www.w3.org/2000/svg";
const stage = document.getElementById("stage");
const sheet = document.getElementById("sheet");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const { width: WIDE, height: TALL } = svg.viewBox.baseVal;
// Smaller than that, the picture is followed instead of shown whole. Twins are there to be
// compared, and a notebook is read from close by.
const READABLE = panels.length > 1 || window !== top ? 0.45 : 0.7;
const RING = 12;
let at = 0; // steps done
let zoom = 1;
let whole = true; // the picture keeps to the size of the window

for (const title of svg.querySelectorAll("g > title")) title.remove(); // the page has its own
for (const box of boxes) {
  const part = box.element;
  box.frame = part.querySelector("rect");
  box.sum = part.querySelector(".grad");
  learn(box, null);
  part.classList.toggle("later", Boolean(box.formula));
}
for (const arrow of arrows) {
  arrow.line = arrow.element.querySelectorAll("path")[1]; // behind it lies its halo
  arrow.element.classList.toggle("later", Boolean(arrow.target.formula));
}

function learn(box, grad) {
  box.grad = grad;
  if (box.sum) box.sum.textContent = grad ? grad[0] : "–";
}

function turn(step, done) {
  const { kind, box } = step;
  if (kind === "forward") {
    for (const { element } of [box, ...step.arrows]) element.classList.toggle("later", !done);
    return;
  }
  learn(box, done ? step.after : step.before);
  for (const { element, pill } of step.arrows)
    for (const part of [element, pill]) part?.classList.toggle("done", done);
}

// Take steps forward or back until `goal` of them are done.
function go(goal) {
  goal = Math.max(0, Math.min(steps.length, goal));
  while (at < goal) for (const step of steps[at++]) turn(step, true);
  while (at > goal) for (const step of steps[--at]) turn(step, false);
  svg.classList.toggle("forward", at <= forwards);
  svg.classList.toggle("complete", at === steps.length);
}

// What is lit is marked behind all boxes and lines.
let marks = [];
const ground = element("g", {});
svg.querySelector(":scope > rect").after(ground);
function light(found) {
  for (const mark of marks) mark.remove();
  marks = found;
}

function element(tag, attributes) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const numbers = (part, ...names) => names.map((name) => Number(part.getAttribute(name)));
const placeOf = ({ frame }) => numbers(frame, "x", "y", "width", "height");

function ring(box, kind) {
  const grow = kind === "giver" ? RING / 2 : RING;
  const [x, y, width, height] = placeOf(box);
  const mark = element("rect", {
    x: x - grow, y: y - grow, width: width + 2 * grow, height: height + 2 * grow,
    rx: numbers(box.frame, "rx")[0] + grow, class: `mark ${kind}`,
  });
  ground.append(mark);
  return mark;
}

function trail(arrow) {
  const width = numbers(arrow.line, "stroke-width")[0] + 2 * RING;
  const d = arrow.line.getAttribute("d");
  const mark = element("path", { d, class: "mark trail", "stroke-width": width });
  arrow.element.insertBefore(mark, arrow.line);
  return mark;
}

// A bead that runs along the lines which a step uses: the way in which the numbers go.
let running = 0;
function run(lines, back) {
  cancelAnimationFrame(running);
  for (const bead of svg.querySelectorAll(".bead")) bead.remove();
  if (calm.matches || !lines.length) return;
  const beads = lines.slice(0, 8).map(({ line }) => {
    const bead = element("circle", { class: "bead", r: 9 });
    return { bead, line, length: line.getTotalLength() };
  });
  let start = null;
  const frame = (now) => {
    start ??= now;
    const t = Math.min(1, (now - start) / 450);
    const eased = t * t * (3 - 2 * t);
    for (const { bead, line, length } of beads) {
      const { x, y } = line.getPointAtLength(length * (back ? 1 - eased : eased));
      bead.setAttribute("cx", x);
      bead.setAttribute("cy", y);
      if (!bead.isConnected) svg.append(bead);
      if (t === 1) bead.remove();
    }
    if (t < 1) running = requestAnimationFrame(frame);
  };
  running = requestAnimationFrame(frame);
}

// Size and place. They are asked for when they change: asking at a step would lay all out anew.
const PADDING = 16; // of the stage
const room = { wide: 0, tall: 0, left: 0, top: 0, x: 0, y: 0 };
function measure() {
  [room.wide, room.tall] = [stage.clientWidth, stage.clientHeight];
  [room.left, room.top] = [sheet.offsetLeft, sheet.offsetTop];
}
stage.addEventListener("scroll", () => {
  [room.x, room.y] = [stage.scrollLeft, stage.scrollTop];
});

function fitted() {
  const [wide, tall] = [room.wide - 2 * PADDING, room.tall - 2 * PADDING];
  return Math.min(wide / WIDE, tall / TALL, 1.6);
}

function scale(to) {
  zoom = Math.max(0.02, Math.min(4, to));
  sheet.style.width = `${WIDE * zoom}px`;
  sheet.style.height = `${TALL * zoom}px`;
  measure();
}

// Bring a point of the picture to the middle.
function centre(x, y, behavior = "auto") {
  const left = x * zoom + room.left - room.wide / 2;
  const top = y * zoom + room.top - room.tall / 2;
  stage.scrollTo({ left, top, behavior });
}

// Bring a step to the middle: its boxes, and of what its lines lead to as much as fits.
let followed = 0;
function follow(step, smooth) {
  if (whole || !step.length) return;
  const ends = step.flatMap(({ arrows }) => arrows.flatMap(({ source, target }) => [source, target]));
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of [...step.map(({ box }) => box), ...ends]) {
    const [x, y, width, height] = placeOf(box);
    const grown = [Math.min(left, x), Math.min(top, y), Math.max(right, x + width),
      Math.max(bottom, y + height + 60)]; // with the texts under a sign
    const fits = (size, side) => size * zoom <= side - 2 * RING;
    const both = fits(grown[2] - grown[0], room.wide) && fits(grown[3] - grown[1], room.tall);
    if (both || left === Infinity) [left, top, right, bottom] = grown;
  }
  const now = performance.now();
  const glide = smooth && !calm.matches && now - followed > 300;
  followed = now;
  centre((left + right) / 2, (top + bottom) / 2, glide ? "smooth" : "auto");
}

const boxOf = (target) => {
  const group = target.closest?.("#stage svg > g[id]");
  return group ? boxes.find((box) => box.element === group) : undefined;
};
