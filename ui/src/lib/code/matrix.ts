import type { MatrixView } from '$lib/api';

/** Light modules around a code (ISO/IEC 18004:2015, 9.1). */
export const QUIET_ZONE = 4;
const SMALLEST = 21;
const LARGEST = 177;

/** The modules of a code, row by row; true is dark. Throws where the view does not hold together. */
export function readModules(view: MatrixView): boolean[] {
  const { size } = view;
  if (!Number.isInteger(size) || size < SMALLEST || size > LARGEST) throw new RangeError('size');
  const bits = atob(view.modules);
  const count = size * size;
  if (bits.length !== Math.ceil(count / 8)) throw new RangeError('modules');
  return Array.from({ length: count }, (_, index) => {
    const byte = bits.charCodeAt(index >> 3);
    return ((byte >> (7 - (index & 7))) & 1) === 1;
  });
}

/** Whole device pixels for a module so that the code with its quiet zone fits `available` device pixels. */
export function pixelsPerModule(size: number, available: number): number {
  return Math.max(1, Math.floor(available / (size + 2 * QUIET_ZONE)));
}

/** Draws a code, each module a whole number of pixels, onto a canvas that is made to fit. */
export function drawMatrix(
  canvas: HTMLCanvasElement,
  view: MatrixView,
  scale: number,
  colours: { light: string; dark: string },
): void {
  const modules = readModules(view);
  const side = (view.size + 2 * QUIET_ZONE) * scale;
  if (canvas.width !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  const pen = canvas.getContext('2d', { alpha: false });
  if (!pen) return;
  pen.fillStyle = colours.light;
  pen.fillRect(0, 0, side, side);
  pen.fillStyle = colours.dark;
  for (let row = 0; row < view.size; row += 1) {
    for (let column = 0; column < view.size; column += 1) {
      if (modules[row * view.size + column]) {
        pen.fillRect((column + QUIET_ZONE) * scale, (row + QUIET_ZONE) * scale, scale, scale);
      }
    }
  }
}
