import type { LanguageTag } from '$lib/api';
import { getLocale, setLocale } from '$lib/paraglide/runtime.js';

/** Each language by its own name; no flags. */
export const LANGUAGES: { value: LanguageTag; label: string; lang: string }[] = [
  { value: 'ro', label: 'Română', lang: 'ro' },
  { value: 'ru', label: 'Русский', lang: 'ru' },
  { value: 'en', label: 'English', lang: 'en' },
];

/** Makes a language the one of all messages, and of the page for assistive technology. */
export function useLanguage(language: LanguageTag): void {
  void setLocale(language, { reload: false });
  document.documentElement.lang = language;
}

/** The language in use. */
export function currentLanguage(): LanguageTag {
  return getLocale();
}

/** The language to greet with, before the person has chosen. */
export function guessLanguage(preferred: readonly string[]): LanguageTag {
  for (const tag of preferred) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language === 'ro' || language === 'ru' || language === 'en') return language;
  }
  return 'ro';
}
