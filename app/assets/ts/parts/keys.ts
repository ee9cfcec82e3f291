// The desk's keyboard: J/K move, Enter or O open, / search, G then a letter of the rail, ? help, letters press their buttons.

let waitingForPlace = false;

/** Wires the keys; silent while somebody types. */
export function keyboard(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (act(event.key)) event.preventDefault();
  });
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function act(key: string): boolean {
  const letter = key.toLowerCase();
  if (waitingForPlace) {
    waitingForPlace = false;
    return press(`.rail [data-go="${CSS.escape(letter)}"]`);
  }
  switch (letter) {
    case "j": return move(1);
    case "k": return move(-1);
    case "o": return press(".cur a");
    case "/": return focusOn("[data-find]");
    case "g": waitingForPlace = true; return true;
    case "?": return help();
    default: return /^[a-z]$/.test(letter) && pressKey(letter);
  }
}

function move(step: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("tr[data-row], .q > li")];
  if (rows.length === 0) return false;
  const now = rows.findIndex((row) => row.classList.contains("cur"));
  const next = Math.max(0, Math.min(rows.length - 1, now + step));
  rows[now]?.classList.remove("cur");
  rows[next]!.classList.add("cur");
  rows[next]!.querySelector("a")?.focus();
  rows[next]!.scrollIntoView({ block: "nearest" });
  return true;
}

function press(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.click();
  return Boolean(found);
}

/** The current line's button first; another line's button never. */
function pressKey(letter: string): boolean {
  const wanted = `[data-key="${letter}"]`;
  if (press(`.cur ${wanted}`)) return true;
  const outside = [...document.querySelectorAll<HTMLElement>(wanted)].find((button) => !button.closest("tr[data-row], .q > li"));
  outside?.click();
  return Boolean(outside);
}

function focusOn(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.focus();
  return Boolean(found);
}

function help(): boolean {
  document.querySelector<HTMLDialogElement>("dialog[data-help]")?.showModal();
  return true;
}
