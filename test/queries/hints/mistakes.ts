import type { RefusalCode } from '../../../shared/dataverse/refusal-codes.ts'
import { condition, fetch, filter } from '../query.ts'
import type { Language } from './wrong.ts'

type Arguments = Readonly<Record<string, unknown>>

/** A question that is refused, and what it becomes with what the refusal prints; `''`: it is read, with a note. */
export type Mistake = {
  readonly name: string
  readonly language: Language
  readonly code: RefusalCode | ''
  readonly args: Arguments
  readonly repaired?: (printed: string) => Arguments
  /** What is printed, where it is no condition and no list of names. */
  readonly find?: RegExp
}

const whole =
  (entity: string) =>
  (printed: string): Arguments => ({ entity, filter: printed })

/** A wrong filter; what the hint prints is the right one, or stands in the place of a word of it. */
function odata(code: RefusalCode | '', wrong: string, instead = 'nothing', entity = 'opportunity'): Mistake {
  const args = { entity, filter: wrong }
  if (instead === 'nothing') return { name: wrong.slice(0, 150), language: 'odata', code, args }
  const repaired =
    instead === 'whole' ? whole(entity) : (printed: string) => ({ entity, filter: wrong.replace(instead, printed) })
  return { name: wrong.slice(0, 150), language: 'odata', code, args, repaired }
}

function xml(
  code: RefusalCode | '',
  inner: string,
  instead?: string,
  entity = 'opportunity',
  attributes = '',
): Mistake {
  const fetchxml = fetch(entity, inner, attributes)
  const repaired = (printed: string): Arguments => ({ fetchxml: fetchxml.replace(instead ?? '', printed) })
  return {
    name: `${entity} ${inner.slice(0, 150)}`,
    language: 'fetchxml',
    code,
    args: { fetchxml },
    ...(instead !== undefined && { repaired }),
  }
}

const where = (code: RefusalCode | '', wrong: string, instead = wrong, entity = 'opportunity'): Mistake =>
  xml(code, filter(wrong), instead === '' ? undefined : instead, entity)
const option = (code: RefusalCode, args: Arguments, repaired?: (printed: string) => Arguments): Mistake => ({
  name: JSON.stringify(args),
  language: 'odata',
  code,
  args: { entity: 'opportunity', ...args },
  ...(repaired && { repaired: (printed) => ({ entity: 'opportunity', ...repaired(printed) }) }),
})

/** A value of several words, as it is to be written. */
const QUOTED = /'[^']+'/

