/** `npm run conformance`: the official MCP conformance runner against the sandbox, for every revision, in both modes. */
import { execFileSync } from 'node:child_process'
import { readArguments } from '../../sandbox/demo/arguments.ts'
import { readExpectedFailures } from './expected-failures.ts'
import { describe, HEADING, isAsExpected } from './report.ts'
import { runnerVersion } from './runner.ts'
import { type DateResult, runOfficialSuites } from './suites.ts'

const HELP = `npm run conformance -- [--streams | --buffered]

Builds the app and runs the official MCP conformance runner against it, for every revision of MCP:
once with the host in its default mode, once in stream mode (HTTP_STREAMS=true).

  --streams   stream mode alone
  --buffered  the default mode alone
  --help      this text
`

const options = readArguments(HELP, { streams: { type: 'boolean' }, buffered: { type: 'boolean' } })
const both = options.streams === options.buffered
const modes = [false, true].filter((streams) => both || streams === (options.streams ?? false))

execFileSync(process.execPath, [new URL('../../../infra/build.ts', import.meta.url).pathname], { stdio: 'ignore' })

const expected = readExpectedFailures()
console.log(`@modelcontextprotocol/conformance ${await runnerVersion()} against the sandbox on this machine`)
console.log('Counted are checks; "not ours" are those of features that this server does not have.\n')
const results: DateResult[] = []
for (const streams of modes) {
  console.log(`${streams ? '\nStream' : 'Buffered'} mode of the host\n${HEADING}`)
  const onResult = (result: DateResult) => console.log(describe(result, expected))
  results.push(...(await runOfficialSuites({ streams, onResult })))
}

console.log('\nNot ours, and why (test/conformance/official/expected-failures.yml):')
for (const { reason, entries } of expected) console.log(`  ${String(entries.length).padStart(2)}  ${reason}`)

const asExpected = results.every(isAsExpected)
console.log(asExpected ? '\nEverything is as expected.' : '\nSomething is not as expected; see above.')
process.exitCode = asExpected ? 0 : 1
