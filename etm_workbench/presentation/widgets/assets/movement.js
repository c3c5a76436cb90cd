// Who moved since the last cycle: a band for each pair of placements, as wide as its people.

const DEPTH = ["gone", "kept", "moved"];
// The drawing's measures on a wide screen and paper, and on a narrow screen; the style sheet chooses.
const FLOW_FORMS = {
  wide: { width: 960, left: 250, right: 710, least: 30, words: 34, most: 2, between: "\u00a0" },
  narrow: { width: 400, left: 150, right: 250, least: 56, words: 19, most: 4, between: " " },
};

function movementSection(board, map) {
  return laterSection(board, map, "movement", say(board, "movement_title"), () => movement(board, map));
}

function movement(board, map) {
  const cycles = Object.keys(map.profiles);
  if (cycles.length < 2) return h("p", {}, say(board, "one_cycle"));
  const [before, now] = cycles.slice(-2);
  const flows = flowsOf(map, before);
  if (!flows.length) return h("p", {}, say(board, "nobody_followed"));
  const stayed = sum(flows.filter((flow) => flow.here && flow.from === flow.to).map((flow) => flow.people));
  const both = sum(flows.filter((flow) => flow.here).map((flow) => flow.people));
  const caption = say(board, "movement_caption", { before, now });
  const words = { n: countText(board, stayed), of: countText(board, both), share: shareText(board, both ? stayed / both : null) };
  return [filterLine(board, map), h("p", { class: "finding" }, say(board, "movement_finding", words)),
    figure(board, "flow", caption, Object.keys(FLOW_FORMS).map((form) => flowDrawing(board, map, flows, [before, now], form)), flowTable(board, map, flows, caption)),
    h("p", { class: "quiet-words" }, say(board, "movement_reading"))];
}

// Pairs of places with their people: those here now by where they were, and those gone by where they had been.
function flowsOf(map, before) {
  const { section } = map;
  const codes = (name) => coordinateOf(section, name).codes.map(([code]) => code);
  const [placements, befores, nexts] = ["placement", "placement_before", "placement_next"].map(codes);
  const flows = [];
  tally(section, map.profiles[section.cycle], map.filters, "placement_before", "placement").forEach((row, from) =>
    row.forEach((people, to) => people && flows.push({ from: befores[from], to: placements[to], people, here: befores[from] !== "ABSENT" })));
  tally(section, map.profiles[before], map.filters, "placement", "placement_next").forEach((row, from) =>
    row.forEach((people, to) => nexts[to] === "ABSENT" && people && flows.push({ from: placements[from], to: "ABSENT", people, here: false })));
  return flows;
}

function sideLabel(board, map, side, code) {
  const [, ...words] = coordinateOf(map.section, side).codes.find(([known]) => known === code);
  return pick(board, words);
}

function flowDrawing(board, map, flows, [before, now], form) {
  const { width, left, right, least, words: across, most, between } = FLOW_FORMS[form];
  const [top, gap] = [30, 9];
  const order = [...map.section.placements.map(([code]) => code), NOT_PLACED, "ABSENT"];
  const total = (side, code) => sum(flows.filter((flow) => flow[side] === code).map((flow) => flow.people));
  const whole = sum(flows.map((flow) => flow.people));
  const scale = Math.min(12, 330 / whole);
  const ends = {};
  let bottom = 0;
  for (const side of ["from", "to"]) {
    let y = top;
    for (const code of order) {
      const people = total(side, code);
      if (!people) continue;
      const height = Math.max(2, people * scale);
      ends[`${side} ${code}`] = { y, at: y, height, people };
      y += Math.max(height, least) + gap;
    }
    bottom = Math.max(bottom, y);
  }
  const bands = [];
  for (const code of order) for (const other of order) {
    const flow = flows.find((one) => one.from === code && one.to === other);
    if (flow) bands.push(band(flow, ends, left, right, scale));
  }
  // Those who kept their placement lie behind, those who moved in front.
  bands.sort((one, other) => DEPTH.indexOf(one.dataset.kind) - DEPTH.indexOf(other.dataset.kind));
  const sides = [["from", "placement_before", left, "end", -14], ["to", "placement_next", right, "start", 14]].map(([side, name, x, anchor, by]) =>
    order.filter((code) => ends[`${side} ${code}`]).map((code) => {
      const end = ends[`${side} ${code}`];
      const words = `${sideLabel(board, map, name, code)}${between}·${NO_BREAK}${countText(board, end.people)}`;
      return [svg("rect", { x: side === "from" ? x - 8 : x, y: end.y, width: 8, height: end.height, class: "node" }),
        label(words, x + by, end.y + Math.max(end.height, 12) / 2 + 4, { anchor, width: across, most })];
    }));
  const heads = [svg("text", { x: left, y: 14, "text-anchor": "end", class: "label head" }, before), svg("text", { x: right, y: 14, class: "label head" }, now)];
  const title = `${say(board, "movement_caption", { before, now })} ${say(board, "same_numbers")}`;
  return h("div", { class: form }, picture(board, width, bottom, title, bands, sides, heads));
}

function band(flow, ends, left, right, scale) {
  const [one, other] = [ends[`from ${flow.from}`], ends[`to ${flow.to}`]];
  const height = Math.max(1, flow.people * scale);
  const [y, end, middle] = [one.at, other.at, (left + right) / 2];
  one.at += flow.people * scale;
  other.at += flow.people * scale;
  const path = `M${left} ${y}C${middle} ${y} ${middle} ${end} ${right} ${end}V${end + height}C${middle} ${end + height} ${middle} ${y + height} ${left} ${y + height}Z`;
  const kind = !flow.here ? "gone" : flow.from === flow.to ? "kept" : "moved";
  return svg("path", { d: path, class: `band ${kind}`, "data-kind": kind });
}

function flowTable(board, map, flows, caption) {
  const order = [...map.section.placements.map(([code]) => code), NOT_PLACED, "ABSENT"];
  const used = (side) => order.filter((code) => flows.some((flow) => flow[side] === code));
  const [froms, tos] = [used("from"), used("to")];
  const rows = froms.map((from) => [sideLabel(board, map, "placement_before", from),
    ...tos.map((to) => countText(board, from === "ABSENT" && to === "ABSENT" ? null : flows.find((flow) => flow.from === from && flow.to === to)?.people || 0))]);
  return textTable(board, "flow", caption, [say(board, "from_to"), ...tos.map((to) => sideLabel(board, map, "placement_next", to))], rows);
}
