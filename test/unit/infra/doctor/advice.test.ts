import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { adviceFor, CODES } from '../../../../infra/doctor/advice/advice.ts'
import { refusalCode, REFUSALS } from '../../../../infra/doctor/sign-in/refusals.ts'
import { SETTINGS } from '../../../../shared/config/settings.ts'
import { PROBLEMS } from '../../../../shared/oauth/callback/problems.ts'

const URL_ = 'https://crm.example/mcp'
const PARAMETERS = readFileSync('infra/main.parameters.json', 'utf8')

/** `NAME value`, or `NAME=value` several times; a value in angle brackets is the reader's. */
function assignmentsIn(typed: string): readonly (readonly [name: string, value: string])[] {
  const [first = '', ...rest] = typed.split(' ')
  const pairs = first.includes('=')
    ? [first, ...rest].map((one) => one.split('=') as [string, string])
    : [[first, rest.join(' ').replaceAll('"', '')] as const]
  return pairs.filter(([name, value]) => name !== 'NAME' && !value.startsWith('<'))
}
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
      /^ {2}(npm run (doctor|register-app|admin|domain$|network)|npm exec -- node --use-[a-z-]+ infra\/doctor\/doctor\.mjs |azd (up|deploy|provision|env (set|get-value|get-values|select)|hooks run)|az log(in|out)|traces \||union traces)/
    for (const code of CODES)
      for (const command of commandsIn(adviceFor(code, URL_).fix)) expect(command).toMatch(known)
  })

  test('every setting that it has typed is one that azd passes on, and takes that value', () => {
    const typed = CODES.flatMap((code) => commandsIn(adviceFor(code, URL_, { clients: 'chatgpt,cursor' }).fix)).flatMap(
      (command) => (command.startsWith('  azd env set ') ? assignmentsIn(command.slice('  azd env set '.length)) : []),
    )
    expect(typed.length).toBeGreaterThan(10)
    for (const [name, value] of typed) {
      expect(PARAMETERS).toContain(`"\${${name}=}"`)
      const { schema } = SETTINGS[name as keyof typeof SETTINGS]
      if (value !== '') expect([name, value, schema.safeParse(value).success]).toEqual([name, value, true])
    }
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
