import fc from 'fast-check'
import { anyCharacter } from '../../jest/any-character.ts'

/** What has broken parsers, pages, logs and headers elsewhere. */
const HOSTILE = [
  ...['', ' ', '0', 'null', 'undefined', 'true', '[object Object]', '__proto__', 'constructor', 'toString'],
  ...['\u0000', '\r\nSet-Cookie: a=b', '\u202e', '\ud800', '%00', '%', '%zz', '+', '&', ';', '=', '#', '\\'],
  ...['"><script>alert(1)</script>', "' OR 1=1 --", '${7*7}', '{{7*7}}', '../../etc/passwd', '//attacker.example'],
  ...['https://attacker.example/cb', 'https://127.0.0.1/client.json', 'https://[::1]/x', 'javascript:alert(1)'],
  ...['http://localhost:1/x', 'https://chatgpt.com@attacker.example/', 'https://chatgpt.com.attacker.example/'],
  ...['dmc_', 'dma_', 'dmr_', `dmr_${'A'.repeat(22)}.${'A'.repeat(43)}AAAAAA`, 'dmi_AAAAAAAAAAAAAAAAAAAAAA'],
  ...['S256', 'plain', 'code', 'none', 'authorization_code', 'refresh_token', 'password', 'x'.repeat(3_000)],
]

/** Any text, and often a hostile one. */
export const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
)

export type Parameters = readonly (readonly [string, string])[]

/** Parameters that are right, but for some that are missing, replaced, sent twice or unheard of. */
export function damaged(valid: Readonly<Record<string, string>>): fc.Arbitrary<Parameters> {
  const each = Object.entries(valid).map(([name, value]) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constant([[name, value]] as Parameters) },
      { weight: 1, arbitrary: fc.constant([] as Parameters) },
      { weight: 2, arbitrary: anyText.map((other): Parameters => [[name, other]]) },
      {
        weight: 1,
        arbitrary: anyText.map((other): Parameters => [
          [name, value],
          [name, other],
        ]),
      },
    ),
  )
  const name = fc.oneof(
    anyText,
    fc.constantFrom(...Object.keys(valid), 'request', 'prompt', 'response_mode', 'claims', 'headers'),
  )
  const more = fc.array(fc.tuple(name, anyText), { maxLength: 2 })
  return fc.tuple(fc.tuple(...each), more).map(([known, unknown]) => [...known.flat(), ...unknown])
}

export const encode = (parameters: Parameters): string =>
  new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString()

/** A header value as HTTP allows it: anything else never leaves the client. */
export const headerValue = fc.oneof(
  fc.constantFrom(
    '',
    '*/*',
    'text/html',
    'application/json',
    'null',
    'https://chatgpt.com',
    '=?base64?%?=',
    '2026-07-28',
  ),
  fc.string({
    unit: fc.constantFrom(...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))),
    maxLength: 60,
  }),
)

/** A JSON value that often has the members of a message or of client metadata. */
export const jsonWith = (valid: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    {
      weight: 4,
      arbitrary: fc.record(
        Object.fromEntries(
          Object.entries(valid).map(([name, value]) => [
            name,
            fc.oneof(
              { weight: 4, arbitrary: fc.constant(value) },
              { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
            ),
          ]),
        ),
        { requiredKeys: [] },
      ),
    },
  )
