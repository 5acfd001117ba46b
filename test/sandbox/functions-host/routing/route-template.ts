/** Route templates of ASP.NET Core, as far as the Functions host uses them. */
type Parameter = {
  readonly name: string
  readonly catchAll: boolean
  readonly optional: boolean
  readonly fallback: string | undefined
  readonly accepts: readonly ((value: string) => boolean)[]
}

type Segment =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'parameter'; readonly parameter: Parameter }
  | { readonly kind: 'mixed'; readonly pattern: RegExp; readonly parameters: readonly Parameter[] }

export type RouteTemplate = readonly Segment[]

const inRange = (value: number, [low, high]: readonly number[]) => value >= (low ?? 0) && value <= (high ?? low ?? 0)
const numbers = (argument: string) => argument.split(',').map(Number)
const numeric = (value: string) => value !== '' && !Number.isNaN(Number(value))

const CONSTRAINTS: Readonly<Record<string, (value: string, argument: string) => boolean>> = {
  int: (value) => /^-?\d+$/.test(value),
  long: (value) => /^-?\d+$/.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  guid: (value) => /^[{(]?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}[)}]?$/i.test(value),
  decimal: numeric,
  double: numeric,
  float: numeric,
  length: (value, argument) => inRange(value.length, numbers(argument)),
  minlength: (value, argument) => value.length >= Number(argument),
  maxlength: (value, argument) => value.length <= Number(argument),
  min: (value, argument) => Number(value) >= Number(argument),
  max: (value, argument) => Number(value) <= Number(argument),
  range: (value, argument) => inRange(Number(value), numbers(argument)),
  regex: (value, argument) => new RegExp(argument, 'i').test(value),
  required: (value) => value !== '',
}

function constraint(name: string, argument: string): (value: string) => boolean {
  const rule = CONSTRAINTS[name]
  if (!rule) throw new Error(`unknown route constraint :${name}`)
  return (value) => rule(value, argument)
}

function parseParameter(inner: string): Parameter {
  const match = /^(\*{0,2})([^:=?]+)((?::[a-z]+(?:\([^)]*\))?)*)(?:=(.*?))?(\?)?$/i.exec(inner)
  if (!match) throw new Error(`bad route parameter {${inner}}`)
  const [, stars, name = '', constraints = '', fallback, optional] = match
  return {
    name,
    catchAll: stars !== '',
    optional: optional !== undefined,
    fallback,
    accepts: [...constraints.matchAll(/:([a-z]+)(?:\(([^)]*)\))?/gi)].map(([, rule = '', argument = '']) =>
      constraint(rule, argument),
    ),
  }
}

function parseMixed(text: string): Segment {
  const parts = text.split(/(\{[^{}]+\})/)
  const pattern = parts.map((part) => (part.startsWith('{') ? '(.+?)' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  return {
    kind: 'mixed',
    pattern: new RegExp(`^${pattern.join('')}$`, 'i'),
    parameters: parts.filter((part) => part.startsWith('{')).map((part) => parseParameter(part.slice(1, -1))),
  }
}

function parseSegment(text: string): Segment {
  if (!text.includes('{')) return { kind: 'literal', value: text.toLowerCase() }
  const whole = /^\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}$/.exec(text)
  if (whole?.[1] !== undefined && !/^[^}]*\}.*\{/s.test(text)) {
    return { kind: 'parameter', parameter: parseParameter(whole[1]) }
  }
  return parseMixed(text)
}

export function parseRouteTemplate(template: string): RouteTemplate {
  const trimmed = template.replace(/^\/+|(?<!\/)\/+$/g, '')
  return trimmed === '' ? [] : trimmed.split('/').map(parseSegment)
}

/** ASP.NET Core decodes a path once and keeps `%2F`. */
function decodeSegment(text: string): string {
  const decode = (part: string) => (/^%2f$/i.test(part) ? part : decodeURIComponent(part))
  try {
    return text.split(/(%2f)/i).map(decode).join('')
  } catch {
    return text
  }
}

const accepts = (parameter: Parameter, value: string) => parameter.accepts.every((accept) => accept(value))

function captureSegment(segment: Segment, value: string): Record<string, string> | undefined {
  if (segment.kind === 'literal') return value.toLowerCase() === segment.value ? {} : undefined
  if (segment.kind === 'parameter') {
    return accepts(segment.parameter, value) ? { [segment.parameter.name]: value } : undefined
  }
  const match = segment.pattern.exec(value)
  const captured = segment.parameters.map((parameter, index) => [parameter, match?.[index + 1] ?? ''] as const)
  if (!match || !captured.every(([parameter, text]) => accepts(parameter, text))) return undefined
  return Object.fromEntries(captured.map(([parameter, text]) => [parameter.name, text]))
}

function captureRest(parameter: Parameter, rest: string): Record<string, string> | undefined {
  const value = rest === '' ? parameter.fallback : rest
  if (value === undefined) return {}
  return accepts(parameter, value) ? { [parameter.name]: value } : undefined
}

function captureMissing(segment: Segment): Record<string, string> | undefined {
  if (segment.kind !== 'parameter') return undefined
  const { name, fallback, optional } = segment.parameter
  if (fallback !== undefined) return { [name]: fallback }
  return optional ? {} : undefined
}

/** Route values of `path`, or undefined when it does not match; an absent optional value has no key. */
export function matchRoute(template: RouteTemplate, path: string): Record<string, string> | undefined {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '')
  const parts = trimmed === '' ? [] : trimmed.split('/').map(decodeSegment)
  const values: Record<string, string> = {}
  for (const [index, segment] of template.entries()) {
    if (segment.kind === 'parameter' && segment.parameter.catchAll) {
      const rest = captureRest(segment.parameter, parts.slice(index).join('/'))
      return rest && { ...values, ...rest }
    }
    const part = parts[index]
    const captured =
      part === undefined ? captureMissing(segment) : part === '' ? undefined : captureSegment(segment, part)
    if (!captured) return undefined
    Object.assign(values, captured)
  }
  return parts.length <= template.length ? values : undefined
}
