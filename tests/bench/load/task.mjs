// How a load script is told what to do, and tells what it found: JSON on standard input and output.
import { readFileSync, writeSync } from "node:fs";

export async function perform(work) {
  const found = await work(JSON.parse(readFileSync(0, "utf8")));
  writeSync(1, JSON.stringify(found));
  process.exit(0);
}

export const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Wait until `done()`, at most so long; return whether it came to that. */
export async function until(done, seconds) {
  const deadline = performance.now() + seconds * 1000;
  while (!done()) {
    if (performance.now() > deadline) return false;
    await sleep(0.01);
  }
  return true;
}
