// Small improvements for people whose browser runs scripts. Every page is complete without this file, from file:// too.
//
// A table with data-filter gets a box to filter its rows by words, and a choice for each header with data-filter-by.
// A header with data-sort="text", "number" or "date" gets a button to sort by. A cell's data-value, where present, is
// compared instead of its words; data-order is compared when sorting alone. What was chosen is kept in the address, so that it can be sent to somebody.
(() => {
  "use strict";

  // What scripts say is in the attributes of their own elements, in the language of the page: data-shown-other="{count} shown". A number
  // chooses among the forms as that language does. This script runs first, so the others find the function here.
  const language = document.documentElement.lang;
  const numbers = new Intl.PluralRules(language);
  const forms = { zero: "Zero", one: "One", two: "Two", few: "Few", many: "Many", other: "Other" };
  window.munimentWords = ({ dataset }) => (name, values = {}) => {
    const form = "count" in values && (dataset[name + forms[numbers.select(values.count)]] || dataset[`${name}Other`]);
    return (form || dataset[name] || "").replace(/\{([a-z]+)\}/g, (_, place) => values[place]);
  };
  const say = window.munimentWords(document.currentScript);
  // How a day is written is in the same attributes.
  window.munimentDate = ({ dataset }) => (day) => dataset.date.replace("{day}", String(Number(day.slice(8))))
    .replace("{month}", dataset.months.split("|")[Number(day.slice(5, 7)) - 1]).replace("{year}", day.slice(0, 4));
  const long = window.munimentDate(document.currentScript);

  const address = new URL(window.location.href);

  const remember = (name, value) => {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
    try {
      window.history.replaceState(null, "", address);
    } catch {
      // Browsers forbid this on file://; the choice then lasts as long as the page.
    }
  };

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const words = (cell) => (cell ? cell.textContent.trim().replace(/\s+/g, " ") : "");
  const valueOf = (cell) => (cell && cell.dataset.value !== undefined ? cell.dataset.value : words(cell));

  const orderOf = (cell) => (cell && cell.dataset.order !== undefined ? cell.dataset.order : valueOf(cell));

  const compare = {
    text: (a, b) => a.localeCompare(b, language, { numeric: true, sensitivity: "base" }),
    number: (a, b) => Number(a.replace(/[^0-9.-]/g, "")) - Number(b.replace(/[^0-9.-]/g, "")),
    date: (a, b) => (a < b ? -1 : a > b ? 1 : 0), // year-month-day sorts as text
  };

  const sortable = (table, name) => {
    const headers = [...table.tHead.rows[0].cells];

    const sort = (header, direction) => {
      const column = headers.indexOf(header);
      const order = compare[header.dataset.sort] || compare.text;
      const sign = direction === "descending" ? -1 : 1;
      for (const body of table.tBodies) {
        const rows = [...body.rows].map((row) => ({ row, value: orderOf(row.cells[column]) }));
        // What has no value comes last, whichever way the rest is sorted.
        rows.sort((a, b) => (a.value === "") - (b.value === "") || sign * order(a.value, b.value));
        body.append(...rows.map((r) => r.row));
      }
      for (const other of headers) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", direction);
      remember(`${name}.sort`, `${column}.${direction}`);
    };

    for (const header of headers.filter((h) => "sort" in h.dataset)) {
      const button = make("button", { type: "button", className: "muniment-sort" }, ...header.childNodes);
      button.addEventListener("click", () => {
        sort(header, header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending");
      });
      header.append(button);
    }

    const [column, direction] = (address.searchParams.get(`${name}.sort`) || "").split(".");
    const header = headers[Number(column)];
    if (column && header && "sort" in header.dataset) {
      sort(header, direction === "descending" ? "descending" : "ascending");
    }
  };

  const filterable = (table, name) => {
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const headers = [...table.tHead.rows[0].cells];
    const tests = [];
    const bar = make("div", { className: "muniment-filter" });
    bar.setAttribute("role", "search");
    bar.setAttribute("aria-label", table.dataset.filter ? say("filter", { what: table.dataset.filter }) : say("filterTable"));
    const count = make("p", { className: "muniment-filter__count" });
    count.setAttribute("role", "status");

    const apply = () => {
      let shown = 0;
      for (const row of rows) {
        row.hidden = !tests.every((test) => test(row));
        if (!row.hidden) shown += 1;
      }
      count.textContent = shown === rows.length ? say("shown", { count: shown }) : say("some", { shown, count: rows.length });
    };

    const control = (element, label, key, test) => {
      element.id = `${name}-${key}`;
      element.value = address.searchParams.get(`${name}.${key}`) || "";
      element.addEventListener("input", () => {
        remember(`${name}.${key}`, element.value);
        apply();
      });
      tests.push((row) => element.value === "" || test(row, element.value));
      bar.append(make("div", {}, make("label", { htmlFor: element.id }, label), element));
    };

    control(make("input", { type: "search", autocomplete: "off" }), say("byWords"), "words", (row, value) => {
      const text = words(row).toLowerCase();
      return value.toLowerCase().split(/\s+/).every((word) => text.includes(word));
    });

    headers.forEach((header, column) => {
      if (!("filterBy" in header.dataset)) return;
      const choices = [...new Set(rows.map((row) => valueOf(row.cells[column])))].filter(Boolean).sort(compare.text);
      const select = make("select", {}, make("option", { value: "" }, say("all")), ...choices.map((c) => make("option", { value: c }, c)));
      control(select, words(header).replace(/[↕▲▼]/g, "").trim(), String(column), (row, value) => valueOf(row.cells[column]) === value);
    });

    bar.append(count);
    (table.closest(".muniment-scroll") || table).before(bar);
    apply();
  };

  document.querySelectorAll("table[data-filter], table[data-sort]").forEach((table, i) => {
    if (!table.tHead || !table.tHead.rows.length) return;
    const name = table.id || `table-${i + 1}`;
    if ("filter" in table.dataset) filterable(table, name);
    if (table.querySelector("thead th[data-sort]")) sortable(table, name);
  });

  // A page says when it was judged; what that means depends on today, which only the reader's own clock knows.
  const stale = 14; // days after which a reader should ask for a new build
  document.querySelectorAll("[data-asof]").forEach((line) => {
    const asOf = Date.parse(line.dataset.asof);
    const now = new Date();
    const days = Math.round((Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - asOf) / 86400000);
    if (!(days >= 1)) return;
    const age = say("ago", { count: days });
    const day = line.querySelector("time");
    if (day) day.after(`, ${age}`);
    const main = document.querySelector("main");
    if (days <= stale || !main) return;
    const words = say("stale", { count: days });
    main.prepend(make("div", { className: "muniment-notice" }, make("p", {}, make("strong", {}, words))));
  });

  // A link from the any-day view names a day: the row of the timeline that it lies in is marked.
  const wanted = address.searchParams.get("day") || "";
  const began = [...document.querySelectorAll("th[data-from]")].filter((cell) => cell.dataset.from <= wanted);
  const lies = began.sort((a, b) => (a.dataset.from < b.dataset.from ? 1 : -1))[0];
  if (lies) {
    const fold = lies.closest("details");
    if (fold) fold.open = true;
    const row = lies.parentElement;
    row.classList.add("muniment-marked");
    lies.append(make("small", {}, say("chosen", { date: long(wanted) })));
    row.scrollIntoView({ block: "center" });
  }

  // "/" goes to the search page, or into its box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const box = document.getElementById("search-words");
    const way = document.querySelector('nav a[href$="search.html"]');
    if (box) box.focus();
    else if (way) way.click();
    else return;
    event.preventDefault();
  });

  // A printed page shows what is folded away.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
})();
