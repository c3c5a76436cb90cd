// What-if: people moved on the screen alone. Nothing is sent, nothing is saved, everything can be undone.

function whatIfPanel(board, map) {
  map.panel = h("div", { class: "what-if", role: "region", "aria-label": say(board, "what_if"), hidden: true });
  return map.panel;
}

function toggleWhatIf(board, map, button) {
  map.whatIf = !map.whatIf;
  if (!map.whatIf) map.moves = [];
  button.setAttribute("aria-pressed", String(map.whatIf));
  showMap(board, map);
  announce(board, say(board, map.whatIf ? "what_if_on" : "what_if_off"));
}

// How many more people a cell has than recorded, by the moves made under the filters in force.
function shiftOf(map, placement, level) {
  const key = JSON.stringify(filterWordsKey(map));
  return sum(map.moves
    .filter((move) => (level === "TOTAL" || move.level === level) && (!isFiltered(map) || move.filters === key))
    .map((move) => (move.to === placement ? move.people : 0) - (move.from === placement ? move.people : 0)));
}

function filterWordsKey(map) {
  return Object.entries(filtersOf(map)).map(([name, codes]) => [name, [...codes].sort()]);
}

function addMove(board, map, move) {
  map.moves.push({ ...move, filters: JSON.stringify(filterWordsKey(map)) });
  board.root.querySelector("dialog")?.close();
  showMap(board, map);
  announce(board, moveWords(board, map, move));
}

function targets(board, map, from) {
  return map.section.placements.filter(([code]) => code !== from).map(([code, en, fr]) => h("option", { value: code }, pick(board, [en, fr])));
}

function moveForm(board, map, placement, level) {
  const present = cellsOf(map)[`${placement}|${level}`].count + shiftOf(map, placement, level);
  if (present < 1) return null;
  const people = h("input", { id: "move-people", type: "number", min: "1", max: String(present), value: "1", required: true });
  const to = h("select", { id: "move-to" }, targets(board, map, placement));
  const submit = (event) => {
    event.preventDefault();
    addMove(board, map, { from: placement, to: to.value, level, people: Number(people.value) });
  };
  return h("form", { class: "move", onsubmit: submit },
    h("p", { class: "not-recorded" }, say(board, "what_if_not_recorded")),
    h("label", { for: "move-people" }, say(board, "move")), people,
    h("label", { for: "move-to" }, say(board, "move_to")), to, h("button", { type: "submit" }, say(board, "try")));
}

// One named person tried in another placement; their level is read from the list.
function personMove(board, map, texts, answer, cell) {
  const column = answer.columns.findIndex((pair) => pair[0] === map.section.level_title[0]);
  const level = map.section.levels.find(([, en, fr]) => pick(board, [en, fr]) === texts[column])?.[0];
  const select = h("select", { "aria-label": say(board, "try_person", { name: texts[0] }) }, h("option", { value: "" }, "–"), targets(board, map, cell.placement));
  select.addEventListener("change", () => select.value && addMove(board, map, { from: cell.placement, to: select.value, level, people: 1, name: texts[0] }));
  return select;
}

function moveWords(board, map, move) {
  const who = move.name || peopleText(board, move.people);
  return say(board, "moved", { who, level: move.level, from: placementLabel(board, map, move.from), to: placementLabel(board, map, move.to) });
}

function showMoves(board, map) {
  map.panel.hidden = !map.whatIf;
  map.table.classList.toggle("trying", map.whatIf);
  const undo = (place) => {
    map.moves.splice(place, 1);
    showMap(board, map);
    (map.panel.querySelector("button") || map.panel).focus();
  };
  const moves = map.moves.map((move, place) =>
    h("li", {}, moveWords(board, map, move), " ", h("button", { type: "button", class: "quiet", onclick: () => undo(place), "aria-label": `${say(board, "undo")}${say(board, "colon")} ${moveWords(board, map, move)}` }, say(board, "undo"))));
  map.panel.replaceChildren(
    h("p", {}, h("b", {}, say(board, "what_if_not_recorded")), " ", say(board, "what_if_how")),
    moves.length ? h("ul", {}, moves) : "",
    moves.length > 1 ? h("button", { type: "button", class: "quiet", onclick: () => ((map.moves = []), showMap(board, map)) }, say(board, "undo_all")) : "");
}
