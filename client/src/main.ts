import { parseWithoutCodeGeneration } from '@lectern/contracts';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { findLanguageOnDevice } from './app/language.ts';
import { forgetOldMinutes } from './classroom/own-minutes.ts';
import { reloadIfOlder } from './classroom/page-reload.ts';
import './design/tokens.css';
import './design/base.css';
import { getLocale } from './paraglide/runtime.js';

// The content policy forbids eval; without this the schemas would try it once and be reported.
parseWithoutCodeGeneration();
findLanguageOnDevice();
forgetOldMinutes(Date.now());
document.documentElement.lang = getLocale();

addEventListener('vite:preloadError', () => void reloadIfOlder());

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
