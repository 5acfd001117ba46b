import { QueryError } from './errors.ts'
import { splitFilter, type FilterPiece } from './filter-text.ts'

type Rule = { readonly pattern: RegExp; readonly problem: string; readonly nextStep: string }

const PLAIN_OPERATORS = 'Use eq, ne, gt, ge, lt, le, and, or, not, contains, startswith, endswith.'
/** What may not stand outside a literal. The first rules keep one parameter from becoming two. */
const REFUSED: readonly Rule[] = [
  { pattern: /[&#;%]/, problem: 'holds &, #, ; or a percent sequence outside a literal', nextStep: PLAIN_OPERATORS },
  {
    pattern: /[^\t\n\r\x20-\x7e]/,
    problem: 'holds a character outside a literal that no filter has',
    nextStep: PLAIN_OPERATORS,
  },
  { pattern: /[?\\^`|<>=!~]/, problem: 'holds an operator that OData does not have', nextStep: PLAIN_OPERATORS },
  { pattern: /[$@]/, problem: 'holds a parameter of its own', nextStep: 'Write the values into the filter.' },
  { pattern: /[{}]/, problem: 'holds braces', nextStep: 'Write an id bare, without braces.' },
  {
    pattern: /(?<![\w.])in\s*\(/i,
    problem: 'uses "in", which Dataverse does not have',
    nextStep: 'Use (a eq 1 or a eq 2), or Microsoft.Dynamics.CRM.In(PropertyName=\'a\',PropertyValues=["1","2"]).',
  },
  {
    pattern: /(?<![\w.])(?:year|month|day|hour|minute|second|date|now|add|sub|mul|div|mod)\s*\(/i,
    problem: 'uses a date or arithmetic function, which Dataverse does not have',
    nextStep: "Compare with a date (2026-01-31), or use Microsoft.Dynamics.CRM.ThisMonth(PropertyName='createdon').",
  },
]
const MOST_CHARACTERS = 8_000

/**
 * Accepts a `$filter` that is one expression and nothing else, and returns its pieces.
 * `=` is let through where Dataverse's own functions need it (`PropertyName='a'`).
 * @throws QueryError with code `invalid_filter`
 */
export function guardFilter(filter: string): FilterPiece[] {
  if (filter.length > MOST_CHARACTERS) refuse(`is longer than ${MOST_CHARACTERS} characters`, 'Shorten it.')
  const pieces = splitFilter(filter)
  const code = pieces.map((piece) => (piece.kind === 'code' ? piece.text : `'`)).join('')
  const checked = code.replaceAll(/\bProperty(?:Name|Values?[12]?)\s*=/g, '')
  for (const { pattern, problem, nextStep } of REFUSED) if (pattern.test(checked)) refuse(problem, nextStep)
  checkBrackets(code)
  return pieces
}

function checkBrackets(code: string): void {
  const open: string[] = []
  for (const character of code) {
    if (character === '(' || character === '[') open.push(character)
    if (character === ')' && open.pop() !== '(')
      refuse('closes a bracket that was never opened', 'Balance the brackets.')
    if (character === ']' && open.pop() !== '[')
      refuse('closes a bracket that was never opened', 'Balance the brackets.')
  }
  if (open.length > 0) refuse('leaves a bracket open', 'Balance the brackets.')
}

function refuse(problem: string, nextStep: string): never {
  throw new QueryError('invalid_filter', `The filter ${problem}.`, nextStep)
}
