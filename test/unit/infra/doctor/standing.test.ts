import { describe, expect, test } from '@jest/globals'
import type { Admission } from '../../../../infra/doctor/clients/ask-clients.ts'
import {
  allNeeds,
  CLIENT_NAMES,
  MADE_UP_LOOPBACK,
  needsOf,
  readClientNames,
} from '../../../../infra/doctor/clients/needs.ts'
import { clientsFor, standingsIn } from '../../../../infra/doctor/clients/standing.ts'
import { type ClientName, KNOWN_CLIENTS } from '../../../../shared/config/clients/known-clients.ts'

/** A server that admits what these clients need, and nothing else. */
function admissionOf(names: readonly ClientName[], anyLoopback = false): Admission {
  const told = (kind: 'redirects' | 'origins' | 'documentHosts') => {
    const admitted = names.flatMap((name) => needsOf(name)[kind])
    return new Map(allNeeds(kind).map((one) => [one, admitted.includes(one)] as const))
  }
  const redirects = new Map([...told('redirects'), [MADE_UP_LOOPBACK, anyLoopback] as const])
  return { redirects, origins: told('origins'), documentHosts: told('documentHosts'), anyLoopback }
}

const pairs = CLIENT_NAMES.flatMap((one) => CLIENT_NAMES.map((other) => [one, other] as const))

describe('how clients stand', () => {
  test.each(pairs)('with %s and %s named, nobody is admitted in part', (one, other) => {
    const standings = standingsIn(admissionOf([one, other]))
    expect(standings.filter(({ admitted }) => admitted === 'partly')).toEqual([])
    for (const name of [one, other]) expect(standings.find((each) => each.name === name)?.admitted).toBe('yes')
  })

  test.each(pairs)('the value that adds a client to %s and %s admits nothing but what it needs', (one, other) => {
    const before = admissionOf([one, other])
    for (const more of CLIENT_NAMES) {
      const { names } = readClientNames(clientsFor(standingsIn(before), undefined, [more]))
      expect(names).toEqual(expect.arrayContaining([one, other, more]))
      expect(admissionOf(names)).toEqual(admissionOf([one, other, more]))
    }
  })

  test('a host of documents that is not read is what a client lacks', () => {
    const { redirects, origins } = admissionOf(['claude'])
    const standings = standingsIn({ ...admissionOf([]), redirects, origins })
    expect(standings.find(({ name }) => name === 'claude')).toEqual({
      name: 'claude',
      admitted: 'partly',
      lacking: ['claude.ai'],
    })
  })

  test('nothing told: nothing known', () => {
    const nothing = { redirects: new Map(), origins: new Map(), documentHosts: new Map(), anyLoopback: false }
    expect(new Set(standingsIn(nothing).map(({ admitted }) => admitted))).toEqual(new Set(['unknown']))
  })
})

describe('names of clients', () => {
  test.each<[text: string, names: readonly string[], unknown: readonly string[]]>([
    ['chatgpt', ['chatgpt'], []],
    ['claude,chatgpt', ['chatgpt', 'claude'], []],
    [' claude  chatgpt,, claude', ['chatgpt', 'claude'], []],
    ['chatgpt;claude', [], ['chatgpt;claude']],
    ['ChatGPT', ['chatgpt'], []],
    ['none', [], []],
    ['none,claude', ['claude'], ['none']],
    ['constructor,__proto__,toString', [], ['constructor', '__proto__', 'toString']],
    ['', [], []],
  ])('%j', (text, names, unknown) => expect(readClientNames(text)).toEqual({ names, unknown }))

  test('a client asks for no star', () => {
    expect(allNeeds('redirects').filter((uri) => uri.includes('*'))).toEqual([])
    expect(CLIENT_NAMES).toEqual(Object.keys(KNOWN_CLIENTS))
  })
})
