import { parseXml, type XmlElement } from '../../dataverse/query/from-fetchxml/xml.ts'
import { readGuid } from '../../dataverse/records/record-key.ts'

/** What a dashboard shows in one of its places. */
export type FormPart = {
  readonly kind: 'chart' | 'list' | 'iframe' | 'web resource' | 'timer' | 'other'
  readonly title: string | undefined
  /** Of a chart or a list: the table's logical name, as written. */
  readonly entity?: string | undefined
  readonly view?: string | undefined
  readonly chart?: string | undefined
}

const LONGEST_TITLE = 200
/**
 * Classes of controls beside the one for charts and lists.
 * @see https://learn.microsoft.com/previous-versions/dynamicscrm-2016/developers-guide/gg334472(v=crm.8)
 */
const CLASSES: Readonly<Record<string, FormPart['kind']>> = {
  'fd2a7985-3187-444e-908d-6624b21f69c0': 'iframe',
  '9fdf5f91-88b1-47f4-ad53-c11efc01a01d': 'web resource',
  '587cdf98-c1d5-4bde-8473-14a0bc7644a7': 'web resource',
  '080677db-86ec-4544-ac42-f927e74b491f': 'web resource',
  '9c5ca0a1-ab4d-4781-be7e-8dfbe867b87e': 'timer',
}
const GRID = 'e7a81278-8635-4d9e-8d4d-59480b391c5b'

/**
 * The parts of a dashboard, in the order of its form; a place for a chart and its list is two of them.
 * @throws QueryError `invalid_fetchxml` for what is no form
 * @see https://learn.microsoft.com/power-apps/developer/model-driven-apps/understand-dashboards-dashboard-components-formxml
 */
export function readFormParts(formxml: string): FormPart[] {
  return cellsIn(parseXml(formxml, 'form')).flatMap((cell) => {
    const [control] = cell.children.filter(({ name }) => isNamed(name, 'control'))
    return control ? partsOf(control, labelOf(cell)) : []
  })
}

function isNamed(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted
}

function cellsIn(element: XmlElement): XmlElement[] {
  return isNamed(element.name, 'cell') ? [element] : element.children.flatMap(cellsIn)
}

function labelOf({ children }: XmlElement): string | undefined {
  const [labels] = children.filter(({ name }) => isNamed(name, 'labels'))
  const texts = labels?.children.map(({ attributes }) => attributes.get('description')?.trim() ?? '') ?? []
  return texts
    .find((text) => text !== '')
    ?.slice(0, LONGEST_TITLE)
    .toWellFormed()
}

function partsOf(control: XmlElement, title: string | undefined): FormPart[] {
  const parameters = new Map(
    control.children
      .filter(({ name }) => isNamed(name, 'parameters'))
      .flatMap(({ children }) => children.map(({ name, text }) => [name.toLowerCase(), text.trim()] as const)),
  )
  const idIn = (name: string): string | undefined => readGuid(parameters.get(name) ?? '')
  const [chart, view] = [idIn('visualizationid'), idIn('viewid')]
  const own = CLASSES[readGuid(control.attributes.get('classid') ?? '') ?? '']
  if (own !== undefined) return [{ kind: own, title }]
  const isGrid = readGuid(control.attributes.get('classid') ?? '') === GRID
  if (!isGrid && chart === undefined && view === undefined) return [{ kind: 'other', title }]
  const of = { title, entity: parameters.get('targetentitytype') || undefined, view }
  const mode = parameters.get('chartgridmode')?.toLowerCase()
  const list: FormPart = { kind: 'list', ...of }
  const drawn: FormPart = { kind: 'chart', ...of, chart }
  if (mode === 'grid') return [list]
  if (mode === 'chart') return [drawn]
  return chart === undefined ? [list] : [drawn, list]
}
