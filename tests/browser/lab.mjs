// JupyterLab with the holor kernel, in folders of its own, and a browser that looks at it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium } from 'playwright-core';

const SETTINGS = {
  // All cells stay in the document, so that a test can look at them.
  'notebook-extension/tracker': { windowingMode: 'none' },
  'apputils-extension/notification': { fetchNews: 'false', checkForUpdates: false, doNotDisturbMode: true },
  'docmanager-extension/plugin': { autosave: false },
};

/** Lets `holor lab` start JupyterLab on a copy of a notebook; resolves to its port and `stop`. */
export async function startLab({ notebook, holor, data }) {
  const home = mkdtempSync(join(tmpdir(), 'holor-browser-'));
  const folder = join(home, 'notebooks');
  mkdirSync(folder);
  cpSync(notebook, join(folder, basename(notebook)));
  for (const [name, value] of Object.entries(SETTINGS)) {
    const file = join(home, 'settings', '@jupyterlab', `${name}.jupyterlab-settings`);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, JSON.stringify(value));
  }
  const env = {
    ...process.env,
    HOLOR_DATA_DIR: data,
    IPYTHONDIR: join(home, 'ipython'),
    JUPYTER_CONFIG_DIR: join(home, 'config'),
    JUPYTER_DATA_DIR: join(home, 'data'),
    JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
    JUPYTERLAB_SETTINGS_DIR: join(home, 'settings'),
    JUPYTERLAB_WORKSPACES_DIR: join(home, 'workspaces'),
  };
  const server = spawn(
    holor,
    ['lab', join(folder, basename(notebook)), '--no-browser', '--',
      '--allow-root', '--ip=127.0.0.1', '--port=0', '--IdentityProvider.token=holor'],
    { env, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  server.stderr.on('data', (data) => { log += data; });
  for (let tries = 0; ; tries += 1) {
    const address = log.match(/http:\/\/127\.0\.0\.1:(\d+)\//);
    if (address) {
      const stop = async () => {
        server.kill('SIGTERM');
        await Promise.race([once(server, 'exit'), new Promise((done) => setTimeout(done, 10_000))]);
        server.kill('SIGKILL');
        rmSync(home, { recursive: true, force: true });
      };
      return { port: address[1], stop };
    }
    // The first time, JupyterLab is installed.
    if (tries > 6000 || server.exitCode !== null) throw new Error(`JupyterLab did not start:\n${log}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** A browser without a window, without a profile and without calls home. */
export async function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}; name one in CHROMIUM`);
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}
