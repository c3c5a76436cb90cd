// Filters of the map: which codes are kept of which variable; every change can be undone.

function filtersOf(map) {
  return Object.fromEntries(Object.entries(map.filters).filter(([, codes]) => codes.size));
}

function isFiltered(map) {
  return Object.keys(filtersOf(map)).length > 0;
}

function isNobody(map) {
  return isFiltered(map) && !sum(tally(map.section, map.profiles[map.section.cycle], map.filters, "placement"));
}

// A new set of filters, with the last one kept for undo.
function setFilters(board, map, filters) {
  map.undo.push(map.filters);
  map.filters = filters;
  redraw(board, map);
}

function withFilter(map, name, codes) {
  return { ...map.filters, [name]: codes };
}

function filterBar(board, map) {
  const { section } = map;
  const filters = section.coordinates.filter((coordinate) => coordinate.filter);
  const boxes = filters.map((coordinate) => filterBox(board, map, coordinate));
  map.chips = h("ul", { class: "chips", "aria-label": say(board, "filters_on") });
  map.people = h("p", { class: "people", role: "status" });
  map.undoButton = h("button", { type: "button", class: "quiet", onclick: () => undoFilter(board, map) }, say(board, "undo"));
  map.resetButton = h("button", { type: "button", class: "quiet", onclick: () => setFilters(board, map, {}) }, say(board, "reset"));
  return h("div", { class: "filter-bar", role: "group", "aria-label": say(board, "filters") },
    h("div", { class: "filter-row" }, boxes),
    h("div", { class: "filter-state" }, map.people, map.chips, h("span", { class: "filter-buttons" }, map.undoButton, map.resetButton)));
}

// One variable: a disclosure with a checkbox for each code that anybody has.
function filterBox(board, map, coordinate) {
  const { section } = map;
  const counts = tally(section, map.profiles[section.cycle], {}, coordinate.name);
  const present = coordinate.codes.map((code, place) => [code, counts[place]]).filter(([, count]) => count > 0);
  const boxes = present.map(([[code, ...label], count]) => {
    const input = h("input", { type: "checkbox", value: code, onchange: () => change() });
    return [input, h("label", {}, input, h("span", {}, pick(board, label)), h("span", { class: "of" }, countText(board, count)))];
  });
  const change = () => {
    const chosen = new Set(boxes.filter(([input]) => input.checked).map(([input]) => input.value));
    setFilters(board, map, withFilter(map, coordinate.name, chosen.size === boxes.length ? new Set() : chosen));
  };
  const count = h("span", { class: "of" });
  const box = h("details", { class: "filter" },
    h("summary", {}, pick(board, coordinate.title), count),
    h("fieldset", {}, h("legend", { class: "vh" }, pick(board, coordinate.title)), boxes.map(([, label]) => label)));
  box.addEventListener("toggle", () => box.open && map.boxes.forEach((other) => other.box !== box && (other.box.open = false)));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.open) {
      box.open = false;
      box.firstElementChild.focus();
    }
  });
  map.boxes.push({ box, boxes, count, name: coordinate.name });
  return box;
}

function undoFilter(board, map) {
  if (!map.undo.length) return;
  map.filters = map.undo.pop();
  redraw(board, map);
}

// Brings checkboxes, chips and buttons to what the filters are.
function showFilters(board, map) {
  const { section } = map;
  for (const { boxes, count, name } of map.boxes) {
    const chosen = map.filters[name] || new Set();
    boxes.forEach(([input]) => (input.checked = chosen.has(input.value)));
    count.textContent = chosen.size ? ` ${say(board, "n_of_n", { n: chosen.size, of: boxes.length })}` : "";
  }
  map.chips.replaceChildren(...Object.entries(filtersOf(map)).map(([name, codes]) => chip(board, map, name, codes)));
  map.undoButton.disabled = !map.undo.length;
  map.resetButton.disabled = !isFiltered(map);
  const everyone = sum(tally(section, map.profiles[section.cycle], {}, "placement"));
  const kept = sum(tally(section, map.profiles[section.cycle], map.filters, "placement"));
  const [n, of] = [kept, everyone].map((value) => countText(board, value));
  map.people.textContent = isFiltered(map) ? say(board, "people_of", { n, of }) : say(board, "people_all", { n });
}

function chip(board, map, name, codes) {
  const { box, boxes } = map.boxes.find((entry) => entry.name === name);
  const coordinate = coordinateOf(map.section, name);
  const labels = coordinate.codes.filter(([code]) => codes.has(code)).map(([, ...label]) => pick(board, label));
  const title = pick(board, coordinate.title);
  const shown = labels.length > 3 ? "" : ` – ${labels.join(", ")}`;
  const text = `${title}${say(board, "colon")} ${say(board, "n_of_n", { n: codes.size, of: boxes.length })}${shown}`;
  const remove = () => {
    setFilters(board, map, withFilter(map, name, new Set()));
    box.firstElementChild.focus();
  };
  return h("li", {}, h("button", { type: "button", class: "chip", title: labels.join(", "), "aria-label": say(board, "remove_filter", { filter: text }), onclick: remove },
    text, h("span", { "aria-hidden": "true" }, " ✕")));
}

// The filters in words, for captions and exports.
function filterWords(board, map) {
  return Object.entries(filtersOf(map)).map(([name, codes]) => {
    const coordinate = coordinateOf(map.section, name);
    const labels = coordinate.codes.filter(([code]) => codes.has(code)).map(([, ...label]) => pick(board, label));
    return `${pick(board, coordinate.title)}${say(board, "colon")} ${labels.join(", ")}`;
  });
}
