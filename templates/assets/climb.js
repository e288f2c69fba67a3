/* The climb: a slider goes through the frames of a film, which also plays, unless the reader wants less motion. */
(function () {
  "use strict";
  var atlas = window.filterAtlas;
  var make = atlas.make;
  var PAUSE = 500; /* milliseconds for a frame */
  var still = window.matchMedia("(prefers-reduced-motion: reduce)");

  document.querySelectorAll("[data-film]").forEach(function (film) {
    var frames = Array.prototype.slice.call(film.querySelectorAll("li"));
    var tile = Number(film.dataset.tile);
    var last = frames.length - 1;
    var name = film.querySelector("figcaption b").textContent;
    var timer = 0;

    var screen = atlas.svg("svg", { class: frames[0].querySelector("svg").getAttribute("class"), role: "img" });
    screen.append(atlas.svg("use", { href: "#" + film.dataset.film }));
    var slider = make("input", { type: "range", min: "0", max: String(last), step: "1", "aria-label": name + ": frame of its climb" });
    var told = make("p", { class: "told" });
    var button = make("button", { type: "button", class: "play" }, "Play");

    function show(place) {
      var step = frames[place].querySelector("span").textContent;
      var activation = frames[place].querySelector("b").textContent;
      var text = step + ": activation " + activation;
      slider.value = String(place);
      slider.setAttribute("aria-valuetext", text);
      told.replaceChildren(step + ", activation ", make("b", {}, activation));
      screen.setAttribute("viewBox", place * tile + " 0 " + tile + " " + tile);
      screen.setAttribute("aria-label", name + ", " + text);
      frames.forEach(function (frame, at) { frame.classList.toggle("shown", at === place); });
    }
    function stop() {
      clearInterval(timer);
      timer = 0;
      button.textContent = "Play";
    }
    function play() {
      show(0);
      button.textContent = "Stop";
      timer = setInterval(function () {
        show(Number(slider.value) + 1);
        if (Number(slider.value) === last) { stop(); }
      }, PAUSE);
    }

    slider.addEventListener("input", function () { stop(); show(Number(slider.value)); });
    button.addEventListener("click", function () { if (timer) { stop(); } else { play(); } });
    frames.forEach(function (frame, place) {
      frame.addEventListener("click", function () { stop(); show(place); });
    });
    function calm() { button.hidden = still.matches; if (still.matches) { stop(); } }
    still.addEventListener("change", calm);
    calm();

    film.querySelector("ol").before(screen, make("div", { class: "player" }, [told, slider, button]));
    film.classList.add("playing");
    show(last);
  });
})();
