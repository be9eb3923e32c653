// The search page. The index was written when the portal was built, in parts; they are fetched as scripts when somebody begins to
// search, which works from file:// and under script-src 'self'. What was asked is kept in the address.
import MiniSearch from "minisearch";

(() => {
  "use strict";

  const home = document.getElementById("search");
  if (!home) return;

  const options = { fields: ["name", "text"], storeFields: ["n", "p", "k", "m", "s"] };
  const most = 100; // results shown
  const say = window.munimentWords(document.currentScript);
  const kinds = {
    workload: say("workloads"), organisation: say("organisations"), supplier: say("suppliers"), contract: say("contracts"),
    footprint: say("footprints"), obligation: say("obligations"),
  };
  const one = {
    workload: say("workload"), organisation: say("organisation"), supplier: say("supplier"), contract: say("contract"),
    footprint: say("footprint"), obligation: say("obligation"),
  };
  const states = {
    blocked: say("stateBlocked"), failing: say("stateFailing"), overdue: say("stateOverdue"), incomplete: say("stateIncomplete"), gap: say("stateGap"),
    met: say("stateMet"), "not-applicable": say("stateNotApplicable"),
  };

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const select = (id, all, choices) => make("select", { id }, make("option", { value: "" }, all),
    ...Object.entries(choices).map(([value, text]) => make("option", { value }, text)));
  const labelled = (label, control) => make("div", {}, make("label", { htmlFor: control.id }, label), control);

  const box = make("input", { id: "search-words", type: "search", autocomplete: "off" });
  const kind = select("search-kind", say("everything"), kinds);
  const state = select("search-state", say("anyState"), states);
  const status = make("p", { className: "muniment-filter__count" });
  status.setAttribute("role", "status");
  const list = make("ol", { className: "muniment-found" });
  const bar = make("div", { className: "muniment-filter" }, labelled(say("words"), box), labelled(say("kind"), kind), labelled(say("state"), state));
  bar.setAttribute("role", "search");
  home.replaceChildren(bar, status, list);

  // The address holds what was asked: in its query, or after the # where a browser forbids to change the query (file://).
  const asked = new URLSearchParams(window.location.search || window.location.hash.slice(1));
  box.value = asked.get("q") || "";
  kind.value = asked.get("kind") || "";
  state.value = asked.get("state") || "";
  const remember = () => {
    const now = new URLSearchParams();
    if (box.value) now.set("q", box.value);
    if (kind.value) now.set("kind", kind.value);
    if (state.value) now.set("state", state.value);
    const text = now.toString();
    try {
      window.history.replaceState(null, "", text ? `?${text}` : window.location.pathname);
    } catch {
      window.location.replace(`#${text}`);
    }
  };

  const indexes = [];
  window.munimentIndex = (part) => indexes.push(MiniSearch.loadJS(part, options));

  let loading;
  const load = () => {
    if (loading) return loading;
    status.textContent = say("fetching");
    loading = Promise.all(home.dataset.search.split(" ").filter(Boolean).map((src) => new Promise((done, failed) => {
      const script = make("script", { src });
      script.addEventListener("load", done);
      script.addEventListener("error", () => failed(new Error(src)));
      document.head.append(script);
    })));
    return loading;
  };

  // find looks into every part. All words must be there: as they are, as beginnings, or with a slip of the pen.
  const find = (words) => {
    const wanted = (r) => (!kind.value || r.k === kind.value) && (!state.value || r.s === state.value);
    const query = words.trim() || MiniSearch.wildcard;
    const how = { prefix: true, combineWith: "AND", boost: { name: 3 } };
    if (kind.value || state.value) how.filter = wanted;
    let parts = indexes.map((index) => index.search(query, how));
    if (!parts.some((part) => part.length)) {
      how.fuzzy = (term) => (term.length > 3 ? 0.2 : false);
      parts = indexes.map((index) => index.search(query, how));
    }
    // Each part is in order, so the best of all are among the best of each.
    const best = parts.flatMap((part) => part.slice(0, most)).sort((a, b) => b.score - a.score || (a.n < b.n ? -1 : 1));
    return { count: parts.reduce((n, part) => n + part.length, 0), best: best.slice(0, most) };
  };

  const item = (r) => {
    const line = make("li", {}, make("a", { href: r.p }, r.n), " ");
    if (r.s) line.append(make("strong", { className: `muniment-verdict muniment-state--${r.s}` }, states[r.s] || r.s));
    line.append(make("small", {}, [one[r.k] || r.k, r.m].filter(Boolean).join(" · ")));
    return line;
  };

  const show = async () => {
    if (!box.value.trim() && !kind.value && !state.value) {
      status.textContent = say("total", { count: Number(home.dataset.total) });
      list.replaceChildren();
      return;
    }
    try {
      await load();
    } catch {
      status.textContent = say("failed");
      return;
    }
    const began = performance.now();
    const { count, best } = find(box.value);
    home.dataset.took = (performance.now() - began).toFixed(1);
    list.replaceChildren(...best.map(item));
    status.textContent = count > most ? say("best", { count, most }) : say("found", { count });
  };

  const change = () => {
    remember();
    show();
  };
  for (const control of [box, kind, state]) control.addEventListener("input", change);
  box.addEventListener("focus", () => load().then(show, show), { once: true });

  // Arrow keys go through the results, Enter in the box opens the first.
  home.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Enter" && document.activeElement === box && links.length) links[0].click();
    else if (event.key === "ArrowDown" && (at >= 0 || document.activeElement === box) && links[at + 1]) links[at + 1].focus();
    else if (event.key === "ArrowUp" && at >= 0) (links[at - 1] || box).focus();
    else if (event.key === "Escape" && at >= 0) box.focus();
    else return;
    event.preventDefault();
  });

  show();
})();
