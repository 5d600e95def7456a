// Before the first paint: the theme that was chosen, else the system's. src/state/preferences.ts goes on from here.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('sightglass.theme');
  } catch (closed) {}
  var isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : isDark ? 'dark' : 'light';
})();
