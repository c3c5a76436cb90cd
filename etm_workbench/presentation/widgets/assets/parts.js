// Sections that Python drew: shown as they are; alternatives of one choice behind tabs.

function partsSection(board, section) {
  const body = h("div", { class: "parts", html: pick(board, section.html) });
  return h("section", { id: section.anchor, "aria-labelledby": `${section.anchor}-title` },
    h("h2", { id: `${section.anchor}-title` }, pick(board, section.title)), body);
}

// Alternatives: one is seen at a time, all are in the page.
function choiceSection(board, choice, sections) {
  const chosen = (board.chosen[choice] ??= sections[0].anchor);
  const panels = sections.map((section) =>
    h("div", { role: "tabpanel", id: section.anchor, "aria-labelledby": `${section.anchor}-tab`, tabindex: "0",
      class: "parts", hidden: section.anchor !== chosen, html: pick(board, section.html) }));
  const tabs = sections.map((section) =>
    h("button", { type: "button", role: "tab", id: `${section.anchor}-tab`, "aria-controls": section.anchor,
      "aria-selected": String(section.anchor === chosen), tabindex: section.anchor === chosen ? "0" : "-1",
      onclick: () => choose(section.anchor) }, pick(board, section.title)));
  const choose = (anchor) => {
    board.chosen[choice] = anchor;
    sections.forEach((section, place) => {
      const own = section.anchor === anchor;
      panels[place].hidden = !own;
      tabs[place].setAttribute("aria-selected", String(own));
      tabs[place].tabIndex = own ? 0 : -1;
    });
  };
  const list = h("div", { role: "tablist", class: "tabs", "aria-label": say(board, "choose_view") }, tabs);
  list.addEventListener("keydown", (event) => {
    rove(tabs, tabs.length, event);
    const focused = tabs.indexOf(board.root.getRootNode().activeElement);
    if (focused >= 0 && event.key.startsWith("Arrow")) choose(sections[focused].anchor);
  });
  return h("section", { class: "choice" }, list, panels);
}
