/* What every page can do with a script: search, keys, copying, pinning;
   and what the scripts of single pages share. */
(function () {
  "use strict";
  var root = document.currentScript.getAttribute("src").replace(/assets\/atlas\.js.*$/, "");
  var body = document.body;

  function make(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    [].concat(children || []).forEach(function (child) { element.append(child); });
    return element;
  }

  var SVG = "http://www.w3.org/2000/svg";
  function svg(tag, attributes) {
    var element = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    return element;
  }

  function dialog(name, children) {
    var close = make("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
    var box = make("dialog", { "aria-label": name }, [close].concat(children));
    close.addEventListener("click", function () { box.close(); });
    box.addEventListener("click", function (event) { if (event.target === box) { box.close(); } });
    box.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") { return; }
      event.preventDefault(); /* left to itself a browser closes it a moment later and keeps the focus in it: */
      box.close();            /* the key pressed next would go to the closed dialog */
      if (box.contains(document.activeElement)) { document.activeElement.blur(); }
    });
    body.append(box);
    return box;
  }

  function say(text) {
    status.textContent = "";
    status.classList.add("shown");
    setTimeout(function () { status.textContent = text; }, 30);
    clearTimeout(say.timer);
    say.timer = setTimeout(function () { status.classList.remove("shown"); }, 2600);
  }
  var status = make("p", { class: "status", role: "status" });
  body.append(status);

  function copy(text, what) {
    function byHand() {
      var field = make("textarea", { readonly: "", rows: "4", "aria-label": what });
      field.value = text;
      var box = dialog(what, [make("h2", {}, what), field]);
      box.addEventListener("close", function () { box.remove(); });
      box.showModal();
      field.select();
    }
    if (!navigator.clipboard) { byHand(); return; }
    navigator.clipboard.writeText(text).then(function () { say(what + " copied"); }, byHand);
  }

  /* Search: the index is a script of its own, loaded when it is first wanted. */
  var MOST = 48;
  var search = null;

  /* Data are scripts, because a page opened from a disk may not fetch. Each is loaded once, whoever asks for it. */
  var scripts = {};
  function load(address, then) {
    var own = scripts[address];
    if (!own) {
      own = scripts[address] = { loaded: false, waiting: [] };
      var script = make("script", { src: root + address });
      script.addEventListener("load", function () {
        own.loaded = true;
        own.waiting.splice(0).forEach(function (next) { next(); });
      });
      script.addEventListener("error", function () {
        delete scripts[address];
        say("Part of this site could not be loaded: " + address);
      });
      document.head.append(script);
    }
    if (own.loaded) { then(); } else { own.waiting.push(then); }
  }

  /* Text to be compared: in small letters, and composed, for é is one character or two, as the system that it comes from likes. */
  function plain(text) { return text.normalize("NFC").toLowerCase(); }

  function matches(words) {
    var index = window.atlasIndex;
    var found = [];
    var total = 0;
    var good = words.map(function (word) {
      return index.labels.map(function (label) { return plain(label).indexOf(word) >= 0; });
    });
    var flagged = words.map(function (word) {
      var places = new Set();
      Object.keys(index.flags).forEach(function (flag) {
        if (flag.indexOf(word) >= 0) { index.flags[flag].forEach(function (place) { places.add(place); }); }
      });
      return places;
    });
    index.filters.forEach(function (entry, place) {
      var id = index.layers[entry[0]] + "/" + entry[1];
      var all = words.every(function (word, n) {
        if (word === String(entry[1]) || (/\D/.test(word) && plain(id).indexOf(word) >= 0)) { return true; }
        if (flagged[n].has(place)) { return true; }
        for (var k = 3; k < entry.length; k += 1) { if (good[n][entry[k]]) { return true; } }
        return false;
      });
      if (all) {
        total += 1;
        if (found.length < MOST) { found.push([entry, place]); }
      }
    });
    return { found: found, total: total };
  }

  function result(pair) {
    var index = window.atlasIndex;
    var entry = pair[0];
    var flags = Object.keys(index.flags).filter(function (flag) { return index.flags[flag].indexOf(pair[1]) >= 0; });
    var id = index.layers[entry[0]] + "/" + entry[1];
    var labels = entry.slice(3, 6).map(function (n) { return index.labels[n]; }).join(", ");
    var picture = entry[2]
      ? make("img", { src: root + "pictures/" + id + "-texture-" + entry[2], alt: "", width: "48", height: "48", loading: "lazy" })
      : make("span", { class: "blank" });
    return make("li", {}, make("a", { href: root + id + ".html" }, [picture, make("b", {}, id), make("bdi", {}, labels)].concat(
      flags.length ? [make("small", {}, flags.join(", "))] : [])));
  }

  function openSearch() {
    if (!search) {
      var field = make("input", { type: "search", placeholder: "A label, a layer, a number, a flag", "aria-label": "Search the filters", autocomplete: "off", spellcheck: "false" });
      var count = make("p", { class: "count", role: "status" });
      var list = make("ol", { class: "results" });
      var show = function () {
        var words = plain(field.value).split(/\s+/).filter(Boolean);
        var answer = words.length ? matches(words) : { found: [], total: 0 };
        list.replaceChildren.apply(list, answer.found.map(result));
        count.textContent = !words.length ? "For example: " + examples() : answer.total === 1 ? "1 filter" :
          answer.total.toLocaleString("en") + " filters" + (answer.total > MOST ? ", the first " + MOST + " of them here" : "");
      };
      field.addEventListener("input", show);
      field.addEventListener("keydown", function (event) {
        var first = list.querySelector("a");
        if (event.key === "Enter" && first) { location.href = first.href; }
        if (event.key === "ArrowDown" && first) { event.preventDefault(); first.focus(); }
      });
      list.addEventListener("keydown", function (event) {
        var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) { return; }
        event.preventDefault();
        var links = Array.prototype.slice.call(list.querySelectorAll("a"));
        var next = links.indexOf(document.activeElement) + step;
        (links[next] || field).focus();
      });
      search = dialog("Search", [field, count, list]);
      search.classList.add("search");
      search.show_ = show;
      search.field = field;
    }
    if (!search.open) { search.showModal(); }
    search.field.select();
    load("assets/index.js", search.show_);
  }

  function examples() {
    var index = window.atlasIndex;
    var last = index.filters[index.filters.length - 1];
    var flag = Object.keys(index.flags)[0];
    return index.labels.slice(0, 2).concat(last ? [index.layers[last[0]], String(last[1])] : [], flag || []).join(" · ");
  }

  /* Keys */
  var keys = [
    ["/", "search"],
    ["j  →", "next filter; in a tour, next stop"],
    ["k  ←", "previous filter or stop"],
    ["u", "up to the block"],
    ["p", "pin this filter, to compare it with others"],
    ["c", "copy the link of this page"],
    ["?", "this list"]
  ];
  var help = null;
  function openHelp() {
    if (!help) {
      var list = make("dl", { class: "keys" }, keys.map(function (pair) {
        return make("div", {}, [make("dt", {}, pair[0].split("  ").map(function (key) { return make("kbd", {}, key); })), make("dd", {}, pair[1])]);
      }));
      help = dialog("Keys", [make("h2", {}, "Keys"), list]);
    }
    if (!help.open) { help.showModal(); }
  }

  function step(by) {
    if (tour) { goOn(by); return; }
    var link = document.querySelector(by > 0 ? ".beside [rel=next]" : ".beside [rel=prev]");
    if (link) { location.href = link.href; return; }
    var cards = Array.prototype.filter.call(document.querySelectorAll(".cards .who"), function (own) { return !own.closest("[hidden]"); });
    if (!cards.length) { return; }
    var here = cards.indexOf(document.activeElement);
    var next = cards[Math.min(Math.max(here + by, 0), cards.length - 1)];
    next.focus({ preventScroll: true });
    next.closest(".card").scrollIntoView({ block: "nearest" });
  }

  /* Tours: from stop to stop, and past the last one to the next tour. */
  var tour = document.querySelector("article.tour");
  function goOn(by) {
    var stops = Array.prototype.slice.call(tour.querySelectorAll(".stop"));
    var here = stops.indexOf(document.getElementById(location.hash.slice(1)));
    var next = stops[here + by];
    if (here < 0) { next = stops[0]; }
    if (next) {
      location.hash = next.id;
      next.querySelector("h2").focus({ preventScroll: true });
      return;
    }
    var link = stops[here].querySelector(by > 0 ? "[rel=next]" : "[rel=prev]");
    if (link) { location.href = link.href; }
  }

  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input, textarea, select, dialog, [role=region]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var page = document.querySelector("article.filter");
    if (event.key === "/") { event.preventDefault(); openSearch(); }
    else if (event.key === "?") { openHelp(); }
    else if (event.key === "j" || ((page || tour) && event.key === "ArrowRight")) { step(1); }
    else if (event.key === "k" || ((page || tour) && event.key === "ArrowLeft")) { step(-1); }
    else if (event.key === "u" && page) { location.href = document.querySelector(".crumbs li:last-child a").href; }
    else if (event.key === "c") { copy(location.href, "Link"); }
    else if (event.key === "p" && page) { pinHere(); }
  });

  /* Filter pages: copy, pin, compare */
  var page = document.querySelector("article.filter");
  function button(text, action) {
    var own = make("button", { type: "button" }, text);
    own.addEventListener("click", action);
    return own;
  }
  function pinned() {
    try { return JSON.parse(sessionStorage.getItem("pinned")); } catch (e) { return null; }
  }
  function keep(pin) {
    try {
      if (pin) { sessionStorage.setItem("pinned", JSON.stringify(pin)); } else { sessionStorage.removeItem("pinned"); }
    } catch (e) { say("This browser does not let pages remember"); }
  }
  function name(image) {
    var address = image && (image.getAttribute("src") || image.getAttribute("href"));
    return address ? address.slice(root.length) : "";
  }
  function pinHere() {
    if (!page) { return; }
    var here = pinned();
    if (here && here.id === page.dataset.id) { keep(null); showPin(); say("Unpinned"); return; }
    keep({
      id: page.dataset.id,
      layer: page.dataset.layer,
      neuron: name(page.querySelector(".made .mat img")),
      texture: name(page.querySelector(".made img.texture")),
      strip: name(document.getElementById("p")),
      tile: Number(page.dataset.tile),
      patches: page.querySelectorAll(".found .patch").length
    });
    showPin();
    say("Pinned: go to another filter to compare");
  }
  function showPin() {
    var old = document.querySelector(".pinned");
    if (old) { old.remove(); }
    var pin = pinned();
    if (!page || !pin || pin.id === page.dataset.id) { return; }
    var box = make("aside", { class: "pinned " + pin.layer, "aria-label": "Pinned filter" });
    var row = make("div", { class: "row" });
    if (pin.neuron) { row.append(make("span", { class: "mat" }, make("img", { src: root + pin.neuron, alt: pin.id + ", neuron picture", class: pin.tile < 24 ? "tiny" : "" }))); }
    if (pin.texture) { row.append(make("img", { src: root + pin.texture, alt: pin.id + ", texture", class: "texture" })); }
    for (var n = 0; pin.strip && n < pin.patches; n += 1) {
      var drawing = svg("svg", { viewBox: n * pin.tile + " 0 " + pin.tile + " " + pin.tile, role: "img", "aria-label": pin.id + ", patch " + (n + 1) });
      drawing.append(svg("image", { href: root + pin.strip, width: pin.patches * pin.tile, height: pin.tile }));
      row.append(drawing);
    }
    var head = make("p", {}, ["Pinned: ", make("a", { href: root + pin.id + ".html" }, pin.id)]);
    head.append(" ", button("Unpin", function () { keep(null); showPin(); }));
    box.append(head, row);
    document.querySelector(".evidence").before(box);
  }
  if (page) {
    showPin();
  }

  var actions = {
    search: openSearch,
    keys: openHelp,
    link: function () { copy(location.href, "Link"); },
    citation: function () { copy(page.dataset.citation + " " + location.href, "Citation"); },
    pin: pinHere
  };
  document.addEventListener("click", function (event) {
    var own = event.target.closest("[data-do]");
    if (own && actions[own.dataset.do]) { actions[own.dataset.do](); }
  });

  /* What the scripts of single pages use */
  window.filterAtlas = { root: root, make: make, svg: svg, dialog: dialog, say: say, load: load, plain: plain };
})();
