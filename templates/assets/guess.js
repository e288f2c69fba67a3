/* Guess the filter: ten questions, a score kept in this browser, by keys or by hand. */
(function () {
  "use strict";
  var atlas = window.filterAtlas;
  var make = atlas.make;
  var ROUNDS = 10;
  var PAIRS = { far: [0, 3], close: [1, 2] }; /* places in a spectrum: the weaker, the stronger */
  var PUBLISHED = [["natural images, Borowski et al.", 92], ["synthesised images, Borowski et al.", 82], ["chance", 50]];
  var NAMES = { images: "synthesised images", patches: "top patches" };
  var form = document.getElementById("guess-settings");
  var game = document.getElementById("game");
  var score = document.getElementById("score");
  var random = Math.random;

  /* For a game that can be played again: ?seed=7 (Mulberry32). */
  function seeded(seed) {
    return function () {
      seed = (seed + 0x6D2B79F5) | 0;
      var t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  function figure(value) { return Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 6 }); }

  /* What was answered so far, by kind of hints, then by layer: [answers, right ones]. */
  function kept() {
    try { return JSON.parse(localStorage.getItem("guess")) || {}; } catch (e) { return {}; }
  }
  function keep(answers) {
    try { localStorage.setItem("guess", JSON.stringify(answers)); } catch (e) { /* then it is forgotten with the page */ }
  }
  var answers = kept();
  function count(hints, layer, right) {
    var own = answers[hints] = answers[hints] || {};
    var pair = own[layer] = own[layer] || [0, 0];
    pair[0] += 1;
    pair[1] += right ? 1 : 0;
    keep(answers);
  }
  function sum(hints, layer) {
    var own = answers[hints] || {};
    return Object.keys(own).filter(function (name) { return !layer || name === layer; }).reduce(function (both, name) {
      return [both[0] + own[name][0], both[1] + own[name][1]];
    }, [0, 0]);
  }
  function share(pair) { return pair[0] ? Math.round(100 * pair[1] / pair[0]) : null; }

  /* Pictures */
  var SVG = "http://www.w3.org/2000/svg";
  function svg(tag, attributes, children) {
    var element = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    (children || []).forEach(function (child) { element.append(child); });
    return element;
  }
  function address(question, which) { return atlas.root + "pictures/" + question.layer + "/" + question.own.files[which]; }
  function tile(question, which, place, fields, alt) {
    var side = question.tile;
    var left = place * side;
    var field = question.field;
    var drawn = [svg("image", { href: address(question, which), width: fields.length * side, height: side })];
    if (field < side) {
      var d = "M" + (left + fields[place][1]) + " " + fields[place][0] + "h" + field + "v" + field + "h" + -field + "z";
      drawn.push(svg("path", { d: d, class: "under" }), svg("path", { d: d, class: "over" }));
    }
    var tiny = question.own.tiny[which] ? " tiny" : "";
    return svg("svg", { viewBox: left + " 0 " + side + " " + side, class: "patch" + tiny, role: "img", "aria-label": alt }, drawn);
  }
  function image(question, which, alt) {
    return make("img", { src: address(question, which), alt: alt, class: question.own.tiny[which] ? "tiny" : "" });
  }

  /* A game */
  var settings = { hints: "images", layer: "", pair: "far" };
  var playing = null;

  function draw() {
    var known = window.atlasGuess;
    var pool = [];
    Object.keys(known).forEach(function (layer) {
      if (settings.layer && settings.layer !== layer) { return; }
      known[layer].questions.forEach(function (own) {
        pool.push({ layer: layer, field: known[layer].field, tile: known[layer].tile, own: own, swap: random() < 0.5 });
      });
    });
    for (var n = pool.length - 1; n > 0; n -= 1) {
      var other = Math.floor(random() * (n + 1));
      var moved = pool[n];
      pool[n] = pool[other];
      pool[other] = moved;
    }
    return pool.slice(0, ROUNDS);
  }

  function start() {
    playing = { questions: draw(), round: 0, right: 0, answered: false };
    ask();
    showScore();
  }

  function ask() {
    var question = playing.questions[playing.round];
    playing.answered = false;
    var hints = settings.hints === "images"
      ? make("div", { class: "hints images" }, [
        make("figure", {}, [image(question, 0, "neuron picture of the filter"), make("figcaption", {}, "neuron picture")]),
        make("figure", {}, [image(question, 1, "texture of the filter"), make("figcaption", {}, "texture")])
      ])
      : make("div", { class: "hints patches" }, question.own.hints.map(function (_, n) {
        return tile(question, 2, n, question.own.hints, "top patch " + (n + 1));
      }));
    var places = PAIRS[settings.pair].slice();
    if (question.swap) { places.reverse(); }
    question.stronger = question.swap ? 0 : 1;
    var choices = places.map(function (place, n) {
      var button = make("button", { type: "button", class: "choice", "aria-keyshortcuts": String(n + 1) }, [
        tile(question, 3, place, question.own.fields, "photograph " + (n + 1)),
        make("span", {}, [make("kbd", {}, String(n + 1)), " this one"])
      ]);
      button.addEventListener("click", function () { answer(n); });
      return button;
    });
    question.choices = choices;
    question.places = places;
    game.replaceChildren(
      make("p", { class: "count", id: "round" }, "Question " + (playing.round + 1) + " of " + playing.questions.length + ", " + playing.right + " right so far. "
        + question.layer + ": a unit sees " + question.field + " × " + question.field + " pixels."),
      make("div", { class: "board" }, [
        make("section", { "aria-labelledby": "looks-for" }, [make("h2", { id: "looks-for" }, "What it looks for"), hints]),
        make("section", { "aria-labelledby": "which" }, [make("h2", { id: "which" }, "Which excites it more?"), make("div", { class: "pair" }, choices)])
      ]),
      make("p", { class: "verdict", role: "status", id: "verdict" })
    );
  }

  function answer(n) {
    if (!playing || playing.answered) { return; }
    playing.answered = true;
    var question = playing.questions[playing.round];
    var right = n === question.stronger;
    playing.right += right ? 1 : 0;
    count(settings.hints, question.layer, right);
    question.choices.forEach(function (button, place) {
      var which = question.places[place];
      button.disabled = true;
      button.classList.toggle("stronger", place === question.stronger);
      button.lastChild.replaceChildren(
        make("b", {}, place === question.stronger ? "✓ " + figure(question.own.values[which]) : figure(question.own.values[which])),
        " ", make("bdi", {}, question.own.labels[which])
      );
    });
    var last = playing.round + 1 === playing.questions.length;
    var next = make("button", { type: "button" }, last ? "How it went" : "Next question");
    next.addEventListener("click", function () {
      if (last) { finish(); } else { playing.round += 1; ask(); game.querySelector(".choice").focus({ preventScroll: true }); }
    });
    var id = question.layer + "/" + question.own.filter;
    document.getElementById("verdict").replaceChildren(
      make("b", {}, right ? "Right. " : "No, the other one. "),
      "The figures are its activations. It is ", make("a", { href: atlas.root + id + ".html" }, id), ". ", next
    );
    next.focus({ preventScroll: true });
    showScore();
  }

  function finish() {
    var again = make("button", { type: "button" }, "Play again");
    again.addEventListener("click", function () { start(); game.querySelector(".choice").focus(); });
    var all = playing.questions.length;
    game.replaceChildren(make("p", { class: "verdict", role: "status" }, [
      make("b", {}, playing.right + " of " + all + " right"), " with " + NAMES[settings.hints] + " as hints. ", again
    ]));
    again.focus();
  }

  /* The score: one's own against the published figures, then layer by layer. */
  function bar(name, percent, own) {
    var drawing = svg("svg", { class: "bar", viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" }, [
      svg("rect", { width: percent, height: 1 })
    ]);
    return make("div", own ? { class: "own" } : {}, [make("dt", {}, name), make("dd", {}, [drawing, " " + percent + " %"])]);
  }
  function showScore() {
    var bars = [];
    Object.keys(NAMES).forEach(function (hints) {
      var pair = sum(hints);
      if (pair[0]) { bars.push(bar("you, with " + NAMES[hints] + " (" + pair[0] + " answers)", share(pair), true)); }
    });
    var none = !bars.length;
    PUBLISHED.forEach(function (pair) { bars.push(bar(pair[0], pair[1], false)); });
    var rows = Object.keys(window.atlasGuess).filter(function (layer) { return sum("images", layer)[0] + sum("patches", layer)[0]; });
    var parts = [score.firstElementChild, make("dl", { class: "lifts" }, bars)];
    if (rows.length) {
      parts.push(make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Your score by layer" }, make("table", {}, [
        make("thead", {}, make("tr", {}, ["layer", "with images", "with patches"].map(function (text) { return make("th", { scope: "col" }, text); }))),
        make("tbody", {}, rows.map(function (layer) {
          return make("tr", {}, [make("th", { scope: "row" }, layer)].concat(["images", "patches"].map(function (hints) {
            var pair = sum(hints, layer);
            return make("td", {}, pair[0] ? pair[1] + " of " + pair[0] + " right" : "–");
          })));
        }))
      ])));
    }
    if (!none) {
      var forget = make("button", { type: "button" }, "Forget my score");
      forget.addEventListener("click", function () { answers = {}; keep(answers); showScore(); });
      parts.push(forget);
    }
    score.replaceChildren.apply(score, parts);
  }

  function read() {
    settings.hints = form.elements.hints.value;
    settings.layer = form.elements.layer.value;
    settings.pair = form.elements.pair.value;
  }
  function remember() {
    var query = new URLSearchParams(location.search);
    [["hints", "images"], ["layer", ""], ["pair", "far"]].forEach(function (pair) {
      if (settings[pair[0]] === pair[1]) { query.delete(pair[0]); } else { query.set(pair[0], settings[pair[0]]); }
    });
    var text = query.toString();
    try { history.replaceState(null, "", location.pathname + (text ? "?" + text : "")); } catch (e) { /* see block.js */ }
  }

  document.addEventListener("keydown", function (event) {
    if (event.target.closest("input, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (!playing || playing.answered) { return; }
    var choice = { 1: 0, 2: 1, ArrowLeft: 0, ArrowRight: 1 }[event.key];
    if (choice !== undefined) { event.preventDefault(); answer(choice); }
  });
  form.addEventListener("change", function () { read(); remember(); start(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); start(); });

  var query = new URLSearchParams(location.search);
  if (query.has("seed")) { random = seeded(Number(query.get("seed")) || 0); }
  ["layer", "pair"].forEach(function (name) {
    var field = form.elements[name];
    if (query.has(name)) { field.value = query.get(name); }
    if (field.selectedIndex < 0) { field.selectedIndex = 0; }
  });
  if (query.get("hints") === "patches") { form.elements.hints.value = "patches"; }
  read();
  atlas.load(game.dataset.questions, start);
})();
