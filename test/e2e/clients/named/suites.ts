import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { KNOWN_CLIENTS } from '../../../../shared/config/clients/known-clients.ts'
import type { FunctionsHost } from '../../../sandbox/functions-host/start.ts'
import type { Seen } from '../recorded.ts'
import { PROFILES } from '../profiles/profiles.ts'
import { apart, type Case, NAMES } from './cases.ts'
import type { Stage } from './stage.ts'
import { connects, expectNoRegistration, identify, LATER_PORT, signIn } from './steps.ts'

/** What was seen so far, in order. */
export type Records = { readonly add: (seen: Seen) => void }

/** Each name stands beside names that share no address with it: what lets it in is its own. */
export function connectWhereNamed({ start, clientAt, publish }: Stage, cases: readonly Case[], records: Records): void {
  describe('where CLIENTS names it and others of other addresses, in buffered mode', () => {
    const asked = new Set(cases.map(({ client }) => client))
    const groups = apart(NAMES).filter((names) => names.some((name) => asked.has(name)))
    const hosts: FunctionsHost[] = []
    beforeAll(async () => {
      for (const names of groups) hosts.push(await start({ CLIENTS: names.join(','), HTTP_STREAMS: 'false' }))
    })
    afterAll(() => Promise.all(hosts.map((host) => host.close())))

    test.each(cases)('$client connects by $way', async ({ profile, way, client }) => {
      const host = hosts[groups.findIndex((names) => names.includes(client))]!
      await connects(clientAt(profile, host), way, publish)
      records.add({ client, way, settings: 'named', mode: 'buffered', result: 'connects' })
    })
  })
}

export function connectInStreamMode(
  { sandbox, clientAt, publish }: Stage,
  cases: readonly Case[],
  records: Records,
): void {
  describe('where CLIENTS names all, in stream mode', () => {
    test.each(cases)('$client connects by $way', async ({ profile, way, client }) => {
      await connects(clientAt(profile, sandbox().app), way, publish, 'the first')
      records.add({ client, way, settings: 'named', mode: 'stream', result: 'connects' })
    })

    test.each(['/mcp', '/oauth/register', '/oauth/token', '/.well-known/oauth-authorization-server'])(
      'a browser lets the page of MCP Inspector call %s',
      async (path) => {
        const origin = KNOWN_CLIENTS.inspector.origins[0]
        const wanted = ['authorization', 'content-type', 'mcp-protocol-version']
        const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': wanted.join(',') }
        const answer = await fetch(sandbox().app.url + path, { method: 'OPTIONS', headers: { origin, ...asked } })
        expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, origin])
        const allowed = answer.headers.get('access-control-allow-headers')?.split(/, ?/)
        expect(allowed).toEqual(expect.arrayContaining(wanted))
      },
    )

    test('Copilot Studio is offered each tool, and all of it', async () => {
      const profile = PROFILES.find(({ name }) => name === 'copilot-studio')
      if (!profile) throw new Error('it has no profile')
      const client = clientAt(profile, sandbox().app)
      const [waiting] = profile.waits(client.place(LATER_PORT), 'registration')
      if (!waiting) throw new Error('it waits nowhere')
      const identity = await identify(client, 'registration', publish)
      const { access_token: access } = await signIn(client, identity, waiting, await client.discover())
      const tools = await client.listTools(access)
      expect(tools.length).toBeGreaterThan(5)
      // It drops tools with references, cuts where a type is a list, and fails where a bound is a number.
      // https://learn.microsoft.com/microsoft-copilot-studio/mcp-troubleshooting
      expect(JSON.stringify(tools)).not.toMatch(/"\$(?:ref|defs)"|"type":\[|"exclusiveM(?:in|ax)imum":\d/)
    })
  })
}

type Mode = Seen['mode']

export function refuseWhereUnnamed(stage: Stage, mode: Mode, cases: readonly Case[], records: Records): void {
  const { sandbox, start, clientAt, publish } = stage
  describe(`where CLIENTS is left at chatgpt, in ${mode} mode`, () => {
    let host: FunctionsHost
    beforeAll(async () => {
      host = await start({ CLIENTS: 'chatgpt', HTTP_STREAMS: String(mode === 'stream') })
    })
    afterAll(() => host.close())

    test.each(cases.filter(({ client }) => client !== 'chatgpt'))(
      '$client by $way is refused',
      async ({ profile, way }) => {
        const client = clientAt(profile, host)
        if (way === 'registration') await expectNoRegistration(client)
        // Elsewhere it is somebody: an id of this app, or a document that can be read.
        const identity = await identify(clientAt(profile, sandbox().app), way, publish)
        for (const waiting of profile.waits(client.place(LATER_PORT), way)) {
          const { page } = await client.authorize(identity, waiting, await client.discover())
          expect([page.status, page.headers.get('location')]).toEqual([400, null])
          expect(page.text).toContain('CLIENTS')
        }
        if (profile.origin !== undefined) expect((await client.post('', 'tools/list')).status).toBe(403)
        const result = way === 'registration' ? 'refused at registration and authorization' : 'refused at authorization'
        records.add({ client: profile.name, way, settings: 'chatgpt', mode, result })
      },
    )

    test.each(cases.filter(({ client }) => client === 'chatgpt'))(
      'ChatGPT itself connects by $way',
      async ({ profile, way }) => {
        await connects(clientAt(profile, host), way, publish)
        records.add({ client: profile.name, way, settings: 'chatgpt', mode, result: 'connects' })
      },
    )
  })
}
