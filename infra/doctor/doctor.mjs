import console from 'node:console'
import process from 'node:process'
import { nodeProblem } from '../hooks/run/start.mjs'

const problem = nodeProblem(process.versions.node, process.features.typescript)
if (problem) {
  console.error(problem)
  process.exitCode = 2
} else {
  const { main } = await import('./command-line/cli.ts')
  process.exitCode = await main(process.argv.slice(2))
}
