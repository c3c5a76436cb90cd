// The talent map: a list of placements down, levels across; a native table whose cells are buttons.

function mapSection(board, section) {
  const map = (board.sections[section.anchor] ??= {
    section, profiles: readProfiles(section), filters: {}, undo: [], overlays: new Set(), cuts: new Map(), waiting: new Set(),
    moves: [], whatIf: false, level: "TOTAL", purpose: 0, axes: null,
  });
  section.cycle = Object.keys(section.profiles).at(-1);
  section.compared = Object.values(section.table).some((row) => row.length === FIGURES.length);
  map.boxes = [];
  map.later = [];
  const drawn = h("div", { class: "talent-map" },
    section.cycle && filterBar(board, map),
    h("section", { id: section.anchor, "aria-labelledby": `${section.anchor}-title` },
      h("h2", { id: `${section.anchor}-title` }, pick(board, section.title)),
      legend(board, map), whatIfPanel(board, map), grid(board, map), mapTools(board, map), definitions(board, map)),
    section.cycle && [movementSection(board, map), trendSection(board, map), notPlacedSection(board, map), twoWaySection(board, map)]);
  if (section.cycle) showFilters(board, map);
  showMap(board, map);
  drawLater(map);
  compareGroup(board, map);
  return drawn;
}

// After a change: the map in this frame, what is further down in the next.
function redraw(board, map) {
  const began = performance.now();
  map.failed = null;
  if (map.section.cycle) showFilters(board, map);
  showMap(board, map);
  board.root.dataset.redrawn = (performance.now() - began).toFixed(1);
  announce(board, map.people.textContent);
  drawLater(map);
  compareGroup(board, map);
}

// What lies further down waits until the map is seen.
function drawLater(map) {
  cancelAnimationFrame(map.frame);
  map.frame = requestAnimationFrame(() => setTimeout(() => map.later.forEach((draw) => draw())));
}

function grid(board, map) {
  const { section } = map;
  map.cells = new Map();
  const head = section.levels.map(([code, ...label]) => h("th", { scope: "col", "data-level": code }, pick(board, label)));
  const rows = section.placements.map(([code, en, fr]) => gridRow(board, map, code, pick(board, [en, fr]), "placement"));
  rows.push(gridRow(board, map, NOT_PLACED, say(board, "not_placed"), "missing"));
  const placed = section.levels.map(([code]) => h("td", { "data-level": code, class: "placed" }));
  map.placed = new Map(section.levels.map(([code], place) => [code, placed[place]]));
  map.table = h("table", { class: "map-grid", role: "grid", "aria-labelledby": "map-caption", "aria-describedby": "map-keys" },
    h("caption", { id: "map-caption" }),
    h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "stub" }, pick(board, section.placement_title)), head)),
    h("tbody", {}, rows),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, say(board, "placed_of_all")), placed)));
  map.table.addEventListener("keydown", (event) => moveInGrid(map, event));
  map.note = h("p", { class: "below-map" });
  return [levelChoice(board, map), map.table, map.note, h("p", { id: "map-keys", class: "vh" }, say(board, "grid_keys"))];
}

function gridRow(board, map, placement, label, kind) {
  const cells = map.section.levels.map(([level]) => {
    const button = h("button", { type: "button", class: "cell", tabindex: "-1", onclick: () => openCell(board, map, placement, level, button) });
    map.cells.set(`${placement}|${level}`, button);
    return h("td", { "data-level": level }, button);
  });
  return h("tr", { class: kind }, h("th", { scope: "row" }, label), cells);
}

// On a narrow screen one level is seen at a time.
function levelChoice(board, map) {
  const options = map.section.levels.map(([code, ...label]) => h("option", { value: code, selected: code === map.level }, pick(board, label)));
  const select = h("select", { id: "level-shown", onchange: () => ((map.level = select.value), showMap(board, map)) }, options);
  return h("p", { class: "level-choice" }, h("label", { for: "level-shown" }, pick(board, map.section.level_title)), " ", select);
}

function moveInGrid(map, event) {
  const shown = [...map.cells.values()].filter((button) => button.offsetParent !== null);
  const columns = shown.length / new Set(shown.map((button) => button.closest("tr"))).size;
  rove(shown, columns, event);
}

// Brings every cell to what is counted now. Cells are kept, so that focus stays where the reader is.
function showMap(board, map) {
  const { section } = map;
  const cells = cellsOf(map);
  const marks = section.cycle ? overlaysOf(map) : new Map();
  const levels = new Set(levelsOf(map).map(([code]) => code));
  const most = Math.max(0.01, ...[...map.cells.keys()].map((key) => shareOf(cells[key])), ...[...map.cells.keys()].map((key) => cells[key]?.rest || 0));
  for (const [key, button] of map.cells) {
    const [placement, level] = key.split("|");
    const shown = levels.has(level);
    button.parentNode.hidden = !shown;
    if (shown) showCell(board, map, button, { ...cells[key], placement, level, most, marks });
  }
  for (const element of map.table.querySelectorAll("[data-level]")) {
    const level = element.dataset.level;
    element.hidden = !levels.has(level);
    element.classList.toggle("wide-only", level !== (levels.has(map.level) ? map.level : "TOTAL"));
  }
  showPlaced(board, map, cells, levels);
  map.table.querySelector("caption").replaceChildren(...captionOf(board, map));
  map.note.textContent = noteOf(board, map);
  const stops = [...map.cells.values()].filter((button) => !button.parentNode.hidden);
  if (!stops.some((button) => button.tabIndex === 0)) stops[0].tabIndex = 0;
  showMoves(board, map, cells);
}

