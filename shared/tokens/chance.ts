import type { Random } from './token.ts'

/** A number from 0 up to 1, of four random bytes. */
export function chanceFrom(random: Random): number {
  return random(4).readUInt32BE() / 2 ** 32
}
