/** Waits until it is so; fails after twenty seconds, saying what never was. */
export async function until(isSo: () => boolean, what = isSo.toString()): Promise<void> {
  for (const deadline = Date.now() + 20_000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 5))) {
    if (Date.now() > deadline) throw new Error(`never came true: ${what}`);
  }
}
