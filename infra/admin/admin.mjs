import console from 'node:console'
import process from 'node:process'
import { nodeProblem } from '../hooks/run/start.mjs'

const problem = nodeProblem(process.versions.node, process.features.typescript)
if (problem) {
  console.error(problem)
  process.exitCode = 2
} else {
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') console.error(`${warning.name}: ${warning.message}`)
  })
  const { main } = await import('./cli.ts')
  process.exitCode = await main(process.argv.slice(2))
}
