/* The cards of a block page. When one comes near, its pictures, which the page holds as text, become elements, and its
   patches get their frames, which show where the receptive field lies. */
(function () {
  "use strict";
  var svg = window.filterAtlas.svg;
  var cards = document.querySelectorAll(".cards > .card");
  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) { if (entry.isIntersecting) { fill(entry.target); } });
  }, { rootMargin: "600px" });

  function fill(card) {
    watcher.unobserve(card);
    var waiting = card.querySelector("noscript");
    if (!waiting) { return; }
    waiting.outerHTML = waiting.textContent;
    var strip = card.querySelector(".strip[data-fields]");
    if (strip) { frame(strip, card.closest("[data-places]")); }
    card.dispatchEvent(new CustomEvent("filled", { bubbles: true }));
  }
  function frame(strip, section) {
    var tile = Number(section.dataset.tile);
    var side = Number(section.dataset.field);
    var places = section.dataset.places.split(" ").map(Number);
    var code = strip.dataset.fields;
    if (side >= tile) { return; }
    var path = "";
    for (var n = 0; n < code.length / 2; n += 1) {
      var top = places[digit(code[2 * n])] + tile * Math.floor(n / 3);
      var left = places[digit(code[2 * n + 1])] + tile * (n % 3);
      path += "M" + left + " " + top + "h" + side + "v" + side + "h" + -side + "z";
    }
    var drawing = svg("svg", { viewBox: "0 0 " + 3 * tile + " " + 3 * tile, class: "frames", "aria-hidden": "true" });
    drawing.append(svg("path", { d: path, class: "under" }), svg("path", { d: path, class: "over" }));
    strip.append(drawing);
  }
  function digit(character) {
    return "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(character);
  }

  cards.forEach(function (card) { watcher.observe(card); });
  window.addEventListener("beforeprint", function () { cards.forEach(fill); });
})();
