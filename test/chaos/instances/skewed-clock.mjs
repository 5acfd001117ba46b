// Plain JavaScript, loaded before everything else: the whole process lives some milliseconds before or after the others.
import { readFileSync } from 'node:fs'
import process from 'node:process'

/** With a file the clock is turned while the process runs, as for an instance that sleeps. */
const file = process.env.CLOCK_SKEW_FILE
const fixed = Number(process.env.CHAOS_CLOCK_SKEW_MS ?? 0)
const skew = () => (file === undefined ? fixed : Number(readFileSync(file, 'utf8')))
const RealDate = Date

class SkewedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + skew())
    else super(...given)
  }
  static now() {
    return RealDate.now() + skew()
  }
}

globalThis.Date = SkewedDate
