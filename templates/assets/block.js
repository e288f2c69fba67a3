/* The controls of a block page: sort, find, what to show, how large. Their state is the page's address. */
(function () {
  "use strict";
  var form = document.getElementById("controls");
  var main = document.getElementById("main");
  var count = document.getElementById("shown");
  var defaults = { sort: "number", q: "", show: "all", size: "2" };
  var widths = ["13rem", "16rem", "20.5rem", "27rem", "38rem"];
  var small = ["3.5rem", "5rem", "7rem", "10rem", "15rem"];

  var sections = Array.prototype.map.call(document.querySelectorAll(".layer-section"), function (section) {
    var list = section.querySelector(".cards");
    var cards = Array.prototype.map.call(list ? list.children : [], read);
    return { section: section, list: list, cards: cards, empty: null };
  });

  function read(card) {
    var who = card.querySelector(".who");
    var label = who.querySelector("bdi");
    var smalls = Array.prototype.map.call(who.querySelectorAll("small"), function (own) { return own.textContent; });
    var ratio = smalls.filter(function (text) { return /×$/.test(text); })[0];
    var texture = card.querySelector(".texture");
    var look = card.dataset.look ? card.dataset.look.split(" ").map(Number) : null;
    return {
      card: card,
      number: Number(who.querySelector("b").textContent),
      label: label ? label.textContent : "\uffff",
      often: smalls.length && / of /.test(smalls[0]) ? parseInt(smalls[0], 10) : 0,
      ratio: ratio ? parseFloat(ratio.replace(/,/g, "")) : -1,
      look: look,
      text: (who.textContent + " " + (texture ? texture.getAttribute("alt") || "" : "")).toLowerCase()
    };
  }

  function byNumber(a, b) { return a.number - b.number; }
  function withLook(measure) {
    return function (a, b) {
      if (!a.look || !b.look) { return (a.look ? 0 : 1) - (b.look ? 0 : 1) || byNumber(a, b); }
      return measure(a.look) - measure(b.look) || byNumber(a, b);
    };
  }
  var GREY = 6; /* of 100: with less colour than this a texture counts as grey */
  var LOOSE = 25; /* of 100: with less agreement than this its lines have no direction */
  var orders = {
    number: byNumber,
    ratio: function (a, b) { return b.ratio - a.ratio || byNumber(a, b); },
    patches: function (a, b) { return (a.ratio < 0) - (b.ratio < 0) || a.ratio - b.ratio || byNumber(a, b); },
    often: function (a, b) { return b.often - a.often || byNumber(a, b); },
    label: function (a, b) { return a.label.localeCompare(b.label) || b.often - a.often || byNumber(a, b); },
    hue: withLook(function (look) { return look[1] < GREY ? 1000 - look[1] : look[0]; }),
    colour: withLook(function (look) { return -look[1]; }),
    direction: withLook(function (look) { return look[3] < LOOSE ? 1000 - look[3] : look[2]; })
  };

  var state = Object.assign({}, defaults);
  var arranged = "number";

  function apply() {
    var words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    var all = 0;
    sections.forEach(function (own) {
      if (!own.list) { return; }
      if (state.sort !== arranged) {
        own.cards.sort(orders[state.sort]);
        own.list.append.apply(own.list, own.cards.map(function (entry) { return entry.card; }));
      }
      var here = 0;
      own.cards.forEach(function (entry) {
        var fits = words.every(function (word) {
          return /^\d+$/.test(word) ? entry.number === Number(word) : entry.text.indexOf(word) >= 0;
        });
        if (entry.card.hidden === fits) { entry.card.hidden = !fits; }
        here += fits;
      });
      if (!here && !own.empty) {
        own.empty = document.createElement("p");
        own.empty.className = "note";
        own.empty.textContent = "No filter of this layer fits.";
        own.list.after(own.empty);
      }
      if (own.empty) { own.empty.hidden = here > 0; }
      shown += here;
      all += own.cards.length;
    });
    arranged = state.sort;
    main.dataset.show = state.show;
    var plain = state.show === "textures" || state.show === "neurons";
    main.style.setProperty("--card", (plain ? small : widths)[Number(state.size)] || widths[2]);
    count.textContent = shown === all ? all.toLocaleString("en") + " filters" : shown.toLocaleString("en") + " of " + all.toLocaleString("en");
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
      var value = query.has(name) ? query.get(name) : defaults[name];
      field.value = value;
      state[name] = field.value === value ? value : defaults[name];
      field.value = state[name];
    });
  }

  function changed() {
    Object.keys(defaults).forEach(function (name) { state[name] = form.elements[name].value; });
    apply();
    remember();
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(changed, 0); });
  load();
  apply();
})();
