// Who is not placed, and why: so that what is missing is seen beside every share.

function notPlacedSection(board, map) {
  return laterSection(board, map, "not-placed", say(board, "not_placed_title"), () => notPlaced(board, map));
}

function notPlaced(board, map) {
  const { section } = map;
  const counts = tally(section, map.profiles[section.cycle], map.filters, "not_placed", "level");
  const levels = levelsOf(map).filter(([code]) => code !== "TOTAL");
  const reasons = coordinateOf(section, "not_placed").codes.map(([code, ...words], place) => ({ code, title: pick(board, words), row: counts[place] })).filter(({ code }) => code !== "PLACED");
  const everyone = sum(counts.map(sum));
  const missing = sum(reasons.map(({ row }) => sum(row)));
  if (!everyone) return h("p", {}, say(board, "nobody_kept"));
  if (!missing) return [filterLine(board, map), h("p", { class: "finding" }, say(board, "everyone_placed", { n: countText(board, everyone) }))];
  const caption = say(board, "not_placed_caption");
  const at = (row, code) => row[placeOf(section, "level", code)];
  const rows = reasons.map(({ title, row }) => [title, ...levels.map(([code]) => countText(board, at(row, code))), countText(board, sum(row))]);
  const words = { n: countText(board, missing), of: countText(board, everyone), share: shareText(board, missing / everyone) };
  const heads = [say(board, "reason"), ...levels.map(([, ...title]) => pick(board, title)), say(board, "all_levels")];
  return [filterLine(board, map), h("p", { class: "finding" }, say(board, "not_placed_finding", words)),
    figure(board, "reasons", caption, reasonBars(board, reasons, missing), textTable(board, "reasons", caption, heads, rows))];
}

function reasonBars(board, reasons, missing) {
  return h("ul", { class: "bars", "aria-label": say(board, "not_placed_caption") }, reasons.map(({ title, row }) => {
    const fill = h("span", { class: "fill" });
    fill.style.width = `${(100 * sum(row)) / missing}%`;
    return h("li", {}, h("span", { class: "bar-title" }, title), h("span", { class: "bar", "aria-hidden": "true" }, fill), h("b", {}, countText(board, sum(row))));
  }));
}
