import { askFirst } from "./parts/ask";
import { sendOnce } from "./parts/once";
import { photos } from "./parts/photos";
import { positions } from "./parts/position";

/** Says so as long as the phone has no network: what is typed stays on the page, the button waits. */
function network(): void {
  const strip = document.querySelector<HTMLElement>("[data-offline]");
  if (!strip) return;
  const show = (): void => {
    strip.hidden = navigator.onLine;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}

askFirst();
sendOnce();
photos();
positions();
network();
