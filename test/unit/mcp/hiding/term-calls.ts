import { BUILT_IN_TERMS } from '../../../../shared/dataverse/query/terms/built-in.ts'
import type { Term } from '../../../../shared/dataverse/query/terms/term.ts'
import { term } from '../../dataverse/query/terms/asking.ts'
import type { Call } from './calls.ts'

/** Words that speak of what is hidden, by every member of a definition, or of nothing that is. */
export const OWN_TERMS: readonly Term[] = [
  term('rich', { entity: 'account', filter: 'revenue gt 7750000', aliases: ['zealous'] }),
  term('credited', { entity: 'account', filter: 'creditlimit ge 7750000', date: 'createdon' }),
  term('noted', { entity: 'account', filter: "Account_Annotation/any(a:contains(a/notetext,'Zebra'))" }),
  term('reachable', { entity: 'account', filter: 'primarycontactid/telephone1 ne null' }),
  term('peopled', { entity: 'account', filter: 'contact_customer_accounts/any(c:c/mobilephone ne null)' }),
  term('worded', { entity: 'account', filter: "contains(description,'Zebra')" }),
  term('worth', { filter: "statecode eq 'Open'", amount: 'estimatedvalue', date: 'createdon' }),
  term('size', { filter: 'name ne null', measure: 'sum(estimatedvalue) / count' }),
  term('backed', { filter: 'name ne null', measure: 'max(parentaccountid/revenue)' }),
  term('sized', { filter: 'name ne null', measure: "term('size') * 2" }),
  term('well backed', { filter: "parentaccountid/term eq 'rich'", date: 'createdon' }),
  term('late born', { entity: 'contact', filter: 'createdon ne null', date: 'birthdate' }),
  term('moved', { entity: 'lead', filter: "statecode eq 'Open'", date: 'modifiedon' }),
  term('plain', { entity: 'account', filter: 'accountnumber ne null', date: 'createdon' }),
]
export const TERMS: readonly Term[] = [...OWN_TERMS, ...BUILT_IN_TERMS]

const crm = (args: object): Call => ({ tool: 'query_crm', args: { top: 20, ...args } })
const figures = (entity: string, args: object): Call => ({ tool: 'analyze', args: { entity, ...args } })

/** Every way in which a word may be asked for. */
function ofTerm({ entity, name }: Term): Call[] {
  const is = `term eq '${name}'`
  const condition = `<filter><condition attribute="term" operator="eq" value="${name}"/></filter>`
  return [
    crm({ entity, filter: is, count: true, ids: true }),
    crm({ entity, filter: `term ne '${name}'`, count: true }),
    crm({ entity, filter: `${is} and period eq this-year` }),
    crm({ entity, filter: is, orderby: 'period desc' }),
    crm({ fetchxml: `<fetch><entity name="${entity}"><attribute name="createdon"/>${condition}</entity></fetch>` }),
    ...(entity === 'account'
      ? [
          crm({ entity: 'opportunity', filter: `parentaccountid/${is}` }),
          figures('opportunity', { measures: [`count(where customerid/${is})`], by: ['year(createdon)'] }),
        ]
      : []),
    ...(entity === 'opportunity'
      ? [crm({ entity: 'account', filter: `opportunity_parent_account/any(o:o/${is})` })]
      : []),
    figures(entity, { measures: [name] }),
    figures(entity, { measures: [`term('${name}') / count`], by: ['year(createdon)'], top: 3 }),
    figures(entity, { measures: [`count(where ${is})`, `median(days(createdon, today) where ${is})`] }),
    figures(entity, { measures: ['count'], filter: is, by: ['month(period)'] }),
    figures(entity, { measures: [name], compare: ['period eq this-year', 'period eq last-year'] }),
    figures(entity, { measures: ['count'], compare: [is, `not (${is})`] }),
    figures(entity, { measures: [`count(${name.replaceAll(' ', '_')})`] }),
    { tool: 'get_entity_metadata', args: { entity, search: name } },
  ]
}

/** What there is instead of a word that there is not. */
const ofNone = (entity: string): Call[] => [
  crm({ entity, filter: "term eq 'zzqqxx'" }),
  crm({ entity, filter: "term eq 'ric'" }),
  figures(entity, { measures: ["term('zzqqxx')"] }),
  figures(entity, { measures: ["term('siz')"] }),
  crm({ entity, select: ['period', 'term'] }),
]

export const TERM_CALLS: readonly Call[] = [
  ...TERMS.flatMap(ofTerm),
  ...['account', 'contact', 'lead', 'opportunity', 'incident'].flatMap(ofNone),
]
