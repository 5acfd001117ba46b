import type { QueryOptions } from '../../../shared/dataverse/query/from-odata/read-options.ts'
import type { Term } from '../../../shared/dataverse/query/terms/term.ts'
import { term } from '../../unit/dataverse/query/terms/asking.ts'
import { condition, fetch, filter } from '../query.ts'

/** A company's own words, with what no check would let pass among them. */
export const OWN_WORDS: readonly Term[] = [
  term('signed', { filter: "statecode eq 'Won'", date: 'actualclosedate', owner: 'Sales Operations' }),
  term('hoped for', { filter: "statecode eq 'Open'", date: 'estimatedclosedate' }),
  term('failed', { filter: "statecode eq 'Lost'", isOwn: false }),
  term('ill dated', { filter: "statecode eq 'Won'", date: 'name' }),
  term('unmade', { filter: "term eq 'nowhere'" }),
  term('round', { filter: "term eq 'round'" }),
  term('wide', { filter: Array.from({ length: 501 }, () => "name eq 'x'").join(' or ') }),
  term('key', { entity: 'account', filter: 'name eq primarycontactid/fullname' }),
  term('led', { entity: 'account', filter: 'primarycontactid/fullname ne null' }),
  term('key', { entity: 'contact', filter: "fullname ne 'x'" }),
]

const ALIKE = '<link-entity name="account" from="accountid" to="parentaccountid" alias="far"/>'
const SIGNED = condition('term', 'eq', 'signed')

type Asked = { readonly entity: string; readonly odata?: QueryOptions; readonly fetchxml?: string }

const filters: readonly (readonly [entity: string, odata: string, fetchxml: string])[] = [
  ['opportunity', "term eq 'unmade'", condition('term', 'eq', 'unmade')],
  ['opportunity', "term eq 'round'", condition('term', 'eq', 'round')],
  ['opportunity', "term eq 'wide'", condition('term', 'eq', 'wide')],
  ['opportunity', "term eq 'signed'", SIGNED],
  ['opportunity', "term eq 'failed'", condition('term', 'eq', 'failed')],
  ['competitor', "term eq 'signed'", SIGNED],
  ['competitor', "term eq 'zzqqxx'", condition('term', 'eq', 'zzqqxx')],
  ['team', "term eq 'zzqqxx'", condition('term', 'eq', 'zzqqxx')],
  ['systemuser', 'period eq this-month', condition('period', 'this-month')],
  [
    'opportunity',
    "term eq 'ill dated' and period eq this-month",
    `${condition('term', 'eq', 'ill dated')}${condition('period', 'this-month')}`,
  ],
  [
    'opportunity',
    "term in ('signed', 'hoped for') and period eq this-month",
    `${condition('term', 'in', 'signed', 'hoped for')}${condition('period', 'this-month')}`,
  ],
]

/** Questions with a company's own words, each for a sentence that no other has. */
export const OF_OWN_WORDS: readonly Asked[] = [
  ...filters.flatMap(([entity, odata, fetchxml]): readonly Asked[] => [
    { entity, odata: { filter: odata } },
    { entity, fetchxml: fetch(entity, filter(fetchxml)) },
  ]),
  { entity: 'opportunity', odata: { filter: 'signed eq true' } },
  { entity: 'opportunity', odata: { filter: "twin/term eq 'key'" } },
  { entity: 'account', odata: { filter: "opportunity_parent_account/any(o:o/parentaccountid/term eq 'key')" } },
  ...['key', 'led'].map((name) => ({
    entity: 'opportunity',
    fetchxml: fetch(
      'opportunity',
      `${ALIKE}${filter(`<condition entityname="far" attribute="term" operator="eq" value="${name}"/>`)}`,
    ),
  })),
  ...(['period', 'term'] as const).flatMap((name): readonly Asked[] => [
    { entity: 'opportunity', odata: { select: [name] } },
    { entity: 'opportunity', odata: { orderby: `${name} desc`, filter: "term eq 'signed'" } },
    { entity: 'opportunity', fetchxml: fetch('opportunity', `<attribute name="${name}"/>${filter(SIGNED)}`) },
  ]),
]
