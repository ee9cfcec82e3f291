// Reads QR codes where the browser cannot by itself: our own copy of the decoder, fetched when the scanner first needs it.
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";

/** A detector of QR codes that takes its WebAssembly from the address given, never from another host. */
export async function makeDetector(wasm: string): Promise<BarcodeDetector> {
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return new BarcodeDetector({ formats: ["qr_code"] });
}
