// Elements, words and announcements: the few lines that stand in for a framework.

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";
const LANGUAGES = ["en", "fr"];
const TAGS = ["en-CA", "fr-CA"];

// An element; attributes named `on…` are listeners, `html` is markup that Python's renderer escaped.
function h(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "html") element.innerHTML = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// The module's own words in the board's language; `{name}` is replaced by a value.
function say(board, name, values) {
  const text = WORDS[name][board.language];
  return values ? text.replace(/\{(\w+)\}/g, (slot, key) => (key in values ? values[key] : slot)) : text;
}

// One of a pair (English, French) in the board's language.
function pick(board, pair) {
  return pair[board.language];
}

// Says a change to those who listen, once.
function announce(board, text) {
  board.live.textContent = "";
  board.window.requestAnimationFrame(() => (board.live.textContent = text));
}

// Moves focus among the items of a set with the arrow keys: one stop for Tab, as ARIA's grid and tabs ask.
function rove(items, columns, event) {
  const at = items.indexOf(event.target.closest("button, [role=tab]"));
  if (at < 0) return;
  const row = at - (at % columns);
  const to = {
    ArrowRight: Math.min(at + 1, row + columns - 1),
    ArrowLeft: Math.max(at - 1, row),
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: event.ctrlKey ? 0 : row,
    End: event.ctrlKey ? items.length - 1 : row + columns - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const item = items[to];
  if (!item || item.hidden || item.offsetParent === null) return;
  items.forEach((one) => (one.tabIndex = one === item ? 0 : -1));
  item.focus();
}
