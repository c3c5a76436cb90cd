// Any two variables against one another, for those used to a grid. Not the official map, and says so.

function twoWaySection(board, map) {
  return laterSection(board, map, "two-way", say(board, "two_way_title"), () => twoWay(board, map));
}

function twoWay(board, map) {
  if (isNobody(map)) return h("p", {}, say(board, "nobody_kept"));
  const axes = map.section.coordinates.filter((coordinate) => coordinate.axis);
  if (axes.length < 2) return null;
  map.axes ??= [axes[0].name, axes[1].name];
  const draw = () => (table.replaceChildren(twoWayTable(board, map)), announce(board, say(board, "view_changed")));
  const side = (place, name) => {
    const select = h("select", { id: `axis-${place}`, onchange: () => ((map.axes[place] = select.value), draw()) },
      axes.map((axis) => h("option", { value: axis.name, selected: axis.name === map.axes[place] }, pick(board, axis.title))));
    return [h("label", { for: `axis-${place}` }, say(board, name)), select];
  };
  const table = h("div", {}, twoWayTable(board, map));
  return [h("p", { class: "note-line" }, say(board, "two_way_note")), filterLine(board, map), h("p", { class: "axes" }, side(0, "down"), side(1, "across")), table];
}

function twoWayTable(board, map) {
  const { section } = map;
  const [down, across] = map.axes.map((name) => coordinateOf(section, name));
  if (down === across) return h("p", {}, say(board, "two_different"));
  const counts = tally(section, map.profiles[section.cycle], map.filters, down.name, across.name);
  const order = [...down.codes.keys()].filter((row) => down.codes[row][0] !== NOT_PLACED).reverse();
  const columns = [...across.codes.keys()].filter((column) => across.codes[column][0] !== NOT_PLACED);
  const most = Math.max(1, ...order.flatMap((row) => columns.map((column) => counts[row][column])));
  const cell = (row, column) => {
    const people = counts[row][column];
    const where = { ...filtersOf(map), [down.name]: new Set([down.codes[row][0]]), [across.name]: new Set([across.codes[column][0]]) };
    const title = [down.codes[row], across.codes[column]].map((code) => pick(board, code.slice(1))).join(`${NO_BREAK}· `);
    const fill = h("span", { class: "dot-mark", "aria-hidden": "true" });
    fill.style.width = fill.style.height = `${Math.round(28 * Math.sqrt(people / most))}px`;
    const button = h("button", { type: "button", class: "cell", "aria-label": `${title}${say(board, "colon")} ${peopleText(board, people)}`, onclick: () => openDialog(board, title, button, [h("p", { class: "said" }, `${peopleText(board, people)}.`), peopleList(board, map, where, null)]) }, h("b", {}, countText(board, people)), fill);
    return h("td", {}, button);
  };
  const everyone = sum(counts.map(sum));
  const known = sum(order.map((row) => sum(columns.map((column) => counts[row][column]))));
  const words = { n: countText(board, known), of: countText(board, everyone) };
  const caption = say(board, "two_way_caption", { down: pick(board, down.title), across: pick(board, across.title) });
  return h("div", { class: "scroll", role: "region", tabindex: "0", "aria-labelledby": "two-way-caption" },
    h("table", { class: "two-way" }, h("caption", { id: "two-way-caption" }, `${caption} ${say(board, "both_known", words)}`),
      h("thead", {}, h("tr", {}, h("td", {}), columns.map((column) => h("th", { scope: "col" }, pick(board, across.codes[column].slice(1)))))),
      h("tbody", {}, order.map((row) => h("tr", {}, h("th", { scope: "row" }, pick(board, down.codes[row].slice(1))), columns.map((column) => cell(row, column)))))));
}
