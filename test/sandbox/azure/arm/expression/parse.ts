import { invalidExpression } from '../errors.ts'

export type Node =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: 'member'; readonly of: Node; readonly key: Node }

type Token = { readonly kind: 'name' | 'string' | 'number' | 'sign'; readonly text: string }

const TOKEN = /\s*(?:([A-Za-z_$][\w$]*)|('(?:[^']|'')*')|(-?\d+)|([().,[\]]))/y

const tokenise = (text: string): Token[] => {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (match === null) {
      if (text.slice(start).trim() === '') break
      throw invalidExpression(`The template language expression '${text}' is not valid at position ${start}.`)
    }
    const [, name, string, number, sign] = match
    if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else if (string !== undefined) tokens.push({ kind: 'string', text: string.slice(1, -1).replaceAll("''", "'") })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else tokens.push({ kind: 'sign', text: sign ?? '' })
  }
  return tokens
}

/** Recursive descent: a primary (literal or call), then any `.name` and `[index]`. */
class Parser {
  private readonly tokens: readonly Token[]
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
    this.tokens = tokenise(text)
  }

  whole(): Node {
    const node = this.expression()
    if (this.at < this.tokens.length) throw this.wrong()
    return node
  }

  private wrong(): Error {
    const found = this.tokens[this.at]?.text ?? 'the end'
    return invalidExpression(`The template language expression '${this.text}' is not valid: unexpected '${found}'.`)
  }

  private next(): Token {
    const token = this.tokens[this.at]
    if (token === undefined) throw this.wrong()
    this.at += 1
    return token
  }

  private accept(sign: string): boolean {
    const token = this.tokens[this.at]
    if (token?.kind !== 'sign' || token.text !== sign) return false
    this.at += 1
    return true
  }

  private expect(sign: string): void {
    if (!this.accept(sign)) throw this.wrong()
  }

  private name(): string {
    const token = this.next()
    if (token.kind !== 'name') throw this.wrong()
    return token.text
  }

  private expression(): Node {
    let node = this.primary()
    for (;;) {
      if (this.accept('.')) node = { kind: 'member', of: node, key: { kind: 'literal', value: this.name() } }
      else if (this.accept('[')) {
        node = { kind: 'member', of: node, key: this.expression() }
        this.expect(']')
      } else return node
    }
  }

  private primary(): Node {
    const token = this.next()
    if (token.kind === 'string') return { kind: 'literal', value: token.text }
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) }
    if (token.kind !== 'name') throw this.wrong()
    const name = this.accept('.') ? `${token.text}.${this.name()}` : token.text
    this.expect('(')
    return { kind: 'call', name, args: this.args() }
  }

  private args(): Node[] {
    const args: Node[] = []
    if (this.accept(')')) return args
    do args.push(this.expression())
    while (this.accept(','))
    this.expect(')')
    return args
  }
}

const cache = new Map<string, Node>()

/**
 * The text between the brackets of `[…]` as a tree.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
 */
export const parse = (text: string): Node => {
  const known = cache.get(text)
  if (known !== undefined) return known
  const node = new Parser(text).whole()
  cache.set(text, node)
  return node
}

/**
 * The expression in a string of a template: `[…]`, but not `[[…]`, which stands for the text `[…]`.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters
 */
export const expressionIn = (text: string): string | undefined =>
  text.startsWith('[') && text.endsWith(']') && !text.startsWith('[[') ? text.slice(1, -1) : undefined
