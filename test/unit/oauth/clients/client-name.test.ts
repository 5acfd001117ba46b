import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../../jest/any-character.ts'
import { leastMs } from '../../house-rules/linear/timing.ts'
import { cleanClientName } from '../../../../shared/oauth/clients/client-name.ts'

const NAMELESS = 'An app without a name'
/** Every code point that Unicode gives one of these properties. */
const having = (property: RegExp): string[] => {
  const found: string[] = []
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code)
    if (property.test(character)) found.push(character)
  }
  return found
}
const ranges = (...pairs: readonly (readonly [number, number])[]): string[] =>
  pairs.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)),
  )
const graphemes = (text: string) => [...new Intl.Segmenter('en').segment(text)].length

describe('a name that a client gives itself', () => {
  test.each([
    ['plain', 'ChatGPT', 'ChatGPT'],
    ['pictures', 'Müller 株式会社 👩‍💻', 'Müller 株式会社 👩💻'],
    ['Vietnamese, decomposed', 'Tiê\u0301ng Viê\u0323t', 'Tiếng Việt'],
    ['Yoruba, which has no composed form', 'Yorùbá ọ̀', 'Yorùbá ọ̀'],
    ['Hindi', 'सिस्टम हिन्दी', 'सिस्टम हिन्दी'],
    ['Burmese', 'ကြောင်း', 'ကြောင်း'],
    ['Thai', 'สวัสดีที่นี่', 'สวัสดีที่นี่'],
    ['Hebrew and Arabic', 'שָׁלוֹם مَرْحَبًا', 'שָׁלוֹם مَرْحَبًا'],
    ['Japanese and Korean', 'ラーメン店・々 한국어', 'ラーメン店・々 한국어'],
    ['signs', 'R&D + A/B: 50% @ 3.5 #1 €™', 'R&D + A/B: 50% @ 3.5 #1 €™'],
    ['blanks', '  Chat \t\r\n GPT\u3000x ', 'Chat GPT x'],
    ['absent', undefined, NAMELESS],
    ['empty', '', NAMELESS],
    ['only blanks', ' \u00a0 ', NAMELESS],
    ['only invisible characters', '\u200b\u2060\ufeff\u3164\u2800', NAMELESS],
    ['only signs', ' .:-?! ', NAMELESS],
    ['right-to-left override', 'moc.live\u202e', 'moc.live'],
    ['direction isolates', '\u2066Chat\u2069GPT', 'ChatGPT'],
    ['terminal escapes', '\u001b[31mred', '31mred'],
    ['HTML', '<b>x</b>', 'b x /b'],
    ['the end of our sentence', 'ChatGPT” read Contoso as you? “x', 'ChatGPT read Contoso as you? x'],
    ['our own remark', 'ChatGPT (as given by Microsoft, verified)', 'ChatGPT as given by Microsoft, verified'],
    ['an apostrophe', "O'Brien’s", 'OBriens'],
    ['an emoji that is not assigned yet', 'a\u{1faff}b', 'ab'],
    ['half a character', 'a\ud83d b', 'a b'],
    ['one character that is too long', '\u0e33'.repeat(50), NAMELESS],
    ['a mark that only shows once another is gone', 'O\u030b\u033b\u0323', '\u1ecc'],
  ])('%s', (_, name, clean) => expect(cleanClientName(name)).toBe(clean))

  test.each([
    ['letters', 'a'.repeat(300), `${'a'.repeat(99)}…`],
    ['letters of three bytes', '株'.repeat(60), `${'株'.repeat(39)}…`],
    ['pictures of four bytes', '👩'.repeat(60), `${'👩'.repeat(29)}…`],
    ['exactly 100', 'a'.repeat(100), 'a'.repeat(100)],
    ['exactly 120 bytes', '株'.repeat(40), '株'.repeat(40)],
  ])('is cut where it is too long, and says so: %s', (_, name, clean) => expect(cleanClientName(name)).toBe(clean))

  test('takes no longer for any character, however often', async () => {
    const timeOf = (name: string) =>
      leastMs(() => {
        for (let round = 0; round < 20; round++) cleanClientName(name)
      }, 500)
    await timeOf('warm'.repeat(250))
    for (const character of [
      'a',
      '\u0301',
      '\u0e33',
      '"',
      '(',
      ' ',
      '\u200b',
      '👩',
      '\ud83d',
      'ཀྵ',
      '\u1112\u1161\u11ab',
    ])
      expect(await timeOf(character.repeat(50_000))).toBeLessThan(500)
  })
})

