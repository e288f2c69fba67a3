/* The stitched sheets: a click on a cell leads to its filter; a sheet can be looked at from near. */
(function () {
  "use strict";
  var atlas = window.filterAtlas;
  var make = atlas.make;
  var NEAREST = 8; /* screen pixels for a pixel of the sheet */

  /* The cards stand in the order of the sheet until they are sorted, which happens after this script was read. */
  function sheetOf(link) {
    var numbers = link.closest(".layer-section").querySelectorAll(".card b");
    return {
      layer: link.dataset.layer,
      columns: Number(link.dataset.columns),
      filters: Array.prototype.map.call(numbers, function (own) { return own.textContent; })
    };
  }

  function under(event, element, sheet) {
    var box = element.getBoundingClientRect();
    var column = Math.floor((event.clientX - box.left) / box.width * sheet.columns);
    var row = Math.floor((event.clientY - box.top) / box.width * sheet.columns);
    return column >= 0 && column < sheet.columns && row >= 0 ? sheet.filters[row * sheet.columns + column] : undefined;
  }

  function follow(event, element, sheet) {
    var own = under(event, element, sheet);
    if (own === undefined) { return; }
    event.preventDefault();
    location.href = atlas.root + sheet.layer + "/" + own + ".html";
  }

  function open(link, sheet, title) {
    var picture = make("img", { src: link.href, alt: link.querySelector("img").alt });
    var pane = make("div", { class: "pane", tabindex: "0", role: "region", "aria-label": "The sheet; arrow keys move it" }, picture);
    var here = make("output", {}, "");
    var scale = 0;
    function fit() { return Math.min(pane.clientWidth / picture.naturalWidth, pane.clientHeight / picture.naturalHeight); }
    function zoom(to, at) {
      var before = pane.getBoundingClientRect();
      var x = at ? at.clientX - before.left : pane.clientWidth / 2;
      var y = at ? at.clientY - before.top : pane.clientHeight / 2;
      var next = Math.min(Math.max(to, Math.min(fit(), 1)), NEAREST);
      var grown = scale ? next / scale : 1;
      var left = (pane.scrollLeft + x) * grown - x;
      var top = (pane.scrollTop + y) * grown - y;
      scale = next;
      picture.style.width = Math.round(picture.naturalWidth * scale) + "px";
      picture.classList.toggle("tiny", scale >= 2);
      pane.scrollTo(left, top);
    }
    function press(name, text, action) {
      var own = make("button", { type: "button", "aria-label": name }, text);
      own.addEventListener("click", action);
      return own;
    }
    var saving = link.parentNode.querySelector("[data-picture]").cloneNode(true);
    saving.className = "button";
    var tools = make("div", { class: "tools" }, [
      press("Smaller", "−", function () { zoom(scale / 1.5); }),
      press("Larger", "+", function () { zoom(scale * 1.5); }),
      press("All of it", "Fit", function () { zoom(fit()); }),
      press("One to one", "1:1", function () { zoom(1); }),
      saving,
      here
    ]);
    var box = atlas.dialog(title, [tools, pane]);
    box.classList.add("zoom");
    box.addEventListener("close", function () { box.remove(); });
    pane.addEventListener("wheel", function (event) {
      event.preventDefault();
      zoom(scale * Math.exp(-event.deltaY / 400), event);
    }, { passive: false });
    pane.addEventListener("pointermove", function (event) {
      var own = under(event, picture, sheet);
      here.textContent = own === undefined ? "" : sheet.layer + "/" + own;
      if (event.buttons === 1 && event.pointerType === "mouse") {
        pane.scrollBy(-event.movementX, -event.movementY);
        dragged += Math.abs(event.movementX) + Math.abs(event.movementY);
      }
    });
    var dragged = 0;
    pane.addEventListener("pointerdown", function () { dragged = 0; });
    picture.addEventListener("dragstart", function (event) { event.preventDefault(); });
    picture.addEventListener("click", function (event) { if (dragged < 5) { follow(event, picture, sheet); } });
    box.addEventListener("keydown", function (event) {
      var step = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key];
      if (step) { zoom(scale * step); }
      if (event.key === "0") { zoom(fit()); }
    });
    box.showModal();
    if (picture.complete) { zoom(fit()); } else { picture.addEventListener("load", function () { zoom(fit()); }); }
    pane.focus();
  }

  document.querySelectorAll(".sheet a[data-columns]").forEach(function (link) {
    var sheet = sheetOf(link);
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !event.detail) { return; }
      follow(event, link, sheet);
    });
    var button = link.closest(".sheet").querySelector("[data-sheet]");
    button.addEventListener("click", function () { open(link, sheet, button.dataset.sheet); });
  });
})();
