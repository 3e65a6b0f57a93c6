"use strict";
// Scenes that turn: every element of class "nitrivac-scene" whose attribute data-scene holds one, see scene.py. Painted on a
// canvas from the back to the front, as on paper. Without this script the picture inside the element stays.
(() => {
  const STYLE = `
.nitrivac-scene { position: relative; max-width: 44rem; color: #222; background: #fff; font: 13px/1.4 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
.nitrivac-scene[data-fill] { max-width: none; }
.nitrivac-scene canvas { display: block; width: 100%; touch-action: pan-y; cursor: grab; }
.nitrivac-scene canvas:active { cursor: grabbing; }
.nitrivac-scene canvas:focus-visible { outline: 2px solid #0072b2; outline-offset: -2px; }
.nitrivac-scene .bar, .nitrivac-scene .legend { display: flex; flex-wrap: wrap; gap: 4px; align-items: center; padding: 2px; }
.nitrivac-scene .legend { gap: 2px 10px; justify-content: center; }
.nitrivac-scene button { all: unset; box-sizing: border-box; cursor: pointer; border-radius: 4px; }
.nitrivac-scene button:focus-visible { outline: 2px solid #0072b2; outline-offset: 1px; }
.nitrivac-scene .bar button { min-width: 32px; min-height: 32px; padding: 0 8px; text-align: center; border: 1px solid #d0d0d0; background: #fff; color: #222; }
.nitrivac-scene .bar button:hover { background: #f0f4f8; }
.nitrivac-scene .bar .axis { font-style: italic; }
.nitrivac-scene .legend button { display: inline-flex; gap: 5px; align-items: center; padding: 3px 2px; color: #222; }
.nitrivac-scene .legend button[aria-pressed="false"] { opacity: 0.4; }
.nitrivac-scene .caution { color: #b00020; text-align: center; }
.nitrivac-scene .caution:empty { display: none; }
.nitrivac-scene .said { flex: 1 1 12em; min-height: 1.4em; padding-left: 6px; color: #444; }
.nitrivac-scene[data-live] > img { display: none !important; }
@media print {
  .nitrivac-scene > .bar, .nitrivac-scene:has(> img) > .live { display: none !important; }
  .nitrivac-scene[data-live] > img { display: block !important; max-width: 100%; }
}`;
  const INK = "#222222", VACANT = "#ffffff", MARGIN = 0.3, STEP = Math.PI / 36;

  const dot = (one, two) => one[0] * two[0] + one[1] * two[1] + one[2] * two[2];
  const unit = (one) => one.map((value) => value / Math.hypot(...one));
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const mix = (one, two, share) => one.map((value, k) => value + share * (two[k] - value));
  const triples = (flat) => Array.from({ length: flat.length / 3 }, (_, k) => flat.slice(3 * k, 3 * k + 3));
  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const grey = (share) => { // an outline: lighter the farther back, 0 in front, 1 at the back
    const value = Math.round(0x22 + 0.6 * share * (0xff - 0x22));
    return `rgb(${value},${value},${value})`;
  };
  const readable = (colour) => {
    const [red, green, blue] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
    return 0.299 * red + 0.587 * green + 0.114 * blue > 128 ? "#000" : "#fff";
  };

  const read = (text) => {
    const data = JSON.parse(text);
    const [a, b, c] = data.lattice;
    const corner = (x, y, z) => [0, 1, 2].map((k) => x * a[k] + y * b[k] + z * c[k]);
    const edges = [];
    for (const u of [0, 1]) for (const v of [0, 1])
      edges.push([corner(0, u, v), corner(1, u, v)], [corner(u, 0, v), corner(u, 1, v)], [corner(u, v, 0), corner(u, v, 1)]);
    return {
      ...data,
      edges,
      axes: [a, b, c].map(unit),
      kinds: data.kinds.map(([name, group, radius, parts, label]) => ({ name, group, radius, parts, label, shown: true })),
      layers: data.layers.map(([name, colour, shown, faces, listed, opacity, edged]) => ({ name, colour, shown: !!shown, faces: !!faces, listed: !!listed, opacity, edged: !!edged })),
      balls: data.balls.map(([kind, x, y, z, ...layers]) => ({ kind, point: [x, y, z], layers })),
      sticks: data.sticks.map(([layer, one, two, radius, first, last, ...ends]) => ({ layer, colours: [one, two], radius, trims: [first, last], ends: triples(ends) })),
      faces: data.faces.map(([layer, ...corners]) => ({ layer, corners: triples(corners) })),
    };
  };

  const sectors = (pen, x, y, radius, parts) => {
    let start = -Math.PI / 2;
    for (const [colour, share] of parts) {
      const end = start + 2 * Math.PI * share;
      pen.beginPath();
      if (parts.length > 1) pen.moveTo(x, y);
      pen.arc(x, y, radius, start, end);
      pen.closePath();
      pen.fillStyle = colour;
      pen.fill();
      pen.stroke();
      start = end;
    }
  };

  // What is seen, in the view, from the back to the front; places in angstrom: to the right, up, to the observer.
  const shapes = (scene, view) => {
    const seen = (point) => view.map((axis) => dot(axis, point));
    const things = [];
    for (const [start, end] of scene.edges)
      for (let k = 0; k < 6; k += 1)
        things.push({ line: [seen(mix(start, end, k / 6)), seen(mix(start, end, (k + 1) / 6))], width: 0.05, colour: "#555" });
    for (const face of scene.faces) {
      const layer = scene.layers[face.layer];
      if (layer.shown) things.push({ face: face.corners.map(seen), layer });
    }
    for (const stick of scene.sticks) {
      if (!scene.layers[stick.layer].shown) continue;
      const [start, end] = stick.ends;
      const length = Math.hypot(...start.map((value, k) => end[k] - value)) || 1;
      const [first, last] = stick.trims.map((trim) => (0.9 * trim) / length);
      if (first + last >= 1) continue;
      const stops = [first, Math.max(first, Math.min(0.5, 1 - last)), 1 - last].map((share) => seen(mix(start, end, share)));
      stick.colours.forEach((colour, k) => things.push({ line: [stops[k], stops[k + 1]], width: 2 * stick.radius, colour, rim: true }));
    }
    for (const ball of scene.balls) {
      const kind = scene.kinds[ball.kind];
      if (!kind.shown || (ball.layers.length && !ball.layers.some((layer) => scene.layers[layer].shown))) continue;
      things.push({ ball, kind, at: seen(ball.point) });
    }
    const middle = (points) => points.reduce((sum, point) => sum + point[2], 0) / points.length;
    for (const thing of things) thing.depth = thing.at ? thing.at[2] : thing.line ? middle(thing.line) - 0.02 : middle(thing.face) - 0.05;
    things.sort((one, two) => one.depth - two.depth);
    const labelled = new Map();
    for (const thing of things) if (thing.ball && thing.kind.label) {
      const free = !things.some((other) => other.ball && other.depth > thing.depth &&
        Math.hypot(other.at[0] - thing.at[0], other.at[1] - thing.at[1]) < other.kind.radius + 0.6 * thing.kind.radius);
      if (free) labelled.set(thing.kind, thing);
    }
    for (const thing of labelled.values()) thing.label = thing.kind.label;
    return things;
  };

  const bounds = (things) => {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { line, face, at, kind } of things) {
      const radius = kind ? kind.radius : 0;
      for (const [x, y] of line || face || [at]) {
        box[0] = Math.min(box[0], x - radius); box[1] = Math.min(box[1], y - radius);
        box[2] = Math.max(box[2], x + radius); box[3] = Math.max(box[3], y + radius);
      }
    }
    return [box[0] - MARGIN, box[1] - MARGIN, box[2] + MARGIN, box[3] + MARGIN];
  };

  const paint = (pen, things, place, scale, chosen) => {
    const depths = things.map((thing) => thing.depth);
    const low = Math.min(...depths), span = Math.max(...depths) - low || 1;
    pen.lineJoin = "round";
    for (const thing of things) {
      const rim = grey(1 - (thing.depth - low) / span);
      if (thing.line) {
        pen.beginPath();
        for (const point of thing.line) pen.lineTo(...place(point));
        if (thing.rim) { pen.lineWidth = thing.width * scale + 1.4; pen.strokeStyle = rim; pen.stroke(); }
        pen.lineWidth = thing.rim ? thing.width * scale : Math.min(1.6, Math.max(0.8, thing.width * scale));
        pen.strokeStyle = thing.colour;
        pen.stroke();
      } else if (thing.face) {
        pen.beginPath();
        for (const point of thing.face) pen.lineTo(...place(point));
        pen.closePath();
        pen.globalAlpha = thing.layer.opacity; pen.fillStyle = thing.layer.colour; pen.fill();
        if (thing.layer.edged) { pen.globalAlpha = 0.75; pen.lineWidth = 1; pen.strokeStyle = thing.layer.colour; pen.stroke(); }
        pen.globalAlpha = 1;
      } else {
        const [x, y] = place(thing.at), radius = thing.kind.radius * scale;
        pen.lineWidth = 1;
        pen.strokeStyle = rim;
        sectors(pen, x, y, radius, thing.kind.parts);
        if (chosen.includes(thing.ball)) {
          pen.beginPath(); pen.arc(x, y, radius + 3, 0, 2 * Math.PI); pen.lineWidth = 2; pen.strokeStyle = INK; pen.stroke();
        }
        if (thing.label) {
          const size = Math.min(14, (2 * radius) / Math.max(2, thing.label.length));
          pen.font = `${size}px system-ui, sans-serif`; pen.textAlign = "center"; pen.textBaseline = "middle";
          pen.fillStyle = readable(thing.kind.parts[0][0]);
          pen.fillText(thing.label, x, y);
        }
      }
    }
  };

  const paintAxes = (pen, axes, view, x, y, size) => {
    const tips = axes.map((axis, k) => ["abc"[k], view.map((row) => dot(row, axis))]);
    pen.font = "italic 15px system-ui, sans-serif"; pen.textAlign = "center"; pen.textBaseline = "middle";
    pen.fillStyle = pen.strokeStyle = INK; pen.lineWidth = 1.6;
    for (const [name, [right, up]] of tips.sort((one, two) => one[1][2] - two[1][2])) {
      const length = Math.hypot(right, up);
      pen.beginPath();
      if (length < 0.15) { // it points to the observer, or away
        pen.arc(x, y, 3.5, 0, 2 * Math.PI); pen.fill();
        pen.fillText(name, x - 11, y + 11);
        continue;
      }
      const [dx, dy] = [right / length, -up / length], [tx, ty] = [x + size * right, y - size * up];
      pen.moveTo(x, y); pen.lineTo(tx - 6 * dx, ty - 6 * dy); pen.stroke();
      pen.beginPath(); pen.moveTo(tx, ty); pen.lineTo(tx - 9 * dx - 3.5 * dy, ty - 9 * dy + 3.5 * dx); pen.lineTo(tx - 9 * dx + 3.5 * dy, ty - 9 * dy - 3.5 * dx);
      pen.fill();
      pen.fillText(name, tx + 10 * dx, ty + 10 * dy);
    }
  };

  const start = (root) => {
    root.dataset.live = "";
    root.dataset.lmSuppressShortcuts = "true"; // in JupyterLab the keys a and b would add cells
    const scene = read(root.dataset.scene);
    const picture = root.querySelector("img");
    const canvas = element("canvas", { tabIndex: 0 });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${picture ? picture.alt : root.ariaLabel || ""} Arrow keys turn it, plus and minus zoom, a, b and c look along the axes, 0 resets it.`);
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
})();
