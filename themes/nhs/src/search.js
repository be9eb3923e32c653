// The search page. The index was written when the portal was built, in parts; they are fetched as scripts when somebody begins to
// search, which works from file:// and under script-src 'self'. So are the texts of records, when somebody asks to look inside them.
// What was asked is kept in the address.
import MiniSearch from "minisearch";
import SearchableMap from "minisearch/SearchableMap";

(() => {
  "use strict";

  const home = document.getElementById("search");
  if (!home) return;

  const options = { fields: ["name", "text"], storeFields: ["n", "p", "k", "m", "s"] };
  const most = 100; // results shown
  const slip = 0.2; // of the letters of a word may be wrong
  const split = MiniSearch.getDefault("tokenize");
  const lower = MiniSearch.getDefault("processTerm");
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
  const inside = make("input", { id: "search-texts", type: "checkbox" });
  if (home.dataset.inside) bar.append(make("div", { className: "muniment-tick" }, inside, make("label", { htmlFor: inside.id }, say("texts"))));
  const offer = make("button", { className: "muniment-look", type: "button", hidden: true }, say("lookInside"));
  home.replaceChildren(bar, status, offer, list);

  // The address holds what was asked: in its query, or after the # where a browser forbids to change the query (file://).
  const asked = new URLSearchParams(window.location.search || window.location.hash.slice(1));
  box.value = asked.get("q") || "";
  kind.value = asked.get("kind") || "";
  state.value = asked.get("state") || "";
  inside.checked = Boolean(home.dataset.inside) && asked.get("texts") === "1";
  const remember = () => {
    const now = new URLSearchParams();
    if (box.value) now.set("q", box.value);
    if (kind.value) now.set("kind", kind.value);
    if (state.value) now.set("state", state.value);
    if (inside.checked) now.set("texts", "1");
    const text = now.toString();
    try {
      window.history.replaceState(null, "", text ? `?${text}` : window.location.pathname);
    } catch {
      window.location.replace(`#${text}`);
    }
  };

  const indexes = [];
  window.munimentIndex = (part) => indexes.push(MiniSearch.loadJS(part, options));

  const fetched = {};
  const load = (names, saying) => {
    if (fetched[names]) return fetched[names];
    status.textContent = saying;
    fetched[names] = Promise.all(names.split(" ").filter(Boolean).map((src) => new Promise((done, failed) => {
      const script = make("script", { src });
      script.addEventListener("load", done);
      script.addEventListener("error", () => failed(new Error(src)));
      document.head.append(script);
    })));
    return fetched[names];
  };
  const loadIndex = () => load(home.dataset.search, say("fetching"));

  // Texts say of each word which documents hold it; what else is known of these is in the index.
  const texts = [];
  window.munimentTexts = ({ ids, words, lists }) => texts.push({ ids, words: SearchableMap.from(words.split(" ").map((word, i) => [word, i])), lists: lists.split(" ") });
  const known = (part) => {
    part.known ||= part.ids.map((id) => indexes.reduce((found, index) => found || (index.has(id) ? { id, ...index.getStoredFields(id) } : null), null));
    return part.known;
  };

  // each goes through a list: how many documents are left out before the next one, in digits of four bits from _ on, the lowest first.
  const each = (held, visit) => {
    let n = -1;
    for (let i = 0; i < held.length;) {
      let gap = 0;
      let digit;
      let shift = 0;
      do {
        digit = held.charCodeAt(i++) - 95;
        gap |= (digit & 15) << shift;
        shift += 4;
      } while (digit & 16);
      visit(n += gap + 1);
    }
  };

  // findInside gives the documents of a part that hold all words, by the same rules as find does.
  const findInside = (part, words, loosely) => {
    const reached = new Uint16Array(part.ids.length); // how many of the words a document holds, from the first on
    words.forEach((word, n) => {
      const most = loosely && word.length > 3 ? Math.round(word.length * slip) : 0;
      const near = most ? [...part.words.fuzzyGet(word, most).values()].map(([i]) => i) : [];
      for (const i of [...part.words.atPrefix(word).values(), ...near]) each(part.lists[i], (at) => { if (reached[at] === n) reached[at]++; });
    });
    return known(part).filter((r, at) => r && reached[at] === words.length);
  };

  // find looks into every part. All words must be there: as they are, as beginnings, or with a slip of the pen. Inside texts the name
  // counts as well; what has no word there that its name has not comes first, for it was found without them.
  const find = (words) => {
    const wanted = (r) => (!kind.value || r.k === kind.value) && (!state.value || r.s === state.value);
    const query = words.trim() || MiniSearch.wildcard;
    const how = { prefix: true, combineWith: "AND", boost: { name: 3 } };
    if (kind.value || state.value) how.filter = wanted;
    const alone = inside.checked ? [...new Set(split(words).map(lower).filter(Boolean))] : [];
    const look = (loosely) => {
      const named = indexes.map((index) => index.search(query, how));
      if (!alone.length) return { named, held: [] };
      const already = new Set(named.flatMap((part) => part.map((r) => r.id)));
      const held = texts.flatMap((part) => findInside(part, alone, loosely)).filter((r) => !already.has(r.id) && wanted(r));
      return { named, held };
    };
    let { named, held } = look(false);
    if (!held.length && !named.some((part) => part.length)) {
      how.fuzzy = (term) => (term.length > 3 ? slip : false);
      ({ named, held } = look(true));
    }
    // Each part is in order, so the best of all are among the best of each.
    const best = named.flatMap((part) => part.slice(0, most)).sort((a, b) => b.score - a.score || (a.n < b.n ? -1 : 1)).slice(0, most);
    const rest = held.length && best.length < most ? held.sort((a, b) => (a.n < b.n ? -1 : 1)).slice(0, most - best.length) : [];
    return { count: named.reduce((n, part) => n + part.length, held.length), best: [...best, ...rest.map((r) => ({ ...r, inside: true }))] };
  };

  const item = (r) => {
    const line = make("li", {}, make("a", { href: r.p }, r.n), " ");
    if (r.s) line.append(make("strong", { className: `muniment-verdict muniment-state--${r.s}` }, states[r.s] || r.s));
    line.append(make("small", {}, [one[r.k] || r.k, r.m, r.inside && say("inTexts")].filter(Boolean).join(" · ")));
    return line;
  };

  const show = async () => {
    offer.hidden = true;
    if (!box.value.trim() && !kind.value && !state.value) {
      status.textContent = say("total", { count: Number(home.dataset.total) });
      list.replaceChildren();
      return;
    }
    try {
      await loadIndex();
      if (inside.checked && box.value.trim()) await load(home.dataset.inside, say("fetchingTexts"));
    } catch {
      status.textContent = say("failed");
      return;
    }
    const began = performance.now();
    const { count, best } = find(box.value);
    home.dataset.took = (performance.now() - began).toFixed(1);
    list.replaceChildren(...best.map(item));
    status.textContent = count > most ? say("best", { count, most }) : say("found", { count });
    offer.hidden = count > 0 || inside.checked || !home.dataset.inside || !box.value.trim();
  };

  const change = () => {
    remember();
    show();
  };
  for (const control of [box, kind, state, inside]) control.addEventListener("input", change);
  box.addEventListener("focus", () => loadIndex().then(show, show), { once: true });
  offer.addEventListener("click", () => {
    inside.checked = true;
    box.focus();
    change();
  });

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
