import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as z from 'zod'
import { BUILT_IN_CATALOGUE } from '../../../shared/reports/catalogue/built-in.ts'
import { called, openStage, type Stage } from '../../unit/mcp/support/sandbox-stage.ts'
import { type AppView, startAppView } from '../support/app-view.ts'
import { describeInChromium } from '../support/chromium.ts'

const Result = z.looseObject({
  totals: z.array(z.looseObject({ text: z.string() })),
  columns: z.array(z.looseObject({ name: z.string(), title: z.string() })),
  rows: z.array(z.array(z.unknown())),
  picture: z.looseObject({ kind: z.string(), label: z.string().optional(), value: z.string().optional() }),
})

describeInChromium('every report of the catalogue, run in the sandbox and drawn', (executablePath) => {
  let stage: Stage
  let app: AppView
  beforeAll(async () => {
    ;[stage, app] = await Promise.all([openStage(), startAppView(executablePath)])
  })
  afterAll(() => Promise.all([stage.close(), app.close()]))

  test.each(BUILT_IN_CATALOGUE.all.map(({ slug }) => [slug]))('%s', async (slug) => {
    const { answer } = await called(stage.coldWorker(), 'show_report', { report: slug }, 'sales-manager')
    const report = Result.parse(answer.structuredContent)
    const { view } = await app.show({ structuredContent: report, content: [] })
    expect(await view.locator('dd').allInnerTexts()).toEqual(report.totals.map(({ text }) => text))
    expect(await view.locator('tbody tr').count()).toBe(report.rows.length)
    const titles = report.rows.length > 0 ? report.columns.map(({ title }) => title) : []
    expect(await view.getByRole('columnheader').allInnerTexts()).toEqual(titles)
    const { kind, label = '', value = '' } = report.picture
    const place = report.columns.findIndex(({ name }) => name === label)
    const at = report.columns.findIndex(({ name }) => name === value)
    const groups = new Set(report.rows.filter((row) => row[at] !== null).map((row) => JSON.stringify(row[place])))
    expect(await view.locator('.mark').count()).toBe(kind === 'table' ? 0 : groups.size)
    expect(await view.getByRole('main').innerText()).not.toMatch(/undefined|NaN|\[object|\{"/)
    expect(app.problems()).toEqual([])
  })
})