function shareOf(cell) {
  return typeof cell?.share === "number" ? cell.share : 0;
}

function showCell(board, map, button, cell) {
  const verdict = verdictOf(cell);
  const withheld = typeof cell.count === "string";
  const shift = shiftOf(map, cell.placement, cell.level);
  const marks = [...cell.marks].map(([overlay, count]) => [overlay, count(cell.placement, cell.level)]).filter(([, count]) => count);
  button.className = ["cell", withheld ? "withheld" : verdict || "plain", cell.count === 0 ? "nobody" : "", shift ? "tried" : ""].join(" ");
  button.replaceChildren(
    h("span", { class: "numbers" }, h("b", {}, countText(board, cell.count)),
      shift ? h("i", {}, ` → ${countText(board, cell.count + shift)}`) : null,
      cell.placement === NOT_PLACED || withheld || cell.share === null ? null : h("span", {}, shareText(board, cell.share))),
    cell.placement === NOT_PLACED || withheld ? "" : barOf(cell),
    h("span", { class: "verdict" }, verdict && !shift ? say(board, `${verdict}_short`) : ""),
    marks.length ? h("span", { class: "marks" }, marks.map(([overlay, count]) => h("span", { title: pick(board, overlay.title) }, `${overlay.symbol}${NO_BREAK}${countText(board, count)}`))) : "");
  button.setAttribute("aria-label", cellWords(board, map, cell, { verdict, shift, marks }));
}

// The placement's share of its column, and a tick where the rest of the service stands, on one scale.
function barOf(cell) {
  const bar = h("span", { class: "bar", "aria-hidden": "true" });
  const fill = h("span", { class: "fill" });
  fill.style.width = `${(100 * shareOf(cell)) / cell.most}%`;
  bar.append(fill);
  if (typeof cell.rest === "number") {
    const tick = h("span", { class: "tick" });
    tick.style.left = `${(100 * cell.rest) / cell.most}%`;
    bar.append(tick);
  }
  return bar;
}

// A cell for those who listen: everything that it shows, in words.
function cellWords(board, map, cell, { verdict, shift, marks }) {
  const words = [`${placementLabel(board, map, cell.placement)}, ${levelLabel(board, map, cell.level)}${say(board, "colon")} ${peopleText(board, cell.count)}`];
  if (typeof cell.share === "number") words.push(say(board, "of_those_placed", { share: shareText(board, cell.share) }));
  if (verdict) words.push(say(board, `${verdict}_words`, { rest: shareText(board, cell.rest) }));
  if (shift) words.push(say(board, "tried_words", { n: countText(board, cell.count + shift) }));
  for (const [overlay, count] of marks) words.push(`${pick(board, overlay.title)}${say(board, "colon")} ${countText(board, count)}`);
  return `${words.join("; ")}.`;
}

function peopleText(board, count) {
  if (typeof count === "string") return say(board, "withheld");
  return say(board, count < 2 && (board.language === 1 || count === 1) ? "person" : "persons", { n: countText(board, count) });
}

function showPlaced(board, map, cells, levels) {
  for (const [level, element] of map.placed) {
    if (!levels.has(level)) continue;
    const [placed, all] = [cells[`${PLACED}|${level}`].count, cells[`TOTAL|${level}`].count];
    element.textContent = say(board, "n_of_n", { n: countText(board, placed), of: countText(board, all) });
    element.classList.toggle("incomplete", typeof placed === "number" && placed < all);
  }
}

function captionOf(board, map) {
  const filters = isFiltered(map) ? filterWords(board, map) : [];
  const what = [pick(board, map.section.base), ...filters.map((words) => `${words}.`)].join(" ");
  return [h("span", { class: "caption-title" }, say(board, "map_caption")), h("span", { class: "caption-base" }, what)];
}

// What is being compared, or why nothing is.
function noteOf(board, map) {
  // The whole service is compared with nothing; what needs a word there is what is withheld.
  if (!map.section.cycle) return Object.values(map.section.table).some(([count]) => typeof count === "string") ? say(board, "withheld_sign") : "";
  if (isNobody(map)) return say(board, "nobody_kept");
  if (!map.section.compared) return say(board, "no_comparator");
  if (map.failed) return map.failed;
  const key = groupKey(map);
  if (map.waiting.has(key)) return say(board, "comparing");
  if (key !== "[]" && !map.cuts.has(key)) return say(board, board.ask ? "comparing" : "not_compared_here");
  return key === "[]" ? "" : say(board, "compared_group");
}

function placementLabel(board, map, code) {
  const found = map.section.placements.find(([known]) => known === code);
  return found ? pick(board, found.slice(1, 3)) : say(board, "not_placed");
}

function levelLabel(board, map, code) {
  const [, ...label] = map.section.levels.find(([known]) => known === code);
  return code === "TOTAL" ? say(board, "all_levels") : pick(board, label);
}
