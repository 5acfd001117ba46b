import fc from 'fast-check'

const FIRST_SURROGATE = 0xd800
const SURROGATES = 0x800

const characterOf = (index: number): string =>
  String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES)

/** @throws RangeError for what `characterOf` never gives */
function indexOf(character: unknown): number {
  const code = typeof character === 'string' ? character.codePointAt(0) : undefined
  const index = code === undefined || code < FIRST_SURROGATE ? code : code - SURROGATES
  if (index === undefined || index < 0 || characterOf(index) !== character) throw new RangeError('no character')
  return index
}

/**
 * Every character of Unicode, as fast-check's own unit `binary` draws them; that one first writes a table of all of
 * them, which takes a second in every file.
 */
export const anyCharacter = fc.nat({ max: 0x10_ffff - SURROGATES }).map(characterOf, indexOf)
