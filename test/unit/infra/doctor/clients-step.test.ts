import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { allNeeds, CLIENT_NAMES, needsOf } from '../../../../infra/doctor/clients/needs.ts'
import type { Wish } from '../../../../infra/doctor/clients/standing.ts'
import { createNotebook, type Finding, reportOf } from '../../../../infra/doctor/report.ts'
import { checkClients } from '../../../../infra/doctor/steps/clients.ts'
import { KNOWN_CLIENTS } from '../../../../shared/config/clients/known-clients.ts'
import { admissionBy, followed, type Settings } from './cures.ts'

const URL_OF_IT = 'https://crm.example/mcp'
const UNUSED = () => Promise.reject(new Error('the step asks nobody'))

/** What the step says of an app with these settings. */
function examined(settings: Settings, wish?: Wish, isLoopback = false) {
  const notebook = createNotebook(URL_OF_IT)
  const visit = {
    url: URL_OF_IT,
    origin: 'https://crm.example',
    isLoopback,
    notebook,
    askServer: UNUSED,
    pause: UNUSED,
    attempts: 1,
  }
  const server = {
    issuer: 'https://crm.example',
    register: 'https://crm.example/oauth/register',
    authorize: undefined,
    token: undefined,
    revoke: undefined,
    scopes: [],
    readsDocuments: true,
  }
  checkClients(visit, server, admissionBy(settings), wish)
  const { findings, clients = [] } = reportOf(URL_OF_IT, notebook)
  const admitted = clients.filter((one) => one.admitted === 'yes').map(({ name }) => name)
  return { findings, admitted, codes: findings.flatMap(({ code }) => (code === undefined ? [] : [code])) }
}

const exactly = (...names: Wish['names']): Wish => ({ names, exact: true })
const atLeast = (...names: Wish['names']): Wish => ({ names, exact: false })
const CLAUDE_AI = 'https://claude.ai/api/mcp/auth_callback'
const INSPECTOR_PATHS = '/oauth/callback,/oauth/callback/debug'

test.each<[what: string, codes: readonly string[], settings: Settings, wish: Wish | undefined]>([
  ['a new deployment', [], {}, undefined],
  ['whom CLIENTS names', [], { CLIENTS: 'claude' }, exactly('claude')],
  ['more than ought to be, where more may', [], { CLIENTS: 'chatgpt,claude' }, atLeast('chatgpt')],
  ['one who ought to be', ['clients-missing'], { CLIENTS: 'chatgpt' }, exactly('chatgpt', 'vscode')],
  ['one of another', ['clients-missing'], { CLIENTS: 'chatgpt,claude' }, atLeast('chatgpt', 'cursor')],
  ['one too many', ['clients-surplus'], { CLIENTS: 'chatgpt,claude' }, exactly('chatgpt')],
  ['ChatGPT, who ought not', ['clients-surplus'], { CLIENTS: 'chatgpt,claude' }, exactly('claude')],
  ['the wrong one', ['clients-missing', 'clients-surplus'], { CLIENTS: 'claude' }, exactly('cursor')],
  ['half of one by a path', ['client-half-admitted'], { LOOPBACK_REDIRECTS: '/' }, undefined],
  ['half of one by an address', ['client-half-admitted'], { REDIRECT_URI_ALLOW_LIST: CLAUDE_AI }, undefined],
  ['all addresses of one, not its pages', ['client-half-admitted'], { LOOPBACK_REDIRECTS: INSPECTOR_PATHS }, undefined],
  ['any program of the machine', ['any-loopback-admitted'], { LOOPBACK_REDIRECTS: 'true' }, undefined],
])('%s: %j', (_, codes, settings, wish) => expect(examined(settings, wish).codes).toEqual(codes))

test('any program of the machine is fine for a trial on this machine', () => {
  expect(examined({ LOOPBACK_REDIRECTS: 'true' }, undefined, true).codes).toEqual([])
})

test('the line of a new deployment says how another gets in', () => {
  const { findings, admitted } = examined({})
  expect(admitted).toEqual(['chatgpt'])
  expect(findings[0]?.found).toBe(`may connect: chatgpt; may not: ${CLIENT_NAMES.slice(1).join(', ')}`)
})

