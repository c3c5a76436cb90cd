// Numbers as Canada writes them in each language; the same signs as the reports (a test compares the two).

const NO_BREAK = "\u00a0";
const MINUS = "\u2212";
const SIGNS = { too_unreliable: "F", not_available: "..", not_applicable: "..." };

function decimals(board, value, digits) {
  const known = (board.formats[digits] ??= new Intl.NumberFormat(TAGS[board.language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    roundingMode: "halfEven",
  }));
  // Some engines group French thousands with a narrow space; reports use a no-break one.
  return known.format(value).replace(/\u202f/g, NO_BREAK).replace(/-/g, MINUS);
}

function percentSign(board, text) {
  return board.language === 0 ? `${text}%` : `${text}${NO_BREAK}%`;
}

// A count, or the sign of why there is none.
function countText(board, value) {
  if (typeof value === "string") return signOf(value);
  return value === null || value === undefined ? SIGNS.not_available : decimals(board, value, 0);
}

// A proportion as a percentage with one decimal.
function shareText(board, value) {
  if (typeof value === "string") return signOf(value);
  return value === null || value === undefined ? SIGNS.not_available : percentSign(board, decimals(board, value * 100, 1));
}

// A difference of proportions in percentage points, with its sign.
function pointsText(board, value) {
  if (typeof value !== "number") return value ? signOf(value) : SIGNS.not_available;
  const text = decimals(board, Math.abs(value * 100), 1);
  if (!/[1-9]/.test(text)) return text;
  return (value < 0 ? MINUS : "+") + text;
}

function gapText(board, value) {
  return typeof value === "number" ? decimals(board, Math.abs(value * 100), 1) : SIGNS.not_available;
}

function pText(board, value) {
  if (typeof value !== "number") return SIGNS.not_available;
  return value < 0.001 ? `<${NO_BREAK}${decimals(board, 0.001, 3)}` : decimals(board, value, 3);
}

function signOf(reason) {
  return SIGNS[reason] || "x";
}
