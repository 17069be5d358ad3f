/** What a file is to people: message key `file_kind_<key>`. */
export type FileKind = 'document' | 'picture' | 'table' | 'archive' | 'signed' | 'text' | 'other';

const KINDS: [RegExp, FileKind][] = [
  [/^image\//, 'picture'],
  [/^application\/pdf$|wordprocessingml|opendocument\.text|msword/, 'document'],
  [/spreadsheet|ms-excel|^text\/csv$/, 'table'],
  [/pkcs7|vnd\.etsi\.asic/, 'signed'],
  [/zip|x-7z|x-rar/, 'archive'],
  [/^text\//, 'text'],
];

/** What a media type is to people. */
export function fileKind(mediaType: string): FileKind {
  const name = mediaType.toLowerCase();
  return KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}
