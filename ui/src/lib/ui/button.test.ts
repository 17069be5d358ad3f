import { createRawSnippet, flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import Button from './Button.svelte';

let shown: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (shown) await unmount(shown);
  document.body.replaceChildren();
});

function show(props: {
  busy?: boolean;
  type?: 'button' | 'submit';
  onclick?: () => void;
}): HTMLButtonElement {
  const form = document.createElement('form');
  document.body.append(form);
  const children = createRawSnippet(() => ({ render: () => '<b>Trimiteți</b>' }));
  shown = mount(Button, { target: form, props: { ...props, children } });
  flushSync();
  const button = document.querySelector('button');
  if (!button) throw new Error('no button');
  return button;
}

it('does what it says', () => {
  const pressed = vi.fn();
  const button = show({ onclick: pressed });
  button.click();
  expect(pressed).toHaveBeenCalled();
  expect(button.hasAttribute('aria-disabled')).toBe(false);
});

it('begins nothing anew while it works, and keeps the focus', () => {
  const pressed = vi.fn();
  const button = show({ busy: true, onclick: pressed });
  button.focus();
  button.click();
  expect(pressed).not.toHaveBeenCalled();
  expect(button.disabled).toBe(false);
  expect(button.getAttribute('aria-disabled')).toBe('true');
  expect(document.activeElement).toBe(button);
});

it('sends no form a second time while it works', () => {
  const sent = vi.fn((event: Event) => {
    event.preventDefault();
  });
  const press = (busy: boolean): void => {
    const button = show({ busy, type: 'submit' });
    button.form?.addEventListener('submit', sent);
    button.click();
  };
  press(true);
  expect(sent).not.toHaveBeenCalled();
  document.body.replaceChildren();
  press(false);
  expect(sent).toHaveBeenCalledTimes(1);
});
