/* Light or dark: the reader's choice, kept in this browser, else the system's preference. */
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
  });
})();
