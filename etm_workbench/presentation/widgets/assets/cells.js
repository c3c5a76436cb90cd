// What each cell of the map holds now: its people, their share, and what the evidence allows to be said.

const FIGURES = ["count", "share", "rest", "difference", "low", "high", "p", "visible", "direction"];
const NOT_PLACED = "MISSING";
const PLACED = "ANSWERED";

function released(cells, placement, level) {
  const row = cells[`${placement}|${level}`] || [];
  return Object.fromEntries(FIGURES.map((name, place) => [name, row[place] ?? null]));
}

// Levels shown: those kept by the filter, then all of them together.
function levelsOf(map) {
  const kept = map.filters.level;
  return map.section.levels.filter(([code]) => code === "TOTAL" || !kept?.size || kept.has(code));
}

// A key for the people kept by every filter but level, whose columns stand on their own.
function groupKey(map) {
  const { level, ...others } = filtersOf(map);
  return JSON.stringify(Object.entries(others).map(([name, codes]) => [name, [...codes].sort()]).sort());
}

// Cells by `placement|level`, with the answers missing and those placed.
function cellsOf(map) {
  const { section } = map;
  const whole = !isFiltered(map);
  const compared = groupKey(map) === "[]" ? section.table : map.cuts.get(groupKey(map));
  const counts = whole ? null : countsByLevel(map);
  const cells = {};
  for (const [level] of levelsOf(map)) {
    for (const [placement] of [...section.placements, [NOT_PLACED], [PLACED], ["TOTAL"]]) {
      const known = compared ? released(compared, placement, level) : {};
      const cell = whole ? known : { ...known, ...counted(counts, placement, level, section) };
      // All kept levels together are another group than the one that was compared.
      if (level === "TOTAL" && map.filters.level?.size) cell.direction = cell.rest = cell.visible = null;
      cells[`${placement}|${level}`] = cell;
    }
  }
  return cells;
}

function countsByLevel(map) {
  const { section } = map;
  const counts = tally(section, map.profiles[section.cycle], map.filters, "placement", "level");
  const levels = coordinateOf(section, "level").codes.map(([code]) => code);
  const placements = coordinateOf(section, "placement").codes.map(([code]) => code);
  const found = { TOTAL: {} };
  levels.forEach((level, at) => {
    found[level] = Object.fromEntries(placements.map((placement, row) => [placement, counts[row][at]]));
    placements.forEach((placement, row) => (found.TOTAL[placement] = (found.TOTAL[placement] || 0) + counts[row][at]));
  });
  return found;
}

function counted(counts, placement, level, section) {
  const of = counts[level];
  const placed = sum(section.placements.map(([code]) => of[code] || 0));
  if (placement === PLACED) return { count: placed, share: null };
  if (placement === "TOTAL") return { count: placed + (of[NOT_PLACED] || 0), share: null };
  const count = of[placement] || 0;
  return { count, share: placement === NOT_PLACED || !placed ? null : count / placed };
}

// Of everyone in a cell, how many each chosen overlay marks.
function overlaysOf(map) {
  const { section } = map;
  const found = new Map();
  for (const overlay of section.overlays.filter((one) => map.overlays.has(one.name))) {
    const where = { ...filtersOf(map) };
    for (const [name, codes] of Object.entries(overlay.where)) {
      where[name] = where[name] ? new Set(codes.filter((code) => where[name].has(code))) : new Set(codes);
      if (!where[name].size) where[name] = new Set(["nothing"]);
    }
    const counts = tally(section, map.profiles[section.cycle], where, "placement", "level");
    found.set(overlay, (placement, level) => {
      const row = counts[placeOf(section, "placement", placement)];
      return row ? (level === "TOTAL" ? sum(row) : row[placeOf(section, "level", level)]) : 0;
    });
  }
  return found;
}

// What may be said of a cell beside the service: a name of WORDS, or nothing where nothing was compared.
function verdictOf(cell) {
  return { 1: "higher", "-1": "lower", 0: "unclear" }[cell.direction] || null;
}

// Asks for the comparison of a group that the page does not hold, once; the map says meanwhile that it waits.
async function compareGroup(board, map) {
  const key = groupKey(map);
  if (!board.ask || key === "[]" || map.cuts.has(key) || map.waiting.has(key) || !map.section.compared || isNobody(map)) return;
  map.waiting.add(key);
  const { level, ...where } = filtersOf(map);
  const question = Object.fromEntries(Object.entries(where).map(([name, codes]) => [name, [...codes]]));
  const answer = await board.ask({ kind: "cut", where: question });
  map.waiting.delete(key);
  if (answer.ok) map.cuts.set(key, answer.cells);
  else map.failed = messageOf(board, answer);
  if (groupKey(map) === key) showMap(board, map);
}
