// What is shown, taken along: as a table, as a drawing, on paper. Each carries its marking and its source.

function toolOf(board) {
  return (name, act) => h("button", { type: "button", class: "quiet", onclick: act }, say(board, name));
}

// What a board of sections lets its reader take along; a map and a form have tools of their own.
function boardTools(board) {
  const tool = toolOf(board);
  return h("div", { class: "tools", role: "group", "aria-label": say(board, "tools") },
    h("span", { class: "tool-group" }, tool("export_csv", () => saveTables(board)), tool("print", () => board.window.print())));
}

// Every table of the board as it reads, those behind tabs and charts too; never a list of names.
function saveTables(board) {
  const { payload } = board;
  const lines = [payload.marking, payload.title, payload.subtitle].filter(Boolean).map((words) => [pick(board, words)]);
  for (const table of board.root.querySelectorAll(".parts table")) {
    if (table.closest(".roster")) continue;
    lines.push([], [table.caption?.textContent.trim() || ""], ...[...table.rows].map(rowTexts));
  }
  save(board, `${payload.name}.${LANGUAGES[board.language]}.csv`, csvFile(lines));
}

// A cell that spans columns stands over the first of them; of a sign, what is seen and not what is read out.
function rowTexts(row) {
  return [...row.cells].flatMap((cell) => {
    const seen = cell.querySelector("[aria-hidden]") || cell;
    return [seen.textContent.trim().replace(/\s+/g, " "), ...new Array(cell.colSpan - 1).fill("")];
  });
}

function csvFile(lines) {
  const text = lines.map((line) => line.map(quoted).join(",")).join("\r\n");
  // The mark at the start tells spreadsheets that the accents are UTF-8.
  return new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" });
}

function mapTools(board, map) {
  const tool = toolOf(board);
  const whatIf = map.section.cycle && h("button", { type: "button", "aria-pressed": String(map.whatIf), class: "quiet toggle", onclick: () => toggleWhatIf(board, map, whatIf) }, say(board, "what_if_button"));
  return h("div", { class: "tools", role: "group", "aria-label": say(board, "tools") }, whatIf,
    h("span", { class: "tool-group" }, tool("export_csv", () => saveCsv(board, map)), tool("export_svg", () => saveSvg(board, map)),
      tool("export_png", () => savePng(board, map)), tool("print", () => board.window.print())));
}

function fileName(board, map, ending) {
  return `${board.payload.name}.${map.section.cycle || ""}.${LANGUAGES[board.language]}.${ending}`.replace("..", ".");
}

function save(board, name, blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  announce(board, say(board, "saved", { name }));
}

// Where the numbers come from and what they may be used for, on every export.
function sourceLines(board, map) {
  const { payload } = board;
  return [pick(board, payload.marking || ["", ""]), pick(board, payload.title), pick(board, payload.subtitle), pick(board, map.section.base),
    ...filterWords(board, map), map.moves.length ? say(board, "what_if_not_recorded") : ""].filter(Boolean);
}

