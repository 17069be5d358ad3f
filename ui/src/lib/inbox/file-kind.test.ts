import { expect, it } from 'vitest';
import { fileKind, type FileKind } from './file-kind';

it.each<[string, FileKind]>([
  ['application/pdf', 'document'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'document'],
  ['image/JPEG', 'picture'],
  ['application/vnd.ms-excel', 'table'],
  ['application/zip', 'archive'],
  ['application/vnd.etsi.asic-e+zip', 'signed'],
  ['text/plain', 'text'],
  ['application/pdf-of-another-kind', 'other'],
  ['', 'other'],
])('%s is to people: %s', (mediaType, kind) => {
  expect(fileKind(mediaType)).toBe(kind);
});
