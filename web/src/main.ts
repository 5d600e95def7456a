import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router';
import { installApplication } from './state/application';
import { followSession } from './state/live';
import { applyPreferences } from './state/preferences';
import { whenSettled } from './state/settled';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

async function start(): Promise<void> {
  await applyPreferences();
  followSession();
  createApp(App).use(router).mount('#app');
  // In the development server every file changes under its name: keeping them would show old ones.
  if (import.meta.env.PROD) whenSettled(() => void installApplication());
}

void start();
