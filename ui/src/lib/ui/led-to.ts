import type { Attachment } from 'svelte/attachments';

/** Brings what a person was led to into view and gives its first control the focus. */
export function ledTo<Name extends string>(name: Name, wanted: Name | undefined): Attachment<HTMLElement> {
  return (element) => {
    if (name !== wanted) return;
    element.scrollIntoView({ block: 'center' });
    const control =
      element.querySelector<HTMLElement>('input:checked') ??
      element.querySelector<HTMLElement>('input, button');
    (control ?? element).focus({ preventScroll: true });
  };
}
