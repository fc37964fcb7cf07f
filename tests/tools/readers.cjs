// Opens books in foliate-js, a reading program for browsers, and goes to every entry of their contents; called by readers.sh.
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");

const READER = path.dirname(require.resolve("foliate-js/view.js"));
const ADDRESS = "http://reader.invalid/";
const MOST = Number(process.env.MOST) || Infinity;
const TYPES = { ".js": "text/javascript", ".html": "text/html" };
const SHELL = `<!DOCTYPE html><meta charset="utf-8"><style>html, body { margin: 0; height: 100% } foliate-view { display: block; height: 100% }</style>
<script type="module">import "./view.js"; window.isReady = true;</script>`;

/** Answers for the reading program's own files and the book, and for nothing else: no book may ask for anything. */
async function answer(route, book, asked) {
    const address = route.request().url();
    const name = address.startsWith(ADDRESS) ? decodeURIComponent(new URL(address).pathname.slice(1)) : null;
    if (name === "") return route.fulfill({ contentType: "text/html", body: SHELL });
    if (name === "book.epub") return route.fulfill({ contentType: "application/epub+zip", body: fs.readFileSync(book) });
    const file = name && path.join(READER, name);
    if (file && fs.existsSync(file)) return route.fulfill({ contentType: TYPES[path.extname(file)] ?? "text/plain", body: fs.readFileSync(file) });
    if (!address.endsWith("/favicon.ico")) asked.push(address);
    return route.abort();
}

/** Opens the book; gives its contents as the reader has them, and those of its own page. */
function open() {
    return (async () => {
        const flat = (items, depth) => (items ?? []).flatMap(item => [{ depth, label: item.label.trim(), href: item.href }, ...flat(item.subitems, depth + 1)]);
        const file = new File([await (await fetch("book.epub")).blob()], "book.epub", { type: "application/epub+zip" });
        const view = document.createElement("foliate-view");
        document.body.append(view);
        await view.open(file);
        view.renderer.setAttribute("flow", "paginated");
        window.view = view;
        view.addEventListener("load", event => (window.shown = event.detail.doc));
        const nav = new DOMParser().parseFromString(await view.book.loadText("EPUB/nav.xhtml"), "application/xhtml+xml");
        const toc = [...nav.querySelectorAll("nav")].find(it => it.getAttributeNS("http://www.idpf.org/2007/ops", "type") === "toc");
        const own = [...toc.querySelectorAll("a")].map(link => link.textContent.replace(/\s+/g, " ").trim());
        return { entries: flat(view.book.toc, 1), own, sections: view.book.sections.length };
    })();
}

/** Goes to an entry; says where the reader thinks that it is, and how many letters it shows there. */
function go(href) {
    return (async () => {
        await view.goTo(href);
        return { at: view.lastLocation?.tocItem?.href, letters: window.shown?.body?.textContent.trim().length ?? 0 };
    })();
}

async function faultsOf(browser, book) {
    const faults = [];
    const asked = [];
    const page = await browser.newPage({ viewport: { width: 390, height: 760 } });
    page.on("pageerror", error => faults.push(`the page says: ${error.message}`));
    await page.route("**/*", route => answer(route, book, asked));
    await page.goto(ADDRESS);
    await page.waitForFunction(() => window.isReady, undefined, { timeout: 30000 });
    const { entries, own, sections } = await page.evaluate(open);
    const labels = entries.map(entry => entry.label.replace(/\s+/g, " "));
    if (JSON.stringify(labels) !== JSON.stringify(own)) faults.push(`${labels.length} entries, the book's page has ${own.length}`);
    const step = Math.max(1, entries.length / MOST);
    let visited = 0;
    for (let at = 0; Math.floor(at) < entries.length; at += step) {
        const { label, href } = entries[Math.floor(at)];
        const place = await page.evaluate(go, href).catch(error => ({ error: error.message }));
        visited++;
        if (place.error) faults.push(`${label}: ${place.error}`);
        else if (place.at !== href) faults.push(`${label}: the reader is at ${place.at}, not at ${href}`);
        else if (place.letters < 2) faults.push(`${label}: nothing is shown`);
    }
    await page.close();
    asked.forEach(address => faults.push(`asks for ${address}`));
    return { faults, entries: entries.length, visited, sections };
}

(async () => {
    const browser = await chromium.launch({ executablePath: process.env.BROWSER_PATH, args: ["--no-sandbox"] });
    let isClean = process.argv.length > 2;
    for (const book of process.argv.slice(2)) {
        const { faults, entries, visited, sections } = await faultsOf(browser, book);
        console.log(`foliate-js: ${sections} sections, ${visited} of ${entries} entries visited, ${faults.length} faults: ${book}`);
        faults.slice(0, 20).forEach(fault => console.log(`    ${fault}`));
        isClean &&= faults.length === 0;
    }
    await browser.close();
    process.exit(isClean ? 0 : 1);
})();
