// Where the phone is: asked only where the reader pressed a button for it, or has allowed it before.

export interface Place {
  lon: number;
  lat: number;
  accuracy: number;
}

const PATIENCE = 10_000;
const FRESH = 30_000;

/** Whether the position may be asked without a question to the reader. */
export async function allowed(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false;
  }
}

/** The place, or nothing where the phone does not tell. */
export function locate(): Promise<Place | null> {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    const told = ({ coords }: GeolocationPosition): void => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy });
    navigator.geolocation.getCurrentPosition(told, () => resolve(null), { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: FRESH });
  });
}

/** Wires the buttons that look for what is near, and the forms that say where they were filled in. */
export function positions(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-locate]")) wireNear(button);
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-position]")) void wirePlace(form);
}

function wireNear(button: HTMLButtonElement): void {
  button.hidden = false;
  button.addEventListener("click", () => void goNear(button));
  if (button.dataset["locate"] === "now") void allowed().then((yes) => (yes ? goNear(button) : undefined));
}

async function goNear(button: HTMLButtonElement): Promise<void> {
  const form = button.form;
  const near = form?.querySelector<HTMLInputElement>("[data-near]");
  if (!form || !near) return;
  button.setAttribute("aria-busy", "true");
  const place = await locate();
  button.removeAttribute("aria-busy");
  const lost = document.querySelector<HTMLElement>("[data-lost]");
  if (lost) lost.hidden = place !== null;
  if (!place) return;
  near.value = [place.lon, place.lat].map((degrees) => degrees.toFixed(6)).join(",");
  form.submit();
}

/**
 * A form takes the place along by itself where that was allowed before; otherwise it offers a button. With
 * data-position="ask" it always waits for the button: whoever once allowed the map has not allowed this.
 */
async function wirePlace(form: HTMLFormElement): Promise<void> {
  const ask = form.dataset["position"] === "ask";
  form.querySelector("[data-fill]")?.addEventListener("click", () => void fill(form));
  if (!ask && (await allowed())) return fill(form);
  const known = form.elements.namedItem("lon");
  if (known instanceof HTMLInputElement && known.value !== "") return show(form, "filled");
  // Browsers tell the place to https alone: citizens are not offered what cannot work.
  if (!ask || window.isSecureContext) show(form, "offer");
}

async function fill(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector("[data-fill]");
  button?.setAttribute("aria-busy", "true");
  const place = await locate();
  button?.removeAttribute("aria-busy");
  if (!place) return show(form, "offer", "lost");
  show(form, "filled");
  for (const [name, value] of Object.entries(place)) {
    const input = form.elements.namedItem(name);
    if (input instanceof HTMLInputElement) input.value = String(value);
  }
}

/** Of the offer, the sentence that the place goes along and the one that there is none, these are seen. */
function show(form: HTMLFormElement, ...seen: string[]): void {
  for (const part of form.querySelectorAll<HTMLElement>("[data-offer], [data-filled], [data-lost]")) {
    part.hidden = !seen.some((name) => name in part.dataset);
  }
}
