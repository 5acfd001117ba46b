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
