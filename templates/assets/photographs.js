/* Start from a photograph: a grid to choose from, and what the chosen one excites. The address says which: ?n=12.
   The data are scripts in pieces of bounded size (photographs.py says what they hold), loaded when they are wanted. */
(function () {
  "use strict";
  var atlas = window.filterAtlas;
  var make = atlas.make;
  var svg = atlas.svg;
  var BATCH = 30; /* photographs that are shown at once */
  var LEAST = 10; /* pixels: side of an outline on the whole photograph */
  var form = document.getElementById("choosing");
  var place = document.getElementById("gallery");
  var found = document.getElementById("found");
  var layers = JSON.parse(place.dataset.layers);
  var noun = place.dataset.noun;
  var total = Number(place.dataset.count);
  var query = new URLSearchParams(location.search);
  document.querySelector("#main > .unscripted").remove(); /* the example, which has the same parts */

  function plural(count) { return count.toLocaleString("en") + " " + noun + (count === 1 ? "" : "s"); }

  /* The grid: the catalogue is gone through piece by piece, only as far as there is room for. */
  var wanted = { q: "", label: "" };
  var going = null;

  function fits(line) {
    if (wanted.label && line[1] !== wanted.label) { return false; }
    var text = atlas.plain(line[1] + " " + line[2]);
    return atlas.plain(wanted.q).split(/\s+/).every(function (word) { return text.indexOf(word) >= 0; });
  }

  function begin() {
    var list = make("ul", { class: "gallery" });
    var more = make("button", { type: "button", hidden: "" }, "More " + noun + "s");
    var own = going = { list: list, more: more, piece: 0, line: 0, shown: 0 };
    more.addEventListener("click", function () {
      var last = list.lastElementChild;
      goOn(own, function () { if (last.nextElementSibling) { last.nextElementSibling.firstElementChild.focus(); } });
    });
    goOn(own, function () { if (own === going) { place.replaceChildren(list, more); } });
  }

  function goOn(own, then) {
    var end = own.shown + BATCH;
    (function step() {
      if (own !== going) { return; } /* something else was asked for meanwhile */
      while (own.shown < end && own.piece < Number(place.dataset.catalogue)) {
        var lines = window["atlasPhotographs" + own.piece];
        if (!lines) { atlas.load("assets/photographs-" + own.piece + ".js", step); return; }
        for (; own.line < lines.length && own.shown < end; own.line += 1) {
          if (fits(lines[own.line])) {
            own.list.append(thumbnail(lines[own.line]));
            own.shown += 1;
          }
        }
        if (own.line === lines.length) { own.piece += 1; own.line = 0; }
      }
      var all = own.piece === Number(place.dataset.catalogue);
      own.more.hidden = all;
      found.textContent = !wanted.q && !wanted.label ? (all ? plural(total) : own.shown + " of " + plural(total)) :
        all ? (own.shown ? plural(own.shown) : "No " + noun + " fits.") : "the first " + own.shown + " that fit";
      then();
    })();
  }

  function thumbnail(line) {
    return make("li", {}, make("a", { href: "?n=" + line[0], title: line[2] }, [
      make("img", { src: atlas.root + "pictures/thumbnails/" + line[0] + "-" + line[3], alt: "", width: "96", height: "96", loading: "lazy" }),
      make("bdi", {}, line[1])
    ]));
  }

  function read() {
    wanted.q = form.elements.q.value.trim();
    wanted.label = form.elements.label ? form.elements.label.value : "";
  }
  var timer = 0;
  form.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      read();
      var text = new URLSearchParams();
      Object.keys(wanted).forEach(function (name) { if (wanted[name]) { text.set(name, wanted[name]); } });
      try { history.replaceState(null, "", location.pathname + (String(text) ? "?" + text : "")); } catch (e) { /* see block.js */ }
      begin();
    }, 150);
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });

  function choose() {
    if (query.has("q")) { form.elements.q.value = query.get("q"); }
    if (query.has("label")) {
      if (form.elements.label) { form.elements.label.value = query.get("label"); }
      if (!form.elements.label || form.elements.label.selectedIndex < 0) {
        if (form.elements.label) { form.elements.label.value = ""; }
        form.elements.q.value = query.get("label");
      }
    }
    read();
    begin();
  }

  /* The answer to one photograph. */
  function outline(field, side) {
    var d = "M" + field[1] + " " + field[0] + "h" + side + "v" + side + "h" + -side + "z";
    return [svg("path", { d: d, class: "under" }), svg("path", { d: d, class: "over" })];
  }
  function drawing(box, side, file, label, outlines, name) {
    var own = svg("svg", Object.assign({ viewBox: box.join(" "), class: name }, label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" }));
    own.append.apply(own, [svg("image", { href: atlas.root + "pictures/" + file, width: side, height: side })].concat(outlines));
    return own;
  }
  function within(start, field, tile, side) { return Math.min(Math.max(start - Math.floor((tile - field) / 2), 0), side - tile); }

  /* Textures come when they are in view: a page has up to six a layer. */
  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) { if (entry.isIntersecting) { fill(entry.target); } });
  });
  function fill(blank) {
    watcher.unobserve(blank);
    blank.replaceWith(make("img", { src: blank.dataset.file, alt: "", width: "128", height: "128" }));
  }
  window.addEventListener("beforeprint", function () { document.querySelectorAll(".blank[data-file]").forEach(fill); });

  function excited(layer, filters, answer) {
    var name = layer[0], field = layer[1], tile = layer[2], side = answer[3], file = answer[2];
    var heading = make("h2", { id: "in-" + name }, [name, " ", make("small", {}, "a unit sees " + field + " × " + field + " pixels")]);
    var section = make("section", { class: "excited", "aria-labelledby": "in-" + name }, heading);
    if (!filters.length) {
      section.append(make("p", { class: "aside" }, "It excites no filter of this layer more than the mean " + noun + " does."));
      return section;
    }
    var drawn = Math.max(field, LEAST); /* on the whole photograph a field of 3 pixels would not be seen */
    var groups = filters.map(function (own) {
      var group = svg("g", {});
      group.append.apply(group, outline([own[2] - (drawn - field) / 2, own[3] - (drawn - field) / 2], drawn));
      return group;
    });
    var list = make("ol", { class: "strongest" }, filters.map(function (own, n) {
      var box = [within(own[3], field, tile, side), within(own[2], field, tile, side), tile, tile];
      var made = make("span", { class: "blank" });
      if (own[4]) {
        made.dataset.file = atlas.root + "pictures/" + name + "/" + own[0] + "-" + layer[3] + "-" + own[4];
        watcher.observe(made);
      }
      var link = make("a", { href: atlas.root + name + "/" + own[0] + ".html" }, [
        drawing(box, side, file, "", outline([own[2], own[3]], field), "patch"),
        made,
        make("span", {}, [make("span", { class: "unseen" }, name + " filter "), make("b", {}, String(own[0])), " +" + own[1].toFixed(1)])
      ]);
      [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]].forEach(function (pair) {
        link.addEventListener(pair[0], function () {
          groups[n].classList.toggle("lit", pair[1]);
          if (pair[1]) { groups[n].parentNode.append(groups[n]); } /* on top */
        });
      });
      return make("li", {}, link);
    }));
    section.append(make("div", {}, [
      drawing([0, 0, side, side], side, file, "The " + noun + " with the receptive fields outlined", groups, "where"),
      list
    ]));
    return section;
  }

  function show(answer) {
    document.getElementById("what").replaceChildren(make("bdi", {}, answer[1]));
    /* a new paragraph: below a title of fewer lines the old one would move */
    document.getElementById("about").replaceWith(make("p", { id: "about" }, [
      make("bdi", {}, answer[0]), ". The filters that it excites more than " + noun + "s usually do, and where in it: the outline is what a unit sees. ",
      "The figures are standard deviations above a filter’s mean. ",
      make("a", { href: "?label=" + encodeURIComponent(answer[1]) }, "More of this label"), " · ",
      make("a", { href: location.pathname.replace(/^.*\//, "") }, "All " + noun + "s")
    ]));
    document.title = answer[1] + " · " + document.title;
    place.replaceChildren.apply(place, layers.map(function (layer, n) { return excited(layer, answer[4][n], answer); }).reverse());
  }

  function load(number) {
    var piece = Math.floor(number / Number(place.dataset.each));
    form.hidden = true;
    atlas.load("assets/photographs-answers-" + piece + ".js", function () {
      var answer = window["atlasAnswers" + piece][number];
      form.hidden = Boolean(answer);
      if (answer) { show(answer); } else { choose(); }
    });
  }

  if (query.has("n")) {
    var number = /^\d+$/.test(query.get("n")) ? Number(query.get("n")) : Infinity;
    if (number <= Number(place.dataset.last)) { load(number); } else { choose(); }
  } else {
    choose();
  }
})();
