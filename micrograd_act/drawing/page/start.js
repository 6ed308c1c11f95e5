// Everything is there: show it.

slider.max = steps.length;
const dusk = matchMedia("(prefers-color-scheme: dark)");
if (dusk.matches) theme("dark");
else theme(page.theme);
dusk.addEventListener("change", () => theme(dusk.matches ? "dark" : "light"));
for (const part of document.querySelectorAll("section, #bar")) part.hidden = false;
go(0);
fill();
draw(false);
new ResizeObserver(fill).observe(stage);
