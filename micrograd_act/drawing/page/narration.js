// What happens at a step, in numbers and in words.

const get = (id) => document.getElementById(id);
const [panel_, kicker, formula, live, tip] = ["panel", "kicker", "formula", "live", "tip"].map(get);
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
const named = (box) => (box.name && box.op ? `${box.name} = ${box.op}` : box.name || box.op || box.value[0]);
const short = (box) => box.name || box.op || box.value[0];

function figure(number, word, kind = "", effect = "") {
  const big = make("b", kind, typeof number === "string" ? number : shown(number));
  if (effect) big.dataset.effect = effect;
  if (number[1]) big.dataset.exact = full(number);
  return make("span", "figure", big, make("small", "", word));
}

const sign = (text) => make("span", "sign", text);

const SIDES = ["above", "below"];

function row(step, side, all) {
  const line = make("div", "row");
  if (all.length === 2) line.append(make("span", "side", SIDES[side]));
  if (step.kind === "forward") {
    const { name, op, formula: text, value } = step.box;
    const lead = name && op ? [make("b", "", name), sign("=")] : [];
    if (step.box.named) lead.push(make("b", "quiet", step.box.named), sign("="));
    const written = step.box.definition ? figure([text, ""], step.box.definition) : make("b", "quiet", text);
    line.append(...lead, written, sign("="), figure(value, step.box.shape, "strong lit"));
  } else if (step.kind === "seed") {
    line.append(figure(step.after, `gradient of ${short(step.box)}: the pass starts here`, "strong lit"));
  } else {
    const { arrow, box } = step;
    const added = step.before ? "contribution" : `contribution, now grad of ${short(box)}`;
    line.append(
      figure(step.upstream, all.length === 2 ? "upstream" : `upstream, of ${short(arrow.target)}`),
      sign(arrow.each ? "×" : "→"),
      figure(arrow.local ?? ["vjp", ""], arrow.each ? (arrow.rule ? `local: ${arrow.rule}` : "local") : `through ${arrow.target.op}`, "", arrow.effect),
      sign("="),
      figure(step.contribution, step.summed ? `${added}, summed to ${box.shape.split(" ")[0]}` : added, step.before ? "strong" : "strong lit"),
    );
    if (step.before)
      line.append(
        make("span", "gap"),
        figure(step.before, "was there"),
        sign("+"),
        figure(step.contribution, "contribution"),
        sign("="),
        figure(step.after, `grad of ${short(box)}`, "strong lit"),
      );
  }
  line.classList.toggle("long", line.textContent.length > 90);
  return line;
}

function sentence(step) {
  const { kind, box } = step;
  if (kind === "forward") return `${named(box)}: ${box.formula} = ${box.value[0]}.`;
  if (kind === "seed") return `The backward pass starts at ${named(box)} with gradient ${step.after[0]}.`;
  const { arrow } = step;
  const told = arrow.local ? `times local ${arrow.local[0]} ` : "";
  const sum = step.before
    ? `, added to ${step.before[0]}, makes ${step.after[0]}`
    : ", the first to arrive";
  return `From ${named(arrow.target)} to ${named(box)}: upstream ${step.upstream[0]} ${told}gives ${step.contribution[0]}${sum}.`;
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
  : "The leaves are known. Step with → and ←, play with Space; click two nodes for the paths between them.";


function tell() {
  const now = at ? steps[at - 1] : [];
  const [pass, place] = head();
  kicker.replaceChildren(make("b", "", pass), place);
  formula.className = "";
  formula.replaceChildren(...(at ? now.map(row) : [make("div", "hint", HINT)]));
  if (trouble && at && at === steps.length) formula.append(make("div", "hint", HINT));
  const gathered = at === steps.length ? panels.flatMap((panel) => panel.gathered) : [];
  if (gathered.length) {
    const others = `Outside this page ${gathered.join(", ")} hold the gradients of other passes too.`;
    formula.append(make("div", "hint", others));
  }
  live.textContent = `${pass}${place}. ${now.map(sentence).join(" ")}`;
}

function product(path, total) {
  const factors = path.map(({ local }, i) => (i && local[0].startsWith("−") ? `(${shown(local)})` : shown(local)));
  if (factors.length > 12) factors.splice(6, factors.length - 11, "…");
  const words = factors.join(" · ");
  return total === null || path.length === 1 ? words : `${words} = ${total}`;
}

function route(path) {
  const names = [path[0].target, ...path.map(({ source }) => source)].map(short);
  if (names.length > 12) names.splice(6, names.length - 11, "…");
  return names.join(" ← ");
}

const grouped = (n) => {
  const text = String(n);
  return text.length > 15 ? `about ${text[0]}.${text[1]}e${text.length - 1}` : text.replace(/\B(?=(\d{3})+$)/g, ",");
};

function tellPaths({ x, y, plain, count, total, shown: found }, choose) {
  const many = `${grouped(count)} path${count === 1n ? "" : "s"}`;
  kicker.textContent = `${many} from ${named(y)} back to ${named(x)}`;
  const list = make("ul", "paths");
  for (const { path, product: value } of found) {
    const words = product(path, plain ? spell(value) : null);
    const button = make("button", "", make("b", "", words), make("span", "route", route(path)));
    button.type = "button";
    if (plain) button.dataset.exact = full(["", String(value)]);
    for (const event of ["pointerenter", "focus"]) button.addEventListener(event, () => choose([path]));
    button.addEventListener("pointerleave", () => choose(found.map((entry) => entry.path)));
    list.append(make("li", "", button));
  }
  const rest = count - BigInt(found.length);
  const sum = make("div", "row");
  if (plain) sum.append(make("b", "", `∂${short(y)}/∂${short(x)}`), sign("="), figure([spell(total), String(total)], count > 1n ? "sum of all paths" : "", "strong"));
  else sum.append(make("span", "hint", "Arrays: each factor is a range; paths(y, x) multiplies them."));
  if (rest > 0n) list.append(make("li", "hint", `and ${grouped(rest)} smaller`));
  formula.replaceChildren(sum, list);
  formula.className = "traced";
  live.textContent = `${kicker.textContent}. ${plain ? `The gradient is ${spell(total)}. ` : ""}${found.map(({ path, product: value }) => product(path, plain ? spell(value) : null)).join("; ")}.`;
}
