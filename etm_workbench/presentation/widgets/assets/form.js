// Forms: questions in plain HTML, sent to Python by a button or, where an action is live, while they change.
// An answer is `html` (a pair), a `status` (a pair) said to listeners, and `files` to keep, as base64.

const PAUSE = 700; // milliseconds without a change before a live question is sent

function formSection(board, section) {
  const kept = (board.forms ??= {});
  const state = (kept[section.anchor] ??= { values: firstValues(board, section), answer: null, sent: 0, open: new Set() });
  const form = { board, section, state, id: (name) => `${section.anchor}-${name}` };
  form.answer = h("div", { class: "answer", role: "region", "aria-label": say(board, "answer"), tabindex: "-1" });
  form.status = h("p", { class: "form-status", role: "status", "aria-live": "polite" });
  const live = section.actions.find((action) => action.live);
  const fields = h("form", { class: "questions", novalidate: true,
    onsubmit: (event) => (event.preventDefault(), send(form, section.actions[0])),
    oninput: () => changed(form, live), onchange: () => changed(form, live) },
    section.sets.map((set) => fieldSet(form, set)), buttons(form));
  form.fields = fields;
  showAnswer(form);
  if (live && !state.answer && board.ask) board.window.setTimeout(() => send(form, live, true), 0);
  return h("section", { id: section.anchor, class: "form-section", "aria-labelledby": form.id("title") },
    h("h2", { id: form.id("title") }, pick(board, section.title)),
    section.intro.map((text) => h("p", {}, pick(board, text))),
    board.ask ? null : h("p", { class: "note" }, say(board, "form_offline")),
    h("div", { class: live ? "beside" : "" }, fields, h("div", { class: "answers" }, form.status, form.answer)));
}

function firstValues(board, section) {
  const first = (field) => (field.value?.both ? pick(board, field.value.both) : field.value);
  return Object.fromEntries(section.sets.flatMap((set) => set.fields).map((field) =>
    [field.name, field.kind === "filters" ? {} : first(field) || (field.kind === "checks" ? [] : startOf(field))]));
}

// A list without a chosen entry stands on its first, as the browser shows it.
function startOf(field) {
  return field.kind === "select" && field.options.length ? field.options[0][0] : "";
}

function fieldSet(form, set) {
  return h("fieldset", {}, h("legend", {}, pick(form.board, set.legend)),
    h("div", { class: "fields" }, set.fields.map((field) => drawField(form, field))));
}

function drawField(form, field) {
  const drawn = { text: textField, select: selectField, checks: checksField, filters: filtersField }[field.kind];
  return h("div", { class: `field ${field.kind}${field.wide ? " wide" : ""}` }, drawn(form, field));
}

function labelled(form, field) {
  const help = field.help && h("span", { class: "help", id: form.id(`${field.name}-help`) }, pick(form.board, field.help));
  const attributes = { id: form.id(field.name), name: field.name, "aria-describedby": help ? help.id : null };
  return { help, attributes, label: h("label", { for: attributes.id }, pick(form.board, field.label)) };
}

function textField(form, field) {
  const { help, attributes, label } = labelled(form, field);
  const input = field.lines > 1 ? h("textarea", { ...attributes, rows: field.lines }) : h("input", { ...attributes, type: "text", autocomplete: "off" });
  input.value = form.state.values[field.name];
  input.addEventListener("input", () => (form.state.values[field.name] = input.value));
  return [label, help, input];
}

function selectField(form, field) {
  const { help, attributes, label } = labelled(form, field);
  const now = form.state.values[field.name];
  const select = h("select", attributes, field.options.map(([code, text]) =>
    h("option", { value: code, selected: code === now }, pick(form.board, text))));
  select.addEventListener("change", () => (form.state.values[field.name] = select.value));
  return [label, help, select];
}

