// Scenes that turn: every element of class "nitrivac-scene" whose attribute data-scene holds one. Without this script the
// picture inside the element stays.
const start = (root) => {
  root.dataset.live = "";
  root.dataset.lmSuppressShortcuts = "true"; // in JupyterLab the keys a and b would add cells
  const scene = read(root.dataset.scene);
  const picture = root.querySelector("img");
  const canvas = element("canvas", { tabIndex: 0 });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${picture ? picture.alt : root.getAttribute("aria-label") || ""} Arrow keys turn it, plus and minus zoom, a, b and c look along the axes, 0 resets it.`);
  const said = element("span", { className: "said" });
  said.setAttribute("role", "status");
  let seenHeight = 0, view, middle, corner, scale = 0, zoom = 1, things = [], chosen = [], width = 0, height = 0, waiting = false;

  const place = ([x, y]) => [width / 2 + scale * zoom * (x - middle[0]), height / 2 - scale * zoom * (y - middle[1])];
  const draw = () => {
    waiting = false;
    if (!width) return;
    things = shapes(scene, view);
    const [left, bottom, right, top] = bounds(things);
    middle = [(left + right) / 2, (bottom + top) / 2];
    const fitting = Math.min((width - 40) / (right - left), height / (top - bottom));
    const fresh = !scale;
    scale = fresh ? fitting : Math.min(scale, fitting);
    if (fresh) corner = freeCorner();
    const dense = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * dense), Math.round(height * dense)];
    if (canvas.width !== wide || canvas.height !== high) { canvas.width = wide; canvas.height = high; }
    const pen = canvas.getContext("2d");
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.fillStyle = VACANT;
    pen.fillRect(0, 0, width, height);
    paint(pen, things, place, scale * zoom, chosen);
    paintAxes(pen, scene.axes, view, ...corner, 30);
  };
  const freeCorner = () => {
    const corners = [[44, height - 44], [width - 44, height - 44], [44, 44], [width - 44, 44]];
    const taken = ([x, y]) => things.some(({ line, face, at, kind }) => (line || face || [at]).some((point) => {
      const [right, down] = place(point), reach = 44 + (kind ? kind.radius * scale : 0);
      return Math.abs(right - x) < reach && Math.abs(down - y) < reach;
    }));
    const free = corners.find((one) => !taken(one));
    if (!free) zoom = Math.min(zoom, 0.85);
    return free || corners[0];
  };
  const redraw = () => { if (!waiting) { waiting = true; requestAnimationFrame(draw); } };
  const look = (name) => { view = scene.views[name].map((row) => [...row]); scale = 0; zoom = 1; redraw(); };
  const turn = (across, down) => {
    let [right, up, towards] = view;
    towards = unit(towards.map((value, k) => value - across * right[k] + down * up[k]));
    right = unit(right.map((value, k) => value - dot(right, towards) * towards[k]));
    view = [right, cross(towards, right), towards];
    redraw();
  };
  const magnify = (factor) => { zoom = Math.min(12, Math.max(0.3, zoom * factor)); redraw(); };

  const button = (text, label, act, className = "") => {
    const made = element("button", { type: "button", textContent: text, title: label, className });
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };
  const save = () => {
    const link = element("a", { href: canvas.toDataURL("image/png"), download: "structure.png" });
    link.click();
  };
  const bar = element("div", { className: "bar" },
    ...["a", "b", "c"].map((name) => button(name, `View along ${name}`, () => look(name), "axis")),
    button("⟲", "First view", () => look("")), button("+", "Larger", () => magnify(1.25)), button("−", "Smaller", () => magnify(0.8)),
    button("PNG", "Save this picture", save), said);
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Views");

  const legend = element("div", { className: "legend" });
  const sign = (drawn) => {
    const made = element("canvas", { width: 32, height: 32 });
    made.style.cssText = "width: 16px; height: 16px; cursor: inherit; flex: none";
    made.setAttribute("aria-hidden", "true");
    drawn(made.getContext("2d"));
    return made;
  };
  const entry = (name, members, drawn) => {
    const made = element("button", { type: "button", title: "Show or hide" }, sign(drawn), name);
    made.setAttribute("aria-pressed", members[0].shown);
    made.addEventListener("click", () => {
      const shown = !members[0].shown;
      for (const member of members) member.shown = shown;
      made.setAttribute("aria-pressed", shown);
      scale = 0;
      redraw();
    });
    legend.append(made);
  };
  const drawn = new Set(scene.balls.map((ball) => scene.kinds[ball.kind]));
  for (const group of new Set([...scene.kinds].filter((kind) => drawn.has(kind)).map((kind) => kind.group))) {
    const members = scene.kinds.filter((kind) => kind.group === group);
    entry(group, members, (pen) => { pen.strokeStyle = INK; pen.lineWidth = 2; sectors(pen, 16, 16, 14, members[0].parts); });
  }
  for (const layer of [...scene.layers].sort((one, two) => two.shown - one.shown)) if (layer.listed) entry(layer.name, [layer], (pen) => {
    pen.fillStyle = pen.strokeStyle = layer.colour;
    if (!layer.faces) { pen.fillRect(0, 12, 32, 7); return; }
    pen.globalAlpha = 0.45; pen.fillRect(3, 3, 26, 26); pen.globalAlpha = 1; pen.lineWidth = 2; pen.strokeRect(3, 3, 26, 26);
  });
  if (scene.leftOut) legend.append(element("span", { textContent: scene.leftOut }));

  const under = (event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return things.findLast((thing) => thing.ball && Math.hypot(...place(thing.at).map((value, k) => value - [x, y][k])) < thing.kind.radius * scale * zoom);
  };
  const fingers = new Map();
  let moved = 0;
  canvas.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    moved = 0;
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId), now = [event.clientX, event.clientY];
    if (!before) {
      const found = under(event);
      if (chosen.length < 2) said.textContent = found ? found.kind.name : "";
      return;
    }
    const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    const apart = (point) => Math.hypot(point[0] - others[0][0], point[1] - others[0][1]);
    if (others.length) magnify(apart(now) / (apart(before) || 1));
    else turn((now[0] - before[0]) / 150, (now[1] - before[1]) / 150);
    moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    fingers.set(event.pointerId, now);
  });
  const release = (event) => {
    if (fingers.delete(event.pointerId) && event.type === "pointerup" && moved < 4) {
      const found = under(event);
      chosen = found ? [...(chosen.length < 2 ? chosen : []), found.ball] : [];
      const names = chosen.map((ball) => scene.kinds[ball.kind].name);
      const apart = chosen.length === 2 ? Math.hypot(...chosen[0].point.map((value, k) => value - chosen[1].point[k])) : 0;
      said.textContent = names.join(" to ") + (apart ? `: ${apart.toFixed(2)} Å` : "");
      redraw();
    }
  };
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, release);
  canvas.addEventListener("wheel", (event) => {
    if (document.activeElement !== canvas && !event.ctrlKey) return; // the page scrolls until the picture is clicked
    event.preventDefault();
    magnify(Math.exp(-event.deltaY / 500));
  }, { passive: false });
  canvas.addEventListener("dblclick", () => look(""));
  canvas.addEventListener("keydown", (event) => {
    const turns = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (turns[event.key]) turn(...turns[event.key]);
    else if (["a", "b", "c"].includes(event.key)) look(event.key);
    else if (event.key === "0") look("");
    else if (event.key === "+" || event.key === "-") magnify(event.key === "+" ? 1.25 : 0.8);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const caution = element("div", { className: "caution", textContent: scene.caution });
  root.append(...[bar, canvas, legend, caution].map((part) => { part.classList.add("live"); return part; }));
  look("");
  const resize = () => {
    if (!root.clientWidth || (root.clientWidth === width && window.innerHeight === seenHeight)) return;
    seenHeight = window.innerHeight;
    width = root.clientWidth;
    const rest = bar.offsetHeight + legend.offsetHeight + caution.offsetHeight + 8;
    height = Math.round("fill" in root.dataset ? Math.max(280, window.innerHeight - rest) : Math.min(0.95 * width, 460));
    canvas.style.height = `${height}px`;
    scale = 0;
    draw();
  };
  resize();
  new ResizeObserver(() => requestAnimationFrame(resize)).observe(root);
  if ("fill" in root.dataset) addEventListener("resize", resize);
};

const startAll = () => {
  for (const root of document.querySelectorAll(".nitrivac-scene[data-scene]:not([data-live])")) start(root);
};
if (!document.getElementById("nitrivac-scene-style")) document.head.append(element("style", { id: "nitrivac-scene-style", textContent: STYLE }));
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
else startAll();
