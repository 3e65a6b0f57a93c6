"use strict";
// Tables sort by a click on a heading; numbers as numbers, empty cells last.
(() => {
  const value = (cell) => {
    const text = cell.textContent.trim();
    const plain = text.replace(/^[<>~≈]\s?/, "").replace(/[,%]/g, "").replace(/[−–]/g, "-");
    const fraction = plain.match(/^(\d+)\/(\d+)$/);
    if (fraction) return fraction[1] / fraction[2];
    if (text === "" || text === "-") return null;
    const first = plain.match(/^[-+]?\d+(\.\d+)?(e[-+]?\d+)?/i);
    return first && !/^[-+]?\d[\d.]*[a-z]/i.test(plain.replace(/^[-+]?\d+(\.\d+)?e[-+]?\d+/i, "0")) ? Number(first[0]) : text;
  };
  const compare = (one, two) => {
    if (one === null || two === null) return (one === null) - (two === null);
    if (typeof one === "number" && typeof two === "number") return one - two;
    return String(one).localeCompare(String(two), "en", { numeric: true });
  };
  for (const table of document.querySelectorAll("table")) {
    if (!table.tHead || table.tBodies[0].rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      if (!heading.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...[...heading.childNodes].filter((node) => node.nodeName !== "A"));
      heading.prepend(button);
      button.addEventListener("click", () => {
        const descending = heading.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const rows = [...table.tBodies[0].rows].map((row) => [value(row.cells[column]), row]);
        rows.sort(([one], [two]) => (one === null || two === null ? compare(one, two) : (descending ? -1 : 1) * compare(one, two)));
        table.tBodies[0].append(...rows.map(([, row]) => row));
      });
    });
  }
})();
// What is wider than the screen says so.
(() => {
  const mark = () => {
    for (const wide of document.querySelectorAll(".wide")) wide.classList.toggle("cut", wide.scrollWidth > wide.clientWidth + 1);
  };
  mark();
  addEventListener("resize", mark);
})();
