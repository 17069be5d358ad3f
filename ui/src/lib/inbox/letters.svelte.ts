import {
  call,
  type InboxQuery,
  type InboxView,
  type NoticeRow,
  type NoticeTopic,
  type Shelf,
} from '$lib/api';
import { lengthOf } from '$lib/ui/length';
import { Loaded, noteFailure } from '$lib/state/loaded.svelte';

/** The most characters of a search. */
export const SEARCH_LIMIT = 200;
/** How long a person rests before what they typed is looked for. */
const REST_MS = 250;

/** The letters a person looks at: which of them, and as many pages as they have asked for. */
export class Letters {
  shelf = $state<Shelf>('inbox');
  topic = $state<NoticeTopic>();
  sought = $state('');
  /** Whether the next page is on its way. */
  adding = $state(false);
  readonly list: Loaded<InboxView>;
  /** What was read on the shelf of unread letters stays there until the person goes elsewhere. */
  #readHere: NoticeRow[] = [];
  /** How many letters the pages asked for had. */
  #shown = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.list = new Loaded(() => this.#read());
  }

  /** Whether all letters of the shelf are looked at, rather than some of them. */
  get whole(): boolean {
    return this.topic === undefined && this.sought.trim() === '';
  }

  get tooLong(): boolean {
    return lengthOf(this.sought) > SEARCH_LIMIT;
  }

  look(shelf: Shelf): void {
    this.shelf = shelf;
    this.#anew();
  }

  only(topic: NoticeTopic | undefined): void {
    this.topic = topic;
    this.#anew();
  }

  /** Looks for words, once the person rests. */
  seek(words: string): void {
    this.sought = words;
    clearTimeout(this.#rest);
    if (!this.tooLong) this.#rest = setTimeout(() => this.#anew(), REST_MS);
  }

  /** Shows the whole shelf again. */
  clear(): void {
    this.sought = '';
    this.topic = undefined;
    this.#anew();
  }

  async more(): Promise<void> {
    const { value: view } = this.list;
    if (!view?.next || this.adding) return;
    this.adding = true;
    const asked = this.#query();
    try {
      const page = await call('notices_list', { ...asked, after: view.next });
      if (!this.#isAsked(asked) || this.list.value !== view) return;
      const notices = [...view.notices, ...page.notices];
      this.list.value = { ...page, pinned: view.pinned, notices };
      this.#shown = notices.length;
    } catch (thrown) {
      this.list.failure = noteFailure(thrown);
    } finally {
      this.adding = false;
    }
  }

  /** Takes in how a letter stands now, without asking for the list. */
  note(row: NoticeRow): void {
    const { value: view } = this.list;
    if (!view) return;
    this.#readHere = this.#readHere.filter(({ id }) => id !== row.id);
    if (this.shelf === 'unread' && row.read && !row.archived) this.#readHere.push(row);
    const noted = (rows: NoticeRow[]): NoticeRow[] => rows.map((one) => (one.id === row.id ? row : one));
    this.list.value = { ...view, pinned: noted(view.pinned), notices: noted(view.notices) };
  }

  #anew(): void {
    clearTimeout(this.#rest);
    this.#readHere = [];
    this.#shown = 0;
    void this.list.again();
  }

  #query(): InboxQuery {
    const search = this.sought.trim();
    return {
      shelf: this.shelf,
      topics: this.topic ? [this.topic] : [],
      ...(search && !this.tooLong ? { search } : {}),
    };
  }

  #isAsked(query: InboxQuery): boolean {
    return JSON.stringify(query) === JSON.stringify(this.#query());
  }

  /** As many letters as are shown already, and the first page at least. */
  async #read(): Promise<InboxView> {
    for (;;) {
      const asked = this.#query();
      let view = await call('notices_list', asked);
      while (view.next && view.notices.length < this.#shown && this.#isAsked(asked)) {
        const page = await call('notices_list', { ...asked, after: view.next });
        view = { ...page, pinned: view.pinned, notices: [...view.notices, ...page.notices] };
      }
      // Where something else was asked for meanwhile, that is what is wanted.
      if (this.#isAsked(asked)) return this.#withReadHere(view);
    }
  }

  #withReadHere(view: InboxView): InboxView {
    const gone = this.#readHere.filter((row) => !view.notices.some(({ id }) => id === row.id));
    if (gone.length === 0) return view;
    const notices = [...view.notices, ...gone].sort((one, other) => other.sentAt.localeCompare(one.sentAt));
    return { ...view, notices };
  }
}
