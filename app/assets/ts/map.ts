// The map: markers and clusters counted on the server, one request for each stop of the view. A list stands beside it in the page.
import L from "leaflet";

interface Properties {
  count?: number;
  code?: string;
  name?: string;
  url?: string;
  tone?: string;
}
type Feature = { geometry: { type: "Point"; coordinates: [number, number] }; properties: Properties };
type Answer = { features: Feature[]; truncated?: boolean };

const WAIT = 150;

function start(element: HTMLElement): void {
  const { lon, lat, zoom, baseUrl, attribution } = element.dataset;
  const map = L.map(element, { attributionControl: Boolean(attribution), zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  map.setView([Number(lat) || 28.0, Number(lon) || 120.65], Number(zoom) || 13);
  if (baseUrl) L.tileLayer(baseUrl, { attribution: attribution ?? "", maxZoom: 19 }).addTo(map);
  const layer = L.layerGroup().addTo(map);
  const load = loader(element, map, layer);
  let timer = 0;
  map.on("moveend", () => {
    clearTimeout(timer);
    timer = window.setTimeout(load, WAIT);
  });
  void load();
}

function loader(element: HTMLElement, map: L.Map, layer: L.LayerGroup): () => Promise<void> {
  let asked: AbortController | undefined;
  return async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const reply = await fetch(address(element, map), { signal: asked.signal, headers: { Accept: "application/geo+json, application/json" } });
      if (!reply.ok) throw new Error(String(reply.status));
      draw((await reply.json()) as Answer, map, layer);
      note(element, "");
    } catch (problem) {
      if ((problem as Error).name !== "AbortError") note(element, element.dataset["failed"] ?? "");
    }
  };
}

function address(element: HTMLElement, map: L.Map): string {
  const url = new URL(element.dataset["map"]!, location.href);
  const box = map.getBounds();
  url.searchParams.set("bbox", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((edge) => edge.toFixed(6)).join(","));
  url.searchParams.set("zoom", String(map.getZoom()));
  return url.href;
}

function draw(answer: Answer, map: L.Map, layer: L.LayerGroup): void {
  layer.clearLayers();
  for (const feature of answer.features) layer.addLayer(marker(feature, map));
}

function marker({ geometry, properties }: Feature, map: L.Map): L.Marker {
  const [lon, lat] = geometry.coordinates;
  const count = properties.count ?? 0;
  if (count > 1) {
    const cluster = L.marker([lat, lon], { icon: pin(short(count), size(count), `many ${properties.tone ?? ""}`), title: String(count) });
    return cluster.on("click keypress", () => map.setView([lat, lon], map.getZoom() + 2));
  }
  const single = L.marker([lat, lon], { icon: pin("", 22, properties.tone ?? ""), title: properties.name ?? properties.code ?? "" });
  return single.bindPopup(() => popup(properties));
}

function pin(text: string, side: number, tone: string): L.DivIcon {
  return L.divIcon({ className: `pin ${tone}`, html: text, iconSize: [side, side] });
}

function short(count: number): string {
  return count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 10_000 ? 1 : 0)}k`;
}

function size(count: number): number {
  return Math.round(28 + 6 * Math.log10(count));
}

/** Built node by node: a facility's name is text, never markup. */
function popup(properties: Properties): HTMLElement {
  const box = document.createElement("div");
  const name = document.createElement(properties.url ? "a" : "strong");
  if (properties.url) (name as HTMLAnchorElement).href = properties.url;
  name.textContent = properties.name ?? properties.code ?? "";
  const code = document.createElement("div");
  code.className = "code";
  code.textContent = properties.code ?? "";
  box.append(name, code);
  return box;
}

function note(element: HTMLElement, text: string): void {
  let strip = element.querySelector<HTMLElement>(".map-note");
  if (!strip) {
    strip = document.createElement("div");
    strip.className = "map-note";
    strip.setAttribute("role", "status");
    element.append(strip);
  }
  strip.textContent = text;
  strip.hidden = text === "";
}

for (const element of document.querySelectorAll<HTMLElement>("[data-map]")) start(element);
