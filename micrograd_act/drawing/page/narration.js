// What happens at a step, in numbers and in words.

const get = (id) => document.getElementById(id);
const [section, kicker, formula, live] = ["panel", "kicker", "formula", "live"].map(get);
let exact = false;

function make(tag, kind, ...parts) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.append(...parts);
  return element;
}

const full = (number) => number[1].replace(/-/g, "−") || number[0];
const isArray = (number) => number[1].includes("[");
const shown = (number) => (exact && !isArray(number) ? full(number) : number[0]);
const short = (box) => box.name || box.op || box.value[0];
const named = (box) => (box.name && box.op ? `${box.name} = ${box.op}` : short(box));

function figure(number, word, kind = "", effect = "") {
  const big = make("b", kind, typeof number === "string" ? number : shown(number));
  if (effect) big.dataset.effect = effect;
  if (number[1]) big.dataset.exact = full(number);
  return make("span", "figure", big, make("small", "", word));
}

const sign = (text) => make("span", "sign", text);

function forward({ name, op, named, formula, definition, value, shape }) {
  const lead = [name && op ? name : "", named].filter(Boolean);
  return [
    ...lead.flatMap((words) => [make("b", "", words), sign("=")]),
    definition ? figure([formula, ""], definition) : make("b", "", formula),
    sign("="),
    figure(value, shape, "strong lit"),
  ];
}

function backward({ arrow, box, upstream, contribution, before, after, summed }, twin) {
  const { target, local, rule, each, effect } = arrow;
  const told = rule ? `local: ${rule}` : "local";
  const shape = summed ? `, summed to ${box.shape.split(" ")[0]}` : "";
  const first = [
    figure(upstream, twin ? "upstream" : `upstream, of ${short(target)}`),
    sign(each ? "×" : "→"),
    figure(local ?? ["vjp", ""], each ? told : `through ${target.op}`, "", effect),
    sign("="),
  ];
  if (!before) {
    const words = `contribution, now grad of ${short(box)}${shape}`;
    return [...first, figure(contribution, words, "strong lit")];
  }
  return [
    ...first,
    figure(contribution, `contribution${shape}`, "strong"),
    make("span", "gap"),
    figure(before, "was there"),
    sign("+"),
    figure(contribution, "contribution"),
    sign("="),
    figure(after, `grad of ${short(box)}`, "strong lit"),
  ];
}

function row(step, place, all) {
  const line = make("div", "row");
  const twin = all.length === 2;
  if (twin) line.append(make("span", "side", data.sides[place]));
  if (step.kind === "forward") line.append(...forward(step.box));
  else if (step.kind === "backward") line.append(...backward(step, twin));
  else {
    const words = `gradient of ${short(step.box)}: the pass starts here`;
    line.append(figure(step.after, words, "strong lit"));
  }
  line.classList.toggle("long", line.textContent.length > 90);
  return line;
}

function sentence({ kind, box, arrow, upstream, contribution, before, after }) {
  if (kind === "forward") return `${named(box)}: ${box.formula} = ${box.value[0]}.`;
  if (kind === "seed")
    return `The backward pass starts at ${named(box)} with gradient ${after[0]}.`;
  const times = arrow.local ? ` times local ${arrow.local[0]}` : "";
  const sum = before ? `added to ${before[0]}, makes ${after[0]}` : "the first to arrive";
  const way = `From ${named(arrow.target)} to ${named(box)}`;
  return `${way}: upstream ${upstream[0]}${times} gives ${contribution[0]}, ${sum}.`;
}

function head() {
  if (at === 0) return ["Start", ""];
  return at <= forwards
    ? ["Forward pass", `, ${at} of ${forwards}`]
    : ["Backward pass", `, ${at - forwards} of ${steps.length - forwards}`];
}

const trouble = panels.map((panel) => panel.trouble).find(Boolean);
const HINT = trouble
  ? `No backward pass: ${trouble}.`
  : "The leaves are known. Step with → and ←, play with Space; " +
    "click two nodes for the paths between them.";

// What is said once all steps are done.
function remarks() {
  if (at < steps.length) return [];
  const others = panels.flatMap((panel) => panel.gathered).join(", ");
  const words = `Outside this page ${others} hold the gradients of other passes too.`;
  const said = others ? [words] : [];
  return trouble ? [HINT, ...said] : said;
}

function tell() {
  const now = at ? steps[at - 1] : [];
  const [pass, place] = head();
  const hints = at ? remarks() : [HINT];
  kicker.replaceChildren(make("b", "", pass), place);
  formula.className = "";
  formula.replaceChildren(...now.map(row), ...hints.map((words) => make("div", "hint", words)));
  live.textContent = `${pass}${place}. ${[...now.map(sentence), ...hints].join(" ")}`;
}

const LONG = 12; // factors of a product that are written out
const middleOut = (list) =>
  list.length > LONG ? [...list.slice(0, LONG / 2), "…", ...list.slice(-LONG / 2)] : list;

function product(path, value) {
  const factors = path.map(({ local }, i) =>
    i && local[0].startsWith("−") ? `(${shown(local)})` : shown(local),
  );
  const words = middleOut(factors).join(" · ");
  return value === null || path.length === 1 ? words : `${words} = ${spell(value)}`;
}

function route(path) {
  return middleOut([path[0].target, ...path.map(({ source }) => source)].map(short)).join(" ← ");
}

function grouped(n) {
  const text = String(n);
  if (text.length > 15) return `about ${text[0]}.${text[1]}e${text.length - 1}`;
  return text.replace(/\B(?=(\d{3})+$)/g, ",");
}

// The paths that were found; `choose` lights those it is given.
function tellPaths({ x, y, plain, count, total, shown: found }, choose) {
  const all = found.map(({ path }) => path);
  const told = found.map(({ path, value }) => product(path, plain ? value : null));
  const many = `${grouped(count)} path${count === 1n ? "" : "s"}`;
  kicker.textContent = `${many} from ${named(y)} back to ${named(x)}`;
  const list = make("ul", "paths");
  found.forEach(({ path, value }, i) => {
    const button = make("button", "", make("b", "", told[i]), make("span", "route", route(path)));
    button.type = "button";
    if (plain) button.dataset.exact = full(["", String(value)]);
    button.addEventListener("pointerenter", () => choose([path]));
    button.addEventListener("focus", () => choose([path]));
    button.addEventListener("pointerleave", () => choose(all));
    button.addEventListener("blur", () => choose(all));
    list.append(make("li", "", button));
  });
  const rest = count - BigInt(found.length);
  if (rest > 0n) list.append(make("li", "hint", `and ${grouped(rest)} smaller`));
  const sum = make("div", "row");
  if (plain) {
    const words = count > 1n ? "sum of all paths" : "";
    const value = figure([spell(total), String(total)], words, "strong lit");
    sum.append(make("b", "", `∂${short(y)}/∂${short(x)}`), sign("="), value);
  } else {
    const words = "Arrays: each factor is a range; paths(y, x) multiplies them.";
    sum.append(make("span", "hint", words));
  }
  formula.className = "traced";
  formula.replaceChildren(sum, list);
  const gradient = plain ? ` The gradient is ${spell(total)}.` : "";
  live.textContent = `${kicker.textContent}.${gradient} ${told.join("; ")}.`;
}
