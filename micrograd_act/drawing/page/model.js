// What the page knows: the graph with its numbers, and the steps of both passes through it.
// A number is [as it is drawn, in full].

const data = JSON.parse(document.getElementById("data").textContent);
const svg = document.querySelector("#stage svg");
const pills = [...svg.querySelectorAll(".local")]; // in the order of the arrows that have one

const panels = data.panels.map((panel) => {
  const boxes = panel.boxes.map((box, index) => ({
    ...box, index, panel, entering: [], leaving: [],
    element: document.getElementById(panel.prefix + box.id),
  }));
  const arrows = panel.arrows.map((fields, index) => {
    const [source, target, local, effect, size, plain, each, rule] = fields;
    return {
      index, local, effect, size, plain, each, rule,
      source: boxes[source], target: boxes[target],
      element: document.getElementById(`${panel.prefix}e${index}`),
      pill: local && pills.shift(),
    };
  });
  for (const arrow of arrows) {
    arrow.target.entering.push(arrow);
    arrow.source.leaving.push(arrow);
  }
  return { ...panel, boxes, arrows };
});

// Results oldest first, then the backward pass in the engine's order.
function stepsOf(panel) {
  const found = [];
  for (const box of panel.boxes)
    if (box.formula)
      found.push({ kind: "forward", key: `f${box.index}`, box, arrows: box.entering });
  if (panel.trouble) return found;
  const result = panel.boxes.find((box) => box.result);
  const sums = new Map([[result, panel.seed]]);
  const start = { kind: "seed", key: "s", box: result, arrows: [] };
  found.push({ ...start, before: null, after: panel.seed });
  for (const [index, contribution, after, summed] of panel.pulls) {
    const arrow = panel.arrows[index];
    const box = arrow.source;
    const before = sums.get(box) ?? null;
    const upstream = sums.get(arrow.target);
    sums.set(box, after);
    found.push({
      kind: "backward", key: `b${index}`, box, arrow, arrows: [arrow],
      upstream, contribution, before, after, summed,
    });
  }
  return found;
}

// Twins walk together where their graphs have the same steps, else one after the other.
const lists = panels.map(stepsOf);
const keys = lists.map((list) => list.map((step) => step.key).join());
const isForward = ([step]) => step.kind === "forward";
const steps = keys.every((key) => key === keys[0])
  ? lists[0].map((_, i) => lists.map((list) => list[i]))
  : lists.flat().map((step) => [step]).sort((a, b) => isForward(b) - isForward(a));
const forwards = steps.filter(isForward).length;
const boxes = panels.flatMap((panel) => panel.boxes);
const arrows = panels.flatMap((panel) => panel.arrows);
