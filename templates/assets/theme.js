/* Light or dark: the reader's choice, kept in this browser, else the system's preference.
   And words for a picture that only browsers without AVIF show. */
(function () {
  "use strict";
  var root = document.documentElement;
  function remembered() {
    try { return localStorage.getItem("theme"); } catch (e) { return null; }
  }
  function remember(theme) {
    try { localStorage.setItem("theme", theme); } catch (e) { /* not kept, then */ }
  }
  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }
  var chosen = remembered();
  if (chosen === "light" || chosen === "dark") { root.dataset.theme = chosen; }
  root.classList.add("scripted");

  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector("[data-do=theme]");
    function say() { button.setAttribute("aria-label", dark() ? "Use light colours" : "Use dark colours"); }
    button.addEventListener("click", function () {
      root.dataset.theme = dark() ? "light" : "dark";
      remember(root.dataset.theme);
      say();
    });
    say();
    var old = document.querySelector(".old img"); /* see partials/old.html */
    if (old && /no-avif\.svg$/.test(old.currentSrc)) {
      old.alt = "This browser does not show AVIF, the format of most pictures here, so they are missing. " +
        "Chrome 85, Firefox 93, Safari 16.4 and what came later do.";
    }
  });
})();
