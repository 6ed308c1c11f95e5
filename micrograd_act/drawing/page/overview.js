// A picture that does not fit has a small one of itself in a corner: where one is in it, and where
// the step is.

const [overview, view, spot] = ["overview", "view", "spot"].map(get);
const canvas = overview.querySelector("canvas");
const shrink = Math.min(220 / WIDE, 140 / TALL);
const small = [Math.max(WIDE * shrink, 30), Math.max(TALL * shrink, 30)];
const ratio = [small[0] / WIDE, small[1] / TALL];

function sketch() {
  [canvas.width, canvas.height] = small.map((side) => 2 * side); // for fine screens
  [overview.style.width, overview.style.height] = small.map((side) => `${side}px`);
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(document.body).color;
  for (const [x, y, width, height] of boxes.map(placeOf)) {
    const size = [width * ratio[0], height * ratio[1]].map((side) => Math.max(2 * side, 2));
    pen.fillRect(2 * x * ratio[0], 2 * y * ratio[1], ...size);
  }
}

function look() {
  const full = [WIDE * zoom, TALL * zoom];
  overview.hidden = full[0] <= room.wide && full[1] <= room.tall;
  if (overview.hidden) return;
  const from = [room.x - room.left, room.y - room.top];
  const to = [from[0] + room.wide, from[1] + room.tall];
  const [start, end] = [from, to].map((ends) =>
    ends.map((x, i) => Math.max(0, Math.min(1, x / full[i])) * small[i]),
  );
  view.style.left = `${start[0]}px`;
  view.style.top = `${start[1]}px`;
  view.style.width = `${end[0] - start[0]}px`;
  view.style.height = `${end[1] - start[1]}px`;
  spot.hidden = !at;
  if (!at) return;
  const now = steps[at - 1].map(({ box }) => placeOf(box));
  const covers = ([x, y, width]) =>
    (x + width) * zoom - from[0] > room.wide - small[0] - 50 && y * zoom - from[1] < small[1] + 50;
  overview.classList.toggle("aside", now.some(covers));
  const [x, y, width, height] = now[0];
  spot.style.left = `${(x + width / 2) * ratio[0]}px`;
  spot.style.top = `${(y + height / 2) * ratio[1]}px`;
}

overview.addEventListener("click", ({ clientX, clientY }) => {
  const { left, top } = overview.getBoundingClientRect();
  centre((clientX - left) / ratio[0], (clientY - top) / ratio[1]);
});
stage.addEventListener("scroll", look);
