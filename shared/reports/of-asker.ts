import { parseXml, type XmlElement } from '../dataverse/query/from-fetchxml/xml.ts'
import type { ReportDefinition } from './definition.ts'
import { OWNED } from './run/bind.ts'

/** Whether a report shows nothing but rows that the person owns, whatever it is run with. */
export function isOfAsker({ queries }: Pick<ReportDefinition, 'queries'>): boolean {
  return queries.every(({ fetchxml }) => {
    const entity = parseXml(fetchxml).children.find(({ name }) => name === 'entity')
    return entity?.children.some(keepsOwn) === true
  })
}

/** A condition that always holds: in no alternative, and left out by no parameter. */
function keepsOwn({ name, attributes, children }: XmlElement): boolean {
  if (attributes.has('if') || attributes.has('unless')) return false
  if (name === 'filter') return attributes.get('type') !== 'or' && children.some(keepsOwn)
  return name === 'condition' && attributes.get('attribute') === 'ownerid' && attributes.get('operator') === OWNED
}
