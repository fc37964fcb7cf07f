// Follows links to notes and back in a browser; called by links.sh, which has unpacked the books into numbered folders.
"use strict";
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const puppeteer = require("puppeteer");

const CALLS = 'a[role="doc-noteref"], a[id^="place-"]';
const BACK = 'a[role="doc-backlink"]';

/** Clicks a link as a finger would, and waits until its target stands in the window. */
async function click(page, selector, index) {
    await page.evaluate((selector, index) => document.querySelectorAll(selector)[index].scrollIntoView({ block: "center" }), selector, index);
    const links = await page.$$(selector);
    const from = page.url();
    const href = await links[index].evaluate(link => link.href);
    const moves = href.split("#")[0] !== from.split("#")[0];
    await Promise.all([moves ? page.waitForNavigation({ timeout: 10000 }) : Promise.resolve(), links[index].click()]);
    await page.waitForFunction(href => location.href === href, { timeout: 5000 }, href);
}

/** What the address leads to: its words, whether it is seen, and whether it stands in the window. */
function arrived(page) {
    return page.evaluate(() => {
        const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
        if (!target) return null;
        const box = target.getBoundingClientRect();
        const style = getComputedStyle(target);
        const isSeen = box.height > 0 && style.display !== "none" && style.visibility !== "hidden";
        return { isSeen, isInWindow: box.bottom > 0 && box.top < innerHeight, words: target.textContent.trim().length, id: target.id };
    });
}

async function follow(page, folder) {
    const faults = [];
    let count = 0;
    const pages = path.join(folder, "EPUB", "text");
    for (const file of fs.readdirSync(pages).sort()) {
        const address = pathToFileURL(path.join(pages, file)).href;
        await page.goto(address);
        const total = (await page.$$(CALLS)).length;
        for (let index = 0; index < total; index++) {
            const place = `${file}, link ${index + 1}`;
            try {
                await page.goto("about:blank");
                await page.goto(address);
                await click(page, CALLS, index);
                const note = await arrived(page);
                if (!note || !note.isSeen || !note.isInWindow || note.words < 2) {
                    faults.push(`${place} leads to nothing that is seen: ${JSON.stringify(note)}`);
                    continue;
                }
                const there = page.url();
                const selector = `#${note.id} ${BACK}`;
                if (!(await page.$(selector))) {
                    faults.push(`${place}: no way back`);
                    continue;
                }
                await click(page, selector, 0);
                const origin = await arrived(page);
                const leads = origin && (await page.$eval(`#${origin.id}`, link => link.href));
                if (!origin || !origin.isSeen || !origin.isInWindow || leads !== there) {
                    faults.push(`${place}: the way back leads elsewhere: ${page.url()}`);
                }
                count++;
            } catch (error) {
                faults.push(`${place}: ${error.message}`);
            }
        }
    }
    return { count, faults };
}

(async () => {
    const root = process.argv[2];
    const browser = await puppeteer.launch({
        executablePath: process.env.BROWSER_PATH,
        args: ["--no-sandbox", "--allow-file-access-from-files"],
    });
    let isClean = true;
    let total = 0;
    for (const number of fs.readdirSync(root).sort((a, b) => a - b)) {
        const folder = path.join(root, number);
        const page = await browser.newPage();
        await page.setViewport({ width: 390, height: 760 });
        const { count, faults } = await follow(page, folder);
        await page.close();
        console.log(`${count} followed, ${faults.length} faults: ${fs.readFileSync(path.join(folder, "name"), "utf8").trim()}`);
        faults.forEach(fault => console.log(`    ${fault}`));
        isClean &&= faults.length === 0;
        total += count;
    }
    await browser.close();
    process.exit(isClean && total > 0 ? 0 : 1);
})();
