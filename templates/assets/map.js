/* A map of filters: drawn on a canvas, moved and enlarged by mouse, touch and keys. A link lies over the filter that is
   pointed at or chosen, so that following, copying and opening it elsewhere work as with any link. */
(function () {
  "use strict";
  var atlas = window.filterAtlas;
  var make = atlas.make;
  var plot = document.getElementById("plot");
  var here = document.getElementById("here");
  var form = document.getElementById("map-controls");
  var LARGEST = 220; /* screen pixels for a cell */
  var CLEAR = 48; /* the same for a filter that an address asks for */
  var FEW = 240; /* cells in view up to which each picture is fetched by itself */
  var KEPT = 900; /* of such pictures in memory */
  var FINGER = 24; /* pixels: a tap on a smaller cell enlarges the map in place of following the link */

  var columns = Number(plot.dataset.columns);
  var layers = JSON.parse(plot.dataset.layers);
  var regions = JSON.parse(plot.dataset.regions);
  var scripts = plot.dataset.scripts.split(" ");
  var ranks = {}; /* of a layer's map: the place of each filter on the layer's sheet */
  var cells = plot.dataset.cells.split(" ").map(function (text) {
    if (text === "-") { return null; }
    var parts = text.split(".");
    return parts.length > 1 ? { layer: Number(parts[0]), filter: Number(parts[1]) } : { layer: 0, filter: Number(text) };
  });
  var rows = Math.ceil(cells.length / columns);
  cells.filter(Boolean).map(function (cell) { return cell.filter; }).sort(function (a, b) { return a - b; })
    .forEach(function (filter, place) { ranks[filter] = place; });

  var canvas = make("canvas", { role: "img", "aria-label": "The filters of " + (plot.dataset.layer || "all layers") + " in " + rows + " rows and " + columns + " columns" });
  var link = make("a", { class: "cursor", draggable: "false" });
  plot.append(canvas, link);
  var paint = canvas.getContext("2d");
  var view = { scale: 0, x: 0, y: 0 }; /* screen pixels: side of a cell, the map's corner in the plot */
  var size = { width: 0, height: 0, dense: 1 };
  var chosen = cells.findIndex(Boolean);
  var show = "";
  var only = "";
  var colours = {};

  function idOf(cell) { return layers[cell.layer] + "/" + cell.filter; }
  function addressOf(cell) { return atlas.root + idOf(cell) + ".html"; }
  function fit() { return Math.min(size.width / columns, size.height / rows); }
  function most() { return Math.max(LARGEST, 2 * fit()); }
  function clamp(value, low, high) { return Math.min(Math.max(value, low), high); }

  /* What the site knows of a layer: pages.py says what it holds. */
  function known(cell, then) {
    var name = "atlasMap" + scripts[cell.layer];
    if (window[name]) {
      var own = window[name];
      if (!own.places) {
        own.places = {};
        own.numbers.forEach(function (number, place) { own.places[number] = place; });
      }
      return own;
    }
    atlas.load("assets/map-" + scripts[cell.layer] + ".js", then);
    return null;
  }
  function labelOf(cell, then) {
    var own = known(cell, then);
    var label = own && own.labels[own.places[cell.filter]];
    return label ? { name: own.names[label[0]], count: label[1], of: label[2] } : null;
  }
  function fileOf(cell, kind, then) {
    var own = known(cell, then);
    var tail = own && own[kind][own.places[cell.filter]];
    return tail ? atlas.root + "pictures/" + idOf(cell) + "-" + kind + "-" + tail : "";
  }

  /* Pictures: those of all filters together, and single ones once few are in view. */
  var pictures = {};
  var single = new Map();
  function load(address) {
    var image = new Image();
    image.addEventListener("load", redraw);
    image.src = address;
    return image;
  }
  function together(kind) {
    if (!pictures[kind] && plot.dataset[kind]) {
      var numbers = plot.dataset[kind + "Cells"].split(" ").map(Number);
      pictures[kind] = { image: load(atlas.root + plot.dataset[kind]), columns: numbers[0], cell: numbers[1], gap: numbers[2] };
    }
    return pictures[kind];
  }
  function own(cell, kind) {
    var name = idOf(cell) + kind;
    if (!single.has(name)) {
      var file = fileOf(cell, kind, redraw);
      if (!file) { return null; }
      if (single.size >= KEPT) { single.delete(single.keys().next().value); }
      single.set(name, load(file));
    }
    return single.get(name);
  }
  function ready(image) { return image && image.complete && image.naturalWidth; }

  /* Drawing */
  var waiting = false;
  function redraw() {
    if (waiting) { return; }
    waiting = true;
    requestAnimationFrame(function () { waiting = false; draw(); });
  }
  function readColours() {
    var style = getComputedStyle(plot);
    ["paper", "raised", "mat", "ink", "line"].forEach(function (name) { colours[name] = style.getPropertyValue("--" + name).trim(); });
    redraw();
  }
  function depth(cell) {
    var share = layers.length > 1 ? cell.layer / (layers.length - 1) : 0;
    return "hsl(" + (60 + 220 * share) + " " + (70 - 20 * share) + "% " + (86 - 62 * share) + "%)";
  }
  function draw() {
    var side = view.scale;
    var gap = side > 14 ? 1 : 0;
    paint.setTransform(size.dense, 0, 0, size.dense, 0, 0);
    paint.globalAlpha = 1;
    paint.fillStyle = colours.mat;
    paint.fillRect(0, 0, size.width, size.height);
    var left = Math.max(0, Math.floor(-view.x / side));
    var right = Math.min(columns, Math.ceil((size.width - view.x) / side));
    var top = Math.max(0, Math.floor(-view.y / side));
    var bottom = Math.min(rows, Math.ceil((size.height - view.y) / side));
    var sheet = together(show);
    var fine = show !== "depth" && (right - left) * (bottom - top) <= FEW && (!sheet || side * size.dense > 1.2 * sheet.cell);
    for (var row = top; row < bottom; row += 1) {
      for (var column = left; column < right; column += 1) {
        var place = row * columns + column;
        var cell = cells[place];
        if (!cell) { continue; }
        var x = view.x + column * side;
        var y = view.y + row * side;
        paint.globalAlpha = only && layers[cell.layer] !== only ? 0.12 : 1;
        if (show === "depth") {
          paint.fillStyle = depth(cell);
          paint.fillRect(x, y, side - gap, side - gap);
          continue;
        }
        var image = fine && paint.globalAlpha === 1 ? own(cell, show) : null;
        if (ready(image)) {
          paint.imageSmoothingEnabled = image.naturalWidth >= 24;
          paint.drawImage(image, x, y, side - gap, side - gap);
        } else if (sheet && ready(sheet.image)) {
          var at = plot.dataset.layer ? ranks[cell.filter] : place;
          var pitch = sheet.cell + sheet.gap;
          paint.imageSmoothingEnabled = true;
          paint.drawImage(sheet.image, sheet.gap + at % sheet.columns * pitch, sheet.gap + Math.floor(at / sheet.columns) * pitch,
            sheet.cell, sheet.cell, x, y, side - gap, side - gap);
        } else {
          paint.fillStyle = colours.line;
          paint.fillRect(x, y, side - 1, side - 1);
        }
      }
    }
    paint.globalAlpha = 1;
    plot.setAttribute("aria-busy", String(Boolean(sheet && !sheet.image.complete)));
    if (form.elements.labels && form.elements.labels.checked) { write(); }
    aim();
  }

  /* Labels: the largest regions first, and no label over another. */
  function write() {
    var taken = [];
    paint.font = "600 13px " + getComputedStyle(plot).fontFamily;
    paint.textBaseline = "middle";
    paint.textAlign = "center";
    regions.forEach(function (region) {
      var x = view.x + region[1] * view.scale;
      var y = view.y + region[2] * view.scale;
      if (x < 0 || y < 0 || x > size.width || y > size.height) { return; }
      var text = region[0].length > 28 ? region[0].slice(0, 27) + "…" : region[0];
      var half = paint.measureText(text).width / 2 + 6;
      x = clamp(x, half + 1, Math.max(half + 1, size.width - half - 1));
      y = clamp(y, 12, size.height - 12);
      var box = [x - half - 4, y - 15, x + half + 4, y + 15];
      if (taken.some(function (other) { return box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]; })) { return; }
      taken.push(box);
      paint.fillStyle = colours.raised;
      paint.globalAlpha = 0.9;
      paint.beginPath();
      if (paint.roundRect) { paint.roundRect(x - half, y - 11, 2 * half, 22, 4); } else { paint.rect(x - half, y - 11, 2 * half, 22); }
      paint.fill();
      paint.globalAlpha = 1;
      paint.fillStyle = colours.ink;
      paint.fillText(text, x, y + 1);
    });
  }

  /* Where the map lies in the plot */
  function place(scale, x, y) {
    view.scale = clamp(scale, fit(), most());
    var width = columns * view.scale;
    var height = rows * view.scale;
    view.x = width <= size.width ? (size.width - width) / 2 : clamp(x, size.width - width, 0);
    view.y = height <= size.height ? (size.height - height) / 2 : clamp(y, size.height - height, 0);
    plot.classList.toggle("near", view.scale > fit() * 1.001);
    redraw();
  }
  function zoom(scale, x, y) {
    if (x === undefined) { x = size.width / 2; y = size.height / 2; }
    var next = clamp(scale, fit(), most());
    var grown = next / view.scale;
    place(next, x - (x - view.x) * grown, y - (y - view.y) * grown);
  }
  function look(at, least) {
    var scale = Math.max(view.scale, least);
    place(scale, size.width / 2 - (at % columns + 0.5) * scale, size.height / 2 - (Math.floor(at / columns) + 0.5) * scale);
  }
  function measure() {
    var box = plot.getBoundingClientRect();
    if (!box.width) { return; }
    var before = view.scale ? { scale: view.scale / fit(), x: (size.width / 2 - view.x) / view.scale, y: (size.height / 2 - view.y) / view.scale } : null;
    size = { width: box.width, height: box.height, dense: Math.min(window.devicePixelRatio || 1, 3) };
    canvas.width = Math.round(size.width * size.dense);
    canvas.height = Math.round(size.height * size.dense);
    var scale = fit() * (before ? before.scale : 1);
    place(scale, before ? size.width / 2 - before.x * scale : 0, before ? size.height / 2 - before.y * scale : 0);
  }

  /* The chosen filter */
  function under(event) {
    var box = plot.getBoundingClientRect();
    var column = Math.floor((event.clientX - box.left - view.x) / view.scale);
    var row = Math.floor((event.clientY - box.top - view.y) / view.scale);
    var at = row * columns + column;
    return column >= 0 && column < columns && row >= 0 && cells[at] ? at : -1;
  }
  function aim() {
    var cell = cells[chosen];
    if (!cell) { return; }
    link.style.left = view.x + chosen % columns * view.scale + "px";
    link.style.top = view.y + Math.floor(chosen / columns) * view.scale + "px";
    link.style.width = link.style.height = Math.max(view.scale, 4) + "px";
  }
  function choose(at) {
    if (at < 0 || !cells[at]) { return; }
    chosen = at;
    link.href = addressOf(cells[at]);
    tell();
    aim();
  }
  function tell() {
    var cell = cells[chosen];
    var label = labelOf(cell, tell);
    var told = label && label.count > 1 ? label.name : "";
    link.setAttribute("aria-label", idOf(cell) + (told ? ", " + told : ""));
    here.replaceChildren(make("a", { href: link.href }, ["neuron", "texture"].map(function (kind) {
      var file = fileOf(cell, kind, tell);
      return file ? make("img", { src: file, alt: kind === "neuron" ? "neuron picture" : "texture", width: "128", height: "128" }) : "";
    }).concat([make("b", {}, idOf(cell))])));
    if (label) {
      here.append(make("p", {}, told ? [make("bdi", {}, told), " " + label.count + " of " + label.of + " patches"] : "patches of different labels"));
    }
    here.querySelectorAll("img").forEach(function (image) {
      image.addEventListener("load", function () { image.classList.toggle("tiny", image.naturalWidth < 24); });
    });
  }

  /* Mouse and touch */
  var pointers = new Map();
  var moved = 0;
  var touched = false; /* not every browser says it of a click */
  var scrolled = 0;
  window.addEventListener("scroll", function () { scrolled = performance.now(); }, { passive: true });
  plot.addEventListener("wheel", function (event) {
    /* a page that is being scrolled goes on past the map, and from the whole map downwards */
    if (performance.now() - scrolled < 250 || (event.deltaY > 0 && !plot.classList.contains("near"))) { return; }
    event.preventDefault();
    var box = plot.getBoundingClientRect();
    var lines = event.deltaMode === 1 ? 20 : 1;
    zoom(view.scale * Math.exp(-event.deltaY * lines / 400), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  plot.addEventListener("pointerdown", function (event) {
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pointers.size === 1) { moved = 0; }
    touched = event.pointerType === "touch";
  });
  plot.addEventListener("pointermove", function (event) {
    var before = pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse") { var at = under(event); if (at >= 0 && at !== chosen) { choose(at); } }
      return;
    }
    var box = plot.getBoundingClientRect();
    var now = { x: event.clientX, y: event.clientY };
    var others = Array.from(pointers).filter(function (pair) { return pair[0] !== event.pointerId; });
    if (others.length) {
      var other = others[0][1];
      var apart = Math.hypot(before.x - other.x, before.y - other.y);
      var grown = apart ? Math.hypot(now.x - other.x, now.y - other.y) / apart : 1;
      zoom(view.scale * grown, (now.x + other.x) / 2 - box.left, (now.y + other.y) / 2 - box.top);
      moved += 10;
    } else {
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      if (moved > 4) { place(view.scale, view.x + now.x - before.x, view.y + now.y - before.y); }
    }
    pointers.set(event.pointerId, now);
  });
  ["pointerup", "pointercancel"].forEach(function (name) {
    window.addEventListener(name, function (event) { pointers.delete(event.pointerId); });
  });
  plot.addEventListener("dragstart", function (event) { event.preventDefault(); });
  plot.addEventListener("click", function (event) {
    if (!event.detail) { return; } /* Enter on the link */
    if (moved > 4) { event.preventDefault(); return; }
    var at = under(event);
    if (at < 0) { event.preventDefault(); return; }
    var finger = touched && view.scale < FINGER;
    var direct = event.target === link && at === chosen;
    if (finger || !direct) { event.preventDefault(); }
    choose(at);
    if (finger) { look(at, CLEAR); } else if (!direct) { location.href = link.href; }
  });

  /* Keys */
  var steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  function step(by) {
    var row = Math.floor(chosen / columns) + by[0];
    var column = chosen % columns + by[1];
    if (row < 0 || row >= rows || column < 0 || column >= columns || !cells[row * columns + column]) { return; }
    choose(row * columns + column);
    var x = view.x + column * view.scale;
    var y = view.y + row * view.scale;
    place(view.scale, view.x - Math.min(0, x) + Math.min(0, size.width - x - view.scale), view.y - Math.min(0, y) + Math.min(0, size.height - y - view.scale));
  }
  plot.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    var factor = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, "−": 1 / 1.5 }[event.key];
    if (steps[event.key]) { step(steps[event.key]); }
    else if (factor) { zoomAtChosen(factor); }
    else if (event.key === "0") { place(fit(), 0, 0); }
    else { return; }
    event.preventDefault();
  });
  function zoomAtChosen(factor) {
    zoom(view.scale * factor, view.x + (chosen % columns + 0.5) * view.scale, view.y + (Math.floor(chosen / columns) + 0.5) * view.scale);
  }

  /* Controls, whose state is in the address */
  var fields = ["show", "layer"];
  function read() {
    show = form.elements.show.value;
    only = form.elements.layer ? form.elements.layer.value : "";
    redraw();
  }
  function remember() {
    var query = new URLSearchParams();
    fields.forEach(function (name) {
      var field = form.elements[name];
      if (field && field.selectedIndex > 0) { query.set(name, field.value); }
    });
    var text = query.toString();
    try { history.replaceState(null, "", location.pathname + (text ? "?" + text : "") + location.hash); } catch (e) { /* see block.js */ }
  }
  form.addEventListener("change", function () { read(); remember(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("click", function (event) {
    var button = event.target.closest("[data-zoom]");
    if (!button) { return; }
    if (button.dataset.zoom === "fit") { place(fit(), 0, 0); } else { zoom(view.scale * (button.dataset.zoom === "in" ? 1.5 : 1 / 1.5)); }
  });

  /* An address may ask for a filter. Without a script it leads into the table. */
  function asked() {
    var name = decodeURIComponent(location.hash.slice(1));
    var at = cells.findIndex(function (cell) { return cell && (plot.dataset.layer ? String(cell.filter) : idOf(cell)) === name; });
    if (at < 0) { return false; }
    choose(at);
    look(at, Math.max(CLEAR, 3 * fit()));
    return true;
  }
  window.addEventListener("hashchange", function () { if (asked()) { plot.scrollIntoView({ block: "nearest" }); } });

  document.getElementById("show-cells").addEventListener("click", function (event) {
    var text = document.getElementById("cells");
    if (text) { text.outerHTML = text.textContent; }
    event.target.remove();
  });
  new MutationObserver(readColours).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", readColours);
  new ResizeObserver(measure).observe(plot);

  var query = new URLSearchParams(location.search);
  fields.forEach(function (name) {
    var field = form.elements[name];
    if (!field || !query.has(name)) { return; }
    field.value = query.get(name);
    if (field.selectedIndex < 0) { field.selectedIndex = 0; }
  });
  readColours();
  read();
  measure();
  if (!asked()) { choose(chosen); }
})();
