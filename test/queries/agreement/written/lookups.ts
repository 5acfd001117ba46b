import type { Person } from '../../../sandbox/people.ts'
import { ASKERS } from '../../suite.ts'
import { compare, oneOf, type Comparison, type Op, type Operand } from '../comparison.ts'
import * as value from '../operands.ts'
import { among, behind, type Case } from '../place.ts'
import type { World } from '../world.ts'
import { conditions, type Row } from './tables.ts'

const EQUALITY: readonly Op[] = ['eq', 'ne']
const each = (...operands: readonly Operand[]): Comparison[] =>
  operands.flatMap((operand) => EQUALITY.map((op) => compare(op, operand)))
const called = (entity: string, column: string, ...names: readonly string[]): Row => [
  entity,
  column,
  ...each(...names.map((name) => value.rowNamed(entity, column, name))),
]

const ME = ['me', '@me', 'myself', 'currentuser', 'current-user', '{userid}'].map((word) => value.myself(word))
const MY_TEAMS = ['my-teams', 'my teams', 'current-user-teams'].map((word) => value.myTeams(word))
const EITHER = ['me-or-my-teams', 'me or my teams'].map((word) => value.meOrMyTeams(word))

const me: readonly Row[] = [
  ['account', 'ownerid', ...each(...ME, ...MY_TEAMS, ...EITHER)],
  ['opportunity', 'ownerid', ...each(value.myself(), value.myTeams(), value.meOrMyTeams())],
  [
    'account',
    'ownerid',
    oneOf('in', [value.myself(), value.myTeams()]),
    oneOf('not in', [value.myself(), value.myTeams()]),
  ],
  ['account', 'createdby', ...each(...ME)],
  ['incident', 'modifiedby', ...each(value.myself())],
  ['systemuser', 'systemuserid', ...each(value.myself())],
  [behind('opportunity', 'parentaccountid'), 'ownerid', ...each(value.myself(), value.myTeams(), value.meOrMyTeams())],
  [behind('account', 'primarycontactid'), 'createdby', ...each(value.myself())],
  ...(['any', 'all', 'not any'] as const).map((one): Row => [
    among('account', 'opportunity_parent_account', one),
    'ownerid',
    ...each(value.myself(), value.myTeams(), value.meOrMyTeams()),
    oneOf('not in', [value.myself(), value.myTeams()]),
  ]),
]

const byName: readonly Row[] = [
  called('account', 'parentaccountid', 'Tidewater UK', 'tidewater group', 'Elm & Sons Holdings'),
  called('account', 'ownerid', 'Priya Nair', 'Key Accounts', 'callum fraser'),
  called('account', 'createdby', 'Callum Fraser', 'Margaret Ellis'),
  called('account', 'primarycontactid', 'Aisha Khan'),
  called('contact', 'parentcustomerid', 'Tidewater UK', '100% Oak', 'Under_score Interiors'),
  called('opportunity', 'owningbusinessunit', 'UK Sales'),
  called('activitypointer', 'regardingobjectid', 'Tidewater UK', 'Übersee Hölzer', 'Boundary deal 5'),
  called('quote', 'customerid', 'Tidewater UK'),
  ['account', 'parentaccountid', compare('eq', value.refused('No such company at all'))],
  ['account', 'ownerid', compare('eq', value.refused('Nobody Atall')), compare('ne', value.refused('Nobody Atall'))],
  [
    'account',
    'ownerid',
    oneOf('in', [value.rowNamed('account', 'ownerid', 'Priya Nair'), value.myTeams()]),
    oneOf('not in', [
      value.rowNamed('account', 'ownerid', 'Priya Nair'),
      value.rowNamed('account', 'ownerid', 'Callum Fraser'),
    ]),
  ],
  ...(['contains', 'not contains', 'startswith', 'not startswith', 'endswith'] as const).flatMap((part): Row[] => [
    ['account', 'parentaccountid', value.textPart(part, 'Tidewater', ['account', 'parentaccountid'])],
    [
      'activitypointer',
      'regardingobjectid',
      value.textPart(part, 'boundary', ['activitypointer', 'regardingobjectid']),
    ],
    ['account', 'ownerid', value.textPart(part, 'Nair', ['account', 'ownerid'])],
  ]),
  [
    behind('contact', 'parentcustomerid_account'),
    'ownerid',
    ...each(value.rowNamed('account', 'ownerid', 'Callum Fraser')),
  ],
  ...(['any', 'all', 'not any'] as const).map((one): Row => [
    among('account', 'opportunity_parent_account', one),
    'ownerid',
    ...each(value.rowNamed('opportunity', 'ownerid', 'Callum Fraser')),
  ]),
]

const user = (where: string): string => `select systemuserid from raw_systemuser where ${where}`
const inCurrency = (where: string): string => `select transactioncurrencyid from raw_transactioncurrency where ${where}`

/** People by their addresses and first names, money by its code. */
const otherwise: readonly Row[] = [
  ...(['account', 'opportunity'] as const).flatMap((entity): Row[] => [
    [
      entity,
      'ownerid',
      ...each(
        value.rowFound(
          'priya.nair@harbourpine.example',
          user("internalemailaddress = 'priya.nair@harbourpine.example'"),
        ),
      ),
    ],
    [
      entity,
      'ownerid',
      ...each(
        value.rowFound('Marcus', user("firstname = 'Marcus'")),
        value.rowFound('callum', user("firstname = 'Callum'")),
      ),
    ],
    [entity, 'transactioncurrencyid', ...each(value.rowFound('EUR', inCurrency("isocurrencycode = 'EUR'")))],
    [entity, 'transactioncurrencyid', ...each(value.rowFound('usd', inCurrency("isocurrencycode = 'USD'")))],
    [entity, 'transactioncurrencyid', ...each(value.rowFound('US Dollar', inCurrency("isocurrencycode = 'USD'")))],
  ]),
  ['account', 'createdby', ...each(value.rowFound('Margaret', user("firstname = 'Margaret'")))],
  ...(['any', 'all', 'not any'] as const).map((one): Row => [
    among('account', 'opportunity_parent_account', one),
    'transactioncurrencyid',
    ...each(value.rowFound('GBP', inCurrency("isocurrencycode = 'GBP'"))),
  ]),
]

/** The ids of rows in every dress. */
function ids(world: World): Row[] {
  const [account = ''] = world.values('account', 'accountid').map(String)
  const [parent] = world.values('account', 'parentaccountid')
  const parentId = typeof parent === 'object' ? parent.id : ''
  const [rep] = ASKERS as readonly [Person]
  const owner = rep.systemUserId ?? ''
  const unknown = '11111111-2222-4333-8444-555555555555'
  const dressed = (id: string, label: string): Comparison[] =>
    each(value.rowWithId(id, label), value.rowWithId(id, `${label} in braces`, `{${id.toUpperCase()}}`))
  return [
    ['account', 'accountid', ...dressed(account, 'an id'), ...dressed(unknown, 'an unknown id')],
    ['account', 'parentaccountid', ...dressed(parentId, 'an id')],
    ['opportunity', 'ownerid', ...dressed(owner, 'an id')],
    [behind('contact', 'parentcustomerid_account'), 'parentaccountid', ...dressed(parentId, 'an id')],
    [among('account', 'opportunity_parent_account', 'any'), 'ownerid', ...dressed(owner, 'an id')],
  ]
}

export const lookupCases = (world: World): Case[] => conditions([...me, ...byName, ...otherwise, ...ids(world)], world)
