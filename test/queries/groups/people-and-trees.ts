import { unitId } from '../../sandbox/dataverse/seed/organisation.ts'
import { idOf } from '../../sandbox/dataverse/seed/tools.ts'
import { varietyAccountId } from '../../sandbox/dataverse/seed/variety/customers.ts'
import type { Query } from '../query.ts'
import { condition, fetch, filter } from '../query.ts'

const MY_TEAMS = 'select teamid from raw_teammembership where systemuserid = me()'
/** Me and who reports to me, at any distance. */
const REPORTS = `with recursive reports(id) as (select me() union
  select u.systemuserid from raw_systemuser u join reports on u.parentsystemuserid = reports.id)`
const HER_TEAMS = 'select teamid from raw_teammembership where systemuserid in (select id from reports)'

type Case = readonly [operator: string, where: string, before?: string]

function owned(entity: string, [operator, where, before = '']: Case): Query {
  return {
    name: `${entity} ${operator}`,
    entity,
    fetchXml: fetch(entity, `<attribute name="${entity}id"/>${filter(condition('ownerid', operator))}`),
    sql: `${before} select ${entity}id from ${entity} where ${where}`,
  }
}

const OWNER: readonly Case[] = [
  ['eq-userid', 'ownerid = me()'],
  ['ne-userid', 'ownerid <> me()'],
  ['eq-userteams', `ownerid in (${MY_TEAMS})`],
  ['eq-useroruserteams', `ownerid = me() or ownerid in (${MY_TEAMS})`],
  ['eq-useroruserhierarchy', 'ownerid in (select id from reports)', REPORTS],
  ['eq-useroruserhierarchyandteams', `ownerid in (select id from reports) or ownerid in (${HER_TEAMS})`, REPORTS],
]

const people: readonly Query[] = [
  ...OWNER.flatMap((one) => [owned('account', one), owned('opportunity', one)]),
  {
    name: 'owningbusinessunit eq-businessid',
    entity: 'contact',
    fetchXml: fetch('contact', filter(condition('owningbusinessunit', 'eq-businessid'))),
    sql: 'select contactid from contact where owningbusinessunit = my_unit()',
  },
  {
    name: 'owningbusinessunit ne-businessid',
    entity: 'contact',
    fetchXml: fetch('contact', filter(condition('owningbusinessunit', 'ne-businessid'))),
    sql: 'select contactid from contact where owningbusinessunit <> my_unit()',
  },
  {
    name: 'systemuserid eq-userid',
    entity: 'systemuser',
    fetchXml: fetch('systemuser', filter(condition('systemuserid', 'eq-userid'))),
    sql: 'select systemuserid from systemuser where systemuserid = me()',
  },
  {
    name: 'modifiedby ne-userid',
    entity: 'incident',
    fetchXml: fetch('incident', filter(condition('modifiedby', 'ne-userid'))),
    sql: 'select incidentid from incident where modifiedby <> me()',
  },
  {
    name: 'teams of mine',
    entity: 'team',
    fetchXml: fetch('team', filter(condition('teamid', 'eq-userteams'))),
    sql: `select teamid from team where teamid in (${MY_TEAMS})`,
  },
  {
    name: 'uilanguageid eq-userlanguage',
    entity: 'usersettings',
    fetchXml: fetch('usersettings', filter(condition('uilanguageid', 'eq-userlanguage'))),
    sql: 'select systemuserid from usersettings where uilanguageid = my_language()',
  },
]

type Tree = { readonly entity: string; readonly parent: string; readonly id: string }
const ACCOUNTS: Tree = { entity: 'account', parent: 'parentaccountid', id: varietyAccountId('Tidewater UK') }
const USERS: Tree = { entity: 'systemuser', parent: 'parentsystemuserid', id: idOf('systemuser', 'Callum Fraser') }
const UNITS: Tree = { entity: 'businessunit', parent: 'parentbusinessunitid', id: unitId('UK Sales') }

const below = ({ entity, parent, id }: Tree): string =>
  `with recursive below(id) as (select ${entity}id from raw_${entity} where ${parent} = '${id}' union
    select x.${entity}id from raw_${entity} x join below on x.${parent} = below.id)`
const above = ({ entity, parent, id }: Tree): string =>
  `with recursive above(id) as (select ${parent} from raw_${entity} where ${entity}id = '${id}' union
    select x.${parent} from raw_${entity} x join above on x.${entity}id = above.id)`

