// The whole board: head, findings, sections, where the numbers come from. Drawn again when the language changes.

// Draws a board into an element. `options`: `ask` (question to promise), `language` ("en", "fr"), `embedded`.
function mount(element, payload, options = {}) {
  const board = {
    payload, root: element, window: element.ownerDocument.defaultView, embedded: Boolean(options.embedded),
    language: Math.max(0, LANGUAGES.indexOf(startLanguage(element, options))), formats: {}, chosen: {}, sections: {},
  };
  board.live = h("p", { class: "vh", role: "status", "aria-live": "polite" });
  board.ask = askerFor(board, options);
  drawBoard(board);
  return board;
}

function startLanguage(element, options) {
  const asked = /[#&]lang=(en|fr)\b/.exec(options.embedded ? "" : location.hash);
  return asked ? asked[1] : options.language || (document.documentElement.lang || "en").slice(0, 2);
}

function drawBoard(board) {
  const began = performance.now();
  const { payload, root } = board;
  root.lang = TAGS[board.language];
  if (!board.embedded) {
    document.documentElement.lang = TAGS[board.language];
    // Each printed page carries the marking.
    document.documentElement.style.setProperty("--marking", payload.marking ? JSON.stringify(pick(board, payload.marking)) : '""');
    document.title = `${pick(board, payload.title)} – ${pick(board, payload.subtitle)}`;
  }
  root.replaceChildren(
    board.embedded ? null : h("a", { class: "skip", href: "#main" }, say(board, "skip")),
    head(board), h("main", { id: "main", tabindex: "-1" }, findings(board), sections(board)), foot(board), board.live,
  );
  root.dataset.drawn = String(Math.round(performance.now() - began));
}

function head(board) {
  const { payload } = board;
  return h("header", { class: "board-head" },
    h("div", { class: "top" }, boardLinks(board), languageSwitch(board)),
    payload.marking && h("p", { class: "marking" }, h("span", { class: "vh" }, say(board, "marking"), " "), pick(board, payload.marking)),
    h("h1", {}, pick(board, payload.title)),
    h("p", { class: "subtitle" }, pick(board, payload.subtitle)),
    placeLinks(board));
}

function boardLinks(board) {
  const { boards } = board.payload.links;
  return boards.length ? linkList(board, boards, "dashboards", "boards") : h("span", {});
}

function placeLinks(board) {
  const { cycles, organizations } = board.payload.links;
  return [
    organizations.length > 1 && organizationChoice(board, organizations),
    cycles.length > 1 && linkList(board, cycles, "cycles", "cycles"),
  ];
}

function linkList(board, entries, name, style) {
  return h("nav", { class: `links ${style}`, "aria-label": say(board, name) },
    h("span", { class: "links-name", "aria-hidden": "true" }, say(board, name)),
    h("ul", {}, entries.map(([text, href, current]) =>
      h("li", {}, h("a", { href: inLanguage(board, href), "aria-current": current ? "page" : null }, pick(board, text))))));
}

// Many organizations: chosen, then opened, so that nothing changes while a reader moves through the list.
function organizationChoice(board, entries) {
  const options = entries.map(([text, href, current]) => h("option", { value: href, selected: current }, pick(board, text)));
  const select = h("select", { id: "organization-choice" }, options);
  const open = () => board.window.location.assign(inLanguage(board, select.value));
  return h("form", { class: "organizations", onsubmit: (event) => (event.preventDefault(), open()) },
    h("label", { for: "organization-choice" }, say(board, "organization")), select,
    h("button", { type: "submit" }, say(board, "open")));
}

// Addresses carry the language the reader is in now, not the one the page was sent in.
function inLanguage(board, href) {
  return href.replace(/([?&]lang=)(en|fr)/, `$1${LANGUAGES[board.language]}`);
}

function languageSwitch(board) {
  const other = 1 - board.language;
  const change = (event) => {
    event.preventDefault();
    setLanguage(board, other);
  };
  return h("a", { class: "language", href: board.payload.links.languages[other] || `#lang=${LANGUAGES[other]}`, lang: TAGS[other],
    hreflang: TAGS[other], onclick: change }, WORDS.language_name[other]);
}

function setLanguage(board, language) {
  board.language = language;
  board.formats = {};
  const address = board.payload.links.languages[language] || `#lang=${LANGUAGES[language]}`;
  if (!board.embedded) board.window.history.replaceState(null, "", address);
  drawBoard(board);
  board.onlanguage?.(LANGUAGES[language]);
  board.root.querySelector(".language").focus();
  announce(board, say(board, "language_now"));
}

function findings(board) {
  const html = pick(board, board.payload.findings);
  return html && h("div", { class: "findings", role: "region", "aria-label": say(board, "findings"), html });
}

function sections(board) {
  const drawn = [];
  const choices = new Set();
  for (const section of board.payload.sections) {
    if (section.kind === "map") drawn.push(mapSection(board, section));
    else if (section.kind === "form") drawn.push(formSection(board, section));
    else if (!section.choice) drawn.push(partsSection(board, section));
    else if (!choices.has(section.choice)) {
      choices.add(section.choice);
      drawn.push(choiceSection(board, section.choice, board.payload.sections.filter((one) => one.choice === section.choice)));
    }
  }
  const kinds = board.payload.sections.map((section) => section.kind);
  return kinds.includes("parts") && !kinds.includes("map") ? [...drawn, boardTools(board)] : drawn;
}

function foot(board) {
  return h("footer", {},
    h("details", {}, h("summary", {}, say(board, "provenance")),
      h("dl", {}, pick(board, board.payload.provenance).map(([name, value]) =>
        h("div", {}, h("dt", {}, name), h("dd", {}, value))))));
}

// What anywidget calls.
function render({ model, el }) {
  el.classList.add("etm", "board");
  const ask = model.get("payload").asks ? askModel(model) : null;
  const board = mount(el, model.get("payload"), { ask, language: model.get("language"), embedded: true });
  board.onlanguage = (language) => {
    model.set("language", language);
    model.save_changes();
  };
}

export { mount };
export default { render };
