// Which page stands at which address, and who may see it.
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router';
import { whenSignedOut } from './api/client';
import FirstRunPage from './pages/FirstRunPage.vue';
import SignInPage from './pages/SignInPage.vue';
import { session } from './state/session';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/jobs' },
    { path: '/first-run', component: FirstRunPage, meta: { isOpen: true } },
    { path: '/sign-in', component: SignInPage, meta: { isOpen: true } },
    { path: '/jobs', component: () => import('./pages/JobsPage.vue') },
    { path: '/job/:id(\\d+)', component: () => import('./pages/JobPage.vue'), props: (to) => ({ id: Number(to.params.id) }) },
    { path: '/photos', component: () => import('./pages/PhotosPage.vue') },
    { path: '/:rest(.*)*', component: () => import('./pages/NotFoundPage.vue') },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});

const signInFor = (to: RouteLocationNormalized) => ({ path: '/sign-in', query: { next: to.fullPath } });

router.beforeEach(async (to) => {
  await session.load();
  if (session.needsSetup.value) return to.path === '/first-run' || '/first-run';
  if (to.path === '/first-run') return '/sign-in';
  if (session.isSignedIn.value) return to.path !== '/sign-in' || '/jobs';
  return to.meta.isOpen === true || signInFor(to);
});

whenSignedOut(() => {
  session.forget();
  const here = router.currentRoute.value;
  if (here.meta.isOpen !== true) void router.push(signInFor(here));
});
