import { describe, expect, it } from 'vitest';
import { href, parseRoute, type Route } from './router.svelte';

describe('addresses', () => {
  it.each<Route>([
    { name: 'home' },
    { name: 'documents' },
    { name: 'document', id: 'a1-b2_c3' },
    { name: 'show', id: 'x' },
    { name: 'verify' },
  ])('lead back to the screen they were made of: %o', (route) => {
    expect(parseRoute(href(route))).toEqual(route);
  });

  it.each([
    '',
    '#',
    '#/nowhere',
    '#/document',
    '#/document/../../x',
    '#/document/<b>',
    `#/show/${'a'.repeat(65)}`,
  ])('that are not known lead home: %s', (hash) => {
    expect(parseRoute(hash)).toEqual({ name: 'home' });
  });
});
