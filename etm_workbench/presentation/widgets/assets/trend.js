// Each placement's share over the cycles held: small drawings on one scale, side by side.

function trendSection(board, map) {
  return laterSection(board, map, "trend", say(board, "trend_title"), () => trend(board, map));
}

function trend(board, map) {
  const cycles = Object.keys(map.profiles);
  if (cycles.length < 2) return h("p", {}, say(board, "one_cycle"));
  const counts = cycles.map((cycle) => tally(map.section, map.profiles[cycle], map.filters, "placement"));
  const placed = counts.map((row) => sum(map.section.placements.map(([code]) => row[placeOf(map.section, "placement", code)])));
  if (!sum(placed)) return h("p", {}, say(board, "nobody_placed"));
  const series = map.section.placements.map(([code, en, fr]) => {
    const people = counts.map((row) => row[placeOf(map.section, "placement", code)]);
    return { code, title: pick(board, [en, fr]), people, shares: people.map((count, at) => (placed[at] ? count / placed[at] : null)) };
  });
  const most = Math.max(0.05, ...series.flatMap(({ shares }) => shares.map((share) => share || 0)));
  const caption = say(board, "trend_caption", { from: cycles[0], to: cycles.at(-1) });
  const rows = series.map(({ title, people, shares }) => [title, ...people.map((count, at) => `${countText(board, count)} (${shareText(board, shares[at])})`)]);
  rows.push([say(board, "placed"), ...placed.map((count, at) => say(board, "n_of_n", { n: countText(board, count), of: countText(board, sum(counts[at])) }))]);
  const drawings = h("div", { class: "multiples" }, series.map((one) => trendDrawing(board, one, cycles, most)));
  return [filterLine(board, map), figure(board, "trend-figure", caption, drawings, textTable(board, "trend", caption, [pick(board, map.section.placement_title), ...cycles], rows)),
    h("p", { class: "quiet-words" }, say(board, "trend_reading"))];
}

function trendDrawing(board, { title, shares }, cycles, most) {
  const [width, height, left, right, top, bottom] = [240, 118, 26, 214, 24, 92];
  const x = (at) => (cycles.length === 1 ? (left + right) / 2 : left + ((right - left) * at) / (cycles.length - 1));
  const y = (share) => bottom - ((bottom - top) * share) / most;
  const shown = shares.map((share, at) => [share, at]).filter(([share]) => share !== null);
  const line = shown.map(([share, at], place) => `${place ? "L" : "M"}${x(at).toFixed(1)} ${y(share).toFixed(1)}`).join("");
  const words = shares.map((share, at) => `${cycles[at]}${say(board, "colon")} ${shareText(board, share)}`).join("; ");
  return h("div", { class: "multiple" }, h("p", { class: "multiple-title", "aria-hidden": "true" }, title),
    picture(board, width, height, `${title}. ${words}.`,
      svg("line", { x1: left - 14, x2: right + 14, y1: bottom, y2: bottom, class: "axis" }),
      svg("path", { d: line, class: "line" }),
      shown.map(([share, at]) => [svg("circle", { cx: x(at), cy: y(share), r: 3.5, class: "dot" }),
        svg("text", { x: x(at), y: y(share) - 8, "text-anchor": "middle", class: "label" }, shareText(board, share))]),
      cycles.map((cycle, at) => svg("text", { x: x(at), y: bottom + 18, "text-anchor": "middle", class: "label quiet" }, cycle))));
}
