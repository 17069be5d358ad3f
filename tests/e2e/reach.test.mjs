// On every screen and state: each control is reached by Tab and seen while it has the focus, nothing traps it
// (WCAG 2.2, 2.1.1, 2.1.2, 2.4.11), and no text is cut off when its spacing is widened (1.4.12).
import { availableParallelism } from 'node:os';
import { describe, test } from 'node:test';
import { assertNoSidewaysScroll } from './fixtures/axe.mjs';
import { assertNothingClipped, assertReachable, spaceText } from './fixtures/reach.mjs';
import { CHOSEN } from './fixtures/scenes.mjs';
import { stage } from './fixtures/stage.mjs';

const { at } = stage();
const full = process.env.ACASA_E2E_FULL === '1';

describe('each screen', { concurrency: availableParallelism() }, () => {
  for (const [index, [name, scene]] of Object.entries(CHOSEN).entries()) {
    // Every screen at one of the widths, every other one at the other; with --full at both.
    for (const width of full ? [360, 1280] : [index % 2 === 0 ? 360 : 1280]) {
      test(`${name} is walked by keyboard, nothing hidden, and keeps all its text spaced wide, at ${width} px`, () =>
        at(
          scene,
          async (page) => {
            // What any key ends has nothing to walk: its button is for pointers, and tested by its behaviour.
            if (!scene.endsOnKey) await assertReachable(page);
            await spaceText(page);
            await assertNoSidewaysScroll(page);
            await assertNothingClipped(page);
          },
          { language: 'ru', width },
        ));
    }
  }
});
