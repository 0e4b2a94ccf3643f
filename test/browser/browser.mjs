// A headless Chromium at the other end of a pipe: one JSON object a line in, one out.
//
//   {"do": "open", "url": …, "width": …, "height": …, "theme": "dark"}
//   {"do": "texts", "ids": [id, …]}        what the elements say
//   {"do": "press", "id": …, "key": …}     focus it, press the key; gives its label
//   {"do": "audit"}                        what a screen reader, or a narrow screen, would trip over
//   {"do": "requests"}                     every URL asked for so far, and what went wrong
//   {"do": "shot", "path": …, "whole": …}  the whole page, or what the window shows
import {createInterface} from "node:readline";
import {chromium} from "playwright-core";

const browser = await chromium.launch({executablePath: "/usr/bin/chromium", args: ["--no-sandbox"]});
const urls = [], errors = [];
let page;

async function open({url, width = 1280, height = 900, theme = "light"}) {
  await page?.context().close();
  const context = await browser.newContext({viewport: {width, height}, colorScheme: theme});
  page = await context.newPage();
  page.on("request", request => urls.push(request.url()));
  page.on("pageerror", error => errors.push(String(error)));
  page.on("console", message => {
    if (message.type() === "error" && !message.text().includes("Failed to load resource")) errors.push(message.text());
  });
  await page.goto(url);
  return {};
}

const texts = ({ids}) => page.evaluate(
  ids => Object.fromEntries(ids.map(id => [id, document.getElementById(id).textContent])), ids);

async function press({id, key}) {
  await page.focus("#" + id);
  await page.keyboard.press(key);
  return {label: await page.getAttribute("#" + id, "aria-label")};
}

const audit = () => page.evaluate(() => {
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth) faults.push("wider than the screen");
  if (!document.documentElement.lang) faults.push("no language");
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  for (const table of document.querySelectorAll("table"))
    if (table.rows.length && !table.querySelector("th[scope]")) faults.push("a table without headings");
  for (const plot of document.querySelectorAll(".plot"))
    if (plot.getAttribute("role") !== "img" || !plot.getAttribute("aria-label") || plot.tabIndex !== 0)
      faults.push("a plot that cannot be read out or reached: " + plot.id);
  if (!document.querySelector("[role=status][aria-live]")) faults.push("the state is not announced");
  const luminance = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = at => {
    for (; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\)$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  for (const at of document.querySelectorAll("p, span, b, h1, h2, th, td, dt, dd, li, a, summary, code")) {
    const says = [...at.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!says || !at.checkVisibility()) continue;
    const a = luminance(getComputedStyle(at).color), b = luminance(background(at));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(1)} of "${at.textContent.trim().slice(0, 30)}"`);
  }
  return {faults};
});

const commands = {open, texts, press, audit,
  requests: async () => ({urls, errors}),
  shot: async ({path, whole = true}) => { await page.screenshot({path, fullPage: whole}); return {}; }};

for await (const line of createInterface({input: process.stdin})) {
  const order = JSON.parse(line);
  let answer;
  try {
    answer = await commands[order.do](order);
  } catch (error) {
    answer = {error: String(error)};
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
await browser.close();
