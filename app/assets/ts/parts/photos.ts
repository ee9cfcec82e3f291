// Photos: show what was picked, and make it smaller on the phone where the browser can. Without script the form still works.

const LONGEST = 1600;
const SMALL_ENOUGH = 600_000;

/** Wires every photo picker under the root. */
export function photos(root: ParentNode = document): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[type=file][data-photo]")) {
    input.addEventListener("change", () => void picked(input));
  }
}

async function picked(input: HTMLInputElement): Promise<void> {
  const files = [...(input.files ?? [])];
  say(input, files);
  const smaller = await Promise.all(files.map(shrink));
  if (smaller.some((file, index) => file !== files[index]) && typeof DataTransfer === "function") {
    const carrier = new DataTransfer();
    for (const file of smaller) carrier.items.add(file);
    input.files = carrier.files;
  }
  preview(input, smaller);
}

function say(input: HTMLInputElement, files: File[]): void {
  const note = input.closest(".pick")?.querySelector<HTMLElement>("[data-picked]");
  if (!note) return;
  const template = note.dataset["many"] ?? "{n}";
  note.textContent = files.length === 0 ? "" : template.replace("{n}", String(files.length));
}

function preview(input: HTMLInputElement, files: File[]): void {
  const shelf = input.closest(".f")?.querySelector<HTMLElement>("[data-preview]");
  if (!shelf) return;
  for (const old of shelf.querySelectorAll("img")) URL.revokeObjectURL(old.src);
  shelf.replaceChildren(...files.map(thumbnail));
}

function thumbnail(file: File): HTMLElement {
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  return image;
}

/** The photo at most 1600 px long as JPEG; the file itself where that fails, for the server decides in the end. */
async function shrink(file: File): Promise<File> {
  if (file.size < SMALL_ENOUGH || !file.type.startsWith("image/") || typeof createImageBitmap !== "function") return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const blob = await redraw(bitmap);
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

function redraw(bitmap: ImageBitmap): Promise<Blob | null> {
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
}
