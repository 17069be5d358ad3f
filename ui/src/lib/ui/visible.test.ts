import { expect, it } from 'vitest';
import { visible } from './visible';

it('names what turns the reading direction or has no width', () => {
  expect(visible('https://gov.md/\u202Efdp.exe')).toBe('https://gov.md/⟨U+202E⟩fdp.exe');
  expect(visible('m\u200Bpay\u00ADgov')).toBe('m⟨U+200B⟩pay⟨U+00AD⟩gov');
  expect(visible('a\u{E0041}\u2066b\u0000')).toBe('a⟨U+E0041⟩⟨U+2066⟩b⟨U+0000⟩');
});

it('leaves letters, lines and other scripts as they are', () => {
  const text = 'Ștefan\nНаталья\tשלום 🏠';
  expect(visible(text)).toBe(text);
});
