// Not in a bare npm test: searches for names and numbers however written, with and without search.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { seed } from '../../../../sandbox/dataverse/seed/seed.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows, Values } from '../../../../sandbox/dataverse/store/store.ts'
import { PEOPLE } from '../../../../sandbox/people.ts'
import type { Harness } from '../../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../../support/sandbox-stage.ts'

type Answer = { results: { id: string; title: string }[]; notes?: string[] }

const NAMES = [
  'Fabrikam Ltd',
  'Søren Ågård A/S',
  'Groß & Müller KG',
  'Mueller Bau',
  'Renée Dupont SARL',
  'Haakonsen AS',
]
/** Of contacts, as people write them. */
const PHONES = [
  '+44 (0)20 7946 0123',
  '020 7946 0999',
  '+1 212-555-0147',
  '0049 89 / 4567-890',
  '(0)30.1234567 ext. 42',
]
const phoneOf = (text: string): string => `contact/${idOf('phone', PHONES.indexOf(text))}`

function ownRows(): TableRows {
  const seeded = seed(PEOPLE, new Date())
  const first = (entity: string): Values => seeded.find((row) => row.entity === entity)?.values ?? {}
  const accounts = NAMES.map((name, at) => ({
    entity: 'account',
    values: {
      ...first('account'),
      accountid: idOf('named', at),
      name,
      accountnumber: `55120${at}778`,
      telephone1: null,
    },
  }))
  const contacts = PHONES.map((phone, at) => ({
    entity: 'contact',
    values: {
      ...first('contact'),
      contactid: idOf('phone', at),
      fullname: `Zq Person ${at}`,
      telephone1: null,
      mobilephone: phone,
    },
  }))
  return [...accounts, ...contacts]
}

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage(ownRows())
})
afterAll(() => stage.close())

/** A worker of its own: one remembers for a while that there is no Dataverse Search. */
function prepare(enabled: boolean): void {
  stage.dataverse.search({ enabled })
  worker = stage.coldWorker()
}

async function search(query: string, who: Who = 'analyst'): Promise<Answer & { requests: number; bytes: number }> {
  const first = await called(worker, 'search', { query }, who)
  // Whether metadata has changed is asked now and then, which may be now.
  const { answer, requests, bytes } = first.requests > 1 ? await called(worker, 'search', { query }, who) : first
  expect(answer.isError).toBeUndefined()
  expect(JSON.parse(answer.content[0]?.text ?? '')).toEqual(answer.structuredContent)
  return { ...(answer.structuredContent as unknown as Answer), requests, bytes }
}

const HOW = [
  ['by Dataverse Search', true],
  ['by quick find', false],
] as const

describe.each(HOW)('what was written otherwise is found %s', (_how, enabled) => {
  beforeAll(() => prepare(enabled))

  test.each([
    ['Muller', 'Groß & Müller KG'],
    ['Müller', 'Groß & Müller KG'],
    ['Mueller Gross', 'Groß & Müller KG'],
    ['GROSS müller', 'Groß & Müller KG'],
    ['Müller', 'Mueller Bau'],
    ['Mueller', 'Mueller Bau'],
    ['soeren agard', 'Søren Ågård A/S'],
    ['Sören Aagaard', 'Søren Ågård A/S'],
    ['Håkonsen', 'Haakonsen AS'],
    ['renee', 'Renée Dupont SARL'],
    ['RENÉE', 'Renée Dupont SARL'],
    ['Rene\u0301e', 'Renée Dupont SARL'],
  ])('%s: %s', async (query, name) => {
    const { results, requests } = await search(query)
    expect(results.map(({ title }) => title)).toContain(`${name} (Account)`)
    expect(requests).toBeLessThanOrEqual(enabled ? 2 : 1)
  })
})

describe.each(HOW)('a telephone number is found however it is written %s', (_how, enabled) => {
  beforeAll(() => prepare(enabled))

  test.each([
    ...[
      '+44 (0)20 7946 0123',
      '020 7946 0123',
      '0044 20 7946 0123',
      '+442079460123',
      '2079460123',
      '(020) 7946-0123',
    ].map((query) => [query, '+44 (0)20 7946 0123']),
    ...['7946 0123', '020.7946.0123', '0044 (0) 20 7946 0123', '+44 20 7946 0123 ext 7'].map((query) => [
      query,
      '+44 (0)20 7946 0123',
    ]),
    ...['tel:+44-20-7946-0123', 'Tel. 020 7946 0123', 'T: 020 7946 0123', '"020 7946 0123"', '020 7946 0123?'].map(
      (query) => [query, '+44 (0)20 7946 0123'],
    ),
    ...['\u202a+44 20 7946 0123\u202c', '<+442079460123>', 'phone +44 20 7946 0123'].map((query) => [
      query,
      '+44 (0)20 7946 0123',
    ]),
    ['+44 20 7946 0999', '020 7946 0999'],
    ['2125550147', '+1 212-555-0147'],
    ['1 (212) 555 0147', '+1 212-555-0147'],
    ['+49 89 4567890', '0049 89 / 4567-890'],
    ['089/4567890', '0049 89 / 4567-890'],
    ['+49 30 1234567', '(0)30.1234567 ext. 42'],
  ])('%s: %s, in one request', async (query, phone) => {
    const { results, requests, notes } = await search(query)
    expect(results.map(({ id }) => id)).toEqual([phoneOf(phone)])
    expect([requests, notes]).toEqual([1, undefined])
  })

  test.each([
    ['of another country', '+49 20 7946 0123'],
    ['of another area', '0121 7946 0123'],
    ['with a digit more', '020 7946 01234'],
    ['with a digit changed', '+44 20 7946 0124'],
    ['with two digits changed places', '020 7946 0213'],
    ['with digits in between', '020 7940 6012 3'],
  ])('no wrong number is shown: %s', async (_what, query) => {
    const { results, notes, requests } = await search(query)
    expect(results).toEqual([])
    expect(notes?.[0]).toBe(`Nothing that you may see holds "${query}".`)
    expect(requests).toBe(1)
  })

  test.each([
    ['an account number', '551200778', `account/${idOf('named', 0)}`],
    ['a part of one, that may be a number too', '5512007', `account/${idOf('named', 0)}`],
  ])('what looks like a number may be something else: %s', async (_what, query, id) => {
    expect((await search(query)).results.map((one) => one.id)).toContain(id)
  })

  test('a number that somebody may not see is not found', async () => {
    const { results } = await search('+44 (0)20 7946 0123', 'sales-rep')
    const known = await called(worker, 'get_record', { entity: 'contact', id: phoneOf(PHONES[0] ?? '') }, 'sales-rep')
    expect(results).toHaveLength(known.answer.isError ? 0 : 1)
  })
})

