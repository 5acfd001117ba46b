import console from 'node:console'
import process from 'node:process'
import { URL } from 'node:url'

/** The first Node that runs TypeScript without a flag. */
export const MINIMUM_NODE = '22.18.0'

/**
 * Says why this Node cannot run a hook, or nothing when it can.
 * `strips` is `process.features.typescript`: false or absent on Node 20, on 23.0 to 23.5, and where it is switched off.
 */
export const nodeProblem = (version, strips) => {
  if (strips) return undefined
  return [
    `Node ${version} cannot run this step: it needs Node ${MINIMUM_NODE} or newer (23.0 to 23.5 excepted), found first in PATH.`,
    'Get it, open a new terminal and run the command again:',
    '  Windows:  winget install OpenJS.NodeJS.LTS',
    '  macOS:    brew install node',
    '  Linux:    https://nodejs.org/en/download',
  ].join('\n')
}

/**
 * Runs the function `name` of a TypeScript file, once it is certain that this Node can. `manner` is runStep's; without
 * a usage of its own, the file's USAGE is it.
 */
export const start = async (file, name, manner = {}) => {
  const problem = nodeProblem(process.versions.node, process.features.typescript)
  if (problem) {
    console.error(problem)
    process.exitCode = 1
    return
  }
  // Node 22 warns of its own type stripping before each step: nothing that the reader could act upon.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') console.error(`${warning.name}: ${warning.message}`)
  })
  const [{ runStep }, steps] = await Promise.all([import('./run-step.ts'), import(new URL(file, import.meta.url).href)])
  await runStep(steps[name], { usage: steps.USAGE, ...manner })
}
