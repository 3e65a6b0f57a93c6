"""The page in headless Chromium, without a network: no error, views that draw and turn, tables that sort."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from nitrivac import average_crystal, load, parse_specification
from nitrivac.report.figures import structure_scene

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--window-size=1200,900",
)  # fmt: skip

LISTEN = """<script>
window.complaints = [];
addEventListener("error", (event) => complaints.push(String(event.message)));
addEventListener("unhandledrejection", (event) => complaints.push(String(event.reason)));
for (const level of ["error", "warn"]) console[level] = (...words) => complaints.push(words.join(" "));
</script>"""

PROBE = """<script>
addEventListener("load", async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const canvasOf = (name) => document.querySelector(`#${name} > div > canvas`);
  const picture = async (name) => {
    await drawn();
    return canvasOf(name).toDataURL();
  };
  const colours = (name) => {
    const canvas = canvasOf(name);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  };
  const press = (name, label) => {
    const buttons = [...document.querySelectorAll(`#${name} button`)];
    buttons.find((button) => button.ariaLabel === label || button.textContent === label).click();
  };
  const point = (name, kind, x, y) => {
    const box = canvasOf(name).getBoundingClientRect();
    const place = { pointerId: 1, clientX: box.left + x, clientY: box.top + y };
    canvasOf(name).dispatchEvent(new PointerEvent(`pointer${kind}`, place));
    return document.querySelector(`#${name} .said`).textContent;
  };
  const drag = (name) => {
    for (const [kind, x, y] of [["down", 100, 100], ["move", 160, 120], ["up", 160, 120]]) point(name, kind, x, y);
  };
  const measured = (name) => {  // two atoms of different kinds are looked for and clicked
    const { width, height } = canvasOf(name).getBoundingClientRect();
    const found = new Map();
    for (let x = 5; x < width; x += 10) for (let y = 5; y < height; y += 10) {
      const said = point(name, "move", x, y);
      if (said && !found.has(said)) found.set(said, [x, y]);
    }
    const ends = [...found.values()].slice(0, 2);
    for (const [x, y] of ends) { point(name, "down", x, y); point(name, "up", x, y); }
    return document.querySelector(`#${name} .said`).textContent;
  };
  const seen = { pointed: {}, space: {}, sorted: {} };
  try {
    seen.drawings = [...document.querySelectorAll(".drawing")].map((drawing) => drawing.id);
    const box = document.querySelector(".words-here");
    for (const name of ["pattern", "percolation", "conductivity"]) {
      const drawing = document.getElementById(name);
      drawing.scrollIntoView();
      await drawn();
      const { left, right, top, bottom } = drawing.querySelector(".pointed").getBoundingClientRect();
      const place = { clientX: (left + right) / 2 + 1, clientY: (top + bottom) / 2, bubbles: true };
      drawing.dispatchEvent(new PointerEvent("pointermove", place));
      seen.pointed[name] = box.hidden ? "" : box.textContent;
      drawing.dispatchEvent(new PointerEvent("pointerleave"));
      seen.pointed[name] += box.hidden ? "" : "still there";
    }
    canvasOf("structure").setPointerCapture = canvasOf("hops").setPointerCapture = () => {};
    for (const name of ["structure", "hops"]) {
      const first = await picture(name);
      seen.space[name] = { colours: colours(name), pictures: { first } };
      const { pictures } = seen.space[name];
      for (const axis of ["a", "b", "c"]) { press(name, `View along ${axis}`); pictures[axis] = await picture(name); }
      press(name, "Larger"); pictures.larger = await picture(name);
      press(name, "First view"); pictures.again = await picture(name);
      drag(name);
      pictures.dragged = await picture(name);
      press(name, "First view");
      canvasOf(name).dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft" }));
      pictures.key = await picture(name);
      press(name, "First view");
      press(name, "N@2c: N 94.6 %, vacant 5.4 %"); pictures.hidden = await picture(name);
      press(name, "N@2c: N 94.6 %, vacant 5.4 %"); pictures.shown = await picture(name);
    }
    press("structure", "First view");
    await drawn();
    seen.measured = measured("structure");
    const column = (table, number) => [...table.tBodies[0].rows].map((row) => row.cells[number].textContent);
    const table = [...document.querySelectorAll("#network table")].pop();
    const headings = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const click = (heading) => table.tHead.rows[0].cells[headings.indexOf(heading)].querySelector("button").click();
    for (const heading of ["bottleneck", "shared"]) {
      const number = headings.indexOf(heading);
      click(heading);
      const up = column(table, number);
      click(heading);
      seen.sorted[heading] = { up, down: column(table, number), state: table.tHead.rows[0].cells[number].ariaSort };
    }
    document.body.style.width = "390px";
    dispatchEvent(new Event("resize"));
    await new Promise((done) => setTimeout(done, 500));
    seen.telephone = document.body.scrollWidth;
    const { left } = document.body.getBoundingClientRect();
    const outside = (element) => element.getBoundingClientRect().right - left > 391 && !element.closest(".wide");
    seen.outside = [...document.body.querySelectorAll("*")].filter(outside).map((element) => element.outerHTML.slice(0, 80));
    const wides = [...document.querySelectorAll(".wide")];
    const isCut = (wide) => wide.scrollWidth > wide.clientWidth + 1;
    seen.cut = wides.filter(isCut).length;
    const says = (wide) => getComputedStyle(wide, "::before").content.includes("sideways");
    seen.unsaid = wides.filter((wide) => isCut(wide) !== says(wide)).length;
    const names = performance.getEntriesByType("resource").map((one) => one.name);
    seen.fetched = names.filter((name) => !name.startsWith("data:") && !name.startsWith("blob:"));
  } catch (error) {
    complaints.push(String(error));
  }
  seen.complaints = complaints;
  fetch("http://127.0.0.1:PORT/", { method: "POST", mode: "no-cors", body: JSON.stringify(seen) });
});
</script>"""


class Receiver(BaseHTTPRequestHandler):
    """Takes what the page reports; nothing else listens to it."""

    def do_POST(self):
        self.server.received = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_words):
        pass


def reported(page: str, probe: str, folder):
    """What a script on a page reports."""
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        probed = page.replace("<head>", f"<head>{LISTEN}", 1)
        end = probed.rindex("</body>")
        script = probe.replace("PORT", str(server.server_port))
        (folder / "page.html").write_text(probed[:end] + script + probed[end:], encoding="utf-8")
        command = [CHROMIUM, *OPTIONS, f"--user-data-dir={folder / 'profile'}", f"file://{folder / 'page.html'}"]
        server.received, server.timeout = None, 240
        browser = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )  # fmt: skip
        try:
            server.handle_request()
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()
    assert server.received, "the page reported nothing"
    return server.received


@pytest.fixture(scope="module")
def seen(main_job, tmp_path_factory):
    """What a script on the report saw."""
    page = (main_job / "report.html").read_text(encoding="utf-8")
    return reported(page, PROBE, tmp_path_factory.mktemp("browser"))


@pytest.mark.parametrize("kind", ["structure", "conductivity"])
def test_a_figure_of_its_own_fills_the_window(nitrivac, tmp_path, kind):
    assert nitrivac("plot", kind, "alpha-Li3N", "-o", tmp_path / "figure.html").code == 0
    probe = """<script>
addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() => {
  const box = document.querySelector(".drawing, .nitrivac-scene").getBoundingClientRect();
  const { scrollWidth, scrollHeight } = document.documentElement;
  const filled = [box.width / innerWidth, box.height / innerHeight];
  const seen = { filled, over: [scrollWidth - innerWidth, scrollHeight - innerHeight] };
  seen.complaints = complaints;
  fetch("http://127.0.0.1:PORT/", { method: "POST", mode: "no-cors", body: JSON.stringify(seen) });
})));
</script>"""
    found = reported((tmp_path / "figure.html").read_text(encoding="utf-8"), probe, tmp_path)
    assert found["complaints"] == []
    assert min(found["filled"]) > 0.95
    assert max(found["over"]) <= 1


def test_it_loads_without_a_network_and_without_complaint(seen):
    assert seen["complaints"] == []
    assert seen["fetched"] == []
    assert seen["drawings"] == ["pattern", "configurations", "percolation", "profile", "conductivity"]


def test_drawings_say_what_is_pointed_at(seen):
    assert seen["pointed"]["pattern"].startswith("0 0 2 at 28.")
    assert seen["pointed"]["percolation"] == "h1: 2.1807 Å"
    assert seen["pointed"]["conductivity"].endswith("0.000208 S/cm at 298.15 K")


@pytest.mark.parametrize("name", ["structure", "hops"])
def test_the_views_in_space_draw_and_turn(seen, name):
    pictures = seen["space"][name]["pictures"]
    assert seen["space"][name]["colours"] > 100
    assert pictures["first"] == pictures["again"] == pictures["shown"]
    changed = ["first", "a", "b", "c", "larger", "dragged", "key", "hidden"]
    assert len({pictures[one] for one in changed}) == len(changed)


def test_a_click_on_two_atoms_measures_their_distance(seen):
    names, _, said = seen["measured"].rpartition(": ")
    beta = load("beta-Li3N")
    refined = average_crystal(beta, parse_specification(beta, ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"]))
    scene = structure_scene(refined)
    one, other = (
        np.array([ball.point for ball in scene.shown_balls() if scene.kinds[ball.kind].name == name])
        for name in names.split(" to ")
    )
    apart = np.linalg.norm(one[:, None] - other[None], axis=2)
    assert said.endswith(" Å")
    assert np.abs(apart - float(said.removesuffix(" Å"))).min() < 0.006


def test_tables_sort_by_a_click(seen):
    gaps = [float(text) for text in seen["sorted"]["bottleneck"]["up"]]
    assert gaps == sorted(gaps)
    assert gaps[0] < 0  # as numbers, not as texts
    assert seen["sorted"]["bottleneck"]["down"] == seen["sorted"]["bottleneck"]["up"][::-1]
    assert seen["sorted"]["bottleneck"]["state"] == "descending"
    assert seen["sorted"]["shared"]["up"] == ["corner N", "edge N-N", "edge N-N", "face N-N-N"]


def test_it_fits_a_telephone(seen):
    assert seen["telephone"] <= 390
    assert seen["outside"] == []


def test_what_a_telephone_cuts_says_so(seen):
    assert seen["cut"] > 3
    assert seen["unsaid"] == 0
