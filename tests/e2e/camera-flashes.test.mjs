// The measure of flashes, on films whose answer is known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINE_DEGREES, measureFlashes } from './fixtures/flashes.mjs';

const SIDE = 93;

/** Three seconds of a film at ten frames a second; `light` says whether a module is light in a frame. */
const film = (light, side = SIDE) =>
  Array.from({ length: 30 }, (_, at) => ({
    since: at * 100,
    side,
    light: Array.from({ length: side * side }, (_, place) => (light(at, place % side, place) ? 1 : 0)),
  }));

/** Noise that is the same on every run (a 32-bit xorshift of frame and place). */
function noise(frame, _, place) {
  let state = (frame * 8_191 + place + 1) * 2_654_435_761;
  for (const shift of [13, -17, 5, 13, -17, 5]) state ^= shift > 0 ? state << shift : state >>> -shift;
  return (state & 64) === 0;
}

test('a field that flashes five times a second is seen as a whole, in any size of module', () => {
  const { modules, means, together, balance } = measureFlashes(
    film((at) => at % 2 === 0),
    6,
  );
  assert.deepEqual({ modules, means, together, balance }, { modules: 1, means: 1, together: 1, balance: 1 });
});

test('three flashes a second are not more than three', () => {
  const three = (at) => [1, 3, 5].includes(at);
  const four = (at) => [1, 3, 5, 7].includes(at);
  assert.equal(measureFlashes(film(three), 6).modules, 0);
  assert.equal(measureFlashes(film(four), 6).modules, 1);
});

test('flashes count by the part of a field of 10° that they fill', () => {
  const { modules } = measureFlashes(
    film((at, x) => x < 20 && at % 2 === 0),
    4,
  );
  assert.ok(Math.abs(modules - 20 / 85) < 0.01, `${modules}`);
});

test('noise in modules of six pixels violates the thresholds, in modules of three it does not', () => {
  const [coarse, fine] = [6, 3].map((pixels) => measureFlashes(film(noise), pixels));
  assert.ok(coarse.degrees > FINE_DEGREES && coarse.modules > 0.25, JSON.stringify(coarse));
  assert.ok(fine.degrees < FINE_DEGREES && fine.modules < 0.25, JSON.stringify(fine));
  assert.ok(fine.balance < 0.05 && fine.means < 0.05, JSON.stringify(fine));
});
