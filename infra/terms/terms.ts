import { runStep } from '../hooks/run/run-step.ts'
import { runEntries, usageOf } from '../reports/run-entries.ts'
import { readTerms, skippedTerms } from './read-terms.ts'

const entries = { kind: 'term', readFolder: readTerms, skipped: skippedTerms } as const

await runStep((context) => runEntries(entries, context), { usage: usageOf('term'), takesArguments: true })
