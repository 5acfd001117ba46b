// Not in a bare npm test: parses each query of logs with each value.
import { describe, expect, jest, test } from '@jest/globals'
import { bindQuery, literal } from '../../../../infra/admin/audit/bind-query.ts'
import { Misuse } from '../../../../infra/admin/desk.ts'
import { bindQueries } from '../../../infra/bicep/monitor/queries.ts'

// Loading the language service takes two seconds of a processor.
jest.setTimeout(60_000)

const FILES = ['who-read-record', 'what-did-person-ask', 'why-did-sign-in-fail', 'what-is-behind-id']
const HOSTILE = [
  "'",
  "\\'",
  '\\',
  "\\\\'",
  "'); DynamicsMcpAudit_CL | take 1 //",
  "' or true or '",
  '$&',
  "$'",
  '$`',
  '{Person}',
  "x'; .drop table DynamicsMcpAudit_CL",
  '"',
  '@',
  '/* ',
  'O’Neill',
  'ünïcode@contoso.com',
]
const questions = FILES.flatMap((file) =>
  HOSTILE.map((value, at) => [`${file} ${at}`, bindQuery(`questions/${file}.kql`, value)] as const),
)

describe('a value in a query', () => {
  test('stays one literal, whatever it is', async () => {
    // The language service would see a literal that ended too early.
    const quoted = questions.filter(([, query]) => query.includes("\\'")).slice(0, 3)
    const broken = quoted.map(([name, query]) => [`broken ${name}`, query.replace(/\\'/g, "'")] as const)
    expect(broken).toHaveLength(3)
    const bound = await bindQueries(Object.fromEntries([...questions, ...broken]))
    expect(questions.flatMap(([name]) => bound[name])).toEqual([])
    expect(broken.flatMap(([name]) => bound[name])).not.toEqual([])
  })

  test.each(HOSTILE)('leaves all else of the file as it is: %j', (value) => {
    const lines = bindQuery('questions/what-did-person-ask.kql', value).split('\n')
    const plain = bindQuery('questions/what-did-person-ask.kql', 'x').split('\n')
    expect(lines).toHaveLength(plain.length)
    expect(lines.filter((line, at) => line !== plain[at])).toHaveLength(1)
  })

  test.each(['a\nb', 'a\rb', 'a\u0000', 'a\u2028b', 'a\u009bb', 'x'.repeat(301)])('is refused: %j', (value) => {
    expect(() => literal(value)).toThrow(Misuse)
  })
})
