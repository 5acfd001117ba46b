import { entityNamed } from '../../../sandbox/dataverse/schema/schema.ts'
import { condition, fetch } from '../../query.ts'
import { quoted } from '../comparison.ts'
import { complement } from '../meaning.ts'
import type { Case } from '../place.ts'
import { distinct } from './tables.ts'

type Words = { readonly odata: string; readonly fetch: string; readonly sql: string }

/** A condition in words of its own; FetchXML's are what stands in the `entity`, SQL's what stands after `where`. */
function written(entity: string, name: string, words: Words, kind = name): Case {
  const id = entityNamed(entity).primaryIdAttribute
  return {
    key: `${entity} ${name}`,
    kind,
    entity,
    id,
    odata: words.odata === '' ? [] : [['filter', words.odata]],
    fetch: [['filter', fetch(entity, `<attribute name="${id}"/>${words.fetch}`)]],
    sql: `select x.${id} from ${entity} x where ${words.sql}`,
  }
}

const filter = (...parts: readonly string[]): string => `<filter>${parts.join('')}</filter>`
const either = (...parts: readonly string[]): string => `<filter type="or">${parts.join('')}</filter>`
/** The rows of another table, of which some or none are wanted. */
const linked = (type: string, table: string, from: string, to: string, inner: string): string =>
  `<link-entity name="${table}" from="${from}" to="${to}" link-type="${type}">${inner}</link-entity>`

const DEALS = 'opportunity_parent_account'
const dealsWhere = (where: string): string =>
  `exists (select 1 from opportunity o where o.parentaccountid = x.accountid and ${where})`
const openTask = 'exists (select 1 from task t where t.regardingobjectid = o.opportunityid and t.statecode = 0)'
const deals = (type: string, inner: string): string =>
  filter(linked(type, 'opportunity', 'parentaccountid', 'accountid', filter(inner)))
const tasks = linked('any', 'task', 'regardingobjectid', 'opportunityid', filter(condition('statecode', 'eq', '0')))
const nested = `${DEALS}/any(o:o/Opportunity_Tasks/any(t:t/statecode eq 0))`

const collections: readonly Case[] = [
  written('account', 'any in any', { odata: nested, fetch: deals('any', tasks), sql: dealsWhere(openTask) }),
  written('account', 'not any in any', {
    odata: `not ${nested}`,
    fetch: deals('not any', tasks),
    sql: `not ${dealsWhere(openTask)}`,
  }),
  written('account', 'any of two conditions', {
    odata: `${DEALS}/any(o:o/statecode eq 0 and o/estimatedvalue ge 20000)`,
    fetch: deals('any', condition('statecode', 'eq', '0') + condition('estimatedvalue', 'ge', '20000')),
    sql: dealsWhere('o.statecode = 0 and o.estimatedvalue >= 20000'),
  }),
  written('account', 'any without a condition', {
    odata: `${DEALS}/any()`,
    fetch: filter(linked('any', 'opportunity', 'parentaccountid', 'accountid', '')),
    sql: dealsWhere('1'),
  }),
  written('account', 'not any without a condition', {
    odata: `not ${DEALS}/any()`,
    fetch: filter(linked('not any', 'opportunity', 'parentaccountid', 'accountid', '')),
    sql: `not ${dealsWhere('1')}`,
  }),
  written('account', 'some and all of them', {
    odata: `${DEALS}/any() and ${DEALS}/all(o:o/statecode eq 0)`,
    fetch: filter(
      linked('any', 'opportunity', 'parentaccountid', 'accountid', ''),
      linked('not any', 'opportunity', 'parentaccountid', 'accountid', filter(condition('statecode', 'ne', '0'))),
    ),
    sql: `${dealsWhere('1')} and not ${dealsWhere('o.statecode <> 0')}`,
  }),
  written('systemuser', 'any of a many-to-many', {
    odata: "teammembership_association/any(t:t/name eq 'Key Accounts')",
    fetch: filter(
      linked(
        'any',
        'teammembership',
        'systemuserid',
        'systemuserid',
        linked('inner', 'team', 'teamid', 'teamid', filter(condition('name', 'eq', 'Key Accounts'))),
      ),
    ),
    sql: "exists (select 1 from teammembership m join team t on t.teamid = m.teamid where m.systemuserid = x.systemuserid and t.name = 'Key Accounts')",
  }),
]

