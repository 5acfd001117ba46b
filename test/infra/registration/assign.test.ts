import { describe, expect, test } from '@jest/globals'
import { assign } from '../../../infra/entra/assign.ts'
import { BOB, onlyApplication, SALES, startTenant, TENANT, type Tenant } from './tenant.ts'

/** `npm run assign` in a tenant with a registration, typed by its administrator. */
const start = async () => {
  const tenant = startTenant()
  const { clientId = '' } = await tenant.run()
  const type = async (args: readonly string[], fetch: Tenant['send'] = tenant.send) => {
    const lines: string[] = []
    await assign({
      args: ['--client-id', clientId, ...args],
      env: { GRAPH_TOKEN: 'good', AZURE_TENANT_ID: TENANT },
      platform: process.platform,
      nodeVersion: process.versions.node,
      say: (line) => void lines.push(line),
      fetch: fetch as typeof globalThis.fetch,
      now: Date.now,
      sleep: () => Promise.resolve(),
    })
    return lines.join('\n')
  }
  return { tenant, type }
}

describe('who may connect', () => {
  test('is given, listed and taken away; again changes nothing', async () => {
    const { tenant, type } = await start()
    expect(await type([BOB.upn, SALES.id])).toMatch(/made {5}role User for bob@contoso.example\n {2}made/)
    expect(await type([BOB.upn])).toContain('ok       role User for bob@contoso.example')
    expect(await type(['--list'])).toMatch(/User +User +Bob\n {2}User +Group +Sales/)
    expect(await type(['--remove', BOB.upn])).toContain('taken away')
    expect(await type(['--remove', BOB.upn])).toContain('was not assigned')
    expect(tenant.directory.appRoleAssignments.size).toBe(1)
  })

  test.each([
    ['--writer', 'Crm.Write'],
    ['--administrator', 'Administrator'],
  ])('%s gives the role %s beside the other, and takes that alone away', async (option, role) => {
    const { tenant, type } = await start()
    await type([BOB.upn])
    expect(await type([option, BOB.upn])).toContain(`role ${role} for bob@contoso.example`)
    expect(await type(['--list'])).toMatch(new RegExp(`^ *${role} +User +Bob$`, 'm'))
    await type(['--remove', option, BOB.upn])
    expect(await type(['--list'])).toMatch(/^ *User +User +Bob$/)
    expect(tenant.directory.appRoleAssignments.size).toBe(1)
  })

  test('a name in the directory cannot repaint the terminal of who lists it', async () => {
    const { tenant, type } = await start()
    await type([SALES.id])
    const [assignment] = tenant.directory.appRoleAssignments.values()
    const name = '\u001b[2J\u001b]0;x\u0007Sales\r\n  Administrator  User  \u202eevE'
    const fetch: Tenant['send'] = async (input, init) => {
      const response = await tenant.send(input, init)
      if (!input.includes('appRoleAssignedTo')) return response
      return Response.json({ value: [{ ...assignment, principalDisplayName: name, principalType: '\u001b[31mGroup' }] })
    }
    const listed = await type(['--list'], fetch)
    expect(listed).toContain('Sales')
    expect(listed).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  test('is taken away once, however often that is asked for or the answer is lost', async () => {
    const { tenant, type } = await start()
    await type([BOB.upn, SALES.id])
    expect(await type(['--remove', BOB.upn, BOB.upn])).not.toContain('Entra does not show')
    let lost = false
    const losing: Tenant['send'] = async (input, init) => {
      const response = await tenant.send(input, init)
      if (init.method !== 'DELETE' || lost) return response
      lost = true
      return new Response('', { status: 502 })
    }
    expect(await type(['--remove', SALES.id], losing)).toContain('taken away')
    expect(tenant.directory.appRoleAssignments.size).toBe(0)
  })

  test.each([
    ['two client ids', ['--client-id', '00000000-0000-4000-8000-000000000000', BOB.upn], /--client-id is given more/],
    ['an empty client id', ['--client-id=', BOB.upn], /--client-id has no value/],
    ['nobody', [], /Say who/],
    ['two roles', ['--writer', '--administrator', BOB.upn], /one role at a time/],
    ['an option of another command', [BOB.upn, '--everyone'], /--everyone|cannot be read/],
  ])('%s: refused before anything is asked', async (_, args, message) => {
    const { tenant, type } = await start()
    const before = tenant.graph.log.length
    await expect(type(args)).rejects.toThrow(message)
    expect(tenant.graph.log.length).toBe(before)
    expect(onlyApplication(tenant).appId).not.toBe('')
  })
})