const inTree = (tree: Tree, operator: string, before: string, where: string, more = ''): Query => ({
  name: `${tree.entity} ${operator}`,
  entity: tree.entity,
  fetchXml: fetch(tree.entity, filter(condition(`${tree.entity}id`, operator, tree.id), more)),
  sql: `${before} select ${tree.entity}id from ${tree.entity} where ${where}`,
})

/** Whether not-under holds for the row itself is left open, as sources leave it. */
const trees = (tree: Tree): Query[] => {
  const key = `${tree.entity}id`
  const itself = condition(key, 'ne', tree.id)
  return [
    inTree(tree, 'under', below(tree), `${key} in (select id from below)`),
    inTree(tree, 'eq-or-under', below(tree), `${key} in (select id from below) or ${key} = '${tree.id}'`),
    inTree(tree, 'not-under', below(tree), `${key} not in (select id from below) and ${key} <> '${tree.id}'`, itself),
    inTree(tree, 'above', above(tree), `${key} in (select id from above where id is not null)`),
    inTree(
      tree,
      'eq-or-above',
      above(tree),
      `${key} in (select id from above where id is not null) or ${key} = '${tree.id}'`,
    ),
  ]
}

const byFunction = (name: string, before: string, where: string): Query => ({
  name: `${name} of accountid`,
  entity: 'account',
  odata: {
    select: 'accountid',
    filter: `Microsoft.Dynamics.CRM.${name}(PropertyName='accountid',PropertyValue='${ACCOUNTS.id}')`,
  },
  sql: `${before} select accountid from account where ${where}`,
})

const ofOwner = (name: string, [, where, before = '']: Case): Query => ({
  name: `${name} of ownerid`,
  entity: 'account',
  odata: { select: 'accountid', filter: `Microsoft.Dynamics.CRM.${name}(PropertyName='ownerid')` },
  sql: `${before} select accountid from account where ${where}`,
})
const OWNER_FUNCTIONS = [
  'EqualUserId',
  'NotEqualUserId',
  'EqualUserTeams',
  'EqualUserOrUserTeams',
  'EqualUserOrUserHierarchy',
  'EqualUserOrUserHierarchyAndTeams',
] as const

const functions: readonly Query[] = [
  ...OWNER_FUNCTIONS.flatMap((name, index) => (OWNER[index] ? [ofOwner(name, OWNER[index])] : [])),
  byFunction('Under', below(ACCOUNTS), 'accountid in (select id from below)'),
  byFunction('UnderOrEqual', below(ACCOUNTS), `accountid in (select id from below) or accountid = '${ACCOUNTS.id}'`),
  byFunction('Above', above(ACCOUNTS), 'accountid in (select id from above where id is not null)'),
  byFunction(
    'AboveOrEqual',
    above(ACCOUNTS),
    `accountid in (select id from above where id is not null) or accountid = '${ACCOUNTS.id}'`,
  ),
  {
    name: 'NotUnder of accountid, without the row itself',
    entity: 'account',
    odata: {
      select: 'accountid',
      filter: `Microsoft.Dynamics.CRM.NotUnder(PropertyName='accountid',PropertyValue='${ACCOUNTS.id}') and accountid ne ${ACCOUNTS.id}`,
    },
    sql: `${below(ACCOUNTS)} select accountid from account where accountid not in (select id from below) and accountid <> '${ACCOUNTS.id}'`,
  },
  {
    name: 'EqualBusinessId of owningbusinessunit',
    entity: 'lead',
    odata: { select: 'leadid', filter: "Microsoft.Dynamics.CRM.EqualBusinessId(PropertyName='owningbusinessunit')" },
    sql: 'select leadid from lead where owningbusinessunit = my_unit()',
  },
  {
    name: 'NotEqualBusinessId of owningbusinessunit',
    entity: 'lead',
    odata: { select: 'leadid', filter: "Microsoft.Dynamics.CRM.NotEqualBusinessId(PropertyName='owningbusinessunit')" },
    sql: 'select leadid from lead where owningbusinessunit <> my_unit()',
  },
  {
    name: 'EqualUserLanguage of uilanguageid',
    entity: 'usersettings',
    odata: { select: 'systemuserid', filter: "Microsoft.Dynamics.CRM.EqualUserLanguage(PropertyName='uilanguageid')" },
    sql: 'select systemuserid from usersettings where uilanguageid = my_language()',
  },
]

export const peopleQueries: readonly Query[] = people
export const treeQueries: readonly Query[] = [ACCOUNTS, USERS, UNITS].flatMap(trees)
export const peopleAndTreeFunctionQueries: readonly Query[] = functions
