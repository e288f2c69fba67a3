/* The controls of a block page: sort, find, what to show, how large. Their state is the page's address.
   What is known of the cards is a script of its own (cards.py says what it holds), loaded when it is first wanted. */
(function () {
  "use strict";
  var form = document.getElementById("controls");
  var main = document.getElementById("main");
  var count = document.getElementById("shown");
  var defaults = { sort: "number", q: "", label: "", flag: "", show: "all", size: "2" };
  var widths = ["13rem", "16rem", "20.5rem", "27rem", "38rem"];
  var small = ["3.5rem", "5rem", "7rem", "10rem", "15rem"];
  var projections = ["deconvnet", "gradient"];

  var sections = Array.prototype.filter.call(document.querySelectorAll(".layer-section"), function (section) {
    return section.querySelector(".cards");
  }).map(function (section) {
    var list = section.querySelector(".cards");
    return { name: section.id, list: list, cards: Array.prototype.slice.call(list.children), empty: null };
  });
  var total = sections.reduce(function (sum, own) { return sum + own.cards.length; }, 0);

  var state = Object.assign({}, defaults);
  var arranged = "number";
  var projected = "";

  function withCards(then) {
    if (window.atlasCards) { then(); return; }
    window.filterAtlas.load(form.dataset.cards, then);
  }

  /* The layers in view at once, and the others right after that has been painted: a move of 1,536 cards takes long. */
  function arrange() {
    if (state.sort === arranged) { return; }
    arranged = state.sort;
    var near = sections.filter(function (own) {
      var box = own.list.getBoundingClientRect();
      return box.bottom > 0 && box.top < window.innerHeight;
    });
    near.forEach(arrangeOne);
    clearTimeout(arrange.timer);
    var far = sections.filter(function (own) { return near.indexOf(own) < 0; });
    far.forEach(function (own) { own.list.setAttribute("aria-busy", "true"); });
    later(far);
  }
  function later(waiting) {
    if (!waiting.length) { return; }
    arrange.timer = setTimeout(function () {
      arrangeOne(waiting[0]);
      later(waiting.slice(1));
    }, 30);
  }
  function arrangeOne(own) {
    var places = arranged === "number" ? null : window.atlasCards.layers[own.name].orders[arranged];
    var fragment = document.createDocumentFragment();
    fragment.append.apply(fragment, places ? places.map(function (place) { return own.cards[place]; }) : own.cards);
    own.list.replaceChildren(fragment);
    own.list.removeAttribute("aria-busy");
  }

  /* Which cards of a layer fit the words, the label and the flag. */
  function fitting(own, words) {
    var known = window.atlasCards;
    var layer = known.layers[own.name];
    function having(names, word) { return names.map(function (name) { return window.filterAtlas.plain(name).indexOf(word) >= 0; }); }
    function some(places, good) { return places.some(function (place) { return good[place]; }); }
    var tests = words.map(function (word) {
      if (/^\d+$/.test(word)) { return function (n) { return layer.numbers[n] === Number(word); }; }
      if (window.filterAtlas.plain(own.name).indexOf(word) >= 0) { return function () { return true; }; }
      var labels = having(known.labels, word);
      var flags = having(known.flags, word);
      return function (n) { return some(layer.labels[n], labels) || some(layer.flags[n], flags); };
    });
    var label = known.labels.indexOf(state.label);
    var flag = known.flags.indexOf(state.flag);
    if (state.label) { tests.push(function (n) { return layer.labels[n].indexOf(label) >= 0; }); }
    if (state.flag) { tests.push(function (n) { return layer.flags[n].indexOf(flag) >= 0; }); }
    return own.cards.map(function (_, n) { return tests.every(function (test) { return test(n); }); });
  }

  function sift() {
    var words = window.filterAtlas.plain(state.q).split(/\s+/).filter(Boolean);
    var everything = !words.length && !state.label && !state.flag;
    var shown = 0;
    sections.forEach(function (own) {
      var fits = everything ? null : fitting(own, words);
      var here = 0;
      own.cards.forEach(function (card, n) {
        var fit = !fits || fits[n];
        if (card.hidden === fit) { card.hidden = !fit; }
        here += fit;
      });
      if (!here && !own.empty) {
        own.empty = document.createElement("p");
        own.empty.className = "note";
        own.empty.textContent = "No filter of this layer fits.";
        own.list.after(own.empty);
      }
      if (own.empty) { own.empty.hidden = here > 0; }
      shown += here;
    });
    count.textContent = shown === total ? total.toLocaleString("en") + " filters" : shown.toLocaleString("en") + " of " + total.toLocaleString("en");
  }

  /* Projections take the place of the patches: the same strips, from other files. Of cards that are not near yet there
     is nothing to change: they come as they are and are changed then. */
  function project() {
    var wanted = projections.indexOf(state.show) >= 0 ? state.show : "";
    if (wanted === projected) { return; }
    projected = wanted;
    sections.forEach(function (own) {
      own.cards.forEach(function (card, n) { projectOne(own, card, n); });
    });
  }
  function projectOne(own, card, n) {
    var strip = card.querySelector(".strip");
    if (!strip) { return; }
    var file = projected && window.atlasCards.layers[own.name][projected][n];
    strip.classList.toggle("lacking", Boolean(projected) && !file);
    strip.querySelectorAll("img, image").forEach(function (picture) {
      var source = picture.tagName === "IMG" ? "src" : "href";
      if (!picture.dataset.patches) { picture.dataset.patches = picture.getAttribute(source); }
      var patches = picture.dataset.patches;
      picture.setAttribute(source, file ? patches.replace(/-patches-.*$/, "-" + projected + "-" + file) : patches);
    });
  }
  main.addEventListener("filled", function (event) {
    if (!projected) { return; }
    var own = sections.find(function (section) { return section.list.contains(event.target); });
    projectOne(own, event.target, own.cards.indexOf(event.target));
  });

  function apply() {
    var plain = state.show === "textures" || state.show === "neurons";
    main.dataset.show = projections.indexOf(state.show) >= 0 ? "patches" : state.show;
    main.style.setProperty("--card", (plain ? small : widths)[Number(state.size)] || widths[2]);
    var simple = state.sort === arranged && !state.q && !state.label && !state.flag && !projected && main.dataset.show === state.show;
    (simple ? function (then) { then(); } : withCards)(function () {
      arrange();
      sift();
      project();
    });
  }

  function remember() {
    var query = new URLSearchParams();
    Object.keys(defaults).forEach(function (name) {
      if (state[name] !== defaults[name]) { query.set(name, state[name]); }
    });
    var text = query.toString();
    try {
      history.replaceState(null, "", location.pathname + (text ? "?" + text : "") + location.hash);
    } catch (e) { /* some browsers forbid it for files; the page works all the same */ }
  }

  function load() {
    var query = new URLSearchParams(location.search);
    Object.keys(defaults).forEach(function (name) {
      var field = form.elements[name];
      if (!field) { return; }
      var value = query.has(name) ? query.get(name) : defaults[name];
      field.value = value;
      state[name] = field.value === value ? value : defaults[name];
      field.value = state[name];
    });
  }

  function read() {
    Object.keys(defaults).forEach(function (name) {
      if (form.elements[name]) { state[name] = form.elements[name].value; }
    });
  }

  function changed() {
    read();
    apply();
    remember();
  }

  var listed = false;
  function listLabels() {
    if (listed) { return; }
    listed = true;
    var labels = window.atlasCards.labels.slice().sort(function (a, b) { return a.localeCompare(b); });
    labels.forEach(function (label) { form.elements.label.append(new Option(label)); });
  }
  function prepare(then) { withCards(function () { listLabels(); (then || function () {})(); }); }

  form.addEventListener("input", changed);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(changed, 0); });
  ["pointerover", "focusin"].forEach(function (name) {
    form.addEventListener(name, function () { prepare(); }, { once: true });
  });
  function start() {
    load();
    /* An address that asks for something shows that first. Later the page must not jump. */
    var telling = document.getElementById("telling");
    var asks = Object.keys(defaults).some(function (name) { return state[name] !== defaults[name]; });
    if (telling && asks) { telling.closest("section").hidden = true; }
    apply();
    var aim = document.getElementById(location.hash.slice(1));
    if (aim) { aim.scrollIntoView({ behavior: "instant" }); } /* the browser's own jump knows neither size nor order */
  }
  if (new URLSearchParams(location.search).get("label")) { prepare(start); } else { start(); }
})();
