import CalendarCheck from '@lucide/svelte/icons/calendar-check';
import Car from '@lucide/svelte/icons/car';
import Gavel from '@lucide/svelte/icons/gavel';
import HeartPulse from '@lucide/svelte/icons/heart-pulse';
import IdCard from '@lucide/svelte/icons/id-card';
import Mail from '@lucide/svelte/icons/mail';
import Receipt from '@lucide/svelte/icons/receipt';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import Stamp from '@lucide/svelte/icons/stamp';
import Vote from '@lucide/svelte/icons/vote';
import type { Component } from 'svelte';
import type { NoticeTopic } from '$lib/api';
import { m, wordsFor } from '$lib/i18n/messages';
import topicWords from 'words:topic';

type Icon = Component<{ size?: number; 'aria-hidden'?: 'true' }>;

const ICONS: Record<NoticeTopic, Icon> = {
  documents: IdCard,
  fines: Gavel,
  payments: Receipt,
  services: CalendarCheck,
  vehicles: Car,
  social: HeartPulse,
  powers: Stamp,
  civic: Vote,
  security: ShieldAlert,
  other: Mail,
};

/** The picture of a topic; a topic that is newer than these has the one of a letter. */
export function topicIcon(topic: NoticeTopic): Icon {
  return ICONS[topic] ?? Mail;
}

/** What a topic is called. */
export function topicName(topic: NoticeTopic): string {
  return wordsFor(topicWords, topic, m.topic_other);
}