const FILTERS: readonly Mistake[] = [
  odata('invalid_filter', "name eq 'O'Brien'"),
  odata('invalid_filter', "name eq 'x"),
  odata('invalid_filter', 'name eq ‘x’'),
  odata('invalid_filter', 'year(createdon) eq 2026', 'whole'),
  odata('invalid_filter', 'year(createdon) eq 2026 and month(createdon) eq 5', 'whole'),
  odata('invalid_filter', 'month(createdon) eq 5', 'whole'),
  odata('invalid_filter', 'Opportunity_Tasks/$count gt 2'),
  odata('invalid_value', 'estimatedclosedate eq FY2026-P4', 'whole'),
  odata('invalid_value', "createdon eq 'FY2026'", 'whole'),
  odata('invalid_value', 'createdon eq ytd', 'whole'),
  odata('invalid_value', 'createdon ne ytd', 'whole'),
  odata('invalid_value', 'estimatedclosedate gt H1-2026', 'whole'),
  odata('invalid_value', 'estimatedclosedate eq quarter-to-date', 'whole'),
  odata('invalid_value', 'createdon eq H2-2026', 'whole'),
  odata('invalid_filter', 'year(parentaccountid/createdon) eq 2026', 'whole'),
  odata(
    'invalid_filter',
    'opportunity_customer_accounts/any(o:year(o/createdon) eq 2026)',
    'year(o/createdon) eq 2026',
    'account',
  ),
  odata('invalid_filter', 'createdon gt now()'),
  odata('invalid_filter', 'estimatedvalue gt 50€'),
  odata('invalid_filter', 'name eq 3com'),
  odata('invalid_filter', 'estimatedvalue add 5 gt 10'),
  odata('invalid_filter', 'estimatedvalue * 2 gt 10'),
  odata('invalid_filter', 'createdon eq this-year-or-last'),
  odata('invalid_value', 'createdon eq last-year-to-date'),
  odata('invalid_value', 'createdon eq last-qtd'),
  odata('invalid_filter', 'days(createdon, today) gt 90'),
  odata('invalid_filter', 'statuscode has 1'),
  odata('invalid_filter', "SELECT name FROM opportunity WHERE name = 'x'"),
  odata('invalid_filter', "name eq 'x'&$top=5"),
  odata('invalid_filter', "name eq 'x' order by name"),
  odata('invalid_filter', 'name eq @p1'),
  odata('invalid_filter', "(name eq 'x'"),
  { ...odata('invalid_filter', 'name eq Contoso Ltd', 'Contoso Ltd'), find: QUOTED },
  { ...odata('invalid_filter', 'ownerid eq Priya Nair and statecode eq Open', 'Priya Nair'), find: QUOTED },
  { ...odata('invalid_filter', '(contains(name,Ash Oak) or name eq null)', 'Ash Oak'), find: QUOTED },
  { ...odata('invalid_filter', 'name in (Contoso Ltd of Kent,Adatum)', 'Contoso Ltd of Kent'), find: QUOTED },
  odata('invalid_filter', "name eq 'x')"),
  odata('invalid_filter', 'name gt null', 'whole'),
  odata('invalid_filter', 'estimatedvalue between 1 and null'),
  odata('invalid_filter', 'contains(name,description)', 'whole'),
  odata('invalid_filter', 'contains(name,null)'),
  odata('invalid_filter', 'name like Contoso', 'whole'),
  odata('invalid_filter', 'name startswith Contoso', 'whole'),
  odata('invalid_filter', 'Opportunity_Tasks/any(statecode eq 0)'),
  odata('invalid_filter', 'Opportunity_Tasks/all()', 'whole'),
  odata('invalid_filter', "LastXDays(PropertyName='createdon')"),
  odata('invalid_filter', 'Between(PropertyName=\'estimatedvalue\',PropertyValues=["1"])'),
  odata('invalid_filter', "5 eq 'x'"),
  odata('invalid_filter', 'statuscode in ()'),
  odata('invalid_filter', "contains(name,'x') eq 5"),
  odata('invalid_filter', `not Under(ownerid,'${'1'.repeat(8)}-1111-4111-8111-111111111111')`),
  odata('unknown_column', 'estimatdvalue gt 5', 'estimatdvalue'),
  odata('unknown_column', 'closedate eq null', 'closedate'),
  odata('unknown_column', 'Opportunity_Tasks ne null'),
  odata('unknown_column', 'opportunitycompetitors_association ne null'),
  odata('unknown_column', 'amount gt 5', 'amount'),
  odata('unknown_column', "parentaccountid/nmae eq 'x'", 'nmae'),
  odata('unknown_path', "parentacountid/name eq 'x'", 'parentacountid'),
  odata('unknown_path', "name/x eq 'x'"),
  odata('unknown_path', "Opportunity_Tasks/subject eq 'x'"),
  odata('unknown_collection', 'Oportunity_Tasks/any()', 'Oportunity_Tasks'),
  odata('unknown_collection', "primarycontactid/any(c:c/fullname eq 'x')", 'nothing', 'account'),
  odata('ambiguous_collection', 'opportunities/any()', 'opportunities', 'account'),
  odata('ambiguous_path', "regardingobjectid/name eq 'x'", 'regardingobjectid', 'task'),
  odata('unknown_option', "statecode eq 'In Progress'", 'whole'),
  odata('unknown_name', "ownerid eq 'Zebulon Nobody'", 'whole'),
  ...['my team', 'mine', 'our team', 'us', 'myteam', 'My Team!'].map((word) =>
    odata('unknown_name', `ownerid eq '${word}'`, 'whole'),
  ),
  odata('unknown_name', "createdby eq 'mine'", 'whole'),
  odata('unknown_name', "parentaccountid/ownerid eq 'Zebulon Nobody'", 'whole'),
  odata('unknown_name', "opportunityid eq 'Zzzyx Nobody'", 'whole'),
  odata('unknown_name', "not (customerid eq 'Zebulon')", "customerid eq 'Zebulon'"),
  odata('ambiguous_value', "estimatedvalue gt '50.000'", 'whole'),
  odata('invalid_value', "estimatedvalue gt '12,50'", 'whole'),
  odata('invalid_value', 'closeprobability eq 1.5', 'whole'),
  odata('invalid_value', "createdon ne '31/01/2026'", 'whole'),
  ...["'03/04/2026'", '03/04/2026', '31.01.2026', '3-4-2026', '3/4/26', '03/04/2026 10:00'].flatMap((day) => [
    odata('invalid_value', `createdon ge ${day}`, 'whole'),
    odata('invalid_value', `estimatedclosedate in (${day}, 2026-05-06, 4/5/2026)`, 'whole'),
    odata('invalid_value', `createdon between ${day} and 4.5.2026`, 'whole'),
  ]),
  odata('invalid_value', 'LastXDays(createdon,0)', 'whole'),
  odata('invalid_value', "estimatedvalue gt ''", 'whole'),
  odata('invalid_value', "activitytypecode eq 'carrier pigeon'", 'whole', 'activitypointer'),
  odata('invalid_value', `name eq 'a\ufffeb'`),
  odata('invalid_operator', "contains(estimatedvalue,'5')", 'whole'),
  odata('invalid_operator', 'Today(parentaccountid/name)', 'whole'),
  odata('invalid_operator', 'decisionmaker gt true', 'whole'),
  odata('invalid_comparison', 'estimatedvalue gt createdon', 'whole'),
  odata('query_too_long', Array.from({ length: 501 }, () => 'x').join(' or ')),
  odata('unknown_term', "term eq 'wonn'", 'whole'),
  odata('unknown_term', "not (term in ('won', 'zzz'))", "term in ('won', 'zzz')"),
  odata('unknown_term', "parentaccountid/term eq 'zzz'"),
  odata('unknown_term', "customerid/term eq 'won'"),
  odata('unknown_term', "ownerid/term eq 'won'"),
  odata('unknown_term', "term eq 'open pipeline'", 'nothing', 'account'),
  odata('unknown_term', "Opportunity_Tasks/any(t:t/term eq 'won')"),
  odata('invalid_operator', "contains(term,'pipeline')", 'whole'),
  odata('invalid_operator', 'term eq null', 'whole'),
  odata('unclear_period', "term in ('won', 'open pipeline') and period eq this-month", 'period eq this-month'),
  odata('unclear_period', 'period ge 2026-01-31', 'whole'),
  odata('', "hp_interests eq 'Decking'", 'whole', 'contact'),
  odata('', "ownerid ne 'me'"),
  odata('', 'createdon ne 2026-11-18'),
  odata('', "contains(statuscode,'Pro')"),
]

