// The any-day view: every list, count and colour follows the day. What is shown comes from the days on which the status of each
// workload changed, so it is exact. The day, and what is chosen besides, are kept in the address.
(() => {
  "use strict";

  const home = document.getElementById("days");
  if (!home) return;

  const states = ["blocked", "failing", "overdue", "incomplete", "gap", "contested", "info", "met", "not-applicable"];
  const say = window.munimentWords(document.currentScript);
  const long = window.munimentDate(document.currentScript);
  const words = {
    blocked: say("stateBlocked"), failing: say("stateFailing"), overdue: say("stateOverdue"), incomplete: say("stateIncomplete"), gap: say("stateGap"),
    contested: say("stateContested"), info: say("stateInfo"), met: say("stateMet"), "not-applicable": say("stateNotApplicable"),
  };
  const most = 400; // rows shown
  const atOnce = 100; // of them before the reader sees the day; the rest follows while they read
  const { first, last, today } = home.dataset;

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const labelled = (label, control) => make("div", {}, make("label", { htmlFor: control.id }, label), control);
  const number = (day) => Date.parse(`${day}T00:00:00Z`) / 86400000;
  const written = (n) => new Date(n * 86400000).toISOString().slice(0, 10);
  const verdict = (state) => make("strong", { className: `muniment-verdict muniment-state--${state}` }, words[state]);

  const day = make("input", { id: "days-day", type: "date", min: first, max: last, required: true });
  const slide = make("input", { id: "days-slide", type: "range", min: "0", max: String(number(last) - number(first)), className: "muniment-slide" });
  const organisation = make("select", { id: "days-organisation" }, make("option", { value: "" }, say("all")));
  const state = make("select", { id: "days-state" }, make("option", { value: "" }, say("all")), ...states.filter((s) => s !== "contested" && s !== "info").map((s) => make("option", { value: s }, words[s])));
  const step = (text, move) => {
    const button = make("button", { type: "button", className: "muniment-step" }, text);
    button.addEventListener("click", () => choose(move(day.value || today)));
    return button;
  };
  const months = (from, n) => {
    const [y, m, d] = from.split("-").map(Number);
    const end = new Date(Date.UTC(y, m + n, 0)).getUTCDate();
    return new Date(Date.UTC(y, m - 1 + n, Math.min(d, end))).toISOString().slice(0, 10);
  };
  const steps = make("div", { className: "muniment-steps" },
    step(say("monthBack"), (d) => months(d, -1)), step(say("dayBack"), (d) => written(number(d) - 1)), step(say("today"), () => today),
    step(say("dayOn"), (d) => written(number(d) + 1)), step(say("monthOn"), (d) => months(d, 1)));
  const title = make("h2", {});
  const status = make("p", {});
  status.setAttribute("role", "status");
  const counts = make("p", { className: "muniment-tally" });
  const body = make("tbody", {});
  const table = make("table", { className: "muniment-table muniment-stack" },
    make("caption", { className: "nhsuk-u-visually-hidden" }, say("caption")),
    make("thead", {}, make("tr", {}, ...[say("workload"), say("organisation"), say("state")].map((text) => Object.assign(make("th", {}, text), { scope: "col" })))), body);

  const asked = new URLSearchParams(window.location.search || window.location.hash.slice(1));
  const remember = () => {
    const now = new URLSearchParams({ day: day.value });
    if (organisation.value) now.set("organisation", organisation.value);
    if (state.value) now.set("state", state.value);
    try {
      window.history.replaceState(null, "", `?${now}`);
    } catch {
      window.location.replace(`#${now}`);
    }
  };

  let workloads = [];
  window.munimentDays = (part) => { workloads = workloads.concat(part); };

  // on gives the state of a workload on a day: that of the last spell that began by then.
  const on = (spells, n) => {
    let low = 0;
    let high = spells.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spells[middle * 2] <= n) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : spells[low * 2 - 1];
  };

  const rowOn = (chosen) => ([rank, w]) => {
    const name = w[2] ? make("a", { href: `${w[2]}?day=${chosen}#timeline` }, w[0]) : w[0];
    const head = make("th", { scope: "row" }, name, make("small", {}, w[2] ? w[1] : say("gone", { id: w[1] })));
    const cells = [make("td", {}, w[3]), make("td", {}, verdict(states[rank]))];
    cells[0].dataset.label = say("organisation");
    cells[1].dataset.label = say("state");
    return make("tr", { className: `muniment-state--${states[rank]}` }, head, ...cells);
  };

  let following; // what is still to be listed
  const show = () => {
    if (!day.value || day.value < first || day.value > last) {
      status.textContent = say("choose", { first: long(first), last: long(last) });
      return;
    }
    const began = performance.now();
    const n = number(day.value) - number(first);
    slide.value = String(n);
    slide.setAttribute("aria-valuetext", long(day.value));
    const tally = new Map();
    const rows = [];
    let there = 0;
    for (const w of workloads) {
      if (organisation.value && w[3] !== organisation.value) continue;
      const rank = on(w[4], n);
      if (rank < 0) continue;
      there += 1;
      tally.set(rank, (tally.get(rank) || 0) + 1);
      if (!state.value || states[rank] === state.value) rows.push([rank, w]);
    }
    rows.sort((a, b) => a[0] - b[0]);
    title.textContent = day.value > today ? say("forecast", { date: long(day.value) }) : long(day.value);
    counts.replaceChildren(...states.flatMap((s, rank) => (tally.get(rank) ? [make("span", { className: `muniment-tally__item muniment-state--${s}` }, `${tally.get(rank)} ${words[s]}`), " "] : [])));
    window.clearTimeout(following);
    const listed = rows.slice(0, most);
    const row = rowOn(day.value);
    body.replaceChildren(...listed.slice(0, atOnce).map(row));
    if (listed.length > atOnce) following = window.setTimeout(() => body.append(...listed.slice(atOnce).map(row)), 50);
    const worst = rows.length > most;
    if (state.value && worst) status.textContent = say("inStateWorst", { count: there, found: rows.length, most });
    else if (state.value) status.textContent = say("inState", { count: there, found: rows.length });
    else if (worst) status.textContent = say("thereWorst", { count: there, most });
    else status.textContent = say("there", { count: there });
    home.dataset.took = (performance.now() - began).toFixed(1);
    remember();
  };

  const choose = (to) => {
    day.value = to < first ? first : to > last ? last : to;
    show();
  };

  Promise.all(home.dataset.days.split(" ").map((src) => new Promise((done, failed) => {
    const script = make("script", { src });
    script.addEventListener("load", done);
    script.addEventListener("error", failed);
    document.head.append(script);
  }))).then(() => {
    workloads.sort((a, b) => (a[1] < b[1] ? -1 : 1));
    for (const name of [...new Set(workloads.map((w) => w[3]))].sort((a, b) => a.localeCompare(b, document.documentElement.lang, { numeric: true }))) {
      organisation.append(make("option", { value: name }, name));
    }
    organisation.value = asked.get("organisation") || "";
    state.value = asked.get("state") || "";
    const bar = make("div", { className: "muniment-filter" }, labelled(say("day"), day), labelled(say("organisation"), organisation), labelled(say("state"), state));
    home.replaceChildren(bar, labelled(say("move"), slide), steps, title, status, counts, table);
    for (const control of [day, organisation, state]) control.addEventListener("input", show);
    slide.addEventListener("input", () => choose(written(number(first) + Number(slide.value))));
    choose(asked.get("day") || today);
  }, () => {
    home.replaceChildren(make("p", {}, say("failed")));
  });
})();
