// What the shelf's pages do beyond links and forms: search while typing, and drop files on a form. Every page works without it.
"use strict";
(function () {
  var form = document.querySelector("form.search");
  if (!form) return;
  var field = form.querySelector("input[type=search]");
  var results = document.getElementById("results");

  // A server answers: its page for the same words holds what to show.
  function ask(words) {
    var address = new URL(form.action);
    new FormData(form).forEach(function (value, name) {
      if (value !== "") address.searchParams.append(name, value);
    });
    return fetch(address, { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) throw new Error("no answer");
        return answer.text();
      })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var found = page.getElementById("results");
        if (!found) throw new Error("no results");
        return { found: found, facets: page.getElementById("facets"), address: address, title: page.title };
      });
  }

  function show(answer) {
    results.replaceChildren.apply(results, Array.from(answer.found.childNodes));
    var beside = document.getElementById("facets");
    if (beside && answer.facets) beside.replaceChildren.apply(beside, Array.from(answer.facets.childNodes));
    if (beside) beside.hidden = !answer.facets;
    document.title = answer.title;
    history.replaceState(null, "", answer.address);
  }

  // Files alone: the list of all books is fetched once and looked through here.
  var books = null;
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }
  function look(words) {
    var all = books || fetch(form.dataset.index).then(function (answer) { return answer.json(); });
    books = all;
    return all.then(function (list) {
      var wanted = plain(words).split(/\s+/).filter(Boolean);
      var found = list.filter(function (book) {
        if (book.plain === undefined) book.plain = plain(book.text);
        return wanted.every(function (word) { return book.plain.indexOf(word) >= 0; });
      });
      var page = document.createElement("section");
      var heading = document.createElement("h1");
      heading.id = "heading";
      heading.textContent = "Books with “" + words + "”";
      var count = document.createElement("p");
      count.className = "count";
      count.setAttribute("role", "status");
      count.textContent = found.length + (found.length === 1 ? " book" : " books") +
        (found.length > 200 ? ", the first 200 of them here" : "");
      var wall = document.createElement("ul");
      wall.className = "wall";
      found.slice(0, 200).forEach(function (book) {
        var card = document.createElement("li");
        card.className = "card";
        var link = document.createElement("a");
        link.href = form.dataset.root + book.href;
        var cover = document.createElement("span");
        cover.className = "cover";
        if (book.cover) {
          var picture = document.createElement("img");
          picture.src = form.dataset.root + book.cover;
          picture.alt = "";
          picture.loading = "lazy";
          cover.appendChild(picture);
        }
        var title = document.createElement("span");
        title.className = "title";
        title.textContent = book.title;
        link.append(cover, title);
        var by = document.createElement("span");
        by.className = "by";
        by.textContent = book.by;
        card.append(link, by);
        wall.appendChild(card);
      });
      page.append(heading, count, wall);
      return { found: page, facets: null, address: location.href, title: document.title };
    });
  }

  var here = form.dataset.index !== undefined;
  if (here) form.classList.add("on");
  var turn = 0;
  var waiting = 0;
  var before = field.value;
  var first = results && Array.from(results.childNodes);
  function search() {
    if (!results || field.value === before) return;
    before = field.value;
    var mine = ++turn;
    if (here && field.value.trim() === "") {
      results.replaceChildren.apply(results, first);
      return;
    }
    (here ? look(field.value.trim()) : ask()).then(function (answer) {
      // What was typed since has an answer of its own coming.
      if (mine === turn) show(answer);
    }).catch(function () {
      // The button is still there.
    });
  }
  field.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(search, 180);
  });
  form.addEventListener("submit", function (event) {
    if (here) {
      event.preventDefault();
      if (!results) {
        location.href = form.action + "#" + encodeURIComponent(field.value);
        return;
      }
      clearTimeout(waiting);
      search();
    }
  });
  // A page of files that was sent here with words to look for.
  if (here && results && location.hash.length > 1 && !document.getElementById(location.hash.slice(1))) {
    try {
      field.value = decodeURIComponent(location.hash.slice(1));
      search();
    } catch (error) {
      // Not one of ours.
    }
  }
})();

(function () {
  var place = document.querySelector(".drop");
  if (!place) return;
  var field = place.querySelector("input[type=file]");
  function stop(event) {
    event.preventDefault();
    place.classList.toggle("over", event.type === "dragover");
  }
  ["dragover", "dragleave"].forEach(function (name) { document.addEventListener(name, stop); });
  document.addEventListener("drop", function (event) {
    stop(event);
    if (!event.dataTransfer || event.dataTransfer.files.length === 0) return;
    field.files = event.dataTransfer.files;
    field.form.requestSubmit();
  });
  place.classList.add("on");
})();
