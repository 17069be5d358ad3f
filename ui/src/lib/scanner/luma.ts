/** Grey of an RGBA picture (ITU-R BT.601 weights in 1/256), one byte a pixel, top row first. */
export function toLuma(rgba: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const grey = new Uint8Array(rgba.length >> 2);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel += 1, at += 4) {
    const red = rgba[at] ?? 0;
    const green = rgba[at + 1] ?? 0;
    const blue = rgba[at + 2] ?? 0;
    grey[pixel] = (77 * red + 150 * green + 29 * blue + 128) >> 8;
  }
  return grey;
}
