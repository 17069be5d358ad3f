import type { PresetView } from '$lib/api';

/**
 * The preset to begin with: the smallest that answers all a verifier asked for; where none does, the one that
 * answers most of it; without a question, the smallest of all.
 */
export function presetFor(presets: readonly PresetView[], asked: readonly string[]): PresetView | undefined {
  const answered = (preset: PresetView): number =>
    asked.filter((element) => preset.elements.includes(element)).length;
  return [...presets].sort(
    (one, other) =>
      answered(other) - answered(one) ||
      Number(one.moving) - Number(other.moving) ||
      one.elements.length - other.elements.length,
  )[0];
}
