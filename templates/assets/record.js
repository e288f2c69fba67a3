/* The record of one filter, out of its layer's file. Where a page may not fetch (file://), the link leads to that file. */
(function () {
  "use strict";
  var link = document.querySelector("a[data-record]");
  if (!link || location.protocol === "file:") { return; }
  link.addEventListener("click", function (event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    fetch(link.href).then(function (answer) { return answer.json(); }).then(function (layer) {
      layer.filters = layer.filters.filter(function (own) { return own.filter === link.dataset.record; });
      var file = new Blob([JSON.stringify(layer, null, 1)], { type: "application/json" });
      var save = document.createElement("a");
      save.href = URL.createObjectURL(file);
      save.download = link.dataset.record.replace("/", "-") + ".json";
      save.click();
      URL.revokeObjectURL(save.href);
    }).catch(function () { location.href = link.href; });
  });
})();
