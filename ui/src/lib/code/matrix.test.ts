import { describe, expect, it } from 'vitest';
import { pixelsPerModule, readModules } from './matrix';

function packed(size: number, dark: (index: number) => boolean): string {
  const bytes = new Uint8Array(Math.ceil((size * size) / 8));
  for (let index = 0; index < size * size; index += 1) {
    if (dark(index)) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (0x80 >> (index & 7));
  }
  return btoa(String.fromCharCode(...bytes));
}

describe('readModules', () => {
  it('reads the most significant bit first, rows not padded', () => {
    const modules = readModules({ size: 21, modules: packed(21, (index) => index % 5 === 0) });
    expect(modules).toHaveLength(441);
    expect(modules.every((dark, index) => dark === (index % 5 === 0))).toBe(true);
  });

  it('refuses a view whose bits are too few for its size', () => {
    expect(() => readModules({ size: 25, modules: packed(21, () => true) })).toThrow(RangeError);
  });

  it('refuses a size that no code has', () => {
    expect(() => readModules({ size: 9_999, modules: '' })).toThrow(RangeError);
  });
});

describe('pixelsPerModule', () => {
  it('leaves room for the quiet zone and never uses parts of a pixel', () => {
    expect(pixelsPerModule(105, 360)).toBe(3);
    expect(pixelsPerModule(105, 338)).toBe(2);
  });

  it('draws at least one pixel for a module however small the screen is', () => {
    expect(pixelsPerModule(177, 100)).toBe(1);
  });
});
