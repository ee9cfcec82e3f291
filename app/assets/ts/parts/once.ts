// A form is sent once: the second tap on a slow line does nothing. The server has its own guard; this one is courtesy.

const FILE_TAKES = 4000;

/** Wires every POST form of the page. */
export function sendOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset["sent"]) {
      event.preventDefault();
      return;
    }
    form.dataset["sent"] = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    // Where the answer is a file the page stays, and nothing tells when the file has come.
    if ("file" in form.dataset) window.setTimeout(() => release(form), FILE_TAKES);
  });
  // Back from the browser's page cache the form may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) release(form);
  });
}

function release(form: HTMLFormElement): void {
  delete form.dataset["sent"];
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
}
