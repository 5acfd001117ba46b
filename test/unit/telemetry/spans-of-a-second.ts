import { createExporter } from '../../../shared/telemetry/exporter.ts'
import { traceToolCall } from '../../../shared/telemetry/tracing.ts'

/** Makes as many spans at once as its argument says, with the exporter of the app itself, and ends. */
const connectionString = process.env['APPLICATIONINSIGHTS_CONNECTION_STRING']
const exporter = createExporter({
  connectionString,
  onFailure: (error) => {
    throw error
  },
})
await exporter.start()
const spans = Number(process.argv[2])
await Promise.all(Array.from({ length: spans }, (_, at) => traceToolCall(`tool-${at}`, async () => at)))
await exporter.shutdown()
process.exit(0)
