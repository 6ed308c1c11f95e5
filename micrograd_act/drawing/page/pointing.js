// Pointing at a box, a line or a number shows it in full; clicking chooses, dragging moves.

const tip = get("tip");

function facts(target) {
  const number = target.closest?.("[data-exact]");
  if (number) return [number.dataset.exact];
  const box = boxOf(target);
  if (box) {
    const lines = [[named(box), box.shape].filter(Boolean).join(", ")];
    if (!box.element.classList.contains("later")) lines.push(`data ${full(box.value)}`);
    if (box.sum) lines.push(`grad ${box.grad ? full(box.grad) : "not computed"}`);
    return lines;
  }
  const group = target.closest?.(".edge, .local");
  const arrow = group && arrows.find(({ element, pill }) => element === group || pill === group);
  if (!arrow?.local || at <= forwards) return null;
  const way = `from ${named(arrow.target)} to ${named(arrow.source)}`;
  const rule = arrow.rule ? `${arrow.rule} = ` : "";
  return [way, `local gradient ${rule}${full(arrow.local)}`];
}

function point({ target, clientX, clientY }) {
  const lines = held ? null : facts(target);
  tip.hidden = !lines;
  if (!lines) return;
  const tag = (i) => (i || lines.length === 1 ? "div" : "b");
  tip.replaceChildren(...lines.map((line, i) => make(tag(i), "", line)));
  const { width, height } = tip.getBoundingClientRect();
  const group = target.closest("#stage g[class]"); // what the tip must not cover
  const isLine = group?.matches(".edge");
  const { left, top, bottom } = (group ?? target).getBoundingClientRect();
  const x = Math.min(isLine ? clientX : left, innerWidth - width - 8);
  const y = (isLine ? clientY : bottom) + 12;
  tip.style.left = `${Math.max(8, x)}px`;
  const above = y + height > innerHeight - 8 || section.contains(target);
  tip.style.top = `${above ? Math.max(8, top - height - 12) : y}px`;
}

let held = null; // where the picture is held and dragged
let dragged = false;
stage.addEventListener("pointerdown", ({ button, pointerType, clientX, clientY }) => {
  dragged = false;
  if (button || pointerType !== "mouse" || whole) return;
  held = [clientX + room.x, clientY + room.y, clientX, clientY];
});
addEventListener("pointermove", (event) => {
  point(event);
  if (!held) return;
  dragged ||= Math.hypot(event.clientX - held[2], event.clientY - held[3]) > 5;
  if (dragged) stage.scrollTo(held[0] - event.clientX, held[1] - event.clientY);
});
addEventListener("pointerup", () => { held = null; });
stage.addEventListener("click", (event) => {
  const box = boxOf(event.target);
  if (dragged) return;
  if (box) choose(box);
  else if (chosen.length) COMMANDS.Escape();
});
stage.addEventListener("scroll", () => { tip.hidden = true; });
document.documentElement.addEventListener("pointerleave", () => { tip.hidden = true; });

