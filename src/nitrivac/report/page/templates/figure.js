"use strict";
// What is nearest to the pointer or the finger on a drawing says its words.
(() => {
  const reach = 16;
  const box = document.createElement("div");
  box.className = "words-here";
  box.hidden = true;
  document.body.append(box);
  for (const drawing of document.querySelectorAll(".drawing")) {
    const points = [...drawing.querySelectorAll(".pointed")].map((element) => {
      const title = element.querySelector("title");
      title.remove();
      return { element, words: title.textContent };
    });
    const nearest = (x, y) => {
      let found = null, least = reach;
      for (const point of points) {
        const { left, right, top, bottom } = point.element.getBoundingClientRect();
        const away = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
        const off = away + 0.01 * Math.hypot((left + right) / 2 - x, (top + bottom) / 2 - y);
        if (off < least) [found, least] = [point, off];
      }
      return found;
    };
    const show = (event) => {
      const found = nearest(event.clientX, event.clientY);
      box.hidden = !found;
      if (!found) return;
      box.textContent = found.words;
      const { width, height } = box.getBoundingClientRect();
      box.style.left = `${Math.max(4, Math.min(event.clientX + 12, innerWidth - width - 4))}px`;
      box.style.top = `${event.clientY > height + 16 ? event.clientY - height - 10 : event.clientY + 16}px`;
    };
    drawing.addEventListener("pointermove", show);
    drawing.addEventListener("pointerdown", show);
    drawing.addEventListener("pointerleave", () => { box.hidden = true; });
  }
  addEventListener("scroll", () => { box.hidden = true; }, { passive: true });
})();
