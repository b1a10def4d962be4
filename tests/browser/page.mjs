// What a person does in JupyterLab, as functions.

export class LabPage {
  constructor(page, lab) {
    this.page = page;
    this.lab = lab;
  }

  /** Opens a notebook alone in the window and waits for its kernel. */
  async open(name) {
    await this.page.goto(`http://127.0.0.1:${this.lab.port}/lab/tree/${name}?token=holor&reset`);
    await this.page.waitForSelector('.jp-Notebook .jp-Cell', { timeout: 60_000 });
    await this.idle();
  }

  /** Waits until the kernel is at rest. The toolbar says idle before there is a kernel; the status bar does not. */
  async idle(timeout = 120_000) {
    await this.page.waitForFunction(
      () => /\|\s*Idle/.test(document.querySelector('#jp-bottom-panel, .jp-StatusBar-Widget')?.textContent ?? ''),
      undefined, { timeout },
    );
  }

  /** Waits until the kernel works. */
  async busy(timeout = 20_000) {
    await this.page.waitForFunction(
      () => /\|\s*Busy/.test(document.querySelector('#jp-bottom-panel, .jp-StatusBar-Widget')?.textContent ?? ''),
      undefined, { timeout },
    );
  }

  /** Runs an entry of the main menu, by its words. */
  async menu(...words) {
    await this.page.click(`.lm-MenuBar-itemLabel:text-is("${words[0]}")`);
    for (const word of words.slice(1)) await this.page.click(`.lm-Menu-itemLabel:text-is("${word}")`);
  }

  /** Runs all cells, one after the other, and waits until the last has run. */
  async runAll() {
    await this.menu('Run', 'Run All Cells');
    await this.page.waitForFunction(() => {
      const prompts = [...document.querySelectorAll('.jp-CodeCell')]
        .filter((cell) => cell.querySelector('.cm-content')?.textContent.trim())
        .map((cell) => cell.querySelector('.jp-InputPrompt')?.textContent ?? '');
      return prompts.length > 0 && prompts.every((prompt) => /\[\d+\]/.test(prompt));
    }, undefined, { timeout: 300_000 });
    await this.idle();
  }

  /** Adds a cell at the end and types into it, without running it. */
  async type(text) {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.jp-Notebook .jp-Cell').last().click();
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('b');
    const editor = this.last.locator('.cm-content');
    await editor.click();
    await this.page.keyboard.type(text, { delay: 20 });
  }

  /** Adds a cell at the end, runs it, and gives it back. */
  async run(text, { wait = true } = {}) {
    await this.type(text);
    const cell = this.last;
    const mark = `cell-${Date.now()}`;
    await cell.evaluate((node, value) => { node.dataset.mark = value; }, mark);
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Control+Enter');
    if (wait) {
      await this.page.waitForFunction(
        (value) => /\[\d+\]/.test(document.querySelector(`[data-mark="${value}"] .jp-InputPrompt`)?.textContent ?? ''),
        mark, { timeout: 60_000 },
      );
      await this.idle();
    }
    return this.page.locator(`[data-mark="${mark}"]`);
  }

  /** Waits until a completion is offered in a list, or put in because it is the only one. */
  async offers(word) {
    await this.page.waitForFunction((text) => {
      const list = document.querySelector('.jp-Completer:not(.lm-mod-hidden)');
      const cell = [...document.querySelectorAll('.jp-CodeCell .cm-content')].at(-1);
      return list?.textContent.includes(text) || cell.textContent.includes(text);
    }, word, { timeout: 10_000 });
  }

  get last() {
    return this.page.locator('.jp-Notebook .jp-CodeCell').last();
  }
}