describe.each(HOW)('a word that nothing holds is told with the nearest names %s', (_how, enabled) => {
  beforeAll(() => prepare(enabled))
  const most = enabled ? 3 : 2

  test.each([
    ['Fabrikm', 'Fabrikam Ltd'],
    ['Fabirkam', 'Fabrikam Ltd'],
    ['Vabrikam', 'Fabrikam Ltd'],
    ['Dupnot', 'Renée Dupont SARL'],
    ['Duopnt', 'Renée Dupont SARL'],
    ['Rnéee', 'Renée Dupont SARL'],
    ['Muelelr Bau', 'Mueller Bau'],
    ['Mulelr', 'Groß & Müller KG'],
    ['fabrikams', 'Fabrikam Ltd'],
    ['Fabrikam Limited', 'Fabrikam Ltd'],
    ['Brightwatre Marine', 'Brightwater Marine'],
    ['Haakonson', 'Haakonsen AS'],
  ])('%s: %s', async (query, name) => {
    const { results, notes = [], requests } = await search(query)
    expect(results).toEqual([])
    expect(notes[0]).toMatch(
      new RegExp(`^Nothing that you may see holds "${query}"; the nearest names: ${name} \\(account/`),
    )
    expect(requests).toBeLessThanOrEqual(most)
    const id = /\((account\/[^)]+)\)/.exec(notes[0] ?? '')?.[1]
    const fetched = await called(worker, 'fetch', { id }, 'analyst')
    expect(fetched.answer.structuredContent?.['title']).toContain(name)
  })

  test('a record that is asked for by a name that is almost its own', async () => {
    const args = { entity: 'account', id: 'Brightwatre Marine' }
    await called(worker, 'get_record', args, 'analyst')
    const { answer, requests } = await called(worker, 'get_record', args, 'analyst')
    expect([answer.isError, requests]).toEqual([true, 2])
    const [, id] =
      /nearest names, with their ids: Brightwater Marine \(([\da-f-]{36})\)/.exec(answer.content[0]?.text ?? '') ?? []
    const found = await called(worker, 'get_record', { entity: 'account', id }, 'analyst')
    expect(found.answer.structuredContent).toMatchObject({ record: { name: 'Brightwater Marine' } })
  })

  test('who looked, and where, is said', async () => {
    const { notes = [] } = await search('zzqqxxyy', 'sales-rep')
    expect(notes).toHaveLength(2)
    expect(notes[0]).toBe('Nothing that you may see holds "zzqqxxyy".')
    const said =
      /^Searched as Priya Nair, in Accounts, Contacts, .* \((\d+) tables\)( and in Dataverse Search)?\. Texts of notes and of activities need not be among them: .*contains\(notetext,'…'\).*\.$/
    const [, count, index] = said.exec(notes[1] ?? '') ?? []
    expect(index !== undefined).toBe(enabled)
    expect(Number(count)).toBe((notes[1] ?? '').split(', in ')[1]?.split(', ').length)
  })

  test('the nearest are those that the person may see', async () => {
    const { notes = [] } = await search('Möwe Yachtbua', 'sales-rep')
    expect(notes.join()).not.toContain('Möwe Yachtbau GmbH')
    expect((await search('Möwe Yachtbua', 'analyst')).notes?.[0]).toContain('Möwe Yachtbau GmbH (account/')
  })

  test.each([
    ['a long word', 'x'.repeat(10_000)],
    ['long words of umlauts', 'ü'.repeat(90).concat(' ').repeat(80)],
    ['words that are spelt in every way', 'aeoeueaass'.repeat(9).concat('z ').repeat(50)],
    ['wildcards', 'zqzq'.concat('%_[*?'.repeat(2_000))],
    ['stars', 'q*z '.repeat(2_500)],
    ['combining marks', `z${'\u0301\u0336'.repeat(4_000)}q`],
    ['digits', '0123456789'.repeat(1_000)],
    ['numbers', '020 7946 0123 '.repeat(700)],
    ['digits of other scripts', '٠٢٠٧٩٤٦٠١٢٣'],
    ['half a character', `zq\ud83d${'\ude00'.repeat(50)}`],
  ])('an attack costs no more requests, bytes or time: %s', async (_what, query) => {
    const began = process.threadCpuUsage()
    const { requests, bytes } = await search(query)
    expect(requests).toBeLessThanOrEqual(most)
    expect(bytes).toBeLessThanOrEqual(25_000)
    expect(process.threadCpuUsage(began).user).toBeLessThan(5_000_000)
  })
})
