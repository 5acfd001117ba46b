import { DataverseError } from '../../../dataverse/errors.ts'
import type { Table } from '../../../dataverse/metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Filter } from '../../../dataverse/query/model/query.ts'
import { fetchPath } from '../../../dataverse/query/to-wire/first-page.ts'
import { Page, type Row } from '../../../dataverse/rows/rows.ts'
import type { ToolContext } from '../../tool/tool.ts'
import type { FoundRow } from './searched-tables.ts'

export const ARTICLES = 'knowledgearticle'
const NUMBER = 'articlepublicnumber'
const VERSION = ['majorversionnumber', 'minorversionnumber'] as const
const LANGUAGE = 'languagelocaleid'
const PUBLISHED = '3'
const MOST_VERSIONS = 200
export const LEFT_ARTICLES = 'Of knowledge articles the newest published version is found; query_crm lists the others.'

/**
 * A root article holds the versions and translations of an article together, and is none that anybody reads.
 * @see https://learn.microsoft.com/dynamics365/customerengagement/on-premises/developer/work-knowledge-articles
 */
function publishedOnly(): Filter {
  return filterOf('and', {
    conditions: [
      { attribute: 'statecode', operator: 'eq', values: [PUBLISHED] },
      { attribute: 'isrootarticle', operator: 'eq', values: ['0'] },
    ],
  })
}

/** What must hold of the rows of a table that quick find looks in; `undefined` where nobody could say it. */
export function foundAlone({ entity, byName }: Table): readonly Filter[] | undefined {
  if (entity.name !== ARTICLES) return []
  const isKnown = ['statecode', 'isrootarticle', NUMBER, ...VERSION].every(
    (name) => byName.get(name)?.readable === true,
  )
  return isKnown ? [publishedOnly()] : undefined
}

export type Kept = { readonly rows: readonly FoundRow[]; readonly left: boolean }

/**
 * The rows without articles that are not published, or of which a newer version of the same number and language is:
 * one request, and none where no article was found. What could not be held against that is left out.
 */
export async function withoutOldArticles(rows: readonly FoundRow[], context: ToolContext): Promise<Kept> {
  const ids = rows.filter(({ entity }) => entity.name === ARTICLES).map(({ id }) => id)
  if (ids.length === 0) return { rows, left: false }
  const newest = await newestOf(ids, context)
  const kept = rows.filter(({ entity, id }) => entity.name !== ARTICLES || newest.has(id))
  return { rows: kept, left: kept.length < rows.length }
}

async function newestOf(ids: readonly string[], { metadata, dataverse }: ToolContext): Promise<ReadonlySet<string>> {
  const entity = (await metadata.entities()).byName.get(ARTICLES)
  const table = entity && (await metadata.table(entity))
  const alone = table && foundAlone(table)
  if (!table || !alone) return new Set()
  const { idColumn } = table.entity
  const columns = [idColumn, NUMBER, ...VERSION, ...(table.byName.has(LANGUAGE) ? [LANGUAGE] : [])]
  const meant = filterOf('and', { conditions: [{ attribute: idColumn, operator: 'in', values: ids }] })
  const query = listOf({
    ...bareSource(ARTICLES),
    attributes: columns.map(plainAttribute),
    filters: [...alone],
    links: [{ ...bareSource(ARTICLES), from: NUMBER, to: NUMBER, type: 'exists', filters: [meant] }],
  })
  try {
    const path = fetchPath(query, table.entity, { page: 1, count: MOST_VERSIONS })
    const { value } = await dataverse.get(path, Page, { annotations: [] })
    const byArticle = Map.groupBy(value, (row) => JSON.stringify([row[NUMBER], row[`_${LANGUAGE}_value`]]))
    return new Set([...byArticle.values()].map((versions) => idOf(newest(versions), idColumn)))
  } catch (error) {
    if (error instanceof DataverseError) return new Set()
    throw error
  }
}

function idOf(row: Row | undefined, idColumn: string): string {
  return String(row?.[idColumn]).toLowerCase()
}

function newest(versions: readonly Row[]): Row | undefined {
  const [major, minor] = VERSION
  return versions.toSorted((a, b) => Number(b[major]) - Number(a[major]) || Number(b[minor]) - Number(a[minor]))[0]
}
