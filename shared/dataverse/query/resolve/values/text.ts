import { isOneOf, test, type Meaning } from '../../model/meaning.ts'
import { quoted } from '../../say/refusals.ts'
import { likePattern } from '../../to-wire/like-pattern.ts'
import type { Asked, ValueContext } from './asked.ts'

/** The pattern that an operator on text becomes: wildcards stand for themselves but in `like`. */
export function textPattern({ operator, values }: Asked, { note }: ValueContext): string {
  const [text = ''] = values
  if (operator.name === 'like' && !/[%_[]/.test(text))
    note(`like ${quoted(text)} has no %: it matches only the exact text.`)
  return likePattern(operator.name, text)
}

/** Text is compared as it was written. */
export function textMeaning(asked: Asked, context: ValueContext): Meaning {
  const { operator, values } = asked
  if (operator.takes === 'text') return test('like', textPattern(asked, context))
  return operator.name === 'in' ? isOneOf(values) : test(operator.name, ...values)
}
