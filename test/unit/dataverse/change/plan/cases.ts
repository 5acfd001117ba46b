import type { ProblemCode } from '../../../../../shared/dataverse/change/model.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import { seeded } from '../../../sandbox/dataverse/harness.ts'
import { policyOf, type Ask, type Asking } from '../stage.ts'

const of = (entity: string, is: (row: Readonly<Record<string, unknown>>) => boolean, id = `${entity}id`): string => {
  const found = seeded(entity).find((row) => is(row as Readonly<Record<string, unknown>>))
  return String((found as Readonly<Record<string, unknown>> | undefined)?.[id])
}
/** Rows of the sales rep's own, unless another is said. */
export const OPEN_DEAL = of('opportunity', ({ name }) => name === 'Ashcombe: oak decking for the terrace')
export const OTHERS_DEAL = of('opportunity', ({ name }) => name === "O'Dowd: teak deck renewal")
export const WON_DEAL = of('opportunity', ({ name }) => name === 'Saltmarsh: spa & pool surround')
export const CASE = of('incident', ({ title }) => title === 'Boards arrived cupped')
export const LEAD = of('lead', ({ subject }) => subject === 'Interested in marina pontoon boards')
/** By its name: no id is needed where one row alone is called so. */
export const PROJECT = 'Ashcombe Joinery Ltd: Decking'
export const ACCOUNT = of('account', ({ name }) => name === 'Ashcombe Joinery Ltd')
export const TASK = of('task', ({ subject }) => String(subject).startsWith('Send samples'), 'activityid')
export const NOWHERE = idOf('opportunity', 'nowhere')

export type Case = { readonly code: ProblemCode; readonly ask: Ask; readonly asking?: Asking; readonly name: string }

const deal = (column: string, to: Ask['changes'][number]['to'], entity?: string): Ask => ({
  entity: 'opportunity',
  id: OPEN_DEAL,
  changes: [{ column, to, ...(entity !== undefined && { entity }) }],
})
const project = (column: string, to: Ask['changes'][number]['to']): Ask => ({
  entity: 'hp_project',
  id: PROJECT,
  changes: [{ column, to }],
})
const NAMED = policyOf({
  opportunity: { update: ['name', 'ownerid', 'statecode', 'statuscode'] },
  account: { create: ['name', 'creditlimit'], update: ['name', 'creditlimit'] },
  incident: { update: ['statecode', 'statuscode'] },
  lead: { update: ['statecode', 'statuscode'] },
})
const named = { policy: NAMED }
const one = (code: ProblemCode, name: string, ask: Ask, asking?: Asking): Case => ({
  code,
  name,
  ask,
  ...(asking && { asking }),
})

