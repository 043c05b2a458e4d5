
"use strict";
const key = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent;
const compare = new Intl.Collator("en", { numeric: true }).compare;

function sort(table, column, descending) {
  const body = table.tBodies[0];
  const sign = descending ? -1 : 1;
  const rows = [...body.rows].sort((a, b) => sign * compare(key(a, column), key(b, column)));
  body.append(...rows);
  [...table.tHead.rows[0].cells].forEach((head, index) => {
    head.ariaSort = index === column ? (descending ? "descending" : "ascending") : null;
  });
}

for (const table of document.querySelectorAll("table")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    head.firstElementChild.addEventListener("click", () => sort(table, column, head.ariaSort === "ascending"));
  });
}

const search = document.getElementById("search");
const verdict = document.getElementById("verdict");
const recordings = document.getElementById("recordings");

function choose() {
  const wanted = search.value.toLowerCase();
  let shown = 0;
  for (const row of recordings.tBodies[0].rows) {
    const fits = row.textContent.toLowerCase().includes(wanted)
      && (verdict.value === "" || row.cells[1].textContent === verdict.value);
    row.hidden = !fits;
    shown += fits;
  }
  document.getElementById("shown").textContent = `${shown} shown`;
}

search.addEventListener("input", choose);
verdict.addEventListener("input", choose);
sort(recordings, 0, true);
choose();
