// What a scanned code says: a label of ours, an address of somebody else, or neither.

export type Read = { code: string } | { host: string } | null;

const PATH = /^\/a\/([^/?#]+)\/?$/i;
const CODE = /^[0-9a-z]{4}-?[0-9a-z]{4}-?[0-9a-z]$/i;

/** The host and port of an address, as the browser itself would write them. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return "";
  }
}

/** Reads one code; `ours` are the hosts that labels of this district lead to. A foreign host is named, never followed. */
export function readLabel(text: string, ours: readonly string[]): Read {
  const words = text.trim();
  if (CODE.test(words)) return { code: words };
  const host = /^https?:/i.test(words) ? hostOf(words) : "";
  if (!host) return null;
  if (!ours.includes(host)) return { host };
  const found = PATH.exec(new URL(words).pathname);
  return found?.[1] ? { code: decodeURIComponent(found[1]) } : null;
}