const LABEL = /(?<=Did you mean: )[^,?]+/
const LABELS: readonly Mistake[] = [
  { ...odata('unknown_option', "statuscode eq 'Wun'", 'Wun'), find: LABEL },
  { ...where('unknown_option', condition('statuscode', 'in', 'Wun', 'Canceled'), 'Wun'), find: LABEL },
  { ...odata('unknown_option', "statuscode eq 'Wun'", "'Wun'"), find: /(?<=choices of statuscode are: )\d+/ },
]

const NOTHING_NEAR = Array.from({ length: 12 }, (_, index) => `${'z'.repeat(20)}${index}`)

const OPTIONS: readonly Mistake[] = [
  option('unknown_entity', { entity: 'oportunity' }, (entity) => ({ entity })),
  option('invalid_select', { select: ['*'] }),
  {
    ...option('invalid_select', { select: ['parentaccountid/name'] }, (json) => ({
      expand: JSON.parse(json) as unknown,
    })),
    find: /\[\{.*\}\]/,
  },
  option('unknown_column', { select: ['estimatdvalue'] }, (printed) => ({ select: [printed] })),
  {
    ...option('unknown_column', { select: ['estimatdvalue', 'name'], orderby: 'nmae' }, (printed) => ({
      select: [printed, 'name'],
    })),
    find: /(?<=for "estimatdvalue": )\w+/,
  },
  option('unknown_column', { select: ['estimatdvalue', ...NOTHING_NEAR] }),
  {
    ...option('invalid_orderby', { orderby: 'parentaccountid/name' }, (orderby) => ({ orderby })),
    find: /(?<=")[^"]+/,
  },
  option('invalid_orderby', { orderby: 'name desc nulls last' }),
  option('unknown_column', { orderby: 'estimatdvalue desc' }, (printed) => ({ orderby: `${printed} desc` })),
  option('invalid_expand', { expand: [{ lookup: 'parentaccountid/createdby', select: ['name'] }] }),
  option('unknown_expand', { expand: [{ lookup: 'parentacountid', select: ['createdon'] }] }, (lookup) => ({
    expand: [{ lookup, select: ['createdon'] }],
  })),
  option(
    'ambiguous_collection',
    { entity: 'account', expand: [{ lookup: 'opportunity', select: ['name'] }] },
    (lookup) => ({
      entity: 'account',
      expand: [{ lookup, select: ['name'] }],
    }),
  ),
  option('unreadable_column', { entity: 'account', expand: [{ lookup: 'Account_Emails', select: ['to'] }] }),
]

const wrongLink = (attributes: string, inner = ''): string =>
  `<link-entity name="account" ${attributes}>${inner}</link-entity>`
