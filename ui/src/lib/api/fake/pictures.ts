import type { MatrixView } from '../types';

/** Something that looks like a code of this size; it says nothing. */
export function fakeCode(size: number, seed: number): MatrixView {
  const bytes = new Uint8Array(Math.ceil((size * size) / 8));
  let state = seed * 2_654_435_761 + 1;
  const finder = (row: number, column: number): boolean | undefined => {
    for (const [top, left] of [
      [0, 0],
      [0, size - 7],
      [size - 7, 0],
    ] as const) {
      const ring = Math.max(Math.abs(row - top - 3), Math.abs(column - left - 3));
      if (ring <= 4) return ring === 3 || ring <= 1;
    }
    return undefined;
  };
  for (let index = 0; index < size * size; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const dark = finder(Math.floor(index / size), index % size) ?? state >>> 31 === 1;
    if (dark) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (0x80 >> (index & 7));
  }
  return { size, modules: btoa(String.fromCharCode(...bytes)) };
}

/** A drawn face, base64 of a JPEG; nothing where nothing can be drawn. */
export function fakePortrait(): string | null {
  const canvas = document.createElement('canvas');
  canvas.width = 240;
  canvas.height = 308;
  const pen = canvas.getContext('2d');
  if (!pen) return null;
  const disc = (colour: string, x: number, y: number, rx: number, ry: number): void => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
    pen.fill();
  };
  pen.fillStyle = '#dfe6ee';
  pen.fillRect(0, 0, 240, 308);
  disc('#4a3527', 120, 118, 74, 84);
  disc('#39536e', 120, 320, 100, 90);
  disc('#d9a988', 120, 228, 26, 40);
  disc('#e6bb9c', 120, 140, 56, 70);
  disc('#2b2320', 98, 134, 6, 6);
  disc('#2b2320', 142, 134, 6, 6);
  disc('#c2705f', 120, 178, 18, 5);
  return canvas.toDataURL('image/jpeg', 0.85).split(',')[1] ?? null;
}
