import { expect, it } from 'vitest';
import { toLuma } from './luma';

it('keeps black black and white white', () => {
  const rgba = new Uint8ClampedArray([0, 0, 0, 255, 255, 255, 255, 255]);
  expect([...toLuma(rgba)]).toEqual([0, 255]);
});

it('weighs green most and blue least', () => {
  const [red = 0, green = 0, blue = 0] = toLuma(
    new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]),
  );
  expect(green).toBeGreaterThan(red);
  expect(red).toBeGreaterThan(blue);
});
