import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { BehaviourChange } from '../../sandbox/entra/start.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import { type EntraProxy, startEntraProxy } from '../support/entra-proxy.ts'
import { callTool, connect, MARCUS, newParty, PRIYA, refresh, signIn } from '../support/oauth.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { backLink, type Page } from '../support/tab.ts'

const sandbox = useSandbox()
const GROUP = '5c4b3a29-1817-4605-b4a3-928170605f4e'
const OTHER_GROUP = '6d5c4b3a-2918-4706-a5b4-039281706150'

async function pageAt(base: string, upn = PRIYA): Promise<Page> {
  return (await signIn(sandbox(), await newParty(sandbox()), upn, { base })).page
}

function expectDenied(page: Page, title: RegExp): void {
  expect([page.status, page.headers.get('location')]).toEqual([403, null])
  expect(page.text).toMatch(title)
  const back = backLink(page, 'https://chatgpt.com/connector_platform_oauth_redirect')
  expect(back.searchParams.getAll('error')).toEqual(['access_denied'])
  expect(back.searchParams.getAll('iss')).toEqual([sandbox().app.url])
}

describe('access rules', () => {
  const ALLOWED = {
    roles: { ALLOWED_ROLES: 'Crm.Ask Crm.Admin' },
    groups: { ALLOWED_GROUPS: GROUP },
    either: { ALLOWED_ROLES: 'Crm.Ask', ALLOWED_GROUPS: GROUP },
  }
  type Rule = keyof typeof ALLOWED
  const started = new Map<Rule, App>()
  beforeAll(async () => {
    const names = Object.keys(ALLOWED) as Rule[]
    await Promise.all(names.map(async (name) => started.set(name, await sandbox().startInstance(ALLOWED[name]))))
  })
  const at = (rule: Rule): string => started.get(rule)!.url

  test.each<[Rule, BehaviourChange, RegExp]>([
    ['roles', {}, /do not have the role/],
    ['roles', { roles: ['crm.ask', 'Crm'] }, /do not have the role/],
    ['groups', {}, /not in a group/],
    ['groups', { groups: [OTHER_GROUP] }, /not in a group/],
    ['groups', { groupsOverage: 'hasgroups' }, /groups could not be read/],
    ['groups', { groupsOverage: 'claim_names' }, /groups could not be read/],
    ['either', { roles: ['Other'], groupsOverage: 'claim_names' }, /groups could not be read/],
  ])('%s let nobody in with %j', async (rule, change, title) => {
    sandbox().entra.behaviour(PRIYA, change)
    expectDenied(await pageAt(at(rule)), title)
  })

  test.each<[Rule, BehaviourChange]>([
    ['roles', { roles: ['Other', 'Crm.Admin'] }],
    ['groups', { groups: [OTHER_GROUP, GROUP] }],
    ['either', { roles: ['Crm.Ask'] }],
    ['either', { groups: [GROUP] }],
    ['either', { roles: ['Crm.Ask'], groupsOverage: 'hasgroups' }],
  ])('%s let in with %j', async (rule, change) => {
    sandbox().entra.behaviour(PRIYA, change)
    const session = await connect(sandbox(), PRIYA, { base: at(rule) })
    expect((await callTool(at(rule), session.access)).status).toBe(200)
  })

  test.each<[Rule, string, BehaviourChange, BehaviourChange, string]>([
    ['roles', 'the role', { roles: ['Crm.Ask'] }, { roles: [] }, 'no-role'],
    ['groups', 'the group', { groups: [GROUP] }, { groups: [OTHER_GROUP] }, 'no-group'],
    ['groups', 'sight of the groups', { groups: [GROUP] }, { groupsOverage: 'claim_names' }, 'too-many-groups'],
  ])('%s are read again at each refresh: who lost %s is signed out', async (rule, _, had, has, code) => {
    sandbox().entra.behaviour(PRIYA, had)
    const session = await connect(sandbox(), PRIYA, { base: at(rule) })
    const kept = await refresh(at(rule), session, session.refresh)
    expect(kept.status).toBe(200)
    sandbox().entra.behaviour(PRIYA, has)
    const lost = await refresh(at(rule), session, String(kept.json.refresh_token))
    expect([lost.status, lost.json.error]).toEqual([400, 'invalid_grant'])
    const call = await callTool(at(rule), String(kept.json.access_token))
    expect(call.status).toBe(401)
    const line = await eventually(async () =>
      (await events(started.get(rule)!, 'token.refused')).find((one) => one.includes(code)),
    )
    expect(line).toContain('entra-refused')
  })
})

describe('an id token that is not what it must be', () => {
  let proxy: EntraProxy
  let app: App
  beforeAll(async () => {
    proxy = await startEntraProxy(sandbox().entra)
    app = await sandbox().startInstance({ ENTRA_AUTHORITY_HOST: proxy.url })
  })
  afterAll(() => proxy.close())

  test('the proxy itself changes nothing that matters', async () => {
    proxy.set({})
    expect((await connect(sandbox(), PRIYA, { base: app.url })).access).toMatch(/^dma_/)
  })

  test.each([
    ['of another tenant', { tid: '11111111-2222-4333-8444-555555555555' }, /another organisation/],
    ['of another issuer', { iss: 'https://login.example/v2.0' }, /took too long/],
    ['for another app', { aud: '99999999-2222-4333-8444-555555555555' }, /took too long/],
    ['of another sign-in', { nonce: 'of-another' }, /took too long/],
    ['without a nonce', { nonce: undefined }, /took too long/],
    ['without the person’s id', { oid: undefined }, /took too long/],
    ['with an id that is none', { oid: 'unknown' }, /took too long/],
    ['without a tenant', { tid: undefined }, /took too long/],
    ['that has expired', { exp: 1_700_000_000, iat: 1_699_990_000, nbf: 1_699_990_000 }, /took too long/],
  ])('%s: no code', async (_, claims, title) => {
    proxy.set(claims)
    expectDenied(await pageAt(app.url), title)
  })

  test('at a refresh: the renewal of another person is not taken, and the grant lives', async () => {
    proxy.set({})
    const session = await connect(sandbox(), PRIYA, { base: app.url })
    proxy.set({ oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e02' })
    const refused = await refresh(app.url, session, session.refresh)
    expect([refused.status, refused.json.error]).toEqual([503, 'temporarily_unavailable'])
    proxy.set({})
    expect((await refresh(app.url, session, session.refresh)).status).toBe(200)
  })

  test('an access token ends two minutes before the token for Dataverse that it opens', async () => {
    proxy.set({})
    const session = await connect(sandbox(), PRIYA, { base: app.url })
    proxy.shorten(600)
    const { json } = await refresh(app.url, session, session.refresh)
    proxy.shorten(undefined)
    expect(json.expires_in).toBeGreaterThan(450)
    expect(json.expires_in).toBeLessThanOrEqual(480)
  })

  test('no request of ours to Entra carries `resource` or a scope of the client', async () => {
    proxy.set({})
    proxy.posted.length = 0
    const session = await connect(sandbox(), MARCUS, { base: app.url, asked: { scope: 'Mail.Read openid' } })
    await refresh(app.url, session, session.refresh)
    expect(proxy.posted.map((body) => body.get('grant_type'))).toEqual([
      'authorization_code',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ])
    for (const body of proxy.posted) {
      expect(body.has('resource')).toBe(false)
      expect(body.get('scope')).not.toContain('Mail.Read')
      expect(body.getAll('scope')).toHaveLength(1)
    }
  })
})
