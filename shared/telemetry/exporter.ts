import type { AzureMonitorOpenTelemetryOptions } from '@azure/monitor-opentelemetry'

type ExporterOptions = NonNullable<AzureMonitorOpenTelemetryOptions['azureMonitorExporterOptions']>

/** The parts of `@azure/monitor-opentelemetry` that are used. */
export type MonitorModule = {
  readonly useAzureMonitor: (options: AzureMonitorOpenTelemetryOptions) => void
  readonly shutdownAzureMonitor: () => Promise<void>
}

export type ExporterSettings = {
  /** `APPLICATIONINSIGHTS_CONNECTION_STRING`; without it nothing is loaded. */
  readonly connectionString: string | undefined
  /** The app's managed identity: the resource refuses its instrumentation key alone (`disableLocalAuth`). */
  readonly credential?: NonNullable<ExporterOptions['credential']>
  /** Told once when the exporter cannot start; the app goes on without it. */
  readonly onFailure: (error: unknown) => void
  readonly load?: () => Promise<MonitorModule>
}

export type Exporter = {
  /** Loads and starts the exporter at the first call, to be made after the first answer. Never rejects. */
  readonly start: () => Promise<void>
  /** Sends what is buffered, then stops. */
  readonly shutdown: () => Promise<void>
}

const off = { enabled: false }

/**
 * All traces are kept: the distro's default of five a second would drop tool calls at random. Logs reach Application
 * Insights through the Functions host. Nothing is patched to tell of requests by itself: of Dataverse it would tell the
 * whole address, and with it what somebody looked for; what is told of a request are the spans of `tracing.ts`.
 */
const monitorOptions = ({ connectionString, credential }: ExporterSettings): AzureMonitorOpenTelemetryOptions => ({
  azureMonitorExporterOptions: {
    ...(connectionString === undefined ? {} : { connectionString }),
    ...(credential === undefined ? {} : { credential }),
  },
  samplingRatio: 1,
  tracesPerSecond: 0,
  enableLiveMetrics: false,
  enablePerformanceCounters: false,
  instrumentationOptions: {
    http: off,
    azureSdk: off,
    mongoDb: off,
    mySql: off,
    postgreSql: off,
    redis: off,
    redis4: off,
  },
})

/** Prepares the export to Application Insights without loading it: its import costs more than the rest of the app. */
export const createExporter = (settings: ExporterSettings): Exporter => {
  const load = settings.load ?? (() => import('@azure/monitor-opentelemetry'))
  let started: Promise<MonitorModule | undefined> | undefined

  const startOnce = async (): Promise<MonitorModule | undefined> => {
    try {
      const monitor = await load()
      monitor.useAzureMonitor(monitorOptions(settings))
      return monitor
    } catch (error) {
      settings.onFailure(error)
      return undefined
    }
  }

  return {
    start: async () => {
      if (settings.connectionString === undefined) return
      started ??= startOnce()
      await started
    },
    shutdown: async () => (await started)?.shutdownAzureMonitor(),
  }
}
