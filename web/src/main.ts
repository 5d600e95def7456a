import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router';
import { applyPreferences } from './state/preferences';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

void applyPreferences().then(() => createApp(App).use(router).mount('#app'));
