import '$lib/styles/fonts.css';
import '$lib/styles/tokens.css';
import '$lib/styles/documents.css';
import '$lib/styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('app');
if (target) mount(App, { target });
