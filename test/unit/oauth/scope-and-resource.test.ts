import { describe, expect, test } from '@jest/globals'
import { checkResource } from '../../../shared/oauth/resource.ts'
import { grantedScope } from '../../../shared/oauth/scope.ts'

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
  ])('%j is granted as %s', (asked, granted) => expect(grantedScope(asked)).toBe(granted))
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
