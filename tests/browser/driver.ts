/** Runs the page in Chromium, without a window, and brings its report back. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Page } from "playwright-core";
import type { PageReport } from "./page/protocol.ts";

/** Names that Chromium goes by, the first found is taken. */
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const FOLDERS = ["/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome"];
const MAC = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The variable that names the browser's executable. */
export const VARIABLE = "QUIRE_CHROMIUM";

/** The browser's executable; null where there is none. What the environment names is not searched for. */
export function findChromium(): string | null {
  const named = process.env[VARIABLE];
  if (named !== undefined && named !== "") return named;
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...FOLDERS];
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...MAC].find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface DriveOptions {
  readonly executable: string;
  /** The page with its parameters. */
  readonly url: string;
  /** A picture of the page at its end is written here. */
  readonly screenshot?: string;
  /** Milliseconds after which the page is given up. */
  readonly timeout: number;
}

/** Throws what the page threw, or that it did not come to an end. */
export async function drive({ executable, url, screenshot, timeout }: DriveOptions): Promise<PageReport> {
  const browser = await chromium.launch({ executablePath: executable });
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    const faults = faultsOf(page);
    await page.goto(url);
    const report = await Promise.race([page.evaluate(() => globalThis.report), faults, after(timeout)]);
    if (screenshot !== undefined) await page.screenshot({ path: screenshot, fullPage: true });
    return { ...report, browser: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
  }
}

/** Rejects when the page throws where nobody catches it, or dies. */
function faultsOf(page: Page): Promise<never> {
  return new Promise((_, reject) => {
    page.on("pageerror", (error) => reject(new Error(`the page: ${error.stack ?? error.message}`)));
    page.on("crash", () => reject(new Error("the page's process died, as when the host's memory runs out")));
  });
}

function after(milliseconds: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new Error(`the page has not come to an end in ${milliseconds / 1000} s`)),
      milliseconds,
    ).unref();
  });
}
