import type { DescribedColumn, DescribedRelationship } from './entity-description.ts'

/** `statuscode: Status "Status Reason", required; choices: Open: 1 In Progress`. */
export function columnLine(column: DescribedColumn): string {
  const { name, type, label, required, hidden, masked, choices, leadsTo } = column
  const marks = [
    ...(required ? ['required'] : []),
    ...(hidden ? ['hidden from you'] : []),
    ...(masked ? ['masked'] : []),
  ]
  const kind = [`${type}${label === undefined ? '' : ` "${label}"`}`, ...marks].join(', ')
  const leads = leadsTo === undefined ? '' : `; leads to ${leadsTo}`
  return `${name}: ${kind}${leads}${choices === undefined ? '' : `; choices: ${choices}`}`
}

/** `Opportunity_Tasks: task by regardingobjectid`. */
export function relationshipLine({ name, target, column, through }: DescribedRelationship): string {
  const way = through === undefined ? (column === undefined ? '' : ` by ${column}`) : ` through ${through}`
  return `${name}: ${target}${way}`
}
