import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { checkResource } from '../../../shared/oauth/resource.ts'
import { asksToWrite, grantedScope, OFFLINE_ACCESS, SCOPE, WRITE_SCOPE } from '../../../shared/oauth/scope.ts'

describe('scope', () => {
  test.each([
    [undefined, 'dynamics.read'],
    ['', 'dynamics.read'],
    ['dynamics.read', 'dynamics.read'],
    ['dynamics.read offline_access', 'dynamics.read offline_access'],
    ['offline_access openid profile email', 'dynamics.read offline_access'],
    ['openid', 'dynamics.read'],
    ['dynamics.write admin', 'dynamics.read'],
    ['offline_accessx', 'dynamics.read'],
    ['OFFLINE_ACCESS', 'dynamics.read'],
    ['dynamics.read\noffline_access', 'dynamics.read'],
  ])('%j is granted as %s to who may not write', (asked, granted) => expect(grantedScope(asked, false)).toBe(granted))

  test.each([
    [undefined, 'dynamics.read'],
    ['dynamics.read', 'dynamics.read'],
    ['dynamics.write', 'dynamics.read dynamics.write'],
    ['openid offline_access dynamics.write', 'dynamics.read dynamics.write offline_access'],
    ['dynamics.write dynamics.write', 'dynamics.read dynamics.write'],
    ['dynamics.write admin', 'dynamics.read dynamics.write'],
    ['DYNAMICS.WRITE', 'dynamics.read'],
    ['dynamics.writex', 'dynamics.read'],
    ['dynamics.write\ndynamics.read', 'dynamics.read'],
    ['dynamics.read,dynamics.write', 'dynamics.read'],
  ])('%j is granted as %s to who may', (asked, granted) => expect(grantedScope(asked, true)).toBe(granted))

  test('asked again of what was granted, it gives the same, and what was taken away never comes back', () => {
    const words = fc.constantFrom(SCOPE, WRITE_SCOPE, OFFLINE_ACCESS, 'openid', '', 'x')
    const asked = fc.array(words).map((all) => all.join(' '))
    fc.assert(
      fc.property(asked, fc.array(fc.boolean(), { minLength: 1 }), (text, answers) => {
        const granted = answers.reduce<string>((scope, answer) => grantedScope(scope, answer), text)
        const mayWrite = answers.every(Boolean)
        expect(granted).toBe(grantedScope(text, mayWrite))
        expect(asksToWrite(granted)).toBe(mayWrite && text.split(' ').includes(WRITE_SCOPE))
      }),
    )
  })
})

describe('resource', () => {
  const BASE = 'https://crm.contoso.com'
  test.each([undefined, 'https://crm.contoso.com/mcp', 'HTTPS://CRM.Contoso.com/mcp'])('%s is ours', (asked) => {
    expect(checkResource(asked, BASE)).toBe('https://crm.contoso.com/mcp')
  })
  test.each([
    'https://crm.contoso.com',
    'https://crm.contoso.com/',
    'https://crm.contoso.com/mcp/',
    'https://crm.contoso.com/MCP',
    'https://crm.contoso.com/mcp#',
    'https://crm.contoso.com/mcp#a',
    'https://crm.contoso.com/mcp?a=b',
    'https://crm.contoso.com/mcp/x',
    'https://crm.contoso.com:443/mcp',
    'http://crm.contoso.com/mcp',
    'https://crm.contoso.com.evil.example/mcp',
    'https://evil.example/mcp',
    'https://crm.contoso.com@evil.example/mcp',
    'https://a@crm.contoso.com/mcp',
    '/mcp',
    'mcp',
    '',
    'https://crm.contoso.com/%6dcp',
    'https://crm.contoso.com/x/../mcp',
    ' https://crm.contoso.com/mcp',
  ])('%s is not', (asked) => {
    expect(() => checkResource(asked, BASE)).toThrow(expect.objectContaining({ code: 'invalid_target', status: 400 }))
  })
})
