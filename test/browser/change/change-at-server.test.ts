import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { CallToolResult } from '@modelcontextprotocol/client'
import { atDynamics, seat, signIn, VIEWS, WRITING, type ReadyCall, type Seat } from '../../e2e/writes/confirm/stage.ts'
import { PRIYA } from '../../e2e/support/oauth.ts'
import { useSandbox } from '../../e2e/support/suite.ts'
import { type AppView, CONTEXT, startAppView } from '../support/app-view.ts'
import { describeInChromium } from '../support/chromium.ts'

const SERVER = { answers: ['server', 'server'], tells: 'context' } as const

describeInChromium('the view of a change, and the server that it calls', (executablePath) => {
  const sandbox = useSandbox({ deployed: true, settings: { ...WRITING, WRITE_CONFIRMATION: 'human' } })
  let app: AppView
  let chair: Seat
  beforeAll(async () => {
    app = await startAppView(executablePath, 'change')
    chair = await seat(sandbox().app, await signIn(sandbox()), { capabilities: VIEWS })
    const forward = async ({ name: tool, arguments: args }: { name: string; arguments: ReadyCall['arguments'] }) =>
      await chair.call({ tool, arguments: args })
    await app.page.exposeFunction('callServer', forward)
  })
  afterAll(async () => {
    await chair.close()
    await app.close()
  })

  const own = () => atDynamics(sandbox(), PRIYA)
  /** A task, and the whole result of a preview of it, as a host hands it to the view. */
  async function previewed(to: string): Promise<{ id: string; result: CallToolResult }> {
    const { activityid } = await own().create('tasks', { subject: 'Call Fabrikam' })
    const changes = [{ column: 'subject', to }]
    const id = String(activityid)
    const result = await chair.client.callTool({ name: 'preview_change', arguments: { entity: 'task', id, changes } })
    return { id, result }
  }

  test('shows the preview of the server, and a click makes the change at Dynamics 365', async () => {
    const { id, result } = await previewed('Call Fabrikam today')
    const { view } = await app.show(result, CONTEXT, 'opens', 720, SERVER)
    expect(await view.getByRole('heading', { level: 1 }).innerText()).toBe('Call Fabrikam')
    expect(await view.locator('tbody .value').allInnerTexts()).toEqual(['Call Fabrikam', 'Call Fabrikam today'])
    await view.getByRole('button', { name: 'Apply' }).click()
    await view.getByRole('heading', { name: 'The change was made' }).waitFor()
    expect((await own().read('tasks', id))['subject']).toBe('Call Fabrikam today')
    // The same card once more, as after a reload of the page.
    const again = await app.show(result, CONTEXT, 'opens', 720, SERVER)
    await again.view.getByRole('button', { name: 'Apply' }).click()
    await again.view.getByRole('heading', { name: 'The change had been made before' }).waitFor()
  })

  test('says that somebody else changed it meanwhile', async () => {
    const { id, result } = await previewed('Mine')
    const { view } = await app.show(result, CONTEXT, 'opens', 720, SERVER)
    await own().change('tasks', id, { subject: 'Theirs' })
    await view.getByRole('button', { name: 'Apply' }).click()
    await view.getByRole('heading', { name: 'The record was changed by somebody else meanwhile' }).waitFor()
    expect(await view.getByRole('status').innerText()).toContain('Theirs')
    expect((await own().read('tasks', id))['subject']).toBe('Theirs')
  })

  test('Cancel leaves all as it is', async () => {
    const { id, result } = await previewed('Never')
    const { view } = await app.show(result, CONTEXT, 'opens', 720, SERVER)
    await view.getByRole('button', { name: 'Cancel' }).click()
    await view.getByRole('heading', { name: 'Nothing was changed' }).waitFor()
    expect((await own().read('tasks', id))['subject']).toBe('Call Fabrikam')
  })
})
