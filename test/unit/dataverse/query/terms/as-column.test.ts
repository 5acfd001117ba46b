import { describe, expect, test } from '@jest/globals'
import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import { readOptions, type QueryOptions } from '../../../../../shared/dataverse/query/from-odata/read-options.ts'
import { resolveQuery } from '../../../../../shared/dataverse/query/resolve/resolve-query.ts'
import { resolveDeps } from '../../support/resolve-deps.ts'
import { CALLED } from '../resolve/asking.ts'
import { inOData, knowing, term } from './asking.ts'

const SIGNED = term('signed', { filter: "statecode eq 'Won'" })
const GONE = term("customer's choice", { slug: 'gone', aliases: ['gone_for_good'], filter: "statecode eq 'Lost'" })
const ELSEWHERE = term('busy', { entity: 'account', filter: 'name ne null' })
const METADATA = knowing([SIGNED, GONE, ELSEWHERE])

async function refusalOf(options: QueryOptions): Promise<QueryError> {
  const query = readOptions('opportunity', { select: [], ...options }, () => undefined)
  const refused: unknown = await resolveQuery(query, resolveDeps(METADATA, 'odata', CALLED)).catch(
    (error: unknown) => error,
  )
  if (refused instanceof QueryError) return refused
  throw new TypeError('it was not refused')
}

const places = (name: string): readonly (readonly [string, QueryOptions])[] => [
  [`filter ${name} eq true`, { filter: `${name} eq true` }],
  [`filter ${name} alone`, { filter: name }],
  [`filter name ne null and ${name} eq 'yes'`, { filter: `name ne null and ${name} eq 'yes'` }],
  [`select ${name}`, { select: [name] }],
  [`orderby ${name}`, { orderby: `${name} desc` }],
]

describe('a term in the place of a column', () => {
  test.each([...places('signed'), ...places('gone_for_good')])(
    'is told as a condition that can be asked: %s',
    async (_place, options) => {
      const { code, nextStep } = await refusalOf(options)
      expect(code).toBe('unknown_column')
      const [, printed = ''] = /Write as a condition: (term eq '(?:[^']|'')+')\.$/.exec(nextStep) ?? []
      const { said } = await inOData(printed, 'opportunity', METADATA)
      expect(said.join(' ')).toMatch(/^"(?:signed|customer's choice)" means/)
    },
  )

  test.each([...places('busy'), ...places('zzqqxx')])(
    'of another table, or none, is not: %s',
    async (_place, options) => {
      expect((await refusalOf(options)).nextStep).not.toContain('term')
    },
  )
})
