import '$lib/styles/fonts.css';
import '$lib/styles/tokens.css';
import '$lib/styles/documents.css';
import '$lib/styles/base.css';
import { app } from '$lib/state/app.svelte';
import { mount } from 'svelte';
import App from './App.svelte';

/** Milliseconds an empty page is waited with; after them it says that it waits. */
const GLANCE = 100;

/** The first screen is made once, with what it shows, where the host answers at once. */
const glance = new Promise<void>((resolve) => setTimeout(resolve, GLANCE));
await Promise.race([app.start(), glance]);
const target = document.getElementById('app');
if (target) mount(App, { target });
