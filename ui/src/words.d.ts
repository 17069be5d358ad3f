/** Every message whose key begins with what stands after the colon, by the rest of its key. */
declare module 'words:*' {
  const words: import('$lib/i18n/messages').Words;
  export default words;
}
