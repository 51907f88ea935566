/* The map: no tiles, only what our own store knows. */
(function () {
  "use strict";
  var box = document.getElementById("map");
  if (!box || !window.L) { return; }
  var map = L.map(box, { zoomControl: true, attributionControl: false, preferCanvas: false });
  var ground = L.layerGroup().addTo(map), live = L.layerGroup().addTo(map);
  var note = document.getElementById("mapnote");
  var scale = L.control.scale({ imperial: false }).addTo(map);
  map.on("move zoomend", function () {
    var bar = scale.getContainer().firstChild;
    bar.textContent = bar.textContent.replace(/\s*km$/, "公里").replace(/\s*m$/, "米");
  });
  /* Counties lie lowest, the relief on them, everything that moves above both. */
  map.createPane("counties").style.zIndex = 300;
  map.createPane("relief").style.zIndex = 350;
  map.getPane("relief").style.pointerEvents = "none";
  var looked = false;
  map.setView([40.5, 116.8], 8);

  function ageColour(hours) { return hours <= 3 ? "#d00000" : hours <= 12 ? "#ff8c1a" : "#ffe08a"; }
  function label(text) { var box = document.createElement("span"); box.textContent = text; return box; }
  function styleOf(feature) {
    var p = feature.properties;
    if (p.kind === "county") { return { color: "#888", weight: 1, fillColor: { beijing: "#e7efe0", tianjin: "#e5e9f2", hebei: "#f3ecdf" }[p.region] || "#eee", fillOpacity: p.member ? 0.9 : 0.45 }; }
    if (p.kind === "ring") { return { color: "#b00020", weight: p.km === 2 ? 2 : 1.3, dashArray: { 5: "7 5", 10: "2 5" }[p.km], fill: false }; }
    if (p.kind === "line") { return { color: "#000", weight: 5, fill: false }; }
    if (p.kind === "perimeter") { return { color: "#5c0011", weight: 3, fillColor: "#5c0011", fillOpacity: 0.3 }; }
    if (p.kind === "fan") { return { color: "#e8590c", weight: 1.2, fillColor: "#e8590c", fillOpacity: p.likely ? 0.25 : 0.1, dashArray: p.likely ? null : "4 4" }; }
    if (p.kind === "run") { return { color: "#e8590c", weight: 3, dashArray: "8 6" }; }
    return {};
  }
  function marker(feature, at) {
    var p = feature.properties;
    if (p.kind === "hotspot") {
      return L.circleMarker(at, { radius: p.heat ? 4 : 6, color: p.heat ? "#777" : "#000", weight: 1, dashArray: p.heat ? "2 2" : null, fillColor: p.heat ? "#aaa" : ageColour(p.age_h), fillOpacity: 0.9 }).bindTooltip(label((p.heat ? "常年热源 " : "") + p.satellite + " " + p.age_h + "小时前 误差" + p.error_km.toFixed(1) + "公里"));
    }
    if (p.kind === "heat") { return L.circle(at, { radius: Math.max(p.radius_km, 0.5) * 1000, color: "#777", weight: 1, fillColor: "#999", fillOpacity: 0.5 }).bindTooltip(label("已知热源 " + p.name)); }
    if (p.kind === "incident") {
      var icon = L.divIcon({ className: "fire " + (p.suppressed ? "held" : p.level), iconSize: p.level === "critical" ? [22, 22] : [16, 16] });
      L.circle(at, { radius: p.error_km * 1000, color: "#000", weight: 1, dashArray: "3 3", fill: false, interactive: false }).addTo(live);
      var spot = L.marker(at, { icon: icon, title: p.number, alt: p.number, keyboard: true }).bindTooltip(label((p.suppressed ? "已抑制 " : p.level_zh + " ") + p.words));
      spot.on("click", function () { window.location.href = "/incident/" + encodeURIComponent(p.number); });
      return spot;
    }
    if (p.kind === "wind") {
      var arrow = L.divIcon({ className: "wind", iconSize: [26, 26], iconAnchor: [-14, 40], html: label("↑") });
      var spotted = L.marker(at, { icon: arrow, interactive: false });
      spotted.on("add", function () { spotted.getElement().firstChild.style.cssText = "display:inline-block;transform:rotate(" + p.toward_deg + "deg)"; });
      L.marker(at, { icon: L.divIcon({ className: "windword", iconSize: null, iconAnchor: [-44, 34], html: label(p.words) }), interactive: false }).addTo(live);
      return spotted;
    }
    return null;
  }
  function named(feature, layer) {
    var p = feature.properties;
    if (p.kind === "county" && p.member) {
      layer.bindTooltip(label(p.name), { permanent: true, direction: "center", className: "county-name" + (p.member ? " member" : "") });
    }
    if (p.kind === "run") { layer.bindTooltip(label("推演：" + p.words), { sticky: true }); }
    if (p.kind === "perimeter") { layer.bindTooltip(label(p.words), { sticky: true }); }
    if (p.kind === "fan") { layer.bindTooltip(label(p.words), { sticky: true }); }
  }
  function fetched(path, use) {
    return fetch(path, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.json();
    }).then(use).catch(function () { note.textContent = "地图数据未取到：图上不是现状。"; note.className = "alarm"; });
  }
  function renew() {
    return fetched("/map/live.json", function (data) {
      live.clearLayers();
      L.geoJSON(data, { style: styleOf, pointToLayer: marker, onEachFeature: named }).addTo(live);
      var spots = data.features.filter(function (f) { return f.properties.kind === "hotspot"; }).length;
      var fires = data.features.filter(function (f) { return f.properties.kind === "fan" || f.properties.kind === "run" || (f.properties.kind === "incident" && !f.properties.suppressed && (f.properties.level === "critical" || f.properties.level === "notify")); });
      if (!looked && fires.length) { map.fitBounds(L.geoJSON({ type: "FeatureCollection", features: fires }).getBounds().pad(0.4), { maxZoom: 11 }); }
      looked = true;
      note.className = "small";
      note.textContent = "72小时内热点" + spots + "个。示意图，内部使用；界线仅用于测距，不作划界依据。";
    });
  }
  fetched("/map/base.json", function (data) {
    function ofKind(counties) { return { type: "FeatureCollection", features: data.features.filter(function (f) { return (f.properties.kind === "county") === counties; }) }; }
    var lines = L.geoJSON(ofKind(true), { style: styleOf, onEachFeature: named, interactive: false, pane: "counties" });
    lines.addTo(ground);
    L.geoJSON(ofKind(false), { style: styleOf, onEachFeature: named, interactive: false }).addTo(ground);
    var near = L.geoJSON({ type: "FeatureCollection", features: data.features.filter(function (f) { return f.properties.kind === "ring" && f.properties.km === 10; }) });
    map.fitBounds(near.getBounds());
    if (document.getElementById("onlyborder")) {
      document.getElementById("onlyborder").addEventListener("change", function (event) {
        lines.eachLayer(function (layer) {
          layer.setStyle({ fillOpacity: event.target.checked ? 0 : layer.feature.properties.member ? 0.9 : 0.45, opacity: event.target.checked ? 0.2 : 1 });
        });
        map.fitBounds(near.getBounds());
      });
    }
    renew();
    fetched("/map/relief.json", function (relief) {
      if (relief) { L.imageOverlay(relief.src, relief.bounds, { pane: "relief", alt: "地形" }).addTo(ground); }
      document.getElementById("reliefnote").textContent = relief ? "" : "缺高程，无地形。";
    });
  });
  window.firewatchMap = { renew: renew };
}());
