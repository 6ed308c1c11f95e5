// All paths from one box back to another: how many, what they sum to, and the largest few.

const SHOWN = 5;

// A number as the picture spells it: four digits, ties to even, a real minus sign.
function spell(x) {
  if (Number.isNaN(x)) return "NaN";
  if (x === 0) return "0";
  const sign = x < 0 ? "−" : "";
  if (!Number.isFinite(x)) return `${sign}∞`;
  const [mantissa, power] = Math.abs(x).toExponential(60).split("e");
  const digits = mantissa.replace(".", "");
  let exponent = Number(power);
  let four = Number(digits.slice(0, 4));
  const rest = digits.slice(4);
  const tie = /^50*$/.test(rest);
  if (tie ? four % 2 : rest >= "5") four += 1;
  if (four === 10000) [four, exponent] = [1000, exponent + 1];
  const text = String(four);
  let shown;
  if (exponent < -4 || exponent >= 4) {
    shown = `${text[0]}.${text.slice(1)}`.replace(/\.?0+$/, "");
    shown += `e${exponent}`.replace("-", "−");
  } else if (exponent < 0) {
    shown = `0.${"0".repeat(-exponent - 1)}${text}`.replace(/0+$/, "");
  } else {
    shown = `${text.slice(0, exponent + 1)}.${text.slice(exponent + 1)}`.replace(/\.?0*$/, "");
  }
  const limit = shown === "1" && Math.abs(Math.abs(x) - 1) > 1e-12 ? "≈" : "";
  return limit + sign + shown;
}

const size = (local) => Math.log2(Math.abs(local)); // -Infinity for a dead edge
const joined = (a, b) => (a === Infinity || b === Infinity ? Infinity : a + b);

// The edges between two boxes that carry a gradient, by the box that they enter.
function between(y, x) {
  const ways = new Map();
  const seen = new Set([y]);
  for (const stack = [y]; stack.length; )
    for (const { source, local } of stack.pop().entering)
      if (local && source.index >= x.index && !seen.has(source)) {
        seen.add(source);
        stack.push(source);
      }
  for (const box of [...seen].sort((a, b) => a.index - b.index)) {
    const leads = ({ source, local }) => local && (source === x || ways.has(source));
    const on = box === x ? [] : box.entering.filter(leads);
    if (on.length) ways.set(box, on);
  }
  return ways;
}

// Best first: the largest product onward from each box is known, so no path is followed in vain.
function* largest(ways, y, x) {
  const best = new Map([[x, 0]]);
  const onward = (arrow) => joined(arrow.weight, best.get(arrow.source));
  for (const [box, on] of ways) {
    on.sort((a, b) => onward(b) - onward(a) || a.index - b.index);
    best.set(box, onward(on[0]));
  }
  const open = [{ bound: best.get(y), trail: null, sum: 0, box: y, choice: 0 }];
  while (open.length) {
    let top = 0; // a few dozen entries: no heap is needed
    open.forEach((entry, i) => { if (entry.bound > open[top].bound) top = i; });
    let { trail, sum, box, choice } = open.splice(top, 1)[0];
    while (box !== x) {
      const on = ways.get(box);
      if (choice + 1 < on.length) {
        const bound = joined(sum, onward(on[choice + 1]));
        open.push({ bound, trail, sum, box, choice: choice + 1 });
      }
      trail = { arrow: on[choice], before: trail };
      sum = joined(sum, on[choice].weight);
      box = on[choice].source;
      choice = 0;
    }
    const found = [];
    for (let step = trail; step; step = step.before) found.unshift(step.arrow);
    yield found;
  }
}

// The paths between two boxes, whichever comes first; null where there is none.
function pathsBetween(a, b) {
  const [x, y] = a.index < b.index ? [a, b] : [b, a];
  if (a === b || a.panel !== b.panel) return null;
  const ways = between(y, x);
  if (!ways.has(y)) return null;
  let plain = true;
  for (const on of ways.values())
    for (const arrow of on) {
      plain &&= arrow.plain;
      arrow.slope = arrow.plain ? Number(arrow.local[1].replace("inf", "Infinity")) : NaN;
      arrow.weight = arrow.plain ? size(arrow.slope) : Math.log2(arrow.size);
      if (Number.isNaN(arrow.weight)) arrow.weight = Infinity;
    }
  const counts = new Map([[x, 1n]]);
  const sums = new Map([[x, 1]]);
  for (const [box, on] of ways) {
    counts.set(box, on.reduce((n, { source }) => n + counts.get(source), 0n));
    sums.set(box, on.reduce((n, { source, slope }) => n + slope * sums.get(source), 0));
  }
  const shown = [];
  for (const path of largest(ways, y, x)) {
    if (shown.length === SHOWN) break;
    shown.push({ path, value: path.reduce((n, { slope }) => n * slope, 1) });
  }
  return { x, y, plain, count: counts.get(y), total: sums.get(y), shown };
}
