// The few words of Leaflet that map.ts speaks; the library brings no types of its own.
declare module "leaflet" {
  namespace L {
    interface Bounds { getWest(): number; getSouth(): number; getEast(): number; getNorth(): number }
    interface Map {
      setView(at: [number, number], zoom: number): Map;
      getBounds(): Bounds;
      getZoom(): number;
      on(event: string, heard: () => void): Map;
    }
    interface Layer { addTo(map: Map): this }
    interface LayerGroup extends Layer { clearLayers(): LayerGroup; addLayer(layer: Layer): LayerGroup }
    interface Marker extends Layer { on(event: string, heard: () => void): Marker; bindPopup(content: () => HTMLElement): Marker }
    interface DivIcon { readonly divIcon: true }
    function map(element: HTMLElement, options: { attributionControl?: boolean; zoomAnimation?: boolean }): Map;
    function tileLayer(template: string, options: { attribution?: string; maxZoom?: number }): Layer;
    function layerGroup(): LayerGroup;
    function divIcon(options: { className: string; html: string; iconSize: [number, number] }): DivIcon;
    function marker(at: [number, number], options: { icon: DivIcon; title: string }): Marker;
  }
  export default L;
}
