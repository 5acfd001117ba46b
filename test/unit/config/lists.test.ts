import { describe, expect, test } from '@jest/globals'
import { ConfigError, readConfig } from '../../../shared/config/config.ts'
import { SETTINGS } from '../../../shared/config/settings.ts'
import { PRODUCTION } from './environments.ts'

type Name = keyof typeof SETTINGS

function problemsOf(environment: Readonly<Record<string, string>>) {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

/** Two good entries for every setting that is a list. */
const LISTS = {
  CLIENTS: ['chatgpt', 'claude'],
  REDIRECT_URI_ALLOW_LIST: ['https://a.example/x', 'https://b.example/y'],
  LOOPBACK_REDIRECTS: ['/callback', '/oauth/callback'],
  ALLOWED_ORIGINS: ['https://a.example', 'http://[::1]:6274'],
  STATIC_CLIENT_REDIRECT_URIS: ['https://a.example/x', 'https://b.example/y'],
  CLIENT_ID_METADATA_DOMAINS: ['a.example', 'b.example'],
  ALLOWED_ROLES: ['Crm.Ask', 'Crm.Read'],
  ALLOWED_GROUPS: ['5c4b3a29-1817-4605-b4a3-928170605f4e', '6c4b3a29-1817-4605-b4a3-928170605f4e'],
  WRITE_ROLES: ['Crm.Write', 'Crm.Change'],
  WRITE_GROUPS: ['5c4b3a29-1817-4605-b4a3-928170605f4e', '6c4b3a29-1817-4605-b4a3-928170605f4e'],
} satisfies Partial<Record<Name, readonly [string, string]>>
const NAMES = Object.keys(LISTS) as (keyof typeof LISTS)[]

type Way = readonly [string, (one: string, two: string) => string]
const RIGHT: readonly Way[] = [
  ['a blank', (one, two) => `${one} ${two}`],
  ['a comma', (one, two) => `${one},${two}`],
  ['both', (one, two) => `${one}, ${two}`],
  ['a line break', (one, two) => `${one}\n${two}`],
  ['a comma at the end', (one, two) => `${one}, ${two},`],
]
const WRONG: readonly Way[] = [
  ['a semicolon', (one, two) => `${one};${two}`],
  ['a semicolon and a blank', (one, two) => `${one}; ${two}`],
  ['a bar', (one, two) => `${one}|${two}`],
  ['a bar alone', (one, two) => `${one} | ${two}`],
  ['JSON', (one, two) => JSON.stringify([one, two])],
  ['JSON of one', (one) => JSON.stringify([one])],
  ['brackets', (one, two) => `[${one}, ${two}]`],
  ['quotes', (one, two) => `"${one}" "${two}"`],
  ['quotes around all', (one, two) => `"${one}, ${two}"`],
  ['an apostrophe', (one, two) => `'${one}','${two}'`],
  ['quotes of a word processor', (one, two) => `“${one}” “${two}”`],
  ['backticks', (one, two) => `\`${one}\` ${two}`],
  ['an escaped line break', (one, two) => `${one}\\n${two}`],
  ['an ideographic comma', (one, two) => `${one}、${two}`],
  ['a wide comma', (one, two) => `${one}，${two}`],
  ['an invisible blank', (one, two) => `${one}\u200b${two}`],
]

describe('every list', () => {
  test('is in the table', () => {
    const lists = Object.entries(SETTINGS).filter(([name, { schema }]) => {
      const good: Readonly<Record<string, readonly string[]>> = LISTS
      const read = schema.safeParse((good[name] ?? ['https://a.example', 'https://b.example']).join(' '))
      return read.success && Array.isArray(read.data)
    })
    expect(lists.map(([name]) => name)).toEqual(NAMES)
  })

  test.each(NAMES.flatMap((name) => RIGHT.map(([way, join]) => [name, way, join] as const)))(
    '%s has its entries between %s',
    (name, _, join) => {
      const [one, two] = LISTS[name]
      expect(SETTINGS[name].schema.parse(join(one, two))).toEqual([one, two])
      expect(problemsOf({ ...PRODUCTION, [name]: join(one, two) })).toEqual([])
    },
  )

  test.each(NAMES.flatMap((name) => WRONG.map(([way, join]) => [name, way, join] as const)))(
    '%s with %s is refused at start, and the right way told',
    (name, _, join) => {
      const [one, two] = LISTS[name]
      expect(problemsOf({ ...PRODUCTION, [name]: join(one, two) })).toEqual([
        {
          setting: name,
          problem: expect.stringContaining('commas or blanks') as unknown,
          example: SETTINGS[name].example,
        },
      ])
    },
  )

  test.each(NAMES)('%s of nothing but commas is refused', (name) => {
    expect(problemsOf({ ...PRODUCTION, [name]: ' , ,' })).toMatchObject([{ setting: name, problem: 'lists nothing' }])
  })

  test.each([
    'https://a.example/xhttps://b.example/y',
    'https://a.example/x;https://b.example/y',
    'https://a.example/x:https://b.example/y',
    'https://a.example/x+https://b.example/y',
    'https://a.example/x%20https://b.example/y',
    'https://a.example/x&https://b.example/y',
    'https://a.example/xcursor://anysphere.cursor-mcp/oauth/callback',
  ])('two addresses run together: %s', (value) => {
    for (const name of ['REDIRECT_URI_ALLOW_LIST', 'STATIC_CLIENT_REDIRECT_URIS', 'ALLOWED_ORIGINS'])
      expect(problemsOf({ ...PRODUCTION, [name]: value })).toMatchObject([{ setting: name }])
  })
})

test.each(['*.contoso.com', 'https://a.example', 'a.example/x', 'a.example:8443', '**'])(
  'CLIENT_ID_METADATA_DOMAINS with %s is refused: hosts match letter by letter',
  (entry) => {
    const [problem] = problemsOf({ ...PRODUCTION, CLIENT_ID_METADATA_DOMAINS: `b.example ${entry}` })
    expect(problem).toMatchObject({ setting: 'CLIENT_ID_METADATA_DOMAINS', problem: expect.stringContaining('hosts') })
  },
)