const CREDIT = 'x.statecode = 0 and x.creditlimit >= 20000'
const EITHER = "x.industrycode = 5 or fold(x.address1_city) = 'bristol'"
const logic: readonly Case[] = [
  written('account', 'not (… and …)', {
    odata: 'not (statecode eq 0 and creditlimit ge 20000)',
    fetch: either(
      condition('statecode', 'ne', '0'),
      condition('creditlimit', 'lt', '20000'),
      condition('creditlimit', 'null'),
    ),
    sql: complement(CREDIT),
  }),
  written('account', 'not (… or …)', {
    odata: "not (industrycode eq 5 or address1_city eq 'Bristol')",
    fetch: filter(condition('industrycode', 'ne', '5'), condition('address1_city', 'ne', 'Bristol')),
    sql: complement(EITHER),
  }),
  written('account', 'not (not (…))', {
    odata: 'not (not (creditlimit ge 20000))',
    fetch: filter(condition('creditlimit', 'ge', '20000')),
    sql: 'x.creditlimit >= 20000',
  }),
  written('account', 'a negative beside not-null', {
    odata: 'industrycode ne 5 and industrycode ne null',
    fetch: filter(condition('industrycode', 'not-null'), condition('industrycode', 'ne', '5')),
    sql: 'x.industrycode <> 5',
  }),
  written('account', 'a negative or null', {
    odata: 'industrycode ne 5 or industrycode eq null',
    fetch: either(condition('industrycode', 'ne', '5'), condition('industrycode', 'null')),
    sql: complement('x.industrycode = 5'),
  }),
]

/** Names that every object of JavaScript has. */
const aliases: readonly Case[] = ['constructor', 'toString', '__proto__', 'hasOwnProperty'].map((alias) =>
  written('account', `the alias ${alias}`, {
    odata: "startswith(parentaccountid/name,'Tidewater')",
    fetch: `<link-entity name="account" from="accountid" to="parentaccountid" alias="${alias}" link-type="outer"/>${filter(
      `<condition entityname="${alias}" attribute="name" operator="begins-with" value="Tidewater"/>`,
    )}`,
    sql: "exists (select 1 from account p where p.accountid = x.parentaccountid and p.name like 'Tidewater%')",
  }),
)

const PARTIES = { from: 1, to: 2, cc: 3 } as const
const PARTY_NAMES = 'select contactid from raw_contact where fold(fullname) = fold(:who) union '
  .concat('select accountid from raw_account where fold(name) = fold(:who) union ')
  .concat('select systemuserid from raw_systemuser where fold(fullname) = fold(:who)')

/** Who is a party to a message, by name. */
function party(column: keyof typeof PARTIES, who: string): Case[] {
  const names = PARTY_NAMES.replaceAll(':who', quoted(who))
  const some = `exists (select 1 from activityparty p where p.activityid = x.activityid and p.participationtypemask = ${PARTIES[column]} and p.partyid in (${names}))`
  return (['eq', 'ne'] as const).map((op) =>
    written(
      'email',
      `${column} ${op} ${JSON.stringify(who)}`,
      {
        odata: `${column} ${op} ${quoted(who)}`,
        fetch: filter(condition(column, op, who)),
        sql: op === 'eq' ? some : complement(some),
      },
      'a party',
    ),
  )
}
/** One of several, and the person who asks. */
function anyOfParties(): Case[] {
  const sent = (who: string): string =>
    `exists (select 1 from activityparty p where p.activityid = x.activityid and p.participationtypemask = 2 and p.partyid ${who})`
  const names = ['Zoë Variety', "Max O'Hara"]
  const ids = names.map((name) => PARTY_NAMES.replaceAll(':who', quoted(name))).join(' union ')
  const cases = [
    ['in', `(${names.map(quoted).join(', ')})`, condition('to', 'in', ...names), sent(`in (${ids})`)],
    [
      'not in',
      `(${names.map(quoted).join(', ')})`,
      condition('to', 'not-in', ...names),
      complement(sent(`in (${ids})`)),
    ],
    ['eq', 'me', condition('to', 'eq', 'me'), sent('= me()')],
    ['ne', 'me', condition('to', 'ne', 'me'), complement(sent('= me()'))],
  ] as const
  return cases.map(([op, value, fetch, sql]) =>
    written('email', `to ${op} ${value}`, { odata: `to ${op} ${value}`, fetch: filter(fetch), sql }, 'a party'),
  )
}
const parties = [
  ...party('from', 'Priya Nair'),
  ...party('to', 'Zoë Variety'),
  ...party('cc', "Max O'Hara"),
  ...anyOfParties(),
]

/** Brackets are no part of an id's spelling: whatever is made of them, both languages make the same. */
const BRACKETED = '(11111111-2222-4333-8444-555555555555)'
const open: Case = {
  ...written('account', 'an id in parentheses', {
    odata: `accountid eq '${BRACKETED}'`,
    fetch: filter(condition('accountid', 'eq', BRACKETED)),
    sql: '0',
  }),
  names: ['select accountid from account where 0'],
}

/** Conditions that no table of columns and operators yields. */
export const otherCases: readonly Case[] = distinct([...collections, ...logic, ...aliases, ...parties, open])
