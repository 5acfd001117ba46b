import { describe, expect, test } from '@jest/globals'
import { searchTerms } from '../../../../shared/mcp/tools/search/search-terms.ts'

describe('the words of a query', () => {
  test.each<[string, string[]]>([
    ['Adventure Works', ['Adventure', 'Works']],
    ['  adventure\n\tADVENTURE ', ['ADVENTURE']],
    ['"Adventure Works" (UK)', ['Adventure', 'Works', 'UK']],
    ['+(Adventure) AND works --QDF=1 NOT x', ['Adventure', 'works', 'x']],
    ['name:Contoso OR city:"Leeds"', ['Contoso', 'Leeds']],
    ["O'Brien & Söhne", ["O'Brien", 'Söhne']],
    ['wi-fi pine*', ['wi-fi', 'pine']],
    ['100% _a [x] %27', ['100%', '_a', 'x', '%27']],
    ['<fetch top="1"/>', ['fetch', 'top', '1']],
    ["' or 1 eq 1 --", ['or', '1', 'eq']],
    ['info@contoso.example', ['info@contoso.example']],
    ['% * " - & 😀', []],
    ['', []],
    ['AND OR NOT', []],
    ['one two three four five six seven eight nine', 'one two three four five six seven eight'.split(' ')],
  ])('%j', (query, terms) => {
    expect(searchTerms(query)).toEqual(terms)
  })

  test('a very long query keeps its first words, and each of them is cut', () => {
    expect(searchTerms('x'.repeat(10_000))).toEqual(['x'.repeat(100)])
    expect(searchTerms('word '.repeat(2_000))).toEqual(['word'])
    expect(searchTerms(`${'"'.repeat(10_000)}late`)).toEqual([])
  })

  test('half a character is no character', () => {
    expect(searchTerms(`${'x'.repeat(99)}😀`)[0]?.isWellFormed()).toBe(true)
  })
})
