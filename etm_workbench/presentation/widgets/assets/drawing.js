// What charts share: a figure with its text version, and small drawings in the reports' type.

// A figure: caption, drawing, and the same numbers as a table behind a disclosure, which repeats the caption to listeners alone.
function figure(board, name, caption, drawing, table) {
  return h("figure", { class: `figure ${name}` }, h("figcaption", {}, caption), h("div", { class: "drawing" }, drawing),
    h("details", {}, h("summary", {}, say(board, "text_version")), table));
}

function textTable(board, name, caption, heads, rows) {
  return h("div", { class: "scroll", role: "region", tabindex: "0", "aria-labelledby": `${name}-caption` },
    h("table", {}, h("caption", { id: `${name}-caption`, class: "vh" }, caption),
      h("thead", {}, h("tr", {}, heads.map((head, place) => h("th", { scope: "col", class: place ? "" : "stub" }, head)))),
      h("tbody", {}, rows.map(([head, ...values]) => h("tr", {}, h("th", { scope: "row" }, head), values.map((value) => h("td", {}, value)))))));
}

// Words on at most `most` lines of about `width` characters, as SVG text.
function label(text, x, y, { anchor = "start", width = 24, weight = null, most = 3 } = {}) {
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && (last + word).length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const shown = lines.length > most ? [...lines.slice(0, most - 1), lines.slice(most - 1).join(" ")] : lines;
  const top = y - (shown.length - 1) * 7;
  return svg("text", { x, y: top, "text-anchor": anchor, "font-weight": weight, class: "label" },
    shown.map((line, place) => svg("tspan", { x, dy: place ? 14 : 0 }, line)));
}

function picture(board, width, height, title, ...content) {
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title, class: "picture" }, content);
}

// A section below the map; its content is drawn again after each change of the filters.
function laterSection(board, map, anchor, title, draw) {
  const body = h("div", {});
  map.later.push(() => {
    const open = [...body.querySelectorAll("details")].map((one) => one.open);
    body.replaceChildren(...[draw()].flat().filter(Boolean));
    [...body.querySelectorAll("details")].forEach((one, place) => (one.open = Boolean(open[place])));
  });
  return h("section", { id: anchor, "aria-labelledby": `${anchor}-title` }, h("h2", { id: `${anchor}-title` }, title), body);
}

function filterLine(board, map) {
  const words = filterWords(board, map);
  return words.length ? h("p", { class: "quiet-words" }, `${say(board, "filtered_by")} ${words.join("; ")}.`) : null;
}
