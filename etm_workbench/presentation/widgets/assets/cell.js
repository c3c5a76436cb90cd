// A cell opened: what may be said of it, the people in it, and a what-if.

function openCell(board, map, placement, level, opener) {
  const cell = cellsOf(map)[`${placement}|${level}`];
  const where = { ...filtersOf(map), placement: new Set([placement]) };
  if (level !== "TOTAL") where.level = new Set([level]);
  const title = `${placementLabel(board, map, placement)}${NO_BREAK}· ${levelLabel(board, map, level)}`;
  const meaning = map.section.placements.find(([code]) => code === placement)?.slice(3, 5);
  openDialog(board, title, opener, [
    meaning && pick(board, meaning) && h("p", { class: "meaning" }, pick(board, meaning)),
    h("p", { class: "said" }, evidenceWords(board, cell)),
    figureList(board, cell),
    filterWords(board, map).map((words) => h("p", { class: "quiet-words" }, words)),
    map.whatIf && level !== "TOTAL" && typeof cell.count === "number" && moveForm(board, map, placement, level),
    peopleList(board, map, where, { placement, level }),
  ]);
}

// A dialog that closes by Escape or its button and gives focus back to what opened it.
function openDialog(board, title, opener, content) {
  board.root.querySelector("dialog")?.remove();
  const close = h("button", { type: "button", class: "quiet close", onclick: () => dialog.close() }, say(board, "close"));
  const dialog = h("dialog", { "aria-labelledby": "dialog-title", class: "cell-dialog" },
    h("div", { class: "dialog-head" }, h("h3", { id: "dialog-title", tabindex: "-1" }, title), close), content);
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.isConnected && opener.focus();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  board.root.append(dialog);
  dialog.showModal();
  dialog.querySelector("#dialog-title").focus();
}

function evidenceWords(board, cell) {
  const people = peopleText(board, cell.count);
  if (typeof cell.share !== "number") return `${people}.`;
  const of = `${people}; ${say(board, "of_those_placed", { share: shareText(board, cell.share) })}.`;
  const verdict = verdictOf(cell);
  if (!verdict) return of;
  const words = { rest: shareText(board, cell.rest), visible: gapText(board, cell.visible) };
  const seen = verdict === "unclear" && typeof cell.visible === "number" ? ` ${say(board, "visible", words)}` : "";
  return `${of} ${say(board, `${verdict}_sentence`, words)}${seen}`;
}

function figureList(board, cell) {
  if (typeof cell.rest !== "number" || typeof cell.difference !== "number") return null;
  const entries = [
    ["rest_share", shareText(board, cell.rest)],
    ["difference", say(board, "interval", { difference: pointsText(board, cell.difference), low: pointsText(board, cell.low), high: pointsText(board, cell.high) })],
    ["p_adjusted", pText(board, cell.p)],
  ];
  return h("dl", { class: "figures" }, entries.map(([name, text]) => h("div", {}, h("dt", {}, say(board, name)), h("dd", {}, text))));
}

// The people in a cell by name: asked for at once, for the purpose shown, which the reader may change.
function peopleList(board, map, where, cell) {
  if (!map.section.names) return null;
  if (!board.ask) return h("p", { class: "quiet-words" }, say(board, "names_elsewhere"));
  const place = h("div", { class: "people-place", "aria-live": "polite" });
  const options = map.section.purposes.map((purpose, at) => h("option", { value: String(at), selected: at === map.purpose }, pick(board, purpose)));
  const select = h("select", { id: "purpose", onchange: () => ((map.purpose = Number(select.value)), list()) }, options);
  const list = async () => {
    place.replaceChildren(h("p", { class: "quiet-words" }, say(board, "listing")));
    const asked = Object.fromEntries(Object.entries(where).map(([name, codes]) => [name, [...codes]]));
    const purpose = pick(board, map.section.purposes[map.purpose]);
    const answer = await board.ask({ kind: "people", where: asked, purpose });
    place.replaceChildren(...(answer.ok ? named(board, map, answer, cell) : [h("p", { class: "problem", role: "alert" }, messageOf(board, answer))]));
  };
  list();
  return h("div", { class: "people-list" }, h("h4", {}, say(board, "people_here")),
    h("p", { class: "purpose" }, h("label", { for: "purpose" }, say(board, "purpose")), " ", select), place);
}

function named(board, map, answer, cell) {
  const tries = map.whatIf && cell && cell.level !== undefined;
  const heads = answer.columns.map((column) => h("th", { scope: "col" }, pick(board, column)));
  const rows = answer.rows.map((row) => {
    const texts = row.map((value) => pick(board, value));
    return h("tr", {}, h("th", { scope: "row" }, texts[0]), texts.slice(1).map((text) => h("td", {}, text)), tries && h("td", {}, personMove(board, map, texts, answer, cell)));
  });
  const caption = say(board, rows.length < 2 ? "listed_one" : "listed", { n: countText(board, rows.length) });
  return [
    h("p", { class: "marking" }, pick(board, answer.marking)),
    h("p", { class: "quiet-words" }, say(board, "logged", { reader: answer.reader, purpose: answer.purpose })),
    rows.length ? h("div", { class: "scroll", role: "region", tabindex: "0", "aria-labelledby": "people-caption" },
      h("table", { class: "named" }, h("caption", { id: "people-caption" }, caption), h("thead", {}, h("tr", {}, heads, tries && h("th", { scope: "col" }, say(board, "try_in")))), h("tbody", {}, rows)))
      : h("p", {}, say(board, "nobody_here")),
  ];
}
