// What colours, patterns and symbols mean: the same every time, whoever looks and whatever is filtered.

function legend(board, map) {
  const { section } = map;
  const verdicts = ["higher", "lower", "unclear", "plain"].map((name) =>
    h("li", {}, h("span", { class: `key ${name}`, "aria-hidden": "true" }), h("span", {}, say(board, `${name}_legend`))));
  return h("div", { class: "legend" },
    section.compared && h("ul", { class: "keys", "aria-label": say(board, "legend") }, verdicts,
      h("li", {}, h("span", { class: "key tick-key", "aria-hidden": "true" }), h("span", {}, say(board, "tick_legend")))),
    section.overlays.length > 0 && section.cycle && overlayChoice(board, map));
}

function overlayChoice(board, map) {
  const boxes = map.section.overlays.map((overlay) => {
    const input = h("input", { type: "checkbox", checked: map.overlays.has(overlay.name), onchange: () => {
      map.overlays[input.checked ? "add" : "delete"](overlay.name);
      showMap(board, map);
    } });
    return h("label", { title: pick(board, overlay.meaning) }, input,
      h("span", { class: "symbol", "aria-hidden": "true" }, overlay.symbol), h("span", {}, pick(board, overlay.title)));
  });
  return h("fieldset", { class: "overlays" }, h("legend", {}, say(board, "mark_people")), boxes);
}

function definitions(board, map) {
  const entries = map.section.placements.map(([, en, fr, meaningEn, meaningFr]) => {
    const meaning = pick(board, [meaningEn, meaningFr]) || say(board, "no_definition");
    return h("div", {}, h("dt", {}, pick(board, [en, fr])), h("dd", {}, meaning));
  });
  const overlays = map.section.overlays.map((overlay) =>
    h("div", {}, h("dt", {}, `${overlay.symbol} ${pick(board, overlay.title)}`), h("dd", {}, `${pick(board, overlay.meaning)}.`)));
  return h("details", { class: "definitions" }, h("summary", {}, say(board, "definitions")), h("dl", {}, entries, overlays));
}