test('where all may connect, or none but those given, the line offers nobody', () => {
  expect(examined({ CLIENTS: CLIENT_NAMES.join(',') }).findings[0]).not.toHaveProperty('fix')
  expect(examined({ CLIENTS: 'chatgpt' }, exactly('chatgpt')).findings[0]).not.toHaveProperty('fix')
  expect(examined({}, undefined, true).findings[0]).not.toHaveProperty('fix')
  expect(examined({}).findings[0]).toHaveProperty('fix')
})

const some = <T>(values: readonly T[]) => fc.subarray([...values])
const patterns = CLIENT_NAMES.flatMap((name) => KNOWN_CLIENTS[name].redirectUris)
/** The list has exact paths alone. */
const paths = [...new Set(CLIENT_NAMES.flatMap((name) => KNOWN_CLIENTS[name].loopbackPaths))].map((path) =>
  path.replace('*', 'doctor'),
)
/** Settings that admit by name, by lists, or by both; an empty one is left out, as azd leaves it. */
const anySettings = fc
  .record({
    CLIENTS: some(CLIENT_NAMES).map((names) => names.join(',') || 'none'),
    REDIRECT_URI_ALLOW_LIST: some(patterns).map((list) => list.join(' ')),
    LOOPBACK_REDIRECTS: fc.oneof(
      fc.constantFrom('true', 'false'),
      some(paths).map((list) => list.join(',')),
    ),
    ALLOWED_ORIGINS: some(allNeeds('origins')).map((list) => list.join(' ')),
    CLIENT_ID_METADATA_DOMAINS: some(allNeeds('documentHosts')).map((list) => list.join(' ')),
    CLIENT_ID_METADATA_DOCUMENTS: fc.constantFrom('on', 'off'),
  })
  .map((all): Settings => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')))
const anyWish = fc.option(fc.record({ names: some(CLIENT_NAMES), exact: fc.boolean() }), { nil: undefined })

describe('whatever the settings and the wish', () => {
  test('a cure, followed to the letter, is one, and shuts nobody out whom the wish lets in', () => {
    fc.assert(
      fc.property(anySettings, anyWish, (settings, wish) => {
        const before = examined(settings, wish)
        for (const { code, fix } of before.findings.filter((one): one is Finding & { fix: string } => 'fix' in one)) {
          const cured = followed(fix, settings)
          const after = examined(cured, wish)
          // Who is in a list is told to be taken out there, which no command does by itself.
          if (code !== 'clients-surplus') {
            expect(cured).not.toEqual(settings)
            expect(after.codes).not.toContain(code ?? '')
          }
          const keeps =
            wish?.exact === true ? before.admitted.filter((name) => wish.names.includes(name)) : before.admitted
          expect(after.admitted).toEqual(expect.arrayContaining([...keeps]))
        }
      }),
      { numRuns: 400 },
    )
  })

  test('by names alone, what was too many is gone', () => {
    fc.assert(
      fc.property(some(CLIENT_NAMES), some(CLIENT_NAMES), (names, wished) => {
        const settings = { CLIENTS: names.join(',') || 'none' }
        const wish = exactly(...wished)
        const cures = examined(settings, wish).findings.filter(({ code }) => code !== undefined)
        for (const { fix = '' } of cures) expect(examined(followed(fix, settings), wish).codes).toEqual([])
        expect(examined({ CLIENTS: wished.join(',') || 'none' }, wish).codes).toEqual([])
      }),
    )
  })

  test('where nothing is found, exactly those given are admitted', () => {
    fc.assert(
      fc.property(anySettings, some(CLIENT_NAMES), (settings, names) => {
        const { codes, admitted } = examined(settings, exactly(...names))
        if (codes.length > 0) return
        const ought = new Set(names.flatMap((name) => needsOf(name).redirects))
        const { redirects } = admissionBy(settings)
        for (const [uri, is] of redirects) if (is) expect([...ought]).toContain(uri)
        for (const name of names.filter((one) => one !== 'chatgpt')) expect(admitted).toContain(name)
      }),
      { numRuns: 400 },
    )
  })
})