function quoted(value) {
  const text = value === null || value === undefined ? "" : String(value);
  // A text that a spreadsheet would take for a formula is kept as a text.
  const safe = /^[=+@\t\r]/.test(text) || /^-[^\d]/.test(text) ? `'${text}` : text;
  return /[",\n;]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

function csvOf(board, map) {
  const cells = cellsOf(map);
  const overlays = map.section.cycle ? overlaysOf(map) : new Map();
  const names = ["number", "share_name", "rest_share", "difference", "low", "high", "p_adjusted", "reading"];
  const head = [pick(board, map.section.placement_title), pick(board, map.section.level_title), ...names.map((name) => say(board, name)), ...[...overlays.keys()].map((overlay) => pick(board, overlay.title))];
  if (map.moves.length) head.push(say(board, "what_if"));
  const rows = [];
  for (const placement of [...map.section.placements.map(([code]) => code), NOT_PLACED]) for (const [level] of levelsOf(map)) {
    const cell = cells[`${placement}|${level}`];
    const verdict = verdictOf(cell);
    const row = [placementLabel(board, map, placement), levelLabel(board, map, level), typeof cell.count === "string" ? signOf(cell.count) : cell.count,
      fixed(cell.share), fixed(cell.rest), ...(verdict ? [fixed(cell.difference), fixed(cell.low), fixed(cell.high), fixed(cell.p), say(board, `${verdict}_legend`)] : ["", "", "", "", ""]),
      ...[...overlays.values()].map((count) => count(placement, level))];
    if (map.moves.length) row.push(cell.count + shiftOf(map, placement, level));
    rows.push(row);
  }
  return [...sourceLines(board, map).map((line) => [line]), [], head, ...rows];
}

function fixed(value) {
  return typeof value === "string" ? signOf(value) : typeof value === "number" ? Number(value.toFixed(4)) : "";
}

function saveCsv(board, map) {
  save(board, fileName(board, map, "csv"), csvFile(csvOf(board, map)));
}

function saveSvg(board, map) {
  save(board, fileName(board, map, "svg"), new Blob([drawnMap(board, map).text], { type: "image/svg+xml" }));
}

async function savePng(board, map) {
  const { text, width, height } = drawnMap(board, map);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = h("canvas", { width: width * 2, height: height * 2 });
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(board, fileName(board, map, "png"), blob), "image/png");
}

// The map as one drawing that stands by itself.
function drawnMap(board, map) {
  const cells = cellsOf(map);
  const levels = levelsOf(map);
  const placements = [...map.section.placements.map(([code]) => code), NOT_PLACED];
  const lines = sourceLines(board, map);
  const [left, column, row, top] = [190, 128, 58, 60 + 16 * lines.length];
  const [width, height] = [left + column * levels.length + 20, top + row * placements.length + 50];
  const most = Math.max(0.01, ...placements.flatMap((placement) => levels.map(([level]) => shareOf(cells[`${placement}|${level}`]))));
  const colours = getComputedStyle(board.root);
  const tone = { higher: colours.getPropertyValue("--higher"), lower: colours.getPropertyValue("--lower") };
  const text = (x, y, words, extra = {}) => svg("text", { x, y, "font-size": 12, ...extra }, words);
  const content = lines.map((line, place) => text(16, 26 + 16 * place, line, { "font-weight": place < 2 ? 700 : 400 }));
  levels.forEach(([level], at) => content.push(text(left + column * at, top - 12, levelLabel(board, map, level), { "font-weight": 700 })));
  placements.forEach((placement, line) => {
    const y = top + row * line;
    content.push(svg("line", { x1: 16, x2: width - 16, y1: y, y2: y, stroke: "#d9d9d9" }), label(placementLabel(board, map, placement), 16, y + 30, { width: 26 }));
    levels.forEach(([level], at) => content.push(...drawnCell(board, cells[`${placement}|${level}`], { x: left + column * at, y, most, tone, text, placement })));
  });
  const key = ["higher", "lower", "unclear"].map((name) => say(board, `${name}_short`)).join(" / ");
  content.push(text(16, height - 16, map.section.compared ? `${key}${say(board, "colon")} ${say(board, "beside_service")}` : "", { fill: "#545961" }));
  const drawn = svg("svg", { xmlns: SVG_NAMESPACE, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "Noto Sans, Arial, sans-serif", "font-size": 12, fill: "#333333" },
    hatching(), svg("rect", { width, height, fill: "#ffffff" }), content);
  return { text: new XMLSerializer().serializeToString(drawn), width, height };
}

function hatching() {
  return svg("defs", {}, svg("pattern", { id: "hatching", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 6, height: 6, fill: "#f4f5f6" }), svg("rect", { width: 2, height: 6, fill: "#8a929b" })));
}

function drawnCell(board, cell, { x, y, most, tone, text, placement }) {
  const verdict = verdictOf(cell);
  const drawn = [text(x, y + 20, countText(board, cell.count), { "font-weight": 700 })];
  if (placement === NOT_PLACED || typeof cell.share !== "number") return drawn;
  drawn.push(text(x + 106, y + 20, shareText(board, cell.share), { "text-anchor": "end" }),
    svg("rect", { x, y: y + 27, width: 106, height: 8, fill: "#f1f2f3" }),
    svg("rect", { x, y: y + 27, width: (106 * cell.share) / most, height: 8, fill: tone[verdict] || (verdict ? "url(#hatching)" : "#8a929b") }));
  if (typeof cell.rest === "number") drawn.push(svg("rect", { x: x + Math.min(106, (106 * cell.rest) / most) - 1, y: y + 24, width: 2, height: 14, fill: "#333333" }));
  if (verdict) drawn.push(text(x, y + 49, say(board, `${verdict}_short`), { "font-size": 10.5 }));
  return drawn;
}
