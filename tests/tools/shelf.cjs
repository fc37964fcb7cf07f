// Uses a shelf as people do, in a browser; called by shelf.sh.
"use strict";
const fs = require("fs");
const path = require("path");
const { spawn } = require("child_process");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const books = process.argv[2];
const shots = process.env.SHOTS;
const STORY = [
    "---", "title: The Wier", "author: Ann Hollow", "rating: PG-13", "summary: Water rises.", "---", "",
    "## Chapter 1", "", "He came down to the weir at dusk, and stood a while.", "",
    "## Chapter 2", "", "It had rained for nine days by then, and nobody had come.", "",
    "## Chapter 3", "", "In the morning the water was gone.", "",
].join("\n");

const WAYS = [
    { name: "phone", viewport: { width: 390, height: 844 }, javaScriptEnabled: true, hasTouch: true },
    { name: "phone-plain", viewport: { width: 390, height: 844 }, javaScriptEnabled: false },
    { name: "desk", viewport: { width: 1280, height: 900 }, javaScriptEnabled: true, colorScheme: "dark" },
    { name: "e-reader", viewport: { width: 600, height: 800 }, javaScriptEnabled: false },
];

/** Opens a shelf and gives its address. */
function open() {
    const program = spawn(process.env.PROGRAM, ["shelf", "--port", "0", books], { stdio: ["ignore", "pipe", "pipe"] });
    return new Promise((done, failed) => {
        let said = "";
        const hear = piece => {
            said += piece;
            const address = said.match(/http:\/\/\S+/);
            if (address) done({ program, address: address[0].replace("localhost", "127.0.0.1") });
        };
        program.stdout.on("data", hear);
        program.stderr.on("data", hear);
        program.on("exit", () => failed(new Error("the shelf did not open: " + said)));
        setTimeout(() => failed(new Error("the shelf did not open in time: " + said)), 20000).unref();
    });
}

/** One person's way through the shelf. */
class Way {
    constructor(way, address) {
        Object.assign(this, { way, address, faults: [], looked: 0 });
    }

    fault(text) {
        this.faults.push(text);
    }

    check(holds, text) {
        if (!holds) this.fault(text);
    }

    /** Looks at a page with axe, and whether it fits the window. */
    async look(name) {
        this.looked += 1;
        const page = this.page;
        if (shots) await page.screenshot({ path: path.join(shots, `${this.way.name}-${name}.png`) });
        const wide = await this.inside(() => document.documentElement.scrollWidth - window.innerWidth);
        this.check(wide <= 0, `${name} is ${wide} pixels too wide`);
        // The page's own policy forbids foreign scripts; the tool runs in a world of its own.
        const found = await this.axe();
        for (const violation of found) {
            this.fault(`${name}: ${violation.id}: ${violation.help} (${violation.nodes[0].html.slice(0, 120)})`);
        }
    }

    async inside(what) {
        return (await this.reader()).evaluate(what);
    }

    /** The same page in a window that lets tools in; where scripts are off, tools are too. */
    async reader() {
        if (this.way.javaScriptEnabled && !this.sandboxed()) return this.page;
        this.tools = this.tools || (await this.browser.newContext({ ...this.way, javaScriptEnabled: true, bypassCSP: true }));
        this.second = this.second || (await this.tools.newPage());
        await this.tools.addCookies(await this.context.cookies());
        // The document itself, as it was sent; nothing in it is run.
        const answer = await this.context.request.get(this.page.url());
        await this.second.route("**/*", async route => {
            if (route.request().resourceType() === "document") {
                return route.fulfill({ status: 200, contentType: "text/html; charset=utf-8", body: await answer.text() });
            }
            return route.request().resourceType() === "script" ? route.abort() : route.continue();
        });
        await this.second.goto(this.page.url());
        await this.second.unroute("**/*");
        return this.second;
    }

    sandboxed() {
        return /\/read\/.*\/text\//.test(this.page.url());
    }

    async axe() {
        const page = await this.reader();
        await page.evaluate(axe);
        return (await page.evaluate(() => window.axe.run())).violations;
    }

    async go(selector) {
        const link = this.page.locator(selector).first();
        await Promise.all([this.page.waitForNavigation(), link.click()]);
    }

    async walk(browser) {
        this.browser = browser;
        this.context = await browser.newContext({ ...this.way, acceptDownloads: true });
        const page = (this.page = await this.context.newPage());
        page.setDefaultTimeout(30000);
        page.on("pageerror", error => this.fault(`a script failed: ${error}`));
        page.on("console", said => {
            const text = said.text();
            if (said.type() === "error" && !/404|422/.test(text)) this.fault(`the browser complains: ${text}`);
        });
        const steps = ["browse", "search", "story", "download", "read", "hide", "bind", "many"];
        for (const step of steps) {
            try {
                await page.goto(this.address);
                await this[step]();
            } catch (error) {
                this.fault(`${step}: ${String(error.message || error).split("\n")[0]} (at ${page.url()})`);
            }
        }
        await this.context.close();
        if (this.tools) await this.tools.close();
    }

