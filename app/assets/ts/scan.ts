// The scanner of the crew: a code in front of the camera leads to its page here, and never to another site.
import { hostOf, readLabel } from "./parts/label";
import { allowed, locate, type Place } from "./parts/position";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface NativeDetector {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

const PAUSE = 120;
const BLIND = ["insecure", "none", "denied", "busy", "failed"];

function scanner(root: HTMLElement): void {
  const video = root.querySelector<HTMLVideoElement>("video")!;
  const again = root.querySelector<HTMLButtonElement>("[data-again]")!;
  const torch = root.querySelector<HTMLButtonElement>("[data-torch]")!;
  const ours = [location.host, hostOf(root.dataset["public"] ?? "")];
  let stream: MediaStream | undefined;
  let detector: Detector | undefined;
  let place: Place | null = null;

  /** One sentence at a time; where the camera gives nothing, its window goes and the way to try again comes. */
  function say(word: string, host = ""): void {
    for (const sentence of root.querySelectorAll<HTMLElement>("[data-say]")) {
      sentence.hidden = sentence.dataset["say"] !== word;
      const named = sentence.querySelector<HTMLElement>("[data-template]");
      if (named && !sentence.hidden) named.textContent = named.dataset["template"]!.replace("{host}", host);
    }
    root.classList.toggle("blind", BLIND.includes(word));
    root.classList.toggle("warned", word === "foreign");
    again.hidden = !["denied", "busy", "failed", "none"].includes(word);
  }

  async function start(): Promise<void> {
    if (stream) return;
    if (!window.isSecureContext) return say("insecure");
    if (!navigator.mediaDevices?.getUserMedia) return say("none");
    say("start");
    void remember();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } });
    } catch (problem) {
      return say(wordFor((problem as Error).name));
    }
    try {
      video.srcObject = stream;
      offerTorch(stream);
      await video.play();
      detector ??= await makeDetector(root);
    } catch {
      stop();
      return say("failed");
    }
    say("look");
    void look(stream);
  }

  /** Begun with the camera, for it may take as long as aiming does; a label found earlier does not wait for it. */
  async function remember(): Promise<void> {
    if (await allowed()) place = await locate();
  }

  async function look(during: MediaStream): Promise<void> {
    while (stream === during && detector) {
      const found = await detector.detect(video).catch(() => []);
      if (stream !== during || found.some(({ rawValue }) => take(rawValue))) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  /** Whether this code ends the search. A warning stays in sight until something of ours comes. */
  function take(text: string): boolean {
    const read = readLabel(text, ours);
    if (read && "code" in read) {
      go(read.code);
      return true;
    }
    say(read ? "foreign" : "strange", read?.host);
    return false;
  }

  function go(code: string): void {
    say("found");
    stop();
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(80);
    tell(code, place, root.dataset["csrf"] ?? "");
    location.assign(`/A/${encodeURIComponent(code)}`);
  }

  function offerTorch(from: MediaStream): void {
    const track = from.getVideoTracks()[0];
    const can = track?.getCapabilities?.() as { torch?: boolean } | undefined;
    torch.hidden = !can?.torch;
    torch.setAttribute("aria-pressed", "false");
    torch.onclick = () => {
      const on = torch.getAttribute("aria-pressed") !== "true";
      torch.setAttribute("aria-pressed", String(on));
      void track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
    };
  }

  function stop(): void {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
  }

  again.addEventListener("click", () => void start());
  // The camera is let go as soon as nobody looks, and taken up again when somebody comes back.
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : void start()));
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", (event) => (event.persisted ? void start() : undefined));
  void start();
}

function wordFor(name: string): string {
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "failed";
}

async function makeDetector({ dataset }: HTMLElement): Promise<Detector> {
  const native = (window as { BarcodeDetector?: NativeDetector }).BarcodeDetector;
  const formats = (await native?.getSupportedFormats().catch(() => [])) ?? [];
  if (native && formats.includes("qr_code")) return new native({ formats: ["qr_code"] });
  const reader = (await import(dataset["reader"]!)) as typeof import("./reader");
  return reader.makeDetector(new URL(dataset["wasm"]!, location.href).href);
}

/** Tells where the label was seen, if the reader allows that; nobody waits for it, and its failure is nobody's trouble. */
function tell(code: string, place: Place | null, csrf: string): void {
  if (!place) return;
  const body = new URLSearchParams({ lon: String(place.lon), lat: String(place.lat), accuracy: String(place.accuracy) });
  fetch(`/crew/labels/${encodeURIComponent(code)}/seen`, { method: "POST", keepalive: true, headers: { "X-CSRF-Token": csrf }, body }).catch(() => undefined);
}

const root = document.querySelector<HTMLElement>("[data-scan]");
if (root) scanner(root);
