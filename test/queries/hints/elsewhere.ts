import type { Metadata, Table } from '../../../shared/dataverse/metadata/model.ts'
import { QueryError } from '../../../shared/dataverse/errors.ts'
import { collectNotes } from '../../../shared/dataverse/query/say/notes.ts'
import { parseFetch } from '../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { readOptions, type QueryOptions } from '../../../shared/dataverse/query/from-odata/read-options.ts'
import type { Query } from '../../../shared/dataverse/query/model/query.ts'
import { resolveQuery } from '../../../shared/dataverse/query/resolve/resolve-query.ts'
import { writeFetch } from '../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { resolveDeps } from '../../unit/dataverse/support/resolve-deps.ts'
import { METADATA } from '../../unit/dataverse/support/tables.ts'
import { condition, fetch, filter } from '../query.ts'
import type { Said } from './asking.ts'
import { OF_OWN_WORDS, OWN_WORDS } from './own-words.ts'
import type { Language } from './wrong.ts'

/** What no organization of the sandbox has: columns without choices, of unknown types, a table related to itself. */
function strange(table: Table): Table {
  if (table.entity.name === 'systemuser') return withoutDates(table)
  if (table.entity.name === 'team') return withWord(table)
  if (table.entity.name !== 'opportunity') return table
  const name = table.byName.get('name')
  if (!name) return table
  const added = [
    { ...name, name: 'picture', property: 'picture', type: 'Image' },
    { ...name, name: 'mood', property: 'mood', type: 'Picklist', options: [] },
    { ...name, name: 'twin', property: '_twin_value', type: 'Lookup' },
    { ...name, name: 'guests', property: 'guests', type: 'PartyList' },
  ]
  const related = { name: 'related', kind: 'many-to-many', target: 'opportunity', intersect: 'pairs' } as const
  const columns = [...table.byName.values(), ...added]
  return {
    ...table,
    byName: new Map(columns.map((column) => [column.name, column])),
    collections: [...table.collections, related],
    navigations: [
      ...table.navigations,
      ...MANY_WAYS.map((way) => ({ name: way, column: way, target: 'account' })),
      ...['account', 'contact'].map((target) => ({ name: `twin_${target}`, column: 'twin', target })),
    ],
  }
}

function withoutDates(table: Table): Table {
  const columns = [...table.byName].filter(([, column]) => column.type !== 'DateTime')
  return { ...table, byName: new Map(columns) }
}

function withWord(table: Table): Table {
  const name = table.byName.get('name')
  return name ? { ...table, byName: new Map([...table.byName, ['terms', { ...name, name: 'terms' }]]) } : table
}

const STRANGE: Metadata = {
  ...METADATA,
  table: async (entity) => strange(await METADATA.table(entity)),
  tables: async (entities) => (await METADATA.tables(entities)).map(strange),
  terms: async () => OWN_WORDS,
}
const ADAS = ['Byron', 'King'].map((name, at) => ({
  id: `eeeeeeee-0000-4000-8000-00000000000${at}`,
  name: `Ada ${name}`,
  also: { firstname: 'Ada' },
}))
const LONG = Array.from({ length: 1_000 }, () => "name eq 'x'").join(' or ')
const MANY_WAYS = Array.from({ length: 16 }, (_one, at) => `way${at}`)

type Asked = { readonly entity: string; readonly odata?: QueryOptions; readonly fetchxml?: string }

/** Questions that the sandbox, or the schema of the tool before it, has no such answer to. */
const ASKED: readonly Asked[] = [
  ...(
    [
      ['opportunity', "ownerid eq 'Ada'", 'ownerid', 'eq', 'Ada'],
      ['opportunity', 'traversedpath eq null', 'traversedpath', 'null'],
      ['opportunity', "mood eq 'x'", 'mood', 'eq', 'x'],
      ['opportunity', 'createdon ge this-fiscal-period', 'createdon', 'ge', 'this-fiscal-period'],
      ['opportunity', 'createdon eq this-quarter', 'createdon', 'eq', 'this-quarter'],
      ['systemuser', "businessunitid eq 'Europe'", 'businessunitid', 'eq', 'Europe'],
    ] as const
  ).flatMap(([entity, odata, attribute, operator, ...values]): readonly Asked[] => [
    { entity, odata: { filter: odata } },
    { entity, fetchxml: fetch(entity, filter(condition(attribute, operator, ...values))) },
  ]),
  { entity: 'opportunity', odata: { filter: 'name eq picture' } },
  {
    entity: 'opportunity',
    fetchxml: fetch('opportunity', filter('<condition attribute="name" operator="eq" valueof="picture"/>')),
  },
  { entity: 'opportunity', odata: { filter: LONG } },
  { entity: 'opportunity', odata: { filter: 'related/any()' } },
  { entity: 'opportunity', odata: { select: ['guests'] } },
  { entity: 'opportunity', odata: { expand: MANY_WAYS.map((lookup) => ({ lookup, select: [] })) } },
  { entity: 'opportunity', fetchxml: `<fetch><!-- ${'x'.repeat(61_000)} --></fetch>` },
  ...OF_OWN_WORDS,
]

async function answerTo(asked: Asked, language: Language): Promise<Said> {
  const { note, sentences } = collectNotes()
  const read = (): Query =>
    asked.odata ? readOptions(asked.entity, asked.odata, note) : parseFetch(asked.fetchxml ?? '').fetch
  const deps = resolveDeps(STRANGE, language, { systemuser: ADAS })
  const clock = async (): ReturnType<typeof deps.clock> => ({ ...(await deps.clock()), fiscal: undefined })
  try {
    const { query, interpreted } = await resolveQuery(read(), { ...deps, clock })
    writeFetch(query)
    const hints = [...sentences(), ...interpreted]
    return { code: '', hints, text: hints.join(' ') }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return { code: error.code, hints: [error.nextStep], text: `${error.message} ${error.nextStep}` }
  }
}

export type Elsewhere = {
  readonly question: string
  readonly said: Said
  readonly again: (one: string) => Promise<Said>
}

/** The answers to them in one language, each with a way to ask what it prints. */
export async function elsewhere(language: Language): Promise<readonly Elsewhere[]> {
  const asked = ASKED.filter(({ odata }) => (odata === undefined) === (language === 'fetchxml'))
  return await Promise.all(
    asked.map(async (one) => ({
      question: (one.odata ? JSON.stringify(one.odata) : (one.fetchxml ?? '')).slice(0, 200),
      said: await answerTo(one, language),
      again: async (printed: string) => {
        const { entity } = one
        if (language === 'odata') return await answerTo({ entity, odata: { filter: printed } }, language)
        return await answerTo({ entity, fetchxml: fetch(entity, filter(printed)) }, language)
      },
    })),
  )
}
