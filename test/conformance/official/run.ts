/** `npm run conformance`: the official MCP conformance runner against the sandbox, for every revision. */
import { execFileSync } from 'node:child_process'
import { readExpectedFailures } from './expected-failures.ts'
import { describe, HEADING, isAsExpected } from './report.ts'
import { runnerVersion } from './runner.ts'
import { runOfficialSuites } from './suites.ts'

execFileSync(process.execPath, [new URL('../../../infra/build.ts', import.meta.url).pathname], { stdio: 'ignore' })

const expected = readExpectedFailures()
console.log(`@modelcontextprotocol/conformance ${await runnerVersion()} against the sandbox on this machine`)
console.log('Counted are checks; "not ours" are those of features that this server does not have.\n')
console.log(HEADING)
const results = await runOfficialSuites((result) => console.log(describe(result, expected)))

console.log('\nNot ours, and why (test/conformance/official/expected-failures.yml):')
for (const { reason, entries } of expected) console.log(`  ${String(entries.length).padStart(2)}  ${reason}`)

const asExpected = results.every(isAsExpected)
console.log(asExpected ? '\nEverything is as expected.' : '\nSomething is not as expected; see above.')
process.exitCode = asExpected ? 0 : 1
