/* Downloads: pictures as PNG, and a filter's record out of its layer's file. A page opened from a disk may neither read a
   picture's pixels nor fetch a file: there the links lead to the files that the page shows, and say so. */
(function () {
  "use strict";
  if (location.protocol === "file:") { return; }

  function save(file, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  document.querySelectorAll("a[data-picture]").forEach(function (link) {
    link.querySelector("span:last-child").textContent = "PNG";
    link.download = link.download.replace(/\w+$/, "png");
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-picture]");
    if (!link || /\.png$/.test(link.href) || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    var picture = new Image();
    picture.addEventListener("load", function () {
      var canvas = document.createElement("canvas");
      canvas.width = picture.naturalWidth;
      canvas.height = picture.naturalHeight;
      canvas.getContext("2d").drawImage(picture, 0, 0);
      canvas.toBlob(function (file) { save(file, link.download); });
    });
    picture.addEventListener("error", function () { location.href = link.href; });
    picture.src = link.href;
  });

  var link = document.querySelector("a[data-record]");
  if (!link) { return; }
  /* Some servers unpack the file themselves: then it does not begin as gzip does. */
  function unpacked(file) {
    return file.slice(0, 2).arrayBuffer().then(function (start) {
      var bytes = new Uint8Array(start);
      var packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
      return new Response(packed ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file).json();
    });
  }
  link.addEventListener("click", function (event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    fetch(link.href).then(function (answer) { return answer.blob(); }).then(unpacked).then(function (layer) {
      layer.filters = layer.filters.filter(function (own) { return own.filter === link.dataset.record; });
      var file = new Blob([JSON.stringify(layer, null, 1)], { type: "application/json" });
      save(file, link.dataset.record.replace("/", "-") + ".json");
    }).catch(function () { location.href = link.href; });
  });
})();
