// Questions that need Python: by message where a widget holds the board, by POST where a server sends the page.

// A function from question to a promise of the answer; null where nothing can be asked.
function askerFor(board, options) {
  if (options.ask) return guarded(board, options.ask);
  const address = board.payload.links.ask;
  if (!address) return null;
  return guarded(board, async (question) => {
    const headers = { "Content-Type": "application/json", "X-XSRFToken": cookie("_xsrf") };
    const reply = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers,
      body: JSON.stringify(question),
    });
    if (reply.headers.get("Content-Type")?.startsWith("application/json")) return reply.json();
    throw new Error(String(reply.status));
  });
}

// Whatever goes wrong on the way becomes a plain message; what went wrong in detail is the server's to log.
function guarded(board, ask) {
  return async (question) => {
    try {
      return await ask(question);
    } catch {
      return { ok: false, message: { en: WORDS.unreachable[0], fr: WORDS.unreachable[1] } };
    }
  };
}

function messageOf(board, answer) {
  return answer.message ? answer.message[LANGUAGES[board.language]] : say(board, "unreachable");
}

function cookie(name) {
  const found = document.cookie.split("; ").find((entry) => entry.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

// Messages to the widget carry a number, so that answers find their questions.
function askModel(model) {
  const waiting = new Map();
  let last = 0;
  model.on("msg:custom", (message) => {
    waiting.get(message.number)?.(message.answer);
    waiting.delete(message.number);
  });
  return (question) =>
    new Promise((resolve, reject) => {
      const number = ++last;
      waiting.set(number, resolve);
      setTimeout(() => waiting.delete(number) && reject(new Error("no answer")), 60_000);
      model.send({ number, question });
    });
}
