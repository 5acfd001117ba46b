/** A tag of a view's XML, e.g. `<cell name="fullname" width="100"/>`. */
type Tag = {
  readonly name: string
  readonly kind: 'open' | 'close' | 'empty'
  readonly attributes: Map<string, string>
}

/** XML has no `<` within a tag, so no tag is looked for beyond the next one. */
const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:[^\w.<>"'-](?:[^<>"']|"[^"<]*"|'[^'<]*')*)?)>/g
const ATTRIBUTE = /(?<![\w.-])([A-Za-z_][\w.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/
const CELL = /^(?:[A-Za-z_][\w-]*\.)?[A-Za-z_][A-Za-z0-9_]*$/

/** The tags, in order. What is not understood is passed over: a view that somebody spoilt must not spoil its table. */
function* tagsOf(xml: string): Generator<Tag> {
  for (const [, slash = '', name = '', rest = ''] of xml.matchAll(TAG)) {
    const found = [...rest.matchAll(ATTRIBUTE)].map(
      ([, key = '', double, single]) => [key, double ?? single ?? ''] as const,
    )
    const kind = slash ? 'close' : rest.endsWith('/') ? 'empty' : 'open'
    yield { name, kind, attributes: new Map(found) }
  }
}

/** The columns that a view shows, in its order; those of linked tables (`alias.column`) and hidden ones are left out. */
export function cellsOf(layoutXml: string): string[] {
  return identifiers(shownCells(layoutXml))
}

/** The same with those of linked tables, as `alias.column`. */
export function layoutOf(layoutXml: string): string[] {
  const names = shownCells(layoutXml).filter((name) => name !== undefined)
  return [...new Set(names.filter((name) => CELL.test(name)))]
}

function shownCells(layoutXml: string): (string | undefined)[] {
  const cells = [...tagsOf(layoutXml)].filter(({ name, kind }) => name === 'cell' && kind !== 'close')
  const shown = cells.filter(({ attributes }) => !isTrue(attributes.get('ishidden')))
  return shown.map(({ attributes }) => attributes.get('name'))
}

/** The columns that a quick find view searches in, of its own table. */
export function searchedColumnsOf(fetchXml: string): string[] {
  const columns: (string | undefined)[] = []
  let links = 0
  const filters: boolean[] = []
  for (const { name, kind, attributes } of tagsOf(fetchXml)) {
    if (name === 'link-entity' && kind !== 'empty') links += kind === 'open' ? 1 : -1
    if (name === 'filter' && kind === 'close') filters.pop()
    if (name === 'filter' && kind === 'open') {
      filters.push(filters.at(-1) === true || isTrue(attributes.get('isquickfindfields')))
    }
    const own = links === 0 && !attributes.has('entityname')
    if (name === 'condition' && kind !== 'close' && own && filters.at(-1)) columns.push(attributes.get('attribute'))
  }
  return identifiers(columns)
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value?.toLowerCase() === 'true'
}

function identifiers(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined && IDENTIFIER.test(name)))].map((name) => String(name))
}
