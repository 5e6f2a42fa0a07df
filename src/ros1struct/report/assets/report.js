"use strict";
// Tables can be sorted by their headings and filtered by a word. Without scripts they are whole.
(() => {
  const few = 6; // shorter tables are seen at a glance

  const number = text => {
    const found = parseFloat(text);
    return Number.isNaN(found) ? -Infinity : found;
  };
  // The library wants the larger first.
  Tablesort.extend("number", () => false, (a, b) => {
    const [x, y] = [number(a), number(b)];
    return x === y ? 0 : y - x;
  });

  function addFilter(table, place) {
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map(row => row.textContent.toLowerCase());
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("span");
    label.className = "filter";
    label.append("Filter rows ", input);
    input.type = "search";
    input.setAttribute("aria-label", `Filter rows of: ${table.caption.textContent}`);
    count.setAttribute("role", "status");
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, k) => {
        row.hidden = !words.every(word => texts[k].includes(word));
        shown += !row.hidden;
      });
      count.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
    });
    const bar = document.createElement("p");
    bar.className = "tools";
    bar.append(label, count);
    place.before(bar);
  }

  function prepare(table) {
    const rows = table.tBodies[0].rows.length;
    if (rows < 2) return;
    new Tablesort(table);
    table.classList.add("sorts");
    if (rows > few) addFilter(table, table.closest(".scroll"));
  }

  // A folded part opens when something in it is linked to.
  function unfold() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const folded = target && target.closest("details");
    if (folded) folded.open = true;
  }

  document.querySelectorAll("table.sortable").forEach(prepare);
  window.addEventListener("hashchange", unfold);
  unfold();
})();
