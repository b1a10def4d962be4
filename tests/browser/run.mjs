// Runs the tour in JupyterLab and does what a person does there. Pictures go to the folder named by HOLOR_OUT.

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowser, startLab } from './lab.mjs';
import { LabPage } from './page.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.env.HOLOR_OUT ?? join(here, 'out');
const tour = process.env.HOLOR_TOUR ?? join(here, '..', '..', 'notebooks', '01-tour.ipynb');
mkdirSync(out, { recursive: true });

const counts = { passed: 0, failed: 0 };

/** One test: says its name and verdict, takes a picture, and never ends the run. */
async function test(name, page, body) {
  const file = join(out, `${name.replace(/[^a-z0-9]+/gi, '-')}.png`);
  try {
    await body();
    counts.passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED  ${name}\n        ${String(error.stack ?? error).split('\n').slice(0, 6).join('\n        ')}`);
  }
  await page.screenshot({ path: file }).catch(() => {});
}

function expect(truth, message) {
  if (!truth) throw new Error(message);
}

const lab = await startLab({
  notebook: tour,
  holor: process.env.HOLOR ?? 'holor',
  data: process.env.HOLOR_LAB ?? join(out, 'data'),
});
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  const notebook = new LabPage(page, lab);

  await test('the tour opens with the holor kernel', page, async () => {
    await notebook.open(tour.split('/').pop());
    const name = await page.locator('.jp-KernelName .jp-ToolbarButtonComponent-label, .jp-KernelName').first().textContent();
    expect(/holor/i.test(name), `the kernel is ${name}`);
  });

  await test('run all leaves no error', page, async () => {
    await notebook.runAll();
    // A cell that shows what a mistake looks like says so by Jupyter's own tag.
    const errors = await page.evaluate(() => [...document.querySelectorAll('.jp-CodeCell')]
      .filter((cell) => cell.querySelector('[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'))
      .map((cell) => cell.querySelector('.cm-content').textContent));
    const announced = await announcedErrors();
    expect(errors.length <= announced, `errors in: ${errors.join(' | ')}`);
  });

  await test('formulas are typeset', page, async () => {
    await page.waitForSelector('.jp-OutputArea-output mjx-container', { timeout: 30_000 });
    // MathJax is done when no output still shows its dollars.
    await page.waitForFunction(() => [...document.querySelectorAll('.jp-RenderedLatex')]
      .every((node) => node.querySelector('mjx-container')), undefined, { timeout: 30_000 });
    const broken = await page.locator('mjx-merror, mjx-container [data-mjx-error]').count();
    expect(broken === 0, `${broken} formulas that MathJax cannot read`);
    const count = await page.locator('.jp-OutputArea-output mjx-container').count();
    expect(count >= 3, `only ${count} formulas`);
  });

  await test('the plot is there and answers the wheel', page, async () => {
    const plot = page.locator('.jp-RenderedVegaCommon5, .jp-RenderedVegaLite, .vega-embed').first();
    await plot.waitFor({ timeout: 30_000 });
    await plot.scrollIntoViewIfNeeded();
    const drawing = plot.locator('svg.marks, canvas.marks').first();
    await drawing.waitFor({ timeout: 30_000 });
    const box = await drawing.boundingBox();
    expect(box.width > 200 && box.height > 150, `the plot is ${box.width} by ${box.height}`);
    const before = await drawing.screenshot({ path: join(out, 'plot-before-wheel.png') });
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
    for (let turn = 0; turn < 4; turn += 1) {
      await page.mouse.wheel(0, -240);
      await page.waitForTimeout(100);
    }
    await page.waitForTimeout(500);
    const after = await drawing.screenshot({ path: join(out, 'plot-after-wheel.png') });
    expect(!before.equals(after), 'the wheel changes nothing');
  });

  await test('tab completes a name', page, async () => {
    await notebook.type('inte');
    await page.keyboard.press('Tab');
    await notebook.offers('integrate');
    await page.screenshot({ path: join(out, 'completion.png') });
    await page.keyboard.press('Escape');
  });

  await test('a backslash name completes to its letter', page, async () => {
    await notebook.type('1 + \\alpha');
    await page.keyboard.press('Tab');
    await page.waitForTimeout(1000);
    if (await page.locator('.jp-Completer:not(.lm-mod-hidden)').isVisible()) await page.keyboard.press('Enter');
    await page.waitForFunction(() => [...document.querySelectorAll('.jp-CodeCell .cm-content')].at(-1).textContent.includes('1 + α'),
      undefined, { timeout: 10_000 });
  });

  await test('shift tab shows the documentation', page, async () => {
    await notebook.type('integrate(');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+Tab');
    const tip = page.locator('.jp-Tooltip');
    await tip.waitFor({ timeout: 10_000 });
    expect(/integra/i.test(await tip.textContent()), 'the tooltip does not speak of integrals');
    await page.screenshot({ path: join(out, 'tooltip.png') });
    await page.keyboard.press('Escape');
  });

  await test('a result is typeset', page, async () => {
    const cell = await notebook.run('integrate(1/(1 + x^4), x)');
    await cell.locator('.jp-OutputArea-output mjx-container').first().waitFor({ timeout: 20_000 });
  });

  await test('a mistake shows its place and a hint', page, async () => {
    const cell = await notebook.run('2 + intgrate(x, x)');
    const text = await cell.locator('.jp-OutputArea').textContent();
    expect(/E0102/.test(text) && /integrate/.test(text), `the message is: ${text}`);
  });

  await test('the interrupt button stops a loop and keeps the state', page, async () => {
    await notebook.run('k1 = 77');
    const loop = await notebook.run('while true { }', { wait: false });
    await notebook.busy();
    await page.click('button[data-command="notebook:interrupt-kernel"], .jp-ToolbarButtonComponent[data-command="notebook:interrupt-kernel"]');
    await notebook.idle(5_000);
    expect(/E0701|interrupt/i.test(await loop.locator('.jp-OutputArea').textContent()), 'the loop says nothing of an interrupt');
    const cell = await notebook.run('k1');
    expect(/77/.test(await cell.locator('.jp-OutputArea').textContent()), 'the state is lost');
  });

  await test('a running cell does not hold up completion', page, async () => {
    await notebook.run('while true { }', { wait: false });
    await notebook.busy();
    await notebook.type('nullsp');
    await page.keyboard.press('Tab');
    await notebook.offers('nullspace');
    await page.keyboard.press('Escape');
    await page.click('button[data-command="notebook:interrupt-kernel"], .jp-ToolbarButtonComponent[data-command="notebook:interrupt-kernel"]');
    await notebook.idle(5_000);
  });

  await test('restart gives a fresh session', page, async () => {
    await page.keyboard.press('Escape');
    await notebook.menu('Kernel', 'Restart Kernel…');
    await page.click('.jp-Dialog .jp-mod-accept');
    await page.waitForTimeout(1000);
    await notebook.idle(30_000);
    const lost = await notebook.run('k1');
    expect(!/77/.test(await lost.locator('.jp-OutputArea').textContent()), 'the old session is still there');
    const cell = await notebook.run('6*7');
    expect(/42/.test(await cell.locator('.jp-OutputArea').textContent()), 'no answer after the restart');
  });

  await test('the page itself raises no error', page, async () => {
    expect(complaints.length === 0, complaints.slice(0, 3).join('\n'));
  });
} finally {
  await browser.close();
  await lab.stop();
}
console.log(`pictures: ${out}`);
console.log(`browser: ${counts.passed} passed, ${counts.failed} failed, 0 skipped`);
process.exit(counts.failed ? 1 : 0);

/** How many cells of the tour are meant to fail. */
async function announcedErrors() {
  const { readFileSync } = await import('node:fs');
  const cells = JSON.parse(readFileSync(tour)).cells;
  return cells.filter((cell) => cell.metadata.tags?.includes('raises-exception')).length;
}
