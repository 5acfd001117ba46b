import { type AST, parseRegExpLiteral } from '@eslint-community/regexpp'

/** What a text may begin with, what is repeated, and what ends it; each found in the expression itself. */
export type Attack = { readonly start: string; readonly pump: string; readonly end: string }

const REJECTED = ['', '\u0001']

/** For each quantifier without a bound: what leads to it, and what it takes; alone, and both together again and again. */
export function attacksOn(literal: string): Attack[] {
  const pattern = parseRegExpLiteral(literal).pattern
  const found = pattern.alternatives.flatMap((one) => pumpsIn(one, ''))
  // Without a quantifier of no bound, each place costs the same.
  if (found.length === 0) return []
  const whole = pattern.alternatives.map(sample).filter(Boolean)
  const starts = found.flatMap(({ before, taken }) => [
    ...REJECTED.map((end) => ({ start: before, pump: taken, end })),
    ...REJECTED.map((end) => ({ start: '', pump: before + taken, end })),
    { start: '', pump: taken, end: '\u0001' },
    ...(before === '' ? [] : [{ start: '', pump: before, end: '\u0001' }]),
  ])
  return unique([
    ...starts,
    ...whole.flatMap((text) => [
      { start: '', pump: text, end: '\u0001' },
      { start: '', pump: text.slice(0, -1), end: '\u0001' },
    ]),
  ])
}

function unique(attacks: readonly Attack[]): Attack[] {
  return [...new Map(attacks.filter(({ pump }) => pump !== '').map((one) => [JSON.stringify(one), one])).values()]
}

type Pump = { readonly before: string; readonly taken: string }

function pumpsIn({ elements }: AST.Alternative, lead: string): Pump[] {
  let before = lead
  return elements.flatMap((element) => {
    const here = pumpsOf(element, before)
    before += sampleOf(element)
    return here
  })
}

function pumpsOf(element: AST.Element, before: string): Pump[] {
  if (element.type === 'Quantifier') {
    const inner = pumpsOf(element.element, before)
    if (element.max < 50) return inner
    return [...samplesOf(element.element).map((taken) => ({ before, taken })), ...inner]
  }
  if ('alternatives' in element) return element.alternatives.flatMap((one) => pumpsIn(one, before))
  return []
}

const sample = ({ elements }: AST.Alternative): string => elements.map(sampleOf).join('')

/** Of a group, one for each of its alternatives. */
function samplesOf(element: AST.Element): string[] {
  if (element.type === 'Group' || element.type === 'CapturingGroup') return element.alternatives.map(sample)
  if (element.type === 'CharacterClass' && !element.negate)
    return [...new Set(element.elements.slice(0, 6).map((one) => membersOf(one)))]
  return [sampleOf(element)]
}

function sampleOf(element: AST.Element): string {
  switch (element.type) {
    case 'Quantifier':
      return sampleOf(element.element).repeat(Math.min(Math.max(element.min, 1), 40))
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.map(sample).find(Boolean) ?? ''
    case 'Character':
      return String.fromCodePoint(element.value)
    case 'CharacterSet':
      return ofSet(element)
    case 'CharacterClass':
      return outsideOf(element)
    default:
      return ''
  }
}

const ofSet = (set: AST.CharacterSet): string => {
  if (set.kind === 'any') return 'a'
  if (set.kind === 'digit') return set.negate ? 'a' : '0'
  if (set.kind === 'space') return set.negate ? 'a' : ' '
  if (set.kind === 'word') return set.negate ? ' ' : 'a'
  return set.negate ? ' ' : ofProperty(/p\{(?:\w+=)?(\w+)\}/.exec(set.raw)?.[1] ?? '')
}

const BY_PROPERTY: Readonly<Record<string, string>> = { Cc: '\u0001', Cf: '\u200b', Cs: '\ud800', Co: '\ue000', N: '0' }
const ofProperty = (name: string): string => BY_PROPERTY[name] ?? 'a'

function membersOf(member: AST.CharacterClassElement | AST.CharacterSet): string {
  if (member.type === 'Character') return String.fromCodePoint(member.value)
  if (member.type === 'CharacterClassRange') return String.fromCodePoint(member.min.value)
  return member.type === 'CharacterSet' ? ofSet(member) : 'a'
}

/** The first of a class; of a negated one, the first common character that it holds. */
function outsideOf(group: AST.CharacterClass): string {
  if (!group.negate) return group.elements[0] ? membersOf(group.elements[0]) : ''
  const expression = new RegExp(group.raw, 'u')
  return Array.from('a 0<"\'\n').find((one) => expression.test(one)) ?? '\u0001'
}
