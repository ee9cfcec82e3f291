// A destructive step asks first, in a dialog of the page and the reader's language. Without script the server's preview page asks.

/** Wires every button with data-confirm; the question is the attribute's text. Must be wired before sendOnce. */
export function askFirst(): void {
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    const question = button?.dataset["confirm"];
    if (!button || !question || button.dataset["answered"]) return;
    event.preventDefault();
    void asked(question, button.textContent?.trim() ?? "").then((yes) => {
      if (!yes) return;
      button.dataset["answered"] = "1";
      (event.target as HTMLFormElement).requestSubmit(button);
      delete button.dataset["answered"];
    });
  });
}

function asked(question: string, doing: string): Promise<boolean> {
  const dialog = document.querySelector<HTMLDialogElement>("dialog[data-ask]");
  if (!dialog?.showModal) return Promise.resolve(window.confirm(question));
  dialog.querySelector("[data-question]")!.textContent = question;
  dialog.querySelector("[data-yes]")!.textContent = doing;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}
