import { describe, expect, test } from '@jest/globals'
import { MOST_FILE_BYTES, mayBeText, textOfFile } from '../../../../shared/dataverse/records/file-text.ts'
import { leastMs } from '../../house-rules/linear/timing.ts'

describe('whether a file promises text', () => {
  test.each([
    ['visit.txt', 'text/plain', 1, true],
    ['PRICES.CSV', '', 1, true],
    ['data', 'text/csv; charset=utf-16', 1, true],
    ['data', 'application/json', 1, true],
    ['data', 'application/ld+json', 1, true],
    ['data', ' application/atom+xml ', 1, true],
    ['wishes.txt', 'application/octet-stream', 1, true],
    ['scan.pdf', 'text/plain', 1, true],
    ['readme.md', 'image/png', 1, true],
    ['letter.rtf', 'text/rtf', 1, false],
    ['offer.pdf', 'application/pdf', 1, false],
    ['x.txt.exe', 'application/octet-stream', 1, false],
    ['x', 'application/x-text/plain', 1, false],
    ['x', 'application/jsonp', 1, false],
    ['', '', 1, false],
    ['a.txt', 'text/plain', 0, false],
    ['a.txt', 'text/plain', Number.NaN, false],
    ['a.txt', 'text/plain', -1, false],
    ['a.txt', 'text/plain', MOST_FILE_BYTES, true],
    ['a.txt', 'text/plain', MOST_FILE_BYTES + 1, false],
  ])('%s as "%s" of %d bytes: %s', (name, type, bytes, promises) => {
    expect(mayBeText({ name, type, bytes })).toBe(promises)
  })
})

const base64 = (...bytes: readonly (number | string)[]): string =>
  Buffer.concat(bytes.map((one) => (typeof one === 'string' ? Buffer.from(one) : Buffer.from([one])))).toString(
    'base64',
  )
const utf16 = (text: string, mark: readonly number[]): Buffer => {
  const body = Buffer.from(text, 'utf16le')
  return Buffer.concat([Buffer.from(mark), mark[0] === 0xfe ? body.swap16() : body])
}

describe('the text of a file', () => {
  test.each([
    ['UTF-8', base64('Größe: 45 €\r\n\tx'), 'Größe: 45 €\r\n\tx'],
    ['UTF-8 with its mark', base64(0xef, 0xbb, 0xbf, 'a'), 'a'],
    ['UTF-16, the low byte first', utf16('Öl;1\n', [0xff, 0xfe]).toString('base64'), 'Öl;1\n'],
    ['UTF-16, the high byte first', utf16('Öl;1\n', [0xfe, 0xff]).toString('base64'), 'Öl;1\n'],
    ['nothing', '', ''],
    ['one as long as may be', base64('x'.repeat(MOST_FILE_BYTES)), 'x'.repeat(MOST_FILE_BYTES)],
  ])('%s', (_what, body, text) => {
    expect(textOfFile(body)).toBe(text)
  })

  test.each([
    ['a letter of Latin-1', base64(0x47, 0xf6, 0x6c)],
    ['UTF-16 without its mark', Buffer.from('Öl und Holz', 'utf16le').toString('base64')],
    ['half of a pair', utf16('a\ud83d', [0xff, 0xfe]).toString('base64')],
    ['a PNG', base64(0x89, 'PNG\r\n', 0x1a, '\n')],
    ['a PDF', base64('%PDF-1.7\n%', 0xe2, 0xe3, 0xcf, 0xd3)],
    ['a NUL in it', base64('a\0b')],
    ['an escape sequence', base64('a\u001b[2Jb')],
    ['no base64', '<html>sign in</html>'],
    ['base64 with lines', 'YWJj\r\nYWJj'],
    ['one byte too long', base64('x'.repeat(MOST_FILE_BYTES + 1))],
    ['one that is far longer than its size said', 'QUJD'.repeat(1_000_000)],
  ])('%s is none', (_what, body) => {
    expect(textOfFile(body)).toBeUndefined()
  })

  test.each(['='.repeat(80_000), `${'A'.repeat(80_000)}!`])('takes no time to refuse', async (text) => {
    expect(await leastMs(() => textOfFile(text), 100)).toBeLessThan(100)
  })
})