function checksField(form, field) {
  const values = form.state.values;
  return h("fieldset", { class: "checks" }, h("legend", {}, pick(form.board, field.label)),
    field.help && h("span", { class: "help" }, pick(form.board, field.help)),
    boxes(form, field.name, field.options, values[field.name], (codes) => (values[field.name] = codes)));
}

function filtersField(form, field) {
  const values = form.state.values[field.name];
  const groups = field.groups.map(([variable, label, options]) => {
    const count = h("span", { class: "chosen" });
    const keep = (codes) => {
      if (codes.length) values[variable] = codes;
      else delete values[variable];
      count.textContent = codes.length ? ` (${codes.length})` : "";
    };
    keep(values[variable] || []);
    const details = h("details", { open: form.state.open.has(variable) }, h("summary", {}, pick(form.board, label), count),
      h("div", { role: "group", "aria-label": pick(form.board, label) },
        boxes(form, `${field.name}-${variable}`, options, values[variable] || [], keep)));
    details.addEventListener("toggle", () => form.state.open[details.open ? "add" : "delete"](variable));
    return details;
  });
  return h("details", { class: "all", open: form.state.open.has(field.name),
    ontoggle: (event) => event.target === event.currentTarget && form.state.open[event.target.open ? "add" : "delete"](field.name) },
    h("summary", {}, pick(form.board, field.label)),
    field.help && h("p", { class: "help" }, pick(form.board, field.help)), groups);
}

function boxes(form, name, options, now, keep) {
  const list = options.map(([code, text], place) => {
    const id = form.id(`${name}-${place}`);
    const box = h("input", { type: "checkbox", id, value: code, checked: now.includes(code) });
    box.addEventListener("change", () => keep(list.filter(([one]) => one.checked).map(([one]) => one.value)));
    return [box, h("label", { for: id }, pick(form.board, text))];
  });
  return list.map(([box, label]) => h("div", { class: "box" }, box, label));
}

function buttons(form) {
  return h("div", { class: "actions" }, form.section.actions.map((action, place) =>
    h("button", { type: place ? "button" : "submit", class: place ? null : "first", disabled: !form.board.ask,
      onclick: place ? () => send(form, action) : null }, pick(form.board, action.label))));
}

function changed(form, live) {
  if (!live || !form.board.ask) return;
  clearTimeout(form.state.waiting);
  form.state.waiting = setTimeout(() => send(form, live, true), PAUSE);
}

// Only the latest question's answer is shown; a live one never takes the focus.
async function send(form, action, live = false) {
  clearTimeout(form.state.waiting);
  const number = ++form.state.sent;
  form.status.textContent = say(form.board, "working");
  form.answer.setAttribute("aria-busy", "true");
  const answer = await form.board.ask({ kind: action.kind, form: form.section.anchor, values: form.state.values });
  if (number !== form.state.sent) return;
  form.state.answer = answer.ok || !live ? answer : { ...answer, quiet: true };
  const shown = form.status.isConnected ? form : form.board.drawnForms?.[form.section.anchor] || form;
  showAnswer(shown);
  for (const file of answer.files || []) keepFile(form.board, file);
  if (!live && shown.answer.isConnected) shown.answer.focus({ preventScroll: false });
}

function showAnswer(form) {
  (form.board.drawnForms ??= {})[form.section.anchor] = form;
  const { answer } = form.state;
  form.answer.removeAttribute("aria-busy");
  if (!answer) return form.status.replaceChildren(), form.answer.replaceChildren();
  form.status.textContent = answer.status ? pick(form.board, answer.status) : "";
  if (answer.ok) form.answer.innerHTML = pick(form.board, answer.html || ["", ""]);
  else form.answer.replaceChildren(h("p", { class: "refused" }, messageOf(form.board, answer)));
}

function keepFile(board, file) {
  const bytes = Uint8Array.from(atob(file.base64), (character) => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: file.type }));
  const link = h("a", { href: address, download: file.name });
  board.root.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
