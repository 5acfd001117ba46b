import { isLookup, unknownColumn } from '../query/resolve/names/find-column.ts'
import { compareColumns } from './compare-columns.ts'
import { compareLiteral, NUMBERS } from './compare-value.ts'
import { nameOf, sayProperty, type Context, type Target } from './context.ts'
import {
  compare,
  NULL,
  text,
  type Comparison,
  type Filter,
  type Literal,
  type Path,
} from '../query/from-odata/filter.ts'
import { invalidFilter, shown } from './invalid-filter.ts'
import { isRowId } from '../query/resolve/values/reference.ts'
import { isColumn, resolvePath } from './resolve-path.ts'

const QUOTED = new Set(['String', 'Memo', 'Uniqueidentifier'])

/** Compares a column with null, a value, another column, or a word that stands for a value. */
export async function resolveComparison({ operator, left, right }: Comparison, context: Context): Promise<Filter> {
  const target = await resolvePath(left, context)
  const equality = operator === 'eq' || operator === 'ne'
  if (right.kind === 'null') {
    sayProperty(target, context)
    if (equality) return compare(target.path, operator, NULL)
    throw invalidFilter(`compares null by ${operator}`, `Write ${nameOf(target)} eq null or ${nameOf(target)} ne null.`)
  }
  if (right.kind === 'text' && right.value === '' && equality) {
    context.note(`Dataverse keeps no empty text: "${nameOf(target)} ${operator} ''" was read as ${operator} null.`)
    return compare(target.path, operator, NULL)
  }
  if (right.kind !== 'path') return await compareLiteral(target, operator, right, context)
  if (isColumn(right, context)) return compareColumns(target, operator, await resolvePath(right, context))
  return await compareLiteral(target, operator, bareWord(target, right), context)
}

/** `statuscode eq Won`, `createdon eq today`: a word without quotes, where the column says what it can be. */
function bareWord(target: Target, { segments }: Path): Literal {
  const word = segments.join('/')
  const refers = isLookup(target.column) || isRowId(target)
  const plain = refers ? /^(?:me|currentuser)$/i.test(word) : !QUOTED.has(target.column.type)
  if (NUMBERS.has(target.column.type)) throw unknownColumn(target.table, word)
  if (plain) return text(word)
  const name = nameOf(target)
  throw invalidFilter(
    `compares ${name} with ${shown(word)}, which is neither a column nor in quotes`,
    `Put text in quotes: ${name} eq '${shown(word)}'.`,
  )
}
