import Activity from '@lucide/svelte/icons/activity';
import Bookmark from '@lucide/svelte/icons/bookmark';
import CircleEllipsis from '@lucide/svelte/icons/circle-ellipsis';
import House from '@lucide/svelte/icons/house';
import IdCard from '@lucide/svelte/icons/id-card';
import Mail from '@lucide/svelte/icons/mail';
import ScanLine from '@lucide/svelte/icons/scan-line';
import Settings from '@lucide/svelte/icons/settings';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import UsersRound from '@lucide/svelte/icons/users-round';
import type { Component } from 'svelte';
import { m } from '$lib/i18n/messages';
import type { Route } from '$lib/state/router.svelte';

/** A place one can go to. What does not work yet is not in these lists, and so on no screen. */
export interface Place {
  route: Route;
  label: () => string;
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
  /** Other screens that belong to it. */
  covers: Route['name'][];
  /** Whether the number of unread letters stands beside it. */
  counts?: boolean;
  /** With Ctrl. */
  key?: string;
}

const home: Place = { route: { name: 'home' }, label: m.nav_home, icon: House, covers: [], key: '1' };
const documents: Place = {
  route: { name: 'documents' },
  label: m.nav_documents,
  icon: IdCard,
  covers: ['document', 'show'],
  key: '2',
};
const scan: Place = { route: { name: 'scan' }, label: m.nav_scan, icon: ScanLine, covers: [], key: '3' };
const verify: Place = {
  route: { name: 'verify' },
  label: m.nav_verify,
  icon: ShieldCheck,
  covers: [],
  key: '4',
};
const inbox: Place = {
  route: { name: 'inbox' },
  label: m.nav_inbox,
  icon: Mail,
  covers: ['letter'],
  counts: true,
  key: '5',
};
const activity: Place = {
  route: { name: 'activity' },
  label: m.nav_activity,
  icon: Activity,
  covers: [],
  key: '6',
};
const kept: Place = { route: { name: 'kept' }, label: m.nav_kept, icon: Bookmark, covers: [] };
const profiles: Place = { route: { name: 'profiles' }, label: m.nav_profiles, icon: UsersRound, covers: [] };
const settings: Place = {
  route: { name: 'settings' },
  label: m.nav_settings,
  icon: Settings,
  covers: ['report', 'about'],
  key: ',',
};
const more: Place = {
  route: { name: 'more' },
  label: m.nav_more,
  icon: CircleEllipsis,
  covers: ['inbox', 'letter', 'settings', 'report', 'about', 'profiles', 'kept', 'verify'],
  counts: true,
};

/** Under 768 px: five places, scanning in the middle. */
export const BAR: Place[] = [home, documents, scan, activity, more];
/** From 768 px: all of them. */
export const RAIL: Place[] = [home, documents, scan, verify, inbox, activity, kept];
/** The foot of the rail. */
export const RAIL_FOOT: Place[] = [profiles, settings];
/** Behind "more" on a phone. */
export const MORE: Place[] = [inbox, verify, kept, profiles, settings];

/** Whether a place is where the person is. */
export function isHere(place: Place, route: Route): boolean {
  return place.route.name === route.name || place.covers.includes(route.name);
}
