import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/lib/styles/tokens.css', 'utf8');
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

/** A token's colour in a theme, as `#rrggbb`. */
function colour(token: string, theme: Theme): string {
  const value = new RegExp(`--color-${token}: ([^;]+);`).exec(css)?.[1] ?? '';
  const pair = /^light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)$/.exec(value);
  const found = pair ? pair[theme === 'light' ? 1 : 2] : value;
  if (!found || !/^#[0-9a-f]{6}$/.test(found)) throw new Error(`${token} is no plain colour: ${value}`);
  return found;
}

/** Relative luminance (WCAG 2.2, definition). */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ['background-page', 'background-base', 'background-raised'];
/** What one must see to use it, and all it may stand on. */
const SEEN: [string, string[]][] = [
  ['border-control', [...SURFACES, 'background-sunken']],
  ['border-focus', [...SURFACES, 'background-sunken', 'background-hover', 'brand-soft']],
  ['brand', SURFACES],
  ['danger', SURFACES],
  ['text-brand', [...SURFACES, 'brand-soft']],
  ['text-positive', [...SURFACES, 'positive-soft']],
  ['text-warning', [...SURFACES, 'warning-soft']],
  ['text-danger', [...SURFACES, 'danger-soft']],
  ['on-verdict-valid', ['verdict-valid']],
  ['on-verdict-invalid', ['verdict-invalid']],
  ['on-verdict-unverifiable', ['verdict-unverifiable']],
  ['camera-line', ['camera']],
  ['mark-line', ['mark']],
  ['code-brand', ['code-light']],
  ['code-border', ['code-light']],
  [
    'profile-text',
    ['profile-blue', 'profile-green', 'profile-lavender', 'profile-magenta', 'profile-apricot'],
  ],
];

describe.each(THEMES)('in the %s theme', (theme) => {
  it.each(SEEN)('%s stands out by 3:1 wherever it is used (WCAG 2.2, 1.4.11)', (token, surfaces) => {
    for (const surface of surfaces) {
      const ratio = contrast(colour(token, theme), colour(surface, theme));
      expect(ratio, `${token} on ${surface}: ${ratio.toFixed(2)}`).toBeGreaterThanOrEqual(3);
    }
  });
});

it('computes what the definition says', () => {
  expect(contrast('#ffffff', '#000000')).toBe(21);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
});
