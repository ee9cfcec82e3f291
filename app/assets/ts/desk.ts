import htmx from "htmx.org";
import { askFirst } from "./parts/ask";
import { keyboard } from "./parts/keys";
import { sendOnce } from "./parts/once";
import { photos } from "./parts/photos";

// The page's policy forbids eval and inline styles; htmx must not try.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;

/** Filters apply as they change; the button stays for those without script and for the keyboard. */
function liveFilters(): void {
  document.addEventListener("change", (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-live]");
    form?.requestSubmit?.();
  });
}

/** The tick in a table's head ticks every row; the bar says how many. */
function bulkPicks(): void {
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (!box.matches("[data-pick-all], [name=pick]")) return;
    if (box.matches("[data-pick-all]")) for (const one of picks()) one.checked = box.checked;
    countPicks();
  });
  countPicks();
}

function picks(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("input[name=pick]")];
}

function countPicks(): void {
  const count = picks().filter((one) => one.checked).length;
  for (const bar of document.querySelectorAll<HTMLElement>(".bulk")) {
    bar.hidden = count === 0;
    bar.querySelector("[data-count]")!.textContent = String(count);
  }
}

/** Nothing empty in the address bar. */
function tidyAddress(): void {
  document.addEventListener("formdata", (event) => {
    if ((event.target as HTMLFormElement).method !== "get") return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}

askFirst();
sendOnce();
keyboard();
photos();
liveFilters();
bulkPicks();
tidyAddress();
