import { fetchXml, NOTHING, type FetchXml } from '../fetch-xml.ts'
import type { Table } from '../metadata/model.ts'

/** Types that `like` compares as text; of a lookup it compares the name of the row that it leads to. */
const TEXT = new Set(['String', 'Memo', 'Lookup', 'Customer', 'Owner'])

/** The columns of a table that quick find can look for text in; none when it has no quick find. */
export function textColumns(table: Table): string[] {
  return table.quickFindColumns.filter((name) => {
    const column = table.byName.get(name)
    return column?.readable === true && TEXT.has(column.type)
  })
}

/**
 * Rows of a table of which every term stands in one of its quick-find columns, last changed first.
 * @param columns what to read of each row, besides its id
 */
export function quickFindXml(
  table: Table,
  columns: readonly string[],
  terms: readonly string[],
  top: number,
): FetchXml {
  const { entity } = table
  const searched = textColumns(table)
  const attributes = [...new Set([entity.idColumn, ...columns])].map((name) => fetchXml`<attribute name="${name}"/>`)
  const latest = table.byName.has('modifiedon') ? fetchXml`<order attribute="modifiedon" descending="true"/>` : NOTHING
  return fetchXml`
    <fetch top="${top}">
      <entity name="${entity.name}">
        ${joined(attributes)}
        <filter>${joined(terms.map((term) => anyOf(searched, term)))}</filter>
        ${latest}
        <order attribute="${entity.idColumn}"/>
      </entity>
    </fetch>`
}

function anyOf(columns: readonly string[], term: string): FetchXml {
  const pattern = `%${escapeLike(term)}%`
  const conditions = columns.map(
    (name) => fetchXml`<condition attribute="${name}" operator="like" value="${pattern}"/>`,
  )
  return fetchXml`<filter type="or">${joined(conditions)}</filter>`
}

/** SQL's wildcards as the characters that a person means by them: `100%` is not "100 and anything". */
export function escapeLike(term: string): string {
  return term.replaceAll(/[[%_]/g, '[$&]')
}

function joined(fragments: readonly FetchXml[]): FetchXml {
  return fragments.reduce((all, fragment) => fetchXml`${all}${fragment}`, NOTHING)
}
