import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { idOf, reference } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows, Values } from '../../../../sandbox/dataverse/store/store.ts'
import { person } from '../../../../sandbox/people.ts'
import type { Harness } from '../../support/harness.ts'
import { called, openStage, type Stage } from '../../support/sandbox-stage.ts'

type Result = { id: string; title: string }
type Answer = { results: Result[]; notes?: string[] }

const owner = reference('systemuser', person('analyst').systemUserId ?? '')
const article = (id: string, number: string, version: string, more: Values): TableRows[number] => {
  const [major = '1', minor = '0'] = version.split('.')
  return {
    entity: 'knowledgearticle',
    values: {
      knowledgearticleid: idOf('article', id),
      title: `Sealing wax ${id}`,
      articlepublicnumber: number,
      content: '<p>Wax</p>',
      majorversionnumber: Number(major),
      minorversionnumber: Number(minor),
      isrootarticle: false,
      islatestversion: false,
      statecode: 3,
      statuscode: 7,
      ownerid: owner,
      modifiedon: '2026-11-01T10:00:00Z',
      ...more,
    },
  }
}
const CONTENT = `<style>p{color:red}</style><h2>Gr&ouml;&szlig;e &amp; Ma&#223;</h2><p>2&nbsp;mm &ndash; never 3.</p>
<p># Left out: nothing<br>&lt;script&gt;x&lt;/script&gt;</p>${'<p>More of it, and more.</p>'.repeat(400)}`
/** Of one number: a holder of all, versions old and new, a draft that is newer still. */
const ROWS: TableRows = [
  article('root', 'KA-1', '1.0', { isrootarticle: true }),
  article('old', 'KA-1', '1.0', {}),
  article('newest', 'KA-1', '2.0', { keywords: 'wax, seal', content: CONTENT, islatestversion: false }),
  article('less', 'KA-1', '1.9', {}),
  article('draft', 'KA-1', '3.0', { statecode: 0, statuscode: 2, islatestversion: true }),
  article('lone draft', 'KA-2', '1.0', { statecode: 0, statuscode: 2 }),
  article('expired', 'KA-3', '1.0', { statecode: 4, statuscode: 10 }),
  article('archived', 'KA-4', '1.0', { statecode: 5, statuscode: 12 }),
  article('other', 'KA-5', '1.10', {}),
  article('retold', 'KA-6', '2.0', { title: 'Beeswax' }),
  article('retold before', 'KA-6', '1.0', {}),
]
const id = (name: string): string => `knowledgearticle/${idOf('article', name)}`

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage(ROWS)
  worker = stage.coldWorker()
  await called(worker, 'whoami', {}, 'sales-rep')
})
afterAll(() => stage.close())
afterEach(() => stage.dataverse.search({ enabled: true }))

async function search(query: string, harness = worker): Promise<Answer> {
  const { answer } = await called(harness, 'search', { query }, 'sales-rep')
  expect(answer.isError === true ? answer.content[0]?.text : undefined).toBeUndefined()
  return answer.structuredContent as unknown as Answer
}

describe.each([
  ['by Dataverse Search', true],
  ['by quick find', false],
])('knowledge articles %s', (_how, enabled) => {
  test('are found as published, the newest version of each, whatever else holds the words', async () => {
    stage.dataverse.search({ enabled })
    const { results } = await search('sealing wax')
    expect(results.map((one) => one.id).toSorted()).toEqual([id('newest'), id('other')].toSorted())
    expect(results[0]?.title).toMatch(/^Sealing wax .* \(Knowledge Article\)$/)
  })

  test.each([
    ['seal', 'newest'],
    ['KA-5', 'other'],
  ])('by keyword and by number: %s', async (query, name) => {
    stage.dataverse.search({ enabled })
    expect((await search(query)).results.map((one) => one.id)).toContain(id(name))
  })
})

describe('what is left out', () => {
  test('is said where the index had it', async () => {
    const { notes } = await search('sealing wax')
    expect(notes).toContain('Of knowledge articles the newest published version is found; query_crm lists the others.')
  })

  test('is said where nothing was found', async () => {
    const { results, notes = [] } = await search('sealing wax lone draft')
    expect(results).toEqual([])
    expect(notes.join(' ')).toContain('Knowledge articles are found where they are published.')
  })
})

describe('fetch', () => {
  test('reads an article as a person does: words without mark-up, keywords, number, version', async () => {
    const { answer } = await called(worker, 'fetch', { id: id('newest') }, 'sales-rep')
    const { text } = answer.structuredContent as unknown as { text: string }
    for (const line of ['Keywords: wax, seal', 'Article Public Number: KA-1', 'Major Version Number: 2']) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).toContain('> Größe & Maß\n')
    expect(text).toContain('> 2 mm – never 3.\n')
    expect(text).toMatch(/^> +# Left out: nothing\n> <script>x<\/script>$/m)
    expect(text).not.toMatch(/color:red|&\w+;/)
    expect(text.match(/More of it/g)?.length).toBeGreaterThan(200)
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(26_000)
  })
})