    async browse() {
        const page = this.page;
        const all = await page.locator(".card").count();
        this.check(all >= 3, `only ${all} covers on the wall`);
        const loaded = await page.locator(".card img").first().evaluate(image => image.complete || image.loading);
        this.check(loaded, "a cover is not there");
        await this.look("wall");
        await this.go('nav.main a:has-text("Browse")');
        await this.look("browse");
        await this.go('.kinds a:has-text("author")');
        await this.look("authors");
        await this.go(".values a");
        this.check((await page.locator(".card").count()) >= 1, "an author without a book");
        await this.go(".chosen a");
        this.check((await page.locator(".card").count()) === all, "taking a choice away does not bring all books back");
        // The keyboard alone: the first stop leads past the head of the page.
        await page.keyboard.press("Tab");
        const first = await page.locator(":focus").getAttribute("class").catch(() => "");
        this.check(first === "skip", `the first stop of the keyboard is ${first}`);
    }

    async search() {
        const page = this.page;
        const title = (await page.locator(".card .title").last().innerText()).trim();
        const word = title.split(/\s+/).sort((a, b) => b.length - a.length)[0];
        const before = await page.locator(".card").count();
        await page.locator("#q").fill(word.slice(0, -1));
        if (this.way.javaScriptEnabled) {
            await page.waitForFunction(before => document.querySelectorAll(".card").length < before, before);
            this.check(/[?&]q=/.test(page.url()), "a search while typing has no address");
        } else {
            await this.go('.search button[type="submit"]');
        }
        const found = await page.locator(".card .title").allInnerTexts();
        this.check(found.map(text => text.trim()).includes(title), `“${word}” does not find “${title}”`);
        await this.look("found");
        await page.goto(this.address + "?q=zzzzqqqq");
        this.check((await page.locator(".card").count()) === 0, "nonsense finds a book");
        await this.look("found-nothing");
    }

    async story() {
        await this.go(".card a");
        const page = this.page;
        for (const part of ["Content warnings", "About the book", "Notes"]) {
            this.check(await page.locator(`h2:has-text("${part}")`).count(), `a story says nothing of ${part}`);
        }
        await this.look("story");
    }

    async download() {
        await this.go(".card a");
        const [download] = await Promise.all([
            this.page.waitForEvent("download"),
            this.page.locator('.doing a:has-text("Download EPUB")').click(),
        ]);
        const bytes = fs.readFileSync(await download.path());
        const same = fs.readdirSync(books).filter(name => name.endsWith(".epub"));
        const known = same.some(name => fs.readFileSync(path.join(books, name)).equals(bytes));
        this.check(known, `the download ${download.suggestedFilename()} is no book of the library`);
        this.check(download.suggestedFilename().endsWith(".epub"), `a download is called ${download.suggestedFilename()}`);
    }

