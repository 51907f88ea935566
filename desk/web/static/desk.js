/* The open page: clock, countdowns, copy buttons, and parts that are brought anew when something changed.
   Without this file the page is whole, and asks anew every minute. */
(function () {
  "use strict";
  var link = document.getElementById("link");
  var ahead = 0, lastWord = Date.now(), beat = link ? link.getAttribute("data-beat") : "";
  var refresh = link ? parseFloat(link.getAttribute("data-refresh")) * 1000 : 5000;
  var opened = Date.now(), heard = false;

  function two(number) { return (number < 10 ? "0" : "") + number; }
  function now() { return Date.now() + ahead; }
  function beijing(ms) {
    var at = new Date(ms + 8 * 3600000);
    return two(at.getUTCMonth() + 1) + "-" + two(at.getUTCDate()) + " " + two(at.getUTCHours()) + ":" + two(at.getUTCMinutes()) + ":" + two(at.getUTCSeconds());
  }
  function length(ms) {
    var minutes = Math.floor(Math.abs(ms) / 60000);
    if (minutes < 1) { return Math.floor(Math.abs(ms) / 1000) + "秒"; }
    return minutes < 60 ? minutes + "分" : Math.floor(minutes / 60) + "小时" + (minutes % 60 ? (minutes % 60) + "分" : "");
  }
  function countdowns() {
    var all = document.querySelectorAll("[data-due]"), i;
    for (i = 0; i < all.length; i += 1) {
      var left = parseFloat(all[i].getAttribute("data-due")) - now();
      var word = all[i].textContent.trim().split(" ")[0];
      all[i].textContent = word + " " + (left < 0 ? "超时" : "还剩") + length(left);
      all[i].closest(".item").classList[left < 0 ? "add" : "remove"]("late");
    }
  }
  function tick() {
    var silent = Date.now() - lastWord;
    document.getElementById("clock").textContent = beijing(now());
    var dead = silent > 3 * refresh + 2000;
    link.className = "link " + (dead ? "dead" : heard ? "live" : "");
    document.getElementById("linkword").textContent = dead
      ? "连接中断" + length(silent) + "：以下是" + beijing(now() - silent) + "的内容，不是现状。请打电话核对。"
      : heard ? "实时" : "正在连接";
    if (!dead) { countdowns(); }
  }
  function bring(name) {
    fetch("/part/" + name, { credentials: "same-origin" }).then(function (answer) {
      if (answer.redirected) { window.location.href = "/login"; }
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.text();
    }).then(function (text) {
      var box = document.getElementById("part-" + name);
      var open = box.querySelectorAll("details[open]").length, held = box.contains(document.activeElement) && document.activeElement.tagName === "INPUT";
      if (held) { return; }
      box.innerHTML = text;
      if (open && box.querySelector("details")) { box.querySelector("details").open = true; }
      if (name === "queue") { alarm(box); }
    }).catch(function () { lastWord = Math.min(lastWord, Date.now() - 3 * refresh); });
  }
  function alarm(box) {
    var waiting = box.querySelectorAll(".one button").length;
    document.title = (waiting ? "（" + waiting + "待签收）" : "") + "值班页 · 森林火险值班";
  }
  function listen() {
    var stream = new EventSource("/events");
    stream.addEventListener("beat", function (event) {
      var said = JSON.parse(event.data);
      lastWord = Date.now(); heard = true; ahead = said.now_ms - Date.now();
      if (said.beat !== beat || Date.now() - opened > 60000) {
        beat = said.beat; opened = Date.now();
        ["top", "queue", "told", "danger"].forEach(bring);
        if (window.firewatchMap) { window.firewatchMap.renew(); }
      }
    });
    stream.addEventListener("out", function () { window.location.href = "/login"; });
  }
  document.addEventListener("click", function (event) {
    var id = event.target.getAttribute && event.target.getAttribute("data-copy");
    if (!id) { return; }
    var text = document.getElementById(id);
    text.select();
    var done = document.execCommand("copy");
    event.target.textContent = done ? "已复制" : "请按Ctrl+C";
    window.setTimeout(function () { event.target.textContent = "复制"; }, 2000);
  });
  document.addEventListener("change", function (event) {
    var into = event.target.getAttribute && event.target.getAttribute("data-read-into");
    if (!into || !event.target.files.length) { return; }
    var reader = new FileReader();
    reader.onload = function () { document.getElementById(into).value = reader.result; };
    reader.readAsText(event.target.files[0]);
  });
  if (link) {
    ahead = parseFloat(document.getElementById("clock").getAttribute("data-now")) - Date.now();
    window.setInterval(tick, 1000);
    tick();
    if (window.EventSource) { listen(); } else { window.setInterval(function () { window.location.reload(); }, 60000); }
  }
}());
