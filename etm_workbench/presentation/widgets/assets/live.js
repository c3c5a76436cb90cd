// A live page: the board is there at once, and questions go to a kernel of its own as soon as that has come.

const KERNEL_SECONDS = 60;
const RECONNECTIONS = 20;
const NOT_ANSWERED = { ok: false, message: { en: WORDS.not_answered[0], fr: WORDS.not_answered[1] } };

// Draws a board whose kernel the end of the document names; the socket speaks the plain form of Jupyter's messages.
function mountLive(element, payload) {
  const line = { waiting: new Map(), unsent: [], last: 0, tries: 0, session: randomName(), socket: null, kernel: null };
  const board = mount(element, payload, { ask: (question) => askKernel(line, question) });
  line.over = (word) => sayOver(board, line, word);
  const join = () => {
    line.kernel = JSON.parse(document.getElementById("kernel")?.textContent || "null");
    if (line.kernel) connect(line);
    else line.over("not_opened");
  };
  // The document is loading until the kernel has answered.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", join);
  else join();
}

function askKernel(line, question) {
  return new Promise((resolve, reject) => {
    if (line.isOver) return resolve(NOT_ANSWERED);
    const number = ++line.last;
    line.waiting.set(number, { resolve, reject });
    setTimeout(() => line.waiting.delete(number) && reject(new Error("no answer")), 1000 * KERNEL_SECONDS);
    const message = { number, question };
    if (line.socket?.readyState === WebSocket.OPEN) line.socket.send(toComm(line, message));
    else line.unsent.push(message);
  });
}

function connect(line) {
  const { base, kernelId } = line.kernel;
  const address = new URL(`${base}api/kernels/${kernelId}/channels?session_id=${line.session}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  line.socket = new WebSocket(address);
  line.socket.addEventListener("open", () => {
    line.tries = 0;
    line.unsent.splice(0).forEach((message) => line.socket.send(toComm(line, message)));
  });
  line.socket.addEventListener("message", (event) => hear(line, event.data));
  line.socket.addEventListener("close", () => afterClose(line));
}

function toComm(line, message) {
  const header = { msg_id: randomName(), msg_type: "comm_msg", username: "", session: line.session, date: new Date().toISOString(), version: "5.3" };
  const content = { comm_id: line.kernel.comm, data: { method: "custom", content: message } };
  return JSON.stringify({ header, parent_header: {}, metadata: {}, content, buffers: [], channel: "shell" });
}

function hear(line, text) {
  const { header, content } = typeof text === "string" ? JSON.parse(text) : {};
  if (header?.msg_type !== "comm_msg" || content.comm_id !== line.kernel.comm || content.data.method !== "custom") return;
  const { number, answer } = content.data.content;
  line.waiting.get(number)?.resolve(answer);
  line.waiting.delete(number);
}

// A socket that closes is asked after: a dashboard that has ended says so, a break in the line is mended.
async function afterClose(line) {
  const { base, kernelId } = line.kernel;
  const asked = fetch(`${base}api/kernels/${kernelId}`, { headers: { "X-XSRFToken": cookie("_xsrf") } });
  const answer = await asked.catch(() => null);
  if ((answer && !answer.ok) || ++line.tries > RECONNECTIONS) line.over("ended");
  else setTimeout(() => connect(line), 200 * line.tries);
}

// The board stays as it is; what asks is told, and the way to a new kernel is offered.
function sayOver(board, line, word) {
  line.isOver = true;
  line.waiting.forEach(({ resolve }) => resolve(NOT_ANSWERED));
  line.waiting.clear();
  const again = h("button", { type: "button", "aria-describedby": "ended-words", onclick: () => location.reload() }, say(board, "reopen"));
  const notice = h("div", { id: "ended", class: "etm board ended", role: "alert", lang: TAGS[board.language] },
    h("p", { id: "ended-words" }, say(board, word)), h("p", {}, again));
  const above = () => board.root.before(notice);
  const dialog = board.root.querySelector("dialog[open]");
  // An open dialog covers all else and keeps it from being reached, so the notice stands in it until it closes.
  if (dialog) {
    dialog.prepend(notice);
    dialog.addEventListener("close", above);
  } else above();
  again.focus();
}

function randomName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
