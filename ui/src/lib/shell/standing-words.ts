import type { ConnectionView } from '$lib/api';
import { formatAgo } from '$lib/i18n/format';
import { m } from '$lib/i18n/messages';
import type { Standing } from '$lib/state/standing';

/** What the chip says; nothing before there is anything to say. */
export function chipWords(view: ConnectionView, stands: Standing, now = Date.now()): string | undefined {
  switch (stands) {
    case 'revoked':
    case 'suspended':
    case 'sign_in':
      return m.sign_in_short();
    case 'to_confirm':
      return m.acts_to_confirm({ count: view.toConfirm });
    case 'paused':
      return m.sync_paused();
    case 'syncing':
      return m.syncing();
    case 'offline_waiting':
      return m.offline_waiting({ count: view.waiting });
    case 'waiting':
      return m.acts_waiting({ count: view.waiting });
    case 'offline':
      return m.offline();
    case 'online':
      return m.online();
    case 'up_to_date':
      return m.up_to_date({ ago: formatAgo((now - new Date(view.upToDateAt ?? now).getTime()) / 1000) });
    case 'unknown':
      return undefined;
  }
}
