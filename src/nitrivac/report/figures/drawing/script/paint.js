// Scenes, see scene.py, as flat shapes on a canvas, painted from the back to the front as on paper.
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