    async read() {
        await this.go(".card a");
        await this.go('.doing a:has-text("Read here")');
        await this.look("contents");
        await this.go('a:has-text("Begin to read")');
        await this.look("first-page");
        let pages = 1;
        while (pages < 60 && (await this.page.locator('footer a[rel="next"]').count())) {
            await this.go('footer a[rel="next"]');
            pages += 1;
            if (pages === 3) await this.look("page");
        }
        this.check(pages >= 3, `a book of ${pages} pages`);
        await this.go('footer a[rel="prev"]');
        await this.go('.shelf-bar a:has-text("Plain style")');
        this.check(/\/plain\/text\//.test(this.page.url()), "plain style is not plain");
        const answer = await this.context.request.get(this.page.url());
        const policy = answer.headers()["content-security-policy"] || "";
        this.check(/sandbox/.test(policy) && !/allow-scripts|script-src/.test(policy), `a book's page may do: ${policy}`);
    }

    async hide() {
        const page = this.page;
        const all = await page.locator(".card").count();
        await this.go('nav.main a:has-text("Hide")');
        await this.look("hide");
        await page.locator('input[name="rating"][value="teen"]').check();
        await this.go('button:has-text("Keep this")');
        this.check(await page.locator(".said").count(), "nothing is said when hiding is kept");
        await page.goto(this.address);
        const left = await page.locator(".card").count();
        this.check(left < all, "nothing is hidden");
        const feed = await this.context.request.get(this.address + "?q=a");
        this.check(feed.ok(), "a search after hiding fails");
        await page.goto(this.address + "settings");
        await page.locator('input[name="rating"][value="any"]').check();
        await this.go('button:has-text("Keep this")');
        await page.goto(this.address);
        this.check((await page.locator(".card").count()) === all, "what was hidden does not come back");
    }

    async bind() {
        const page = this.page;
        await this.go('nav.main a:has-text("Bind here")');
        await this.look("bind");
        const name = `weir-${this.way.name}.md`;
        await page.locator("#story").setInputFiles({ name, mimeType: "text/markdown", buffer: Buffer.from(STORY) });
        await this.go('button:has-text("Look at it")');
        await this.look("review");
        const value = await page.locator("#f-title").inputValue();
        this.check(value === "The Wier", `the title was recognised as ${value}`);
        this.check((await page.locator(".row").count()) === 3, "not three chapters were recognised");
        const title = `The Weir, ${this.way.name}`;
        await page.locator("#f-title").fill(title);
        await page.locator("#f-editor_warnings").fill("drowning");
        await page.locator('input[name="chapter-1-begins"]').uncheck();
        await page.locator('input[name="chapter-2-title"]').fill("After the Rain");
        await this.go('button:has-text("Bind the book")');
        await this.look("bound");
        const [download] = await Promise.all([
            page.waitForEvent("download"),
            page.locator('a:has-text("Download EPUB")').click(),
        ]);
        const bytes = fs.readFileSync(await download.path());
        this.check(bytes.subarray(0, 2).toString() === "PK", "what was bound is no EPUB");
        await this.go('a:has-text("Read here")');
        const lines = await page.locator(".contents").innerText();
        this.check(/After the Rain/.test(lines) && !/Chapter 2/.test(lines), `the contents are ${lines}`);
        await this.go('a:has-text("Begin to read")');
        await this.go('footer a[rel="next"]');
        await page.goBack();
        await page.goBack();
        await page.goBack();
        await this.go('button:has-text("Put it on the shelf")');
        this.check((await page.locator("h1").innerText()) === title, `the shelf leads to ${page.url()}`);
        this.check(/Drowning/.test(await page.locator(".warnings").innerText()), "the editor's warning is not there");
        const there = fs.readdirSync(books).some(file => file.includes(title));
        this.check(there, "the book is not in the folder");
        if (this.way.javaScriptEnabled) await this.drop();
    }

    async many() {
        const page = this.page;
        await page.goto(this.address + "bind");
        const file = title => ({
            name: `${title}.md`,
            mimeType: "text/markdown",
            buffer: Buffer.from(STORY.replace("The Wier", `${title}, ${this.way.name}`)),
        });
        await page.locator("#story").setInputFiles([file("The Ford"), file("The Lock")]);
        await page.locator("#kind").selectOption("shelf");
        await this.go('button:has-text("Look at it")');
        await this.look("stories");
        this.check((await page.locator(".brought > li").count()) === 2, "two stories are not two");
        await this.go('button:has-text("Bind all")');
        await this.look("stories-bound");
        this.check((await page.locator('a:has-text("kepub")').count()) === 2, "not every book can be had for Kobo");
        await this.go('button:has-text("on the shelf")');
        const there = fs.readdirSync(books).filter(name => name.includes(`, ${this.way.name}`)).length;
        this.check(there === 3, `${there} books are in the folder`);
    }

    /** Drops a file on the page, as a hand does. */
    async drop() {
        const page = this.page;
        await page.goto(this.address + "bind");
        const data = await page.evaluateHandle(text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "dropped.md", { type: "text/markdown" }));
            return data;
        }, STORY);
        await Promise.all([
            page.waitForURL(/\/bind\/[^/]+\/0$/),
            page.dispatchEvent("body", "drop", { dataTransfer: data }),
        ]);
    }
}

async function main() {
    if (shots) fs.mkdirSync(shots, { recursive: true });
    const { program, address } = await open();
    const browser = await chromium.launch({ executablePath: process.env.BROWSER_PATH, args: ["--no-sandbox"] });
    let failed = false;
    try {
        // The catalogue is made while the shelf is open; a person who comes at once sees it grow.
        const wanted = fs.readdirSync(books).filter(name => name.endsWith(".epub")).length;
        for (let tries = 0; tries < 50; tries += 1) {
            const page = await (await fetch(address)).text();
            if ((page.match(/class="card"/g) || []).length >= wanted) break;
            await new Promise(done => setTimeout(done, 200));
        }
        for (const way of WAYS) {
            const walk = new Way(way, address);
            await walk.walk(browser);
            console.log(`${way.name}: ${walk.looked} pages looked at, ${walk.faults.length} faults`);
            walk.faults.forEach(fault => console.log(`  ${fault}`));
            failed = failed || walk.faults.length > 0;
        }
    } finally {
        await browser.close();
        program.removeAllListeners("exit");
        program.kill("SIGINT");
    }
    process.exitCode = failed ? 1 : 0;
}

main().catch(error => {
    console.error(error);
    process.exitCode = 1;
});
