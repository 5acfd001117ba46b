/**
 * Moves the clock of this process: `Date` tells a time that lies so many milliseconds off. The app reads its clock from
 * there, as do MSAL and the stand-ins, and only together are they right.
 */
export function moveClock(byMs: number): void {
  const real = Date
  const now = (): number => real.now() + byMs
  globalThis.Date = new Proxy(real, {
    apply: () => new real(now()).toString(),
    construct: (target, values: unknown[], made) =>
      Reflect.construct(
        target,
        values.length === 0 ? [now()] : values,
        made === globalThis.Date ? target : made,
      ) as object,
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  })
}

/** Settings with which another Node process has its clock moved before anything in it is loaded. */
export const movedClock = (byMs: number): Record<string, string> => ({
  NODE_OPTIONS: `--import ${import.meta.url}`,
  MOVED_CLOCK_MS: String(byMs),
})

const { MOVED_CLOCK_MS } = process.env
if (MOVED_CLOCK_MS !== undefined) moveClock(Number(MOVED_CLOCK_MS))
