import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { parseXml, type XmlElement } from '../../../shared/dataverse/query/from-fetchxml/xml.ts'
import { readFetch } from '../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { writeFetch } from '../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { BUILT_IN_REPORTS } from '../../../shared/reports/catalogue/built-in.ts'
import { checkParameters } from '../../../shared/reports/check/check-parameters.ts'
import { bindParameters } from '../../../shared/reports/run/bind.ts'
import { entityNamed } from '../../sandbox/dataverse/schema/schema.ts'
import { stageOf, type Stage } from '../agreement/ask.ts'
import { worldAt } from '../agreement/world.ts'
import { CLOCKS } from '../reports/everybody.ts'
import { ASKERS } from '../suite.ts'

const written = ({ name, attributes, children }: XmlElement): string => {
  const members = [...attributes].map(([key, value]) => ` ${key}="${value}"`).join('')
  return `<${name}${members}>${children.map(written).join('')}</${name}>`
}
const marked = (element: XmlElement): XmlElement[] => [
  ...(element.attributes.has('term') ? [element] : []),
  ...element.children.flatMap(marked),
]

/** What each filter of a report holds that stands for a term, as a query of its own. */
const INSIDE = BUILT_IN_REPORTS.flatMap((report) =>
  report.queries.flatMap(({ fetchxml }) => {
    const root = parseXml(fetchxml)
    const entity = root.children.find(({ name }) => name === 'entity')?.attributes.get('name') ?? ''
    const id = entityNamed(entity).primaryIdAttribute
    return marked(root).map((filter) => {
      const term = filter.attributes.get('term') ?? ''
      const alone = `<fetch><entity name="${entity}"><attribute name="${id}"/>${written(filter)}</entity></fetch>`
      const bound = bindParameters(alone, checkParameters(report, {}))
      return { slug: report.slug, term, entity, id, fetchxml: writeFetch(readFetch(bound, () => undefined)) }
    })
  }),
)
const CASES = [...Map.groupBy(INSIDE, ({ term, fetchxml }) => `${term} ${fetchxml}`).values()].flatMap(([one]) =>
  one ? [one] : [],
)

test('reports have words for rows, each with conditions of its own', () => {
  expect(new Set(INSIDE.map(({ term }) => term))).toEqual(
    new Set(['open pipeline', 'overdue', 'won', 'lost', 'stalled']),
  )
  for (const { fetchxml } of INSIDE) expect(fetchxml).toContain('<condition')
})

describe.each(CLOCKS)('%s', (_what, now) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await stageOf(worldAt(new Date(now)))
  })
  afterAll(async () => await stage.close())

  test.each(CASES)('the filter of $slug is what "$term" means', async ({ term, entity, id, fetchxml }) => {
    for (const person of ASKERS.slice(0, 3)) {
      const asked = { entity, filter: `term eq '${term}'`, select: [id], count: true, top: 5000 }
      const meant = await stage.ask(person, asked, id)
      expect(await stage.ask(person, { fetchxml, count: true, top: 5000 }, id)).toEqual(meant)
      expect('ids' in meant ? meant.ids.length : 0).toBeGreaterThan(0)
    }
  })
})
