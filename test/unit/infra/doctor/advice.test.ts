import { describe, expect, test } from '@jest/globals'
import { adviceFor, CODES } from '../../../../infra/doctor/advice/advice.ts'
import { refusalCode, REFUSALS } from '../../../../infra/doctor/sign-in/refusals.ts'
import { PROBLEMS } from '../../../../shared/oauth/callback/problems.ts'

const URL_ = 'https://crm.example/mcp'
const commandsIn = (fix: string) => fix.split('\n').filter((line) => line.startsWith('  '))

describe('the advice', () => {
  test.each(CODES)('%s: a name, a meaning and a cure', (code) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    const { means, fix } = adviceFor(code, URL_)
    expect(means).toMatch(/^[A-Z“].{15,}[.]$/)
    expect(fix).toMatch(/\w{3}/)
    expect(fix).not.toMatch(/[{}]/)
  })

  test('its commands exist, and need nothing that is not there already', () => {
    const known =
      /^ {2}(npm run (doctor|register-app)|npm exec -- node --use-[a-z-]+ infra\/doctor\/doctor\.mjs |azd (up|deploy|provision|env (set|get-value|get-values|select)|hooks run)|az log(in|out)|traces \||union traces)/
    for (const code of CODES)
      for (const command of commandsIn(adviceFor(code, URL_).fix)) expect(command).toMatch(known)
  })

  test('nothing in it is a trick of one shell', () => {
    for (const code of CODES)
      for (const command of commandsIn(adviceFor(code, URL_).fix).filter((line) => !/traces/.test(line)))
        expect(command).not.toMatch(/&&|\|\||[`$;]|""/)
  })

  test.each([
    'https://crm.example/mcp;reboot',
    'https://$(x)/mcp',
    'https://a b/mcp',
    `https://crm.example/mcp\n  reboot`,
  ])('an address that a shell would read otherwise does not get into a command: %j', (url) => {
    for (const code of CODES) {
      const { fix } = adviceFor(code, url)
      expect(fix).not.toMatch(/reboot|\$\(|a b/)
    }
  })
})

describe('the app’s own pages about a failed sign-in', () => {
  test.each(Object.entries(PROBLEMS).map(([kind, { title }]) => [kind, title]))('%s has a cure here', (_, title) => {
    expect(Object.hasOwn(REFUSALS, title)).toBe(true)
  })
  test.each(['', 'Something new', 'constructor', '__proto__'])('an unknown one, %j, is said to be one', (title) => {
    expect(refusalCode(title)).toBe('sign-in-refused')
  })
})
