import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cleanClientName } from '../../../shared/oauth/clients/client-name.ts'

describe('a name that a client gives itself', () => {
  test.each([
    ['plain', 'ChatGPT', 'ChatGPT'],
    ['any script', 'Müller 株式会社 👩‍💻'.replace('\u200d', ''), 'Müller 株式会社 👩💻'],
    ['blanks', '  Chat \t GPT ', 'Chat GPT'],
    ['absent', undefined, 'An app without a name'],
    ['empty', '', 'An app without a name'],
    ['only blanks', ' \u00a0 ', 'An app without a name'],
    ['only invisible characters', '\u200b\u2060\ufeff', 'An app without a name'],
    ['right-to-left override', 'moc.live\u202e', 'moc.live'],
    ['direction isolates', '\u2066Chat\u2069GPT', 'ChatGPT'],
    ['line breaks', 'Chat\r\nGPT\u2028x', 'ChatGPTx'],
    ['terminal escapes', '\u001b[31mred', '[31mred'],
    ['HTML stays text for the template', '<b>x</b>', '<b>x</b>'],
    ['long', 'a'.repeat(300), 'a'.repeat(100)],
    ['long, cut between code points', `a${'👩'.repeat(150)}`, `a${'👩'.repeat(49)}\ufffd`],
  ])('%s', (_, name, clean) => expect(cleanClientName(name)).toBe(clean))

  test('is always something to show, on one line, short', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const clean = cleanClientName(name)
        expect(clean.length).toBeGreaterThan(0)
        expect(clean.length).toBeLessThanOrEqual(100)
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})
