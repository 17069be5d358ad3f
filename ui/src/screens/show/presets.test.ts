import { expect, it } from 'vitest';
import type { PresetView } from '$lib/api';
import { presetFor } from './presets';

const preset = (key: string, elements: string[], moving = false): PresetView => ({
  key,
  elements,
  moving,
  copiesLeft: 1,
});
const PRESETS = [
  preset('portrait', ['family_name', 'age_over_18', 'portrait'], true),
  preset('name_number_expiry', ['family_name', 'given_name', 'document_number']),
  preset('age', ['age_over_18']),
];

it('begins with the smallest preset when nobody asked', () => {
  expect(presetFor(PRESETS, [])?.key).toBe('age');
});

it('takes the preset that answers all that was asked', () => {
  expect(presetFor(PRESETS, ['portrait', 'age_over_18'])?.key).toBe('portrait');
});

it('takes the still code where it answers as much as the moving one', () => {
  expect(presetFor(PRESETS, ['family_name'])?.key).toBe('name_number_expiry');
});

it('knows no preset where there is none', () => {
  expect(presetFor([], ['portrait'])).toBeUndefined();
});