/** Every problem that planning one record can have, each by the ways that lead to it. */
export const CASES: readonly Case[] = [
  one('table_not_writable', 'a table of the platform', { entity: 'systemuser', id: NOWHERE, changes: [] }),
  one('table_not_writable', 'one that the policy does not name', {
    entity: 'quote',
    changes: [{ column: 'name', to: 'x' }],
  }),
  one('table_not_writable', 'an operation that it does not open', { entity: 'opportunity', changes: [] }, named),
  one('column_not_writable', 'one that is not opened', deal('description', 'x'), named),
  one('column_not_writable', 'what the platform keeps', deal('createdon', '2026-01-01T00:00Z')),
  one('column_not_writable', 'the owner, not named', deal('ownerid', 'me')),
  one('column_not_writable', 'the state, not named', deal('Status', 'Open')),
  one('column_not_writable', 'the key', deal('opportunityid', NOWHERE)),
  one('column_not_writable', 'a base amount', deal('estimatedvalue_base', 1)),
  one('column_not_writable', 'the currency of a row that is there', deal('transactioncurrencyid', 'Euro')),
  one('unknown_column', 'a slip', deal('estimatedvalu', 1)),
  one('unknown_column', 'nothing at all', deal('zzzzzzzzzz', 1)),
  one('column_twice', 'by name and by label', {
    ...deal('estimatedvalue', 1),
    changes: [
      { column: 'estimatedvalue', to: 1 },
      { column: 'Est. Revenue', to: 2 },
    ],
  }),
  one('column_twice', 'two tables of one lookup', {
    ...deal('customerid', 'x'),
    changes: [
      { column: 'customerid_account', to: 'Saltmarsh Hotels' },
      { column: 'customerid_contact', to: 'Kofi Trelawney' },
    ],
  }),
  one('column_computed', 'what a formula gives', project('hp_days', 3)),
  one(
    'column_secured',
    'one that the person may not set',
    { entity: 'account', id: ACCOUNT, changes: [{ column: 'creditlimit', to: 1 }] },
    named,
  ),
  one(
    'column_secured',
    'one that they may read',
    { entity: 'account', id: ACCOUNT, changes: [{ column: 'creditlimit', to: 1 }] },
    { ...named, as: 'sales manager' },
  ),
  one(
    'column_secured',
    'of a new row',
    {
      entity: 'account',
      changes: [
        { column: 'name', to: 'A new one' },
        { column: 'creditlimit', to: 1 },
      ],
    },
    named,
  ),
  one('hidden_by_administrator', 'a hidden column', deal('description', 'x'), { hides: 'opportunity.description' }),
  one('hidden_by_administrator', 'a masked column', deal('description', 'x'), {
    hides: 'opportunity.description=mask',
  }),
  one('hidden_by_administrator', 'a name that is kept', deal('parentaccountid', 'Saltmarsh Hotels'), {
    hides: 'account.name',
  }),
  one('unknown_option', 'a choice', deal('Rating', 'Lukewarm')),
  one('unknown_option', 'a yes', deal('confirminterest', 'perhaps')),
  one('unknown_option', 'one of several', project('hp_trades', 'Alchemy')),
  one('ambiguous_option', 'two of one label', project('hp_mood', 'Fine')),
  one('lookup_not_found', 'a name', deal('parentaccountid', 'Nobody & Sons Worldwide')),
  one('lookup_not_found', 'an id', deal('parentaccountid', NOWHERE)),
  one(
    'lookup_not_found',
    'a link to elsewhere',
    deal('parentaccountid', `https://evil.example/main.aspx?etn=account&id=${NOWHERE}`),
  ),
  one('lookup_ambiguous', 'two of one name', project('hp_sponsor', 'Owen Cartwright')),
  one('lookup_ambiguous', 'a beginning', project('hp_sponsor', 'O')),
  one('lookup_wrong_table', 'a table that it does not lead to', deal('parentaccountid', 'x', 'contact')),
  one('lookup_wrong_table', 'the id of such', deal('parentaccountid', `contact/${NOWHERE}`)),
  one('value_invalid', 'words for a number', deal('estimatedvalue', 'much')),
  one('value_invalid', 'a time for a day', deal('estimatedclosedate', '2027-01-01T10:00')),
  one('value_invalid', 'a number for a row', deal('parentaccountid', 7)),
  one('value_invalid', 'a disabled owner', deal('ownerid', 'Grace Okafor'), named),
  one(
    'value_invalid',
    'a reason of another state',
    { entity: 'incident', id: CASE, changes: [{ column: 'statuscode', to: 'Canceled' }] },
    named,
  ),
  one('too_long', 'a topic', deal('name', 'x'.repeat(301))),
  one('too_long', 'all texts together', {
    ...deal('name', ''),
    changes: [{ column: 'description', to: 'é'.repeat(33_000) }],
  }),
  one('out_of_range', 'a probability', deal('closeprobability', 101)),
  one('too_precise', 'a whole number', deal('closeprobability', 50.5)),
  one('too_precise', 'an amount, by the currency of its row', deal('estimatedvalue', 28_000.555)),
  one('too_precise', 'an amount of a new row, by the person’s currency', {
    entity: 'opportunity',
    changes: [
      { column: 'name', to: 'Fenders' },
      { column: 'estimatedvalue', to: 1.005 },
    ],
  }),
  one('too_precise', 'an amount of a new row, by the currency that is asked for', {
    entity: 'opportunity',
    changes: [
      { column: 'name', to: 'Fenders' },
      { column: 'transactioncurrencyid', to: 'Euro' },
      { column: 'estimatedvalue', to: 1.005 },
    ],
  }),
  one('text_not_plain', 'what nobody sees', deal('name', 'pay\u202epal')),
  one('text_not_plain', 'markup in a note', {
    entity: 'annotation',
    changes: [{ column: 'notetext', to: '<img src=x>' }],
  }),
  one('required_missing', 'of a new row', { entity: 'contact', changes: [{ column: 'firstname', to: 'Ada' }] }),
  one('required_missing', 'emptied', deal('name', null)),
  one('record_not_found', 'an id', { ...deal('name', 'x'), id: NOWHERE }),
  one('record_not_found', 'a name', { ...deal('name', 'x'), id: 'No such deal at all' }),
  one(
    'record_not_found',
    'what the person may not read',
    { entity: 'incident', id: CASE, changes: [{ column: 'title', to: 'x' }] },
    { as: 'field' },
  ),
  one('record_closed', 'a deal', { ...deal('name', 'x'), id: WON_DEAL }),
  one('no_right', 'to change it', deal('name', 'x'), { as: 'analyst' }),
  one('use_other_tool', 'a deal that is won', deal('statecode', 'Won'), named),
  one(
    'use_other_tool',
    'with what belongs to it beside',
    {
      ...deal('statecode', 'Won'),
      changes: [
        { column: 'statuscode', to: 'Won' },
        { column: 'name', to: 'Won at last' },
        { column: 'statecode', to: 'Won' },
      ],
    },
    named,
  ),
  one('use_other_tool', 'by its reason', deal('statuscode', 'Out-Sold'), named),
  one(
    'use_other_tool',
    'a case',
    { entity: 'incident', id: CASE, changes: [{ column: 'statecode', to: 'Resolved' }] },
    named,
  ),
  one(
    'use_other_tool',
    'a lead',
    { entity: 'lead', id: LEAD, changes: [{ column: 'statecode', to: 'Qualified' }] },
    named,
  ),
  one('duplicates_found', 'by an address', {
    entity: 'contact',
    changes: [
      { column: 'lastname', to: 'Trelawney' },
      { column: 'emailaddress1', to: 'k.trelawney@ashcombejoineryltd.example' },
    ],
  }),
  one('nothing_to_change', 'as it is', deal('Rating', 'Hot')),
  one('nothing_to_change', 'nothing asked', { entity: 'task', id: TASK, changes: [] }),
  one('too_many_changes', 'thirty-one', {
    ...deal('name', 'x'),
    changes: Array.from({ length: 31 }, (_one, at) => ({ column: `c${at}`, to: at })),
  }),
]
