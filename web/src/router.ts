// Which page stands at which address, and who may see it.
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router';
import { whenSignedOut } from './api/client';
import { forgetEarly } from './api/early';
import { sectionNames } from './state/administration';
import { showTitle } from './state/page_title';
import { session } from './state/session';
import { text } from './strings';

declare module 'vue-router' {
  interface RouteMeta {
    isOpen?: boolean; // to everybody
    isFull?: boolean; // takes the whole window, and stays as it is from one address of its kind to the next
    title?: () => string; // of the browser's tab; a page whose title is loaded shows it itself
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/jobs' },
    { path: '/setup', alias: '/first-run', component: () => import('./pages/FirstRunPage.vue'), meta: { isOpen: true, title: () => text.firstRun.title } },
    { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { isOpen: true, title: () => text.signIn.title } },
    { path: '/jobs', component: () => import('./pages/JobsPage.vue'), meta: { title: () => text.jobs.title } },
    { path: '/job/:id(\\d+)', component: () => import('./pages/JobPage.vue'), props: (to) => ({ id: Number(to.params.id) }) },
    { path: '/job/:id(\\d+)/print', component: () => import('./pages/PrintPage.vue'), props: (to) => ({ id: Number(to.params.id) }), meta: { isFull: true } },
    { path: '/photo/:id', component: () => import('./pages/PhotoPage.vue'), props: true, meta: { isFull: true } },
    { path: '/photos', component: () => import('./pages/PhotosPage.vue'), meta: { title: () => text.photos.title } },
    { path: '/tasks', component: () => import('./pages/TasksPage.vue'), meta: { title: () => text.tasks.title } },
    { path: '/tasks/queues', component: () => import('./pages/QueuesPage.vue'), meta: { title: () => text.queues.title } },
    { path: '/tasks/schedules', component: () => import('./pages/SchedulesPage.vue'), meta: { title: () => text.schedules.title } },
    { path: '/task/:id', component: () => import('./pages/TaskPage.vue'), props: true },
    { path: '/failures', component: () => import('./pages/FailuresPage.vue'), meta: { title: () => text.failures.title } },
    { path: '/review', component: () => import('./pages/ReviewPage.vue'), meta: { title: () => text.review.title } },
    { path: '/review/:kind(anomaly|reading|damage|spotting)', component: () => import('./pages/ReviewKindPage.vue'), props: true },
    { path: '/models', component: () => import('./pages/ModelsPage.vue'), meta: { title: () => text.models.title } },
    { path: '/models/:task', component: () => import('./pages/ModelTaskPage.vue'), props: true },
    { path: '/notices', component: () => import('./pages/NoticesPage.vue'), meta: { title: () => text.notices.title } },
    { path: '/assets', component: () => import('./pages/AssetsPage.vue'), meta: { title: () => text.assets.title } },
    { path: '/asset/:id', component: () => import('./pages/AssetPage.vue'), props: true },
    { path: '/meter/:id', component: () => import('./pages/MeterPage.vue'), props: true },
    { path: '/cameras', component: () => import('./pages/CamerasPage.vue'), meta: { title: () => text.cameras.title } },
    { path: '/camera/:id', component: () => import('./pages/CameraPage.vue'), props: true },
    { path: '/stations', component: () => import('./pages/StationsPage.vue'), meta: { title: () => text.stations.title } },
    { path: '/station/:id', component: () => import('./pages/StationPage.vue'), props: true, meta: { isFull: true } },
    { path: '/sources', component: () => import('./pages/SourcesPage.vue'), meta: { title: () => text.sources.title } },
    { path: '/sources/:id', component: () => import('./pages/SourcePage.vue'), props: true },
    { path: '/api/ml/image-id', component: () => import('./pages/ImageIdPage.vue'), meta: { title: () => text.stations.entry.title } },
    { path: '/places', component: () => import('./pages/PlacesPage.vue'), meta: { title: () => text.locations.title } },
    { path: '/place/:id', component: () => import('./pages/PlacePage.vue'), props: true },
    { path: '/map', component: () => import('./pages/MapPage.vue'), meta: { title: () => text.map.title } },
    { path: '/administration', redirect: `/administration/${sectionNames[0]}` },
    { path: `/administration/:section(${sectionNames.join('|')})`, component: () => import('./pages/AdministrationPage.vue'), props: true },
    { path: '/profile', component: () => import('./pages/ProfilePage.vue'), meta: { title: () => text.profile.title } },
    { path: '/:rest(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: () => text.notFound.title } },
  ],
  // The page that the browser was opened at is at its top by itself; scrolling there would lay it out before it is whole.
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path || from.matched.length === 0 ? false : { top: 0 }),
});

const signInFor = (to: RouteLocationNormalized) => ({ path: '/sign-in', query: { next: to.fullPath } });

// The page's script comes while the server is asked who this is. That it cannot be had is told when it is needed.
function fetchPage(to: RouteLocationNormalized): void {
  for (const { components } of to.matched) {
    const page = components?.default;
    if (typeof page === 'function') void (page as () => Promise<unknown>)().catch(() => undefined);
  }
}

router.beforeEach(async (to, from) => {
  if (from.matched.length > 0) forgetEarly();
  fetchPage(to);
  await session.load();
  const isSetup = to.path === '/setup' || to.path === '/first-run';
  if (session.needsSetup.value) return isSetup || '/setup';
  if (isSetup) return '/sign-in';
  if (session.isSignedIn.value) return to.path !== '/sign-in' || '/jobs';
  return to.meta.isOpen === true || signInFor(to);
});

// A screen reader hears of the new page, and the keyboard goes on from its top.
router.afterEach((to, from, failure) => {
  if (failure || to.path === from.path) return;
  if (to.meta.title) showTitle(to.meta.title);
  if (from.matched.length) document.getElementById('content')?.focus({ preventScroll: true });
});

whenSignedOut(() => {
  session.forget();
  const here = router.currentRoute.value;
  if (here.meta.isOpen !== true) void router.push({ path: '/sign-in', query: { next: here.fullPath, ended: '1' } });
});
