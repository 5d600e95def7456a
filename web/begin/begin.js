// What a page will need, asked for before its scripts are here: they come one after the other, and each way to the server
// and back is long on a phone. scripts/make-begin.mjs puts public/assets/theme-1.js and `files` before this text: which
// files belong to which page and to the words of which language.
/* global files */
(function () {
  var path = location.pathname;
  var pages = [
    [/^\/photos\/?$/, 'PhotosPage'],
    [/^\/(jobs\/?)?$/, 'JobsPage'],
    [/^\/job\/\d+\/?$/, 'JobPage'],
    [/^\/photo\/[^/]+\/?$/, 'PhotoPage'],
    [/^\/map\/?$/, 'MapPage'],
    [/^\/tasks\/?$/, 'TasksPage'],
    [/^\/assets\/?$/, 'AssetsPage'],
    [/^\/places\/?$/, 'PlacesPage'],
  ];

  function kept(key) {
    try {
      return localStorage.getItem('sightglass.' + key);
    } catch (closed) {
      return null;
    }
  }

  function load(name) {
    (files[name] || []).forEach(function (file) {
      var link = document.createElement('link');
      var isStyle = /\.css$/.test(file);
      link.rel = isStyle ? 'preload' : 'modulepreload';
      if (isStyle) link.as = 'style';
      link.href = file;
      document.head.appendChild(link);
    });
  }

  // src/strings and src/state/preferences.ts choose in the same way.
  function language() {
    var chosen = kept('language');
    if (chosen === 'en' || chosen === 'de') return chosen;
    var spoken = navigator.languages.map(function (tag) {
      return tag.toLowerCase().split('-')[0];
    });
    return spoken.filter(function (one) {
      return one === 'en' || one === 'de';
    })[0];
  }

  if (language() === 'de') load('words');
  // Without a sign-in there is nothing to be had but refusals.
  if (kept('signed-in') === null) return load('SignInPage');
  pages.forEach(function (page) {
    if (page[0].test(path)) load(page[1]);
  });

  // src/api/early.ts takes these answers. An address that no page asks for would be asked in vain.
  var early = (window.sightglassEarly = new Map());
  function ask(address) {
    var answer = fetch(address, { credentials: 'same-origin' });
    answer.catch(function () {}); // told where it is taken
    early.set(address, answer);
  }
  ask('/api/v1/auth/session');
  if (pages[0][0].test(path) && !location.search) {
    ask('/api/v1/images/photos/segments?offset_minutes=' + -new Date().getTimezoneOffset());
    ask('/api/v1/images/photos?limit=200');
  }
})();
