import { runStep } from '../hooks/run/run-step.ts'
import { readFolder } from './read-folder.ts'
import { runEntries, usageOf } from './run-entries.ts'

await runStep((context) => runEntries({ kind: 'report', readFolder }, context), {
  usage: usageOf('report'),
  takesArguments: true,
})
