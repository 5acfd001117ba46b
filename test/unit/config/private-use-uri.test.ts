import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readConfig } from '../../../shared/config/config.ts'
import { isPrivateUseUri } from '../../../shared/config/clients/private-use-uri.ts'
import { PRODUCTION } from './environments.ts'

const start = (uri: string) => () => readConfig({ ...PRODUCTION, REDIRECT_URI_ALLOW_LIST: uri })

describe('addresses of an app’s own scheme', () => {
  test.each([
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'com.example.app:/oauth2redirect',
    'com.example.app:/oauth2/redirect/',
    'com.example.app:///cb',
    'vscode://publisher.extension/did-authenticate',
    'vscode-insiders://publisher.extension/cb',
  ])('%s may be named', (uri) => {
    expect(isPrivateUseUri(uri)).toBe(true)
    expect(start(uri)).not.toThrow()
  })

  test.each([
    ...['http://h/x', 'https://h/x', 'ws://h/x', 'wss://h/x', 'ftp://h/x', 'file:///x/y', 'file://h/x'],
    ...['javascript:/x/alert', 'javascript://h/x', 'vbscript:/x', 'data:/text/html', 'blob:/x', 'about:/blank'],
    ...['filesystem:/x', 'view-source:/x', 'chrome://settings/x', 'chrome-extension://abc/x', 'moz-extension://abc/x'],
    ...['resource://x/y', 'jar:/x', 'edge://settings/x', 'mailto:/x', 'tel:/1', 'sms:/1', 'ssh://h/x', 'irc://h/x'],
    ...['web+crm://h/x', 'ext+crm://h/x', 'magnet:/x', 'ipfs://h/x', 'intent://h/x', 'android-app://h/x'],
    ...['ms-word:/ofe', 'ms-settings:/x', 'ms-msdt:/id', 'ms-appinstaller:/x', 'microsoft-edge:/x', 'search-ms:/x'],
    ...['itms-services://h/x', 'x-apple.systempreferences:/x', 'shell:/x', 'smb://h/x', 'ldap://h/x', 'git+ssh://h/x'],
    ...['telnet://h/x', 'rdp://h/x', 'market://h/x', 'facetime://h/x', 'applescript://h/x'],
  ])('%s is a scheme that runs, reads or belongs to others', (uri) => {
    expect(isPrivateUseUri(uri)).toBe(false)
    if (!/^https:/.test(uri)) expect(start(uri)).toThrow('of none that runs, reads or belongs to others')
  })

  test.each([
    ['no path', 'cursor://anysphere.cursor-mcp'],
    ['no slash', 'cursor:callback'],
    ['a star', 'cursor://anysphere.cursor-mcp/*'],
    ['a star for the host', 'cursor://*/oauth/callback'],
    ['a query', 'cursor://h/cb?x=1'],
    ['a fragment', 'cursor://h/cb#x'],
    ['a user name', 'cursor://a@h/cb'],
    ['a port', 'cursor://h:1/cb'],
    ['a way up', 'cursor://h/x/../cb'],
    ['an escaped way up', 'cursor://h/%2e%2e/cb'],
    ['an escape', 'cursor://h/a%20b'],
    ['an empty segment', 'cursor://h/a//b'],
    ['capitals in the scheme', 'Cursor://h/cb'],
    ['a blank', 'cursor://h/a b'],
    ['a backslash', 'cursor:\\\\h\\cb'],
    ['a Cyrillic letter', 'сursor://h/cb'],
    ['a drive', 'c:/windows'],
    ['one letter', 'x://h/cb'],
    ['no scheme', '//h/cb'],
    ['markup', 'cursor://h/<b>'],
    ['a line break', 'cursor://h/a\nb'],
    ['too long', `cursor://h/${'a'.repeat(500)}`],
  ])('%s makes none: %s', (_, uri) => expect(isPrivateUseUri(uri)).toBe(false))

  test('what is one is read by browsers as it is written', () => {
    const part = fc.constantFrom(
      'cursor',
      'com.app',
      ':',
      '/',
      '//',
      '.',
      '..',
      'a',
      '@',
      '%2f',
      '?',
      '#',
      '\\',
      'B',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const uri = parts.join('')
        if (!isPrivateUseUri(uri)) return
        const { href, username, password, port, search, hash } = new URL(uri)
        expect([href, username + password + port + search + hash]).toEqual([uri, ''])
      }),
      { numRuns: 3_000 },
    )
  })
})
