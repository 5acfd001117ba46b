import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { fetchHere } from '../../../sandbox/dataverse/http/in-process.ts'
import { ENTITIES, type Entity } from '../../../sandbox/dataverse/schema/schema.ts'
import { idOf, reference } from '../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows } from '../../../sandbox/dataverse/store/store.ts'
import type { Harness } from '../support/harness.ts'
import { rowsAsObjects } from '../support/rows.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

/** The start of a file in base64, and more of it than any answer may have. */
const FILE = `JVBERi0xLjcK${'QUJD'.repeat(100_000)}`
const FILE_ID = 'f11e0000-0000-4000-8000-000000000001'
const PLAN = { name: 'hp_plan', schemaName: 'hp_Plan', type: 'File', label: 'Plan' } as const
const NAMES = /\b(?:documentbody|entityimage|hp_plan)\b/
const ALL = /<all-attributes\/>/

const fileColumnsOf = ({ columns }: Entity): string[] => {
  return [...columns.values()].flatMap(({ name, type }) => (type === 'Image' || name === 'documentbody' ? [name] : []))
}
const WITH_FILES = [...ENTITIES.values()].filter((entity) => fileColumnsOf(entity).length > 0)

/** A view that somebody saved with the file among its columns, of notes and of what they are linked to. */
const VIEW: TableRows[number] = {
  entity: 'savedquery',
  values: {
    savedqueryid: idOf('savedquery', 'files'),
    name: 'Notes with their files',
    returnedtypecode: 'annotation',
    querytype: 0,
    statecode: 0,
    fetchxml:
      '<fetch><entity name="annotation"><attribute name="filename"/><attribute name="documentbody"/>' +
      '<link-entity name="systemuser" from="systemuserid" to="owninguser" alias="who" link-type="outer">' +
      '<attribute name="entityimage"/></link-entity></entity></fetch>',
    layoutxml:
      '<grid name="r"><row name="r" id="annotationid"><cell name="documentbody"/><cell name="filename"/></row></grid>',
  },
}

/** A row with a file in every table that has a column for one. */
const ROWS: TableRows = [
  VIEW,
  ...WITH_FILES.map((entity) => ({
    entity: entity.logicalName,
    values: {
      [entity.primaryIdAttribute]: idOf('with a file', entity.logicalName),
      [entity.primaryNameAttribute]: 'With a file',
      ...Object.fromEntries(fileColumnsOf(entity).map((name) => [name, FILE])),
      ...(entity.logicalName === 'annotation' && {
        objectid: reference('account', idOf('account', 'Brightwater Marine')),
        notetext: 'Signed.',
        filename: 'signed.pdf',
        modifiedon: '2026-11-23T10:00:00Z',
      }),
    },
  })),
]

let stage: Stage
let worker: Harness
/** What Dataverse was asked, percent-encoding taken away. */
const asked: string[] = []
const watched: typeof fetch = async (input, init) => {
  const body = typeof init?.body === 'string' ? init.body : ''
  asked.push(
    decodeURIComponent(`${input as string}\n${body}`.replaceAll('+', ' ').replaceAll(/%(?![\da-f]{2})/gi, '%25')),
  )
  return await fetchHere(input, init)
}
beforeAll(async () => {
  stage = await openStage(ROWS)
  stage.dataverse.publish({ kind: 'add-column', entity: 'account', column: PLAN })
  worker = stage.coldWorker({}, watched)
})
afterAll(async () => {
  stage.dataverse.reset()
  await stage.close()
})

async function ask(tool: string, args: unknown): Promise<{ refused: boolean; text: string; structured: unknown }> {
  const { answer } = await called(worker, tool, args, 'analyst')
  return { refused: answer.isError === true, text: JSON.stringify(answer), structured: answer.structuredContent }
}

/** The id of a row that is known to have a file, else of any. */
async function someId({ logicalName, primaryIdAttribute }: Entity): Promise<string | undefined> {
  if (WITH_FILES.some((one) => one.logicalName === logicalName)) return idOf('with a file', logicalName)
  const { refused, structured } = await ask('query_crm', { entity: logicalName, select: [primaryIdAttribute], top: 1 })
  const [row] = refused ? [] : rowsAsObjects(structured)
  const id = row?.[primaryIdAttribute]
  return typeof id === 'string' ? id : undefined
}

describe('a file is not read unless it is asked for by name', () => {
  test.each([...ENTITIES.values()].map((entity) => [entity.logicalName, entity] as const))(
    '%s',
    async (name, entity) => {
      asked.length = 0
      const answers = [
        await ask('query_crm', { entity: name, top: 3 }),
        await ask('query_crm', {
          fetchxml: `<fetch top="3"><entity name="${name}"><all-attributes/></entity></fetch>`,
        }),
      ]
      const id = await someId(entity)
      if (id !== undefined) {
        answers.push(await ask('get_record', { entity: name, id }), await ask('fetch', { id: `${name}/${id}` }))
      }
      expect(answers.filter(({ text }) => text.includes(FILE.slice(0, 12))).length).toBe(0)
      const hasFiles = [...entity.columns.values()].some((column) => NAMES.test(column.name))
      // A table without files may be read whole; any other with its columns named.
      const read = asked.filter((text) => !text.includes('EntityDefinitions'))
      expect(read.filter((text) => NAMES.test(text) || (hasFiles && ALL.test(text)))).toEqual([])
      if (!hasFiles) return
      expect(answers.map(({ refused }) => refused)).toEqual([false, false, false, false])
      const whole = new RegExp(`/${entity.entitySetName}\\([\\da-f-]{36}\\)(?:[ \\n?]|$)(?!\\$select)`)
      expect(read.filter((text) => whole.test(text))).toEqual([])
    },
  )

  test('nor by a record’s name, by all attributes of a linked row, or by a view that shows it', async () => {
    asked.length = 0
    const link = '<link-entity name="annotation" from="objectid" to="accountid"><all-attributes/></link-entity>'
    const answers = [
      await ask('get_record', { entity: 'annotation', id: 'With a file' }),
      await ask('query_crm', { fetchxml: `<fetch top="5"><entity name="account">${link}</entity></fetch>` }),
      await ask('run_report', { view: 'Notes with their files' }),
    ]
    expect(answers.at(-1)?.text).toContain('Left out, as they hold files: documentbody, entityimage.')
    for (const { refused, text } of answers) {
      expect(refused).toBe(false)
      expect(text.includes(FILE.slice(0, 12))).toBe(false)
    }
    expect(asked.filter((text) => NAMES.test(text) || ALL.test(text))).toEqual([])
  })
})

describe('a file that is asked for by name', () => {
  const annotation = { entity: 'annotation', select: ['filename', 'documentbody'] }

  test.each([
    ['get_record', { ...annotation, id: idOf('with a file', 'annotation') }],
    ['query_crm', { ...annotation, filter: "filename eq 'signed.pdf'" }],
  ])('comes within the budget of the answer: %s', async (tool, args) => {
    const { text, refused } = await ask(tool, args)
    expect(refused).toBe(false)
    expect(text.includes(FILE.slice(0, 12))).toBe(true)
    expect(text).toMatch(/more characters/)
    expect(Buffer.byteLength(text)).toBeLessThan(26_000)
  })

  test('is the id of the file where Dataverse gives no more', async () => {
    const values = { accountid: idOf('account', 'Brightwater Marine'), hp_plan: FILE_ID }
    const { text, refused } = await ask('get_record', { entity: 'account', id: values.accountid, select: ['hp_plan'] })
    expect([refused, text.includes('unknown_column')]).toEqual([false, false])
  })
})
