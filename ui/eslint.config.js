import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const hostDoor = {
  patterns: [
    {
      group: ['@tauri-apps/*'],
      message: 'The interface reaches its host through src/lib/api only.',
    },
  ],
};

export default ts.config(
  {
    ignores: ['dist/', 'dist-fake/', 'node_modules/', 'src/lib/paraglide/', 'src/lib/api/generated/'],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.worker } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
  },
  {
    rules: {
      'no-undef': 'off',
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-imports': ['error', hostDoor],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'The page has no network: call the host.' },
        { name: 'localStorage', message: 'What must outlive the page belongs to the core.' },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    files: ['src/lib/api/tauri.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['src/lib/api/devhost.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    files: ['*.config.{js,ts}', 'build/*.ts', '**/*.test.ts'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
);
