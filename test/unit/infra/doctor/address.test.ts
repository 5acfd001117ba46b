import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diagnose } from '../../../../infra/doctor/diagnose.ts'
import { judgeAddress } from '../../../../infra/doctor/steps/address.ts'

const GOOD = 'https://crm.example/mcp'
const refused = () => Promise.reject(new Error('nothing may be asked'))

describe('the address as it was typed', () => {
  test.each([
    ['crm.example/mcp', 'address-not-url', GOOD],
    ['crm.example', 'address-not-url', GOOD],
    ['', 'address-not-url', undefined],
    ['ftp://crm.example/mcp', 'address-not-url', undefined],
    ['javascript:alert(1)', 'address-not-url', undefined],
    ['https://$(reboot).example/mcp', 'address-not-url', undefined],
    ['https://crm`id`.example/mcp', 'address-not-url', undefined],
    ['http://crm.example/mcp', 'address-not-https', GOOD],
    ['HTTP://CRM.example', 'address-not-https', GOOD],
    ['https://crm.example', 'address-no-mcp', GOOD],
    ['https://crm.example/', 'address-no-mcp', GOOD],
    ['https://crm.example/mcp/', 'address-trailing-slash', GOOD],
    ['https://crm.example/MCP', 'address-path', GOOD],
    ['https://crm.example/api/mcp', 'address-path', GOOD],
    ['https://crm.example/mcp/sse', 'address-path', GOOD],
    ['https://crm.example/mcp?code=x', 'address-extra', GOOD],
    ['https://crm.example/mcp#', 'address-extra', GOOD],
    ['https://me:pass@crm.example/mcp', 'address-extra', GOOD],
    ['https://crm.example/mcp?', 'address-extra', GOOD],
    ['https://:pass@crm.example/mcp', 'address-extra', GOOD],
    ['https://@crm.example/mcp', 'address-extra', GOOD],
    ['me:pass@crm.example/mcp', 'address-not-url', GOOD],
    ['https://crm.exa\tmple/mcp', 'address-not-url', undefined],
    ['https://crm.example\\mcp', 'address-not-url', undefined],
    ['https://crm.example:6000/mcp', 'address-port', GOOD],
    ['https://crm.example:22/mcp', 'address-port', GOOD],
    ['https://crm.example:8443/', 'address-no-mcp', 'https://crm.example:8443/mcp'],
    ['http://localhost:7071/api/mcp', 'address-path', 'http://localhost:7071/mcp'],
  ])('%s → %s', async (typed, code, better) => {
    expect(judgeAddress(typed)).toMatchObject({ code, ...(better === undefined ? {} : { better }) })
    const report = await diagnose(typed, { fetch: refused })
    const { findings, passed } = report
    expect(JSON.stringify(report)).not.toContain('pass@')
    expect([passed, findings.map((one) => one.code)]).toEqual([false, [code]])
    if (better !== undefined && code !== 'address-not-url') expect(findings[0]?.fix).toContain(better)
    expect(findings[0]?.fix).not.toMatch(/reboot|`|pass@/)
  })

  test.each([GOOD, '  https://crm.example/mcp ', 'https://crm.example:8443/mcp', 'http://127.0.0.1:7071/mcp'])(
    '%s is fine',
    (typed) => expect(judgeAddress(typed)).toBeUndefined(),
  )

  test.each([
    ['http://127.0.0.1:8/mcp', 'loopback-address'],
    ['https://10.1.2.3/mcp', 'private-address'],
    ['https://172.20.0.1/mcp', 'private-address'],
    ['https://crm.local/mcp', 'private-address'],
  ])('%s → warning %s', async (typed, code) => {
    const { findings } = await diagnose(typed, { fetch: refused, pause: () => Promise.resolve() })
    expect(findings[0]).toMatchObject({ status: 'warning', code })
  })

  test('whatever is typed, what is proposed is harmless in a shell', () => {
    const typed = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.string().map((host) => `https://${host}/mcp`),
    )
    fc.assert(
      fc.property(typed, (text) => {
        const { better } = judgeAddress(text) ?? {}
        if (better !== undefined) expect(better).toMatch(/^https?:\/\/[a-z0-9.:[\]-]+\/mcp$/)
      }),
    )
  })
})
