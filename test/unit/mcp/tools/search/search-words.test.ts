import { describe, expect, test } from '@jest/globals'
import { searchWords } from '../../../../../shared/mcp/tools/search/search-terms.ts'

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
    expect(searchWords(query).terms).toEqual(terms)
  })

  test('a very long query keeps its first words, and each of them is cut', () => {
    expect(searchWords('x'.repeat(10_000)).terms).toEqual(['x'.repeat(100)])
    expect(searchWords('word '.repeat(2_000)).terms).toEqual(['word'])
    expect(searchWords(`${'"'.repeat(10_000)}late`).terms).toEqual([])
  })

  test('half a character is no character', () => {
    expect(searchWords(`${'x'.repeat(99)}😀`).terms[0]?.isWellFormed()).toBe(true)
  })

  test.each<[string, string[], RegExp[]]>([
    ['pine', [], []],
    ['pine*', ['pine'], []],
    ['pine* wood', ['pine'], []],
    ['*pine', [], [/^A star counts at the end of a word alone, and was no wildcard in: "\*pine"\.$/]],
    ['p*ne wood*', ['wood'], [/no wildcard in: "p\*ne"/]],
    ['pine**', [], [/no wildcard in: "pine\*\*"/]],
    ['pine *', [], [/no wildcard in: "\*"/]],
    ['pine OR oak', [], [/^Ignored, as every word must stand in a record: "OR"\.$/]],
    ['pine AND oak', [], []],
    ['pine NOT oak', [], [/^Ignored.*: "NOT"\.$/]],
    ['pine -oak', [], [/^Read as words that must stand there, too: "-oak"\.$/]],
    ['name:pine', [], [/^Ignored, as words are looked for in all columns.*: "name:"\.$/]],
    ['x'.repeat(150), [], [/^Cut after 100 characters: "x+…"\.$/]],
    ['one two three four five six seven eight nine ten', [], [/^Not searched for.*: "nine", "ten"\.$/]],
    ['Calder & Sons - 100%', [], []],
  ])('of %j says what was read otherwise', (query, beginnings, notes) => {
    const read = searchWords(query)
    expect([...read.beginnings]).toEqual(beginnings)
    expect(read.notes).toEqual(notes.map((note): unknown => expect.stringMatching(note)))
  })

  test.each([
    ['stars', '* '.repeat(5_000)],
    ['words with stars', 'a*b '.repeat(3_000)],
    ['operators', 'OR -a NOT -b x:y '.repeat(500)],
    ['marks', `a${'\u0301'.repeat(9_000)}`],
    ['names', Array.from({ length: 1_000 }, (_, at) => `w${at}`).join(' ')],
  ])('of thousands of %s says little', (_what, query) => {
    expect(searchWords(query).notes.join('').length).toBeLessThan(1_000)
  })
})