const GROUPING = /<attribute [^>]+>/
const LATEST = '<attribute name="createdon" aggregate="max" alias="m"/>'
const FETCHES: readonly Mistake[] = [
  {
    ...xml(
      'invalid_fetchxml',
      '<attribute name="createdon" dategrouping="month"/>',
      '<attribute name="createdon" dategrouping="month"/>',
    ),
    find: GROUPING,
  },
  {
    ...xml('invalid_fetchxml', LATEST.replace('max"', 'max" dategrouping="month"')),
    repaired: (printed) => ({ fetchxml: fetch('opportunity', LATEST + printed) }),
    find: GROUPING,
  },
  where('invalid_value', condition('createdon', 'on', 'FY2026-P4')),
  where('invalid_value', condition('createdon', 'ne', 'H1-2026')),
  where('invalid_fetchxml', condition('name', 'frobnicate', 'x'), ''),
  where('invalid_fetchxml', condition('name', 'likes', '%x%'), 'likes'),
  where('invalid_fetchxml', condition('closeprobability', 'between', '5'), ''),
  where('invalid_fetchxml', '<condition entityname="b" attribute="name" operator="null"/>', ''),
  where('invalid_fetchxml', '<condition attribute="name" operator="like" valueof="description"/>', ''),
  where('invalid_operator', condition('estimatedvalue', 'like', '%5%')),
  where('invalid_operator', condition('createdon', 'begins-with', '2026')),
  where('invalid_operator', condition('statecode', 'last-x-days', '5')),
  where('invalid_operator', condition('ownerid', 'gt', 'x')),
  where('invalid_operator', condition('hp_interests', 'gt', '1'), undefined, 'contact'),
  where('invalid_value', condition('createdon', 'on', '31/12/2026')),
  where('invalid_value', condition('createdon', 'ne', 'soon')),
  where('invalid_value', condition('estimatedvalue', 'gt', 'a lot')),
  where('invalid_value', condition('estimatedvalue', 'between', '12,50', '70')),
  where('invalid_value', condition('createdon', 'last-x-days', 'a few')),
  where('unknown_name', condition('ownerid', 'under', 'Zebulon'), ''),
  where('unknown_name', condition('ownerid', 'eq', 'our team')),
  where('ambiguous_value', condition('estimatedvalue', 'not-in', '50.000', '7')),
  where('unknown_option', condition('statecode', 'eq', 'In Progress')),
  where('unknown_name', condition('customerid', 'ne', 'Zebulon & Sons')),
  where('invalid_comparison', '<condition attribute="actualvalue" operator="eq" valueof="name"/>'),
  where('unknown_column', condition('estimatdvalue', 'gt', '5'), 'estimatdvalue'),
  xml('unknown_column', '<attribute name="estimatdvalue"/>', 'estimatdvalue'),
  {
    ...xml('unknown_column', '<attribute name="Opportunity_Tasks"/>', '<attribute name="Opportunity_Tasks"/>'),
    find: /<link-entity [^>]*>/,
  },
  xml('unknown_column', '<attribute name="listlead_association"/>', undefined, 'lead'),
  {
    ...xml('unknown_column', '<attribute name="estimatdvalue"/><order attribute="name"/>', 'estimatdvalue'),
    name: 'one unknown attribute beside a known order',
  },
  {
    ...xml('unknown_column', ['estimatdvalue', ...NOTHING_NEAR].map((name) => `<attribute name="${name}"/>`).join('')),
    name: 'more unknown attributes than are told',
  },
  where('unknown_term', condition('term', 'ne', 'wonn')),
  where('unknown_term', condition('term', 'eq', 'won'), '', 'account'),
  where('invalid_operator', condition('term', 'like', '%pipeline%')),
  where('unclear_period', condition('period', 'last-x-days', '30')),
  xml('invalid_link', wrongLink('from="name" to="estimatedvalue"'), 'from="name" to="estimatedvalue"'),
  xml('unknown_link', '<link-entity name="product"/>'),
  xml('ambiguous_link', '<link-entity name="systemuser"/>', '<link-entity name="systemuser"'),
  xml(
    'invalid_aggregate',
    '<attribute name="name" aggregate="sum" alias="a"/>',
    undefined,
    'opportunity',
    'aggregate="true"',
  ),
  xml(
    'invalid_fetchxml',
    '<attribute name="createdon" groupby="true" alias="a"/>',
    undefined,
    'opportunity',
    'aggregate="true"',
  ),
  xml('unknown_entity', '<attribute name="name"/>', 'oportunity', 'oportunity'),
  xml('too_many_links', wrongLink('from="accountid" to="parentaccountid"').repeat(16)),
  where('query_too_long', condition('name', 'not-null').repeat(501), ''),
  where('', condition('hp_interests', 'eq', 'Decking'), undefined, 'contact'),
  where('', condition('createdon', 'ne', '2026-11-18'), ''),
  where('', condition('statuscode', 'contains', 'Pro'), ''),
]

export const MISTAKES: readonly Mistake[] = [...FILTERS, ...LABELS, ...OPTIONS, ...FETCHES]
