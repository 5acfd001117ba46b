import { entityNamed } from '../../../sandbox/dataverse/schema/schema.ts'
import type { Call } from './calls.ts'
import type { Setting } from './stage.ts'

type Way = { readonly mode: 'of a hidden table' | 'left out' | 'masked'; readonly scope: string; readonly mask: string }

const wayBy = (scope: string, mask = 'left out'): Way => ({ mode: mask === 'left out' ? mask : 'masked', scope, mask })

/** What hides a column, without names: a whole table, the column, one of any table, and how it is masked. */
function wayOf(rules: string, entity: string, column: string): Way {
  for (const rule of rules.split(', ')) {
    const [name = '', mask] = rule.split('=')
    if (name === entity) return { mode: 'of a hidden table', scope: 'table', mask: '' }
    if (name === `${entity}.${column}`) return wayBy('named', mask)
    if (name === `*.${column}`) return wayBy('anywhere', mask)
  }
  // Hidden with another one: money in the base currency, a part of a name, what all activities have.
  const other = column.replace(/_base$/, '')
  return other === column ? wayBy('beside others') : { ...wayOf(rules, entity, other), scope: 'in base' }
}

/** A form without the names in it: what it asks of any column of any table. */
function formOf({ tool, args }: Call, entity: string, column: string): string {
  const text = JSON.stringify(args).replaceAll(column.toUpperCase(), 'IN CAPITALS').replaceAll(column, 'COLUMN')
  return `${tool} ${text.replaceAll(entity, 'TABLE')}`
}

/** Which arguments a form has, and of FetchXML which elements. */
const argumentsOf = ({ tool, args }: Call): string => `${tool} ${Object.keys(args).join()}`
function shapeOf(call: Call): string {
  const { fetchxml } = call.args
  return `${argumentsOf(call)} ${typeof fetchxml === 'string' ? fetchxml.replaceAll(/"[^"]*"/g, '') : ''}`
}

type Showing = { readonly call: Call; readonly form: string; readonly needs: readonly string[] }

/**
 * What a call about a column is there to show, of the product of forms and columns: each form with each way of hiding,
 * each scope of a rule, each type, with names and others, with columns that are linked to and others. What rules cannot
 * tell apart, and each mask, has every shape of form; each column every argument.
 */
export function showing({ rules }: Setting, entity: string, column: string, isLinkedTo: boolean) {
  const { mode, scope, mask } = wayOf(rules, entity, column)
  const { columns, primaryNameAttribute } = entityNamed(entity)
  const type = columns.get(column)?.type ?? ''
  // In a hidden table no column is looked at.
  const sort = mode === 'of a hidden table' ? '' : type === 'String' || type === 'Memo' ? 'text' : type
  const traits = [mode, scope, sort, column === primaryNameAttribute, isLinkedTo]
  return (call: Call): Showing => {
    const form = formOf(call, entity, column)
    const needs = [
      ...traits.map((trait, at) => `${at} ${trait}: ${form}`),
      `${[...traits, mask].join()}: ${shapeOf(call)}`,
      `${entity}.${column}: ${argumentsOf(call)}`,
    ]
    return { call, form, needs }
  }
}
