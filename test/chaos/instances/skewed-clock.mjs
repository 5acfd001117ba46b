// Plain JavaScript, loaded before everything else: the whole process lives some milliseconds before or after the others.
import process from 'node:process'

const skew = Number(process.env.CHAOS_CLOCK_SKEW_MS ?? 0)
const RealDate = Date

class SkewedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + skew)
    else super(...given)
  }
  static now() {
    return RealDate.now() + skew
  }
}

globalThis.Date = SkewedDate
