import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { postMcp } from '../../sandbox/chatgpt/mcp.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'
import { call, connect, newParty, PRIYA, WIRE } from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'
import { Tab } from '../support/tab.ts'

/**
 * Of the commit before anything could be written (d1e4f8f), but for the lists, the instructions and the view, to which
 * `timeline` and `show_answer` came since. Who changes one of these on purpose runs this test on the commit before, then
 * on theirs: writing is to have no part in the difference.
 */
const BEFORE: Readonly<Record<string, string>> = {
  'tools/list': 'GrBjxj7thqW7xjdA',
  'prompts/list': 'p31kGxNJV7w-u5pV',
  'resources/list': 'rtbPgMlawCDO-0Lb',
  'server/discover': 'BtLTi6N_UZYB-0Gx',
  initialize: 'KDWatK_jrCoGqt2R',
  challenge: 'PvAz47Ds6C9bg0Ey',
  consent: 'OGOuQ3oUZi5EhQ4P',
  'oauth-protected-resource/mcp': 'mhbzkR3whi4dC8o2',
  'oauth-authorization-server': 'LwHyw1SErA-0X0uD',
  'openid-configuration': 'LwHyw1SErA-0X0uD',
}

const OFF = {
  WRITES: 'off',
  WRITE_POLICY: "{'tables':{'task':{'create':true}}}",
  WRITE_ROLES: 'Crm.Write',
  WRITE_CONFIRMATION: 'human',
  WRITE_SCOPE_AT_CONNECT: 'true',
}

const METADATA = ['oauth-protected-resource/mcp', 'oauth-authorization-server', 'openid-configuration']
const LEGACY = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
/** Addresses of this run, and what is made anew for each request: ids, nonces, sealed transactions. */
const OF_THIS_RUN = /[\w-]{40,}(?:\.[\w-]*)*|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g

async function faces(sandbox: Sandbox): Promise<Readonly<Record<string, string>>> {
  const { app, mcpUrl } = sandbox
  const party = await newParty(sandbox)
  const { access } = await connect(sandbox, PRIYA, { party })
  const asked = async (method: string, params = {}): Promise<string> =>
    (await postMcp(WIRE, mcpUrl, { id: 1, method, params, accessToken: access })).text
  const unknown = await call({
    method: 'POST',
    url: mcpUrl,
    body: '{}',
    headers: { 'content-type': 'application/json' },
  })
  const legacy = await call({
    method: 'POST',
    url: mcpUrl,
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: LEGACY }),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${access}`,
    },
  })
  const consent = await new Tab().open(buildAuthorizeUrl(party.discovery, party.client).url)
  const found: Record<string, string> = {
    'tools/list': await asked('tools/list'),
    'prompts/list': await asked('prompts/list'),
    'resources/list': await asked('resources/list'),
    'server/discover': await asked('server/discover'),
    initialize: legacy.text,
    challenge: `${unknown.status} ${unknown.headers.get('www-authenticate')} ${unknown.text}`,
    consent: `${consent.status} ${consent.headers.get('content-security-policy')} ${consent.text}`,
  }
  for (const name of METADATA) found[name] = (await call({ method: 'GET', url: `${app.url}/.well-known/${name}` })).text
  return Object.fromEntries(Object.entries(found).map(([name, text]) => [name, constant(text, sandbox)]))
}

function constant(text: string, { app, entra, dataverse }: Sandbox): string {
  const plain = [app.url, entra.url, dataverse.url].reduce(
    (found, url) => found.replaceAll(new URL(url).host, '•'),
    text,
  )
  return plain.replaceAll(OF_THIS_RUN, '•')
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16)

describe.each([
  ['nothing said of writing', {}],
  ['WRITES=off, and all else said of it', OFF],
])('with %s', (_what, settings) => {
  const sandbox = useSandbox({ settings })

  test('what clients and people are shown is what it was before anything could be written', async () => {
    const shown = await faces(sandbox())
    expect(Object.values(shown).filter((text) => text.length < 50)).toEqual([])
    expect(Object.fromEntries(Object.entries(shown).map(([name, text]) => [name, hash(text)]))).toEqual(BEFORE)
  })

  test('nothing of it speaks of writing', async () => {
    for (const text of Object.values(await faces(sandbox())))
      expect(text).not.toMatch(/dynamics\.write|preview_change|create_record|update_record/)
  })
})
