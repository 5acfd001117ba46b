import { describe, expect, test } from '@jest/globals'
import { createExporter, type ExporterSettings, type MonitorModule } from '../../../shared/telemetry/exporter.ts'

const credential = { getToken: async () => null }

const prepare = (settings: Partial<ExporterSettings> = {}) => {
  const seen = { loads: 0, options: [] as unknown[], shutdowns: 0, failures: [] as unknown[] }
  const monitor: MonitorModule = {
    useAzureMonitor: (options) => void seen.options.push(options),
    shutdownAzureMonitor: async () => void (seen.shutdowns += 1),
  }
  const load = async () => {
    seen.loads += 1
    return monitor
  }
  const exporter = createExporter({
    connectionString: 'InstrumentationKey=0',
    credential,
    onFailure: (error) => seen.failures.push(error),
    load,
    ...settings,
  })
  return { exporter, seen }
}

describe('createExporter', () => {
  test('loads nothing before start', () => {
    expect(prepare().seen.loads).toBe(0)
  })

  test('loads nothing without a connection string', async () => {
    const { exporter, seen } = prepare({ connectionString: undefined })
    await exporter.start()
    await exporter.shutdown()
    expect(seen).toEqual({ loads: 0, options: [], shutdowns: 0, failures: [] })
  })

  test('starts once however often it is asked, with the identity and without sampling', async () => {
    const { exporter, seen } = prepare()
    await Promise.all([exporter.start(), exporter.start(), exporter.start()])
    expect(seen.loads).toBe(1)
    expect(seen.options).toEqual([
      expect.objectContaining({
        azureMonitorExporterOptions: { connectionString: 'InstrumentationKey=0', credential },
        samplingRatio: 1,
        tracesPerSecond: 0,
      }),
    ])
  })

  test('shutdown before start does nothing, after start it flushes', async () => {
    const { exporter, seen } = prepare()
    await exporter.shutdown()
    expect(seen.shutdowns).toBe(0)
    await exporter.start()
    await exporter.shutdown()
    expect(seen.shutdowns).toBe(1)
  })

  test('a failure to start is reported once and never reaches the caller', async () => {
    const broken = new Error('cannot load')
    const { exporter, seen } = prepare({ load: () => Promise.reject(broken) })
    await exporter.start()
    await exporter.start()
    await exporter.shutdown()
    expect(seen.failures).toEqual([broken])
  })

  test('the real distro offers what is called', async () => {
    const monitor = await import('@azure/monitor-opentelemetry')
    expect(typeof monitor.useAzureMonitor).toBe('function')
    expect(typeof monitor.shutdownAzureMonitor).toBe('function')
  })
})
