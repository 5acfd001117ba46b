import { describe, expect, test } from '@jest/globals'
import { withoutMarkup } from '../../../../shared/mcp/tool/markup.ts'
import { cut, plainLine, plainText } from '../../../../shared/mcp/tool/plain-text.ts'

describe('the text of a record', () => {
  test.each([
    ['controls', 'a\u0000b\u001b[31mc', 'ab[31mc'],
    ['direction overrides', 'abc\u202ecod\u202c\u2066x', 'abccodx'],
    ['tag characters, which only a model reads', `hi${String.fromCodePoint(0xe0041, 0xe0042)}`, 'hi'],
    ['a byte order mark and soft hyphens', '\ufeffa\u00adb', 'ab'],
    ['half a surrogate pair', 'a\ud800b', 'ab'],
    ['other line ends', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['joiners stay', '👩\u200d👧', '👩\u200d👧'],
  ])('is shown as a reader sees it: %s', (_what, text, shown) => {
    expect(plainText(text)).toBe(shown)
  })

  test('a line is one line, and is cut between characters', () => {
    expect(plainLine(' a\n\n## b\t c ', 50)).toBe('a ## b c')
    expect(cut('abcdef', 4)).toBe('abc…')
    expect(cut('ab😀d', 4)).toBe('ab…')
  })

  test('markup is taken from a text that has it, and only then', () => {
    const mail =
      '<html><head><style>p{}</style></head><body><p>Dear&nbsp;Ann,</p>\n<p>1 &lt; 2 &amp;amp; more</p></body></html>'
    expect(withoutMarkup(mail).trim()).toBe('Dear Ann,\n 1 < 2 &amp; more')
    expect(withoutMarkup('if a < b and c > d')).toBe('if a < b and c > d')
  })
})

describe('a mail that begins with what nobody reads', () => {
  const picture = `<img alt="x" src="data:image/png;base64,${'A'.repeat(900_000)}">`
  test.each([
    ['a picture', `<div>${picture}</div><p>Hello</p>`, 'Hello'],
    ['pictures between words', `<p>One${picture}two${picture}three</p>`, 'Onetwothree'],
    ['more style than text', `<head><style>${'p{color:red}'.repeat(9_000)}</style></head><p>Hello</p>`, 'Hello'],
    ['a comment of an editor', `<!--${'[if gte mso 9]'.repeat(9_000)}--><p>Hello</p>`, 'Hello'],
  ])('%s: is told by its words', (_what, mail, words) => {
    expect(withoutMarkup(mail).trim()).toBe(words)
  })

  test('and one that is longer than is read never ends within a tag', () => {
    const mail = `<p>${'word '.repeat(9_990)}<a href="${'x'.repeat(1_500)}">link</a></p>`
    expect(withoutMarkup(mail)).not.toContain('href')
  })
})