describe('nothing in a name can forge the sentence around it', () => {
  test.each<[string, string[]]>([
    ['quotation marks', having(/\p{Quotation_Mark}/u)],
    ['brackets and quotes by category', having(/[\p{Ps}\p{Pe}\p{Pi}\p{Pf}]/u)],
    ['what text direction mirrors', having(/\p{Bidi_Mirrored}/u)],
    ['control, format and private characters', having(/[\p{Cc}\p{Cf}\p{Co}]/u)],
    ['what is shown as nothing', having(/[\p{Default_Ignorable_Code_Point}\p{Variation_Selector}]/u)],
    ['marks that enclose a letter', having(/\p{Me}/u)],
    ['blanks other than one space', having(/\p{White_Space}/u).filter((one) => one !== ' ')],
    ['blanks of other names', Array.from('\u2800\u3164\u115f\u1160\uffa0\u{1d159}\u{13441}\u{13442}\u{16fe4}')],
    ['tags', ranges([0xe0000, 0xe007f])],
    ['accents that stand alone', Array.from('`´^¨¯¸ˊˋ˗˴΄΅᾽᾿`')],
    [
      'primes, ditto marks and modifier letters',
      ranges([0x2b9, 0x2bf], [0x2c6, 0x2df], [0x2ee, 0x2ee], [0x2032, 0x2037], [0x2057, 0x2057], [0x3003, 0x3003]),
    ],
    ['apostrophes of other scripts', Array.from('\u055a\u05f3\u05f4\u07f4\u07f5\ua78b\ua78c\u0559\u0149')],
    ['ornamental quotes and brackets', ranges([0x275b, 0x2760], [0x2768, 0x2775], [0x1f676, 0x1f678])],
    ['parts of brackets', ranges([0x239b, 0x23b1])],
    [
      'what is in parentheses already',
      ranges([0x2474, 0x2487], [0x249c, 0x24b5], [0x3200, 0x321e], [0x3220, 0x3243], [0x1f110, 0x1f12a]),
    ],
    [
      'commas, angles and brackets above a letter',
      ranges([0x312, 0x315], [0x31a, 0x31a], [0x1abb, 0x1abe], [0x1ac1, 0x1ac5]),
    ],
  ])('%s', (_, characters) => {
    expect(characters.length).toBeGreaterThan(1)
    for (let at = 0; at < characters.length; at += 30) {
      const name = characters
        .slice(at, at + 30)
        .map((one) => `a${one}b`)
        .join('')
      const codes = Array.from(name, (one) => one.codePointAt(0)?.toString(16))
      const clean = cleanClientName(name)
      if (!/^(a ?b)+$/.test(clean)) throw new Error(`${codes.join(' ')} became ${clean}`)
    }
  })

  test('of all of Unicode, no character stands for a blank, and cleaning again changes nothing', () => {
    const assigned = (code: number) => code < 0x33480 || (code >= 0xe0000 && code < 0xe0200)
    for (let code = 0; code < 0xe0200; code += 16) {
      if (!assigned(code)) continue
      const name = ranges([code, code + 15])
        .map((one) => `a${one}`)
        .join('')
      const clean = cleanClientName(name)
      const again = cleanClientName(clean)
      if (again !== clean || /(?! )\p{White_Space}|\u2800|\p{Default_Ignorable_Code_Point}/u.test(clean))
        throw new Error(`at U+${code.toString(16)}: ${clean}`)
    }
  })

  test('no letter carries a tower of marks, and no mark stands alone', () => {
    expect(cleanClientName('a\u0300\u0323\u0301\u0302')).toBe('\u1ea1\u0300')
    expect(cleanClientName('\u0e01\u0e49\u0e49\u0e49')).toBe('\u0e01\u0e49')
    const mark = fc.constantFrom(...having(/\p{M}/u))
    const text = fc.array(fc.oneof(mark, mark, mark, fc.constantFrom(...Array.from('aא한क ก.('))), { maxLength: 120 })
    fc.assert(
      fc.property(text, (parts) => {
        const clean = cleanClientName(parts.join(''))
        expect(clean).not.toMatch(/\p{M}{4}|(\p{M})\1|[\u0300-\u036f]{2}/u)
        expect(clean).not.toMatch(/(^|[^\p{L}\p{M}])\p{M}/u)
      }),
      { numRuns: 300 },
    )
  })

  test('whatever is sent: something to show, on one line, short, and the same when cleaned again', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (name) => {
        const clean = cleanClientName(name)
        expect(clean.length).toBeGreaterThan(0)
        expect(graphemes(clean)).toBeLessThanOrEqual(100)
        expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(120)
        expect(clean).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Ps}\p{Pe}\p{Pi}\p{Pf}"']|^ | $| {2}/u)
        expect(cleanClientName(clean)).toBe(clean)
      }),
    )
  })
})
